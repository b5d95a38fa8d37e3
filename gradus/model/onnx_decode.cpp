#include <fmt/format.h>

#include <protozero/pbf_reader.hpp>

#include "gradus/error.h"
#include "gradus/model/onnx_file.h"

namespace gradus::onnx {
namespace {

using Message = protozero::pbf_reader;
using protozero::tag_and_type;
using Wire = protozero::pbf_wire_type;

[[noreturn]] void fail(const std::string& found, const std::string& expected = {},
                       const std::string& hint = {}) {
    throw Error(Fault::input, {.found = found, .expected = expected, .hint = hint});
}

// Two bytes of a file can ask for an object of hundreds: what all objects take together has a limit. Tensors'
// bytes do not count, of which there are never more than in the file.
class Decoder {
public:
    File file(Message message);

private:
    template <class T, class Read>
    void append(std::vector<T>& list, Message part, Read read) {
        spend(sizeof(T));
        list.push_back((this->*read)(part));
    }
    template <class T>
    void append_packed(std::vector<T>& list, const auto& range) {
        for (const auto number : range) {
            spend(sizeof(T));
            list.push_back(static_cast<T>(number));
        }
    }
    void spend(std::size_t bytes) {
        constexpr std::size_t most = std::size_t{1} << 27;
        if (bytes > most - spent_) fail("this model has far too many parts", "a chain of layers");
        spent_ += bytes;
    }
    std::string text(const Message& message_at_text);
    void append_text(std::vector<std::string>& list, Message& message);

    Graph graph(Message message);
    Node node(Message message);
    Attribute attribute(Message message);
    Tensor tensor(Message message);
    Value value(Message message);
    Value tensor_type(Message message);
    Index dimension(Message message);
    Operators operators(Message message);
    Entry entry(Message message);
    std::vector<Tensor> training(Message message);

    std::size_t spent_ = 0;
};

std::string as_text(protozero::data_view view) {
    return {view.data(), view.size()};
}

void Decoder::append_text(std::vector<std::string>& list, Message& message) {
    const auto view = message.get_view();
    spend(sizeof(std::string) + view.size());
    list.push_back(as_text(view));
}

// Type numbers of ONNX that the layers here have no use for are refused where a tensor is used.
Type known_type(std::int32_t number, const std::string& what) {
    for (const Type type : {Type::float32, Type::int64, Type::string, Type::boolean, Type::float64})
        if (number == static_cast<int>(type)) return type;
    fail(fmt::format("{} holds numbers of ONNX's type {}", what, number), "float, double, int64 or string");
}

// The product of the dimensions must be what is there; no product overflows.
void require_filled(const Tensor& tensor) {
    const std::size_t there =
        tensor.type == Type::string ? tensor.texts.size() : tensor.raw.size() / size_of(tensor.type);
    const bool whole = tensor.type == Type::string || tensor.raw.size() % size_of(tensor.type) == 0;
    std::size_t size = 1;
    bool fits = whole;
    for (const Index dim : tensor.dims) {
        if (dim < 0) fail(fmt::format("the tensor \"{}\" has a dimension of {}", tensor.name, dim));
        const auto count = static_cast<std::size_t>(dim);
        fits = fits && (count == 0 || size <= there / count);
        size *= fits ? count : 0;
    }
    if (!fits || size != there)
        fail(fmt::format("the tensor \"{}\" has {} numbers", tensor.name, there),
             "as many as its shape says");
}

Tensor Decoder::tensor(Message message) {
    Tensor tensor;
    std::int32_t type = 0;
    const auto append_raw = [&tensor](const auto& numbers) {
        for (const auto number : numbers)
            tensor.raw.append(reinterpret_cast<const char*>(&number), sizeof number);
    };
    const auto append_one = [&tensor](const auto number) {
        tensor.raw.append(reinterpret_cast<const char*>(&number), sizeof number);
    };
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::varint):
                spend(sizeof(Index));
                tensor.dims.push_back(message.get_int64());
                break;
            case tag_and_type(1, Wire::length_delimited):
                append_packed(tensor.dims, message.get_packed_int64());
                break;
            case tag_and_type(2, Wire::varint):
                type = message.get_int32();
                break;
            case tag_and_type(4, Wire::length_delimited):
                append_raw(message.get_packed_float());
                break;
            case tag_and_type(4, Wire::fixed32):
                append_one(message.get_float());
                break;
            case tag_and_type(6, Wire::length_delimited):
                append_text(tensor.texts, message);
                break;
            case tag_and_type(7, Wire::length_delimited):
                append_raw(message.get_packed_int64());
                break;
            case tag_and_type(7, Wire::varint):
                append_one(message.get_int64());
                break;
            case tag_and_type(8, Wire::length_delimited):
                tensor.name = as_text(message.get_view());
                break;
            case tag_and_type(9, Wire::length_delimited):
                tensor.raw = as_text(message.get_view());
                break;
            case tag_and_type(10, Wire::length_delimited):
                append_raw(message.get_packed_double());
                break;
            case tag_and_type(10, Wire::fixed64):
                append_one(message.get_double());
                break;
            case tag_and_type(13, Wire::length_delimited):
                fail(fmt::format("the tensor \"{}\" lies in another file", tensor.name),
                     "a model in one file", "save it with its weights inside");
            default:
                message.skip();
        }
    }
    tensor.type = known_type(type, fmt::format("the tensor \"{}\"", tensor.name));
    require_filled(tensor);
    return tensor;
}

Attribute Decoder::attribute(Message message) {
    Attribute result;
    std::vector<float> floats;
    std::vector<Index> integers;
    std::vector<std::string> texts;
    std::int32_t type = 0;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::length_delimited):
                result.name = as_text(message.get_view());
                break;
            case tag_and_type(2, Wire::fixed32):
                result.value = message.get_float();
                break;
            case tag_and_type(3, Wire::varint):
                result.value = static_cast<Index>(message.get_int64());
                break;
            case tag_and_type(4, Wire::length_delimited):
                result.value = as_text(message.get_view());
                break;
            case tag_and_type(5, Wire::length_delimited):
                result.value = tensor(message.get_message());
                break;
            case tag_and_type(6, Wire::length_delimited):
            case tag_and_type(11, Wire::length_delimited):
                fail(fmt::format("the attribute \"{}\" holds a graph", result.name),
                     "one graph without parts");
            case tag_and_type(7, Wire::fixed32):
                spend(sizeof(float));
                floats.push_back(message.get_float());
                break;
            case tag_and_type(7, Wire::length_delimited):
                append_packed(floats, message.get_packed_float());
                break;
            case tag_and_type(8, Wire::varint):
                spend(sizeof(Index));
                integers.push_back(message.get_int64());
                break;
            case tag_and_type(8, Wire::length_delimited):
                append_packed(integers, message.get_packed_int64());
                break;
            case tag_and_type(9, Wire::length_delimited):
                append_text(texts, message);
                break;
            case tag_and_type(20, Wire::varint):
                type = message.get_int32();
                break;
            default:
                message.skip();
        }
    }
    // an empty list has no field of its own
    if (!floats.empty() || type == 6) result.value = std::move(floats);
    if (!integers.empty() || type == 7) result.value = std::move(integers);
    if (!texts.empty() || type == 8) result.value = std::move(texts);
    return result;
}

Node Decoder::node(Message message) {
    Node node;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::length_delimited):
                append_text(node.inputs, message);
                break;
            case tag_and_type(2, Wire::length_delimited):
                append_text(node.outputs, message);
                break;
            case tag_and_type(3, Wire::length_delimited):
                node.name = as_text(message.get_view());
                break;
            case tag_and_type(4, Wire::length_delimited):
                node.operation = as_text(message.get_view());
                break;
            case tag_and_type(5, Wire::length_delimited):
                append(node.attributes, message.get_message(), &Decoder::attribute);
                break;
            case tag_and_type(7, Wire::length_delimited):
                node.domain = as_text(message.get_view());
                break;
            default:
                message.skip();
        }
    }
    return node;
}

Index Decoder::dimension(Message message) {
    Index size = Value::any;
    while (message.next()) {
        if (message.tag_and_type() == tag_and_type(1, Wire::varint)) {
            size = message.get_int64();
        } else {
            message.skip();
        }
    }
    return size;
}

Value Decoder::tensor_type(Message message) {
    Value value;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::varint):
                value.type = static_cast<Type>(message.get_int32());
                break;
            case tag_and_type(2, Wire::length_delimited): {
                Message shape = message.get_message();
                while (shape.next(1, Wire::length_delimited))
                    append(value.dims, shape.get_message(), &Decoder::dimension);
                break;
            }
            default:
                message.skip();
        }
    }
    return value;
}

Value Decoder::value(Message message) {
    Value value;
    std::string name;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::length_delimited):
                name = as_text(message.get_view());
                break;
            case tag_and_type(2, Wire::length_delimited): {
                Message type = message.get_message();
                while (type.next(1, Wire::length_delimited)) value = tensor_type(type.get_message());
                break;
            }
            default:
                message.skip();
        }
    }
    value.name = name;
    return value;
}

Graph Decoder::graph(Message message) {
    Graph graph;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::length_delimited):
                append(graph.nodes, message.get_message(), &Decoder::node);
                break;
            case tag_and_type(5, Wire::length_delimited):
                append(graph.initializers, message.get_message(), &Decoder::tensor);
                break;
            case tag_and_type(11, Wire::length_delimited):
                append(graph.inputs, message.get_message(), &Decoder::value);
                break;
            case tag_and_type(12, Wire::length_delimited):
                append(graph.outputs, message.get_message(), &Decoder::value);
                break;
            case tag_and_type(15, Wire::length_delimited):
                fail("this model has sparse tensors", "dense ones");
            default:
                message.skip();
        }
    }
    return graph;
}

Operators Decoder::operators(Message message) {
    Operators operators;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::length_delimited):
                operators.domain = as_text(message.get_view());
                break;
            case tag_and_type(2, Wire::varint):
                operators.version = message.get_int64();
                break;
            default:
                message.skip();
        }
    }
    return operators;
}

Entry Decoder::entry(Message message) {
    Entry entry;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(1, Wire::length_delimited):
                entry.key = as_text(message.get_view());
                break;
            case tag_and_type(2, Wire::length_delimited):
                entry.value = as_text(message.get_view());
                break;
            default:
                message.skip();
        }
    }
    return entry;
}

std::vector<Tensor> Decoder::training(Message message) {
    std::vector<Tensor> tensors;
    while (message.next(2, Wire::length_delimited)) {
        Message algorithm = message.get_message();
        while (algorithm.next(5, Wire::length_delimited))
            append(tensors, algorithm.get_message(), &Decoder::tensor);
    }
    return tensors;
}

File Decoder::file(Message message) {
    File file;
    while (message.next()) {
        switch (message.tag_and_type()) {
            case tag_and_type(2, Wire::length_delimited):
                file.producer = as_text(message.get_view());
                break;
            case tag_and_type(7, Wire::length_delimited):
                file.graph = graph(message.get_message());
                break;
            case tag_and_type(8, Wire::length_delimited):
                append(file.operators, message.get_message(), &Decoder::operators);
                break;
            case tag_and_type(14, Wire::length_delimited):
                append(file.metadata, message.get_message(), &Decoder::entry);
                break;
            case tag_and_type(20, Wire::length_delimited):
                file.training = training(message.get_message());
                break;
            default:
                message.skip();
        }
    }
    return file;
}

}  // namespace

File decode(std::string_view bytes) {
    try {
        return Decoder().file(Message(bytes.data(), bytes.size()));
    } catch (const protozero::exception&) {
        fail("this is no ONNX file, or only a part of one");
    }
}

}  // namespace gradus::onnx
