// What stands in an ONNX file? Its data model, as far as a chain of layers needs it, in plain structs.
#pragma once

#include <bit>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/export/onnx/external.h"

/// Not installed. The names are those of onnx.proto3 (https://github.com/onnx/onnx), the numbers its fields.
namespace gradus::onnx {

static_assert(std::endian::native == std::endian::little, "raw_data is little-endian");

/// What a tensor holds (TensorProto.DataType).
enum class Type { none = 0, float32 = 1, int32 = 6, int64 = 7, string = 8, boolean = 9, float64 = 11 };

template <class T>
inline constexpr Type type_of = std::is_same_v<T, float>    ? Type::float32
                                : std::is_same_v<T, double> ? Type::float64
                                                            : Type::int64;

/// Bytes of one number; 0 for strings.
std::size_t size_of(Type type);

/// Numbers or strings, the last dimension fastest: row by row.
struct Tensor {
    std::string name = {};
    Type type = Type::none;
    std::vector<Index> dims = {};
    std::string raw = {};                 ///< of numbers: their bytes
    std::vector<std::string> texts = {};  ///< of strings

    [[nodiscard]] Index size() const;  ///< the product of the dimensions
    bool operator==(const Tensor&) const = default;
};

template <class T>
Tensor tensor_of(std::string name, std::vector<Index> dims, std::span<const T> numbers) {
    Tensor tensor{.name = std::move(name), .type = type_of<T>, .dims = std::move(dims)};
    tensor.raw.assign(reinterpret_cast<const char*>(numbers.data()), numbers.size_bytes());
    return tensor;
}

/// The numbers of a tensor of type T.
template <class T, class Numbers = std::vector<T>>
Numbers numbers_of(const Tensor& tensor) {
    Numbers numbers(tensor.raw.size() / sizeof(T));
    if (!numbers.empty()) std::memcpy(numbers.data(), tensor.raw.data(), numbers.size() * sizeof(T));
    return numbers;
}

using AttributeValue = std::variant<float, Index, std::string, std::vector<float>, std::vector<Index>,
                                    std::vector<std::string>, Tensor>;

struct Attribute {
    std::string name;
    AttributeValue value;
};

struct Node {
    std::string operation;    ///< "Gemm"
    std::string domain = {};  ///< empty, or "ai.onnx.ml"
    std::string name = {};
    std::vector<std::string> inputs = {};
    std::vector<std::string> outputs = {};
    std::vector<Attribute> attributes = {};
};

/// An input or an output of the graph.
struct Value {
    static constexpr Index any = -1;  ///< a dimension that the file leaves open

    std::string name;
    Type type = Type::none;
    std::vector<Index> dims = {};
};

struct Graph {
    std::vector<Node> nodes = {};
    std::vector<Tensor> initializers = {};
    std::vector<Value> inputs = {};
    std::vector<Value> outputs = {};
};

struct Entry {
    std::string key;
    std::string value;
};

struct Operators {
    std::string domain;
    Index version = 0;
};

struct File {
    std::string producer = {};
    std::vector<Operators> operators = {};
    Graph graph = {};
    std::vector<Entry> metadata = {};
    std::vector<Tensor> training = {};  ///< training_info[0].algorithm.initializer
};

/// The bytes of the file: IR 8, and at their end the metadata entry "gradus.checksum": the CRC-32 of all
/// bytes before its value, eight hexadecimal digits.
std::string encode(const File& file);

/// Were these bytes written by encode, or rather most of them?
bool is_ours(std::string_view bytes);

/// Throws Error (input), without a place, when they are not whole.
void require_whole(std::string_view bytes);

/// The file in these bytes, whoever wrote it, and those beside it where they are allowed. Every length is
/// checked before anything is allocated. Throws Error (input), without a place.
File decode(std::string_view bytes, ExternalFiles external = {});

/// The same for a tensor by itself (TensorProto).
Tensor decode_tensor(std::string_view bytes);

}  // namespace gradus::onnx
