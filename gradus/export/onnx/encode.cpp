#include <fmt/format.h>
#include <zlib.h>

#include <limits>
#include <protozero/pbf_writer.hpp>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/file.h"

namespace gradus::onnx {
namespace {

using Writer = protozero::pbf_writer;

constexpr std::string_view producer = "gradus";
constexpr std::string_view checksum_key = "gradus.checksum";
constexpr std::size_t checksum_digits = 8;

template <class List, class Write>
void write_each(Writer& message, protozero::pbf_tag_type field, const List& list, Write write) {
    for (const auto& item : list) {
        Writer part(message, field);
        write(part, item);
    }
}

void write_texts(Writer& message, protozero::pbf_tag_type field, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) message.add_bytes(field, text);
}

void write_tensor(Writer& message, const Tensor& tensor) {
    message.add_packed_int64(1, tensor.dims.begin(), tensor.dims.end());
    message.add_int32(2, static_cast<int>(tensor.type));
    write_texts(message, 6, tensor.texts);
    if (!tensor.name.empty()) message.add_string(8, tensor.name);
    if (tensor.type != Type::string) message.add_bytes(9, tensor.raw);
}

// AttributeProto has a field for each kind of value, and AttributeType the same list in the same order.
struct WriteValue {
    Writer& message;

    void kind(int type) const { message.add_int32(20, type); }
    void operator()(float value) const { message.add_float(2, value), kind(1); }
    void operator()(Index value) const { message.add_int64(3, value), kind(2); }
    void operator()(const std::string& value) const { message.add_bytes(4, value), kind(3); }
    void operator()(const Tensor& value) const {
        {
            Writer part(message, 5);
            write_tensor(part, value);
        }
        kind(4);
    }
    void operator()(const std::vector<float>& values) const {
        for (const float value : values) message.add_float(7, value);
        kind(6);
    }
    void operator()(const std::vector<Index>& values) const {
        for (const Index value : values) message.add_int64(8, value);
        kind(7);
    }
    void operator()(const std::vector<std::string>& values) const {
        write_texts(message, 9, values), kind(8);
    }
};

void write_attribute(Writer& message, const Attribute& attribute) {
    message.add_string(1, attribute.name);
    std::visit(WriteValue{message}, attribute.value);
}

void write_node(Writer& message, const Node& node) {
    write_texts(message, 1, node.inputs);
    write_texts(message, 2, node.outputs);
    message.add_string(3, node.name);
    message.add_string(4, node.operation);
    write_each(message, 5, node.attributes, write_attribute);
    if (!node.domain.empty()) message.add_string(7, node.domain);
}

void write_value(Writer& message, const Value& value) {
    message.add_string(1, value.name);
    Writer type(message, 2);
    Writer tensor(type, 1);
    tensor.add_int32(1, static_cast<int>(value.type));
    Writer shape(tensor, 2);
    for (const Index dim : value.dims) {
        Writer dimension(shape, 1);
        if (dim == Value::any) {
            dimension.add_string(2, "N");  // examples
        } else {
            dimension.add_int64(1, dim);
        }
    }
}

void write_graph(Writer& message, const Graph& graph) {
    write_each(message, 1, graph.nodes, write_node);
    message.add_string(2, producer.data(), producer.size());
    write_each(message, 5, graph.initializers, write_tensor);
    write_each(message, 11, graph.inputs, write_value);
    write_each(message, 12, graph.outputs, write_value);
}

void write_training(Writer& message, const std::vector<Tensor>& tensors) {
    Writer training(message, 20);
    Writer algorithm(training, 2);
    algorithm.add_string(2, "state");
    write_each(algorithm, 5, tensors, write_tensor);
}

// The entry that ends the file, but for the digits of its value.
std::string last_entry() {
    std::string bytes;
    Writer message(bytes);
    {
        Writer entry(message, 14);
        entry.add_string(1, checksum_key.data(), checksum_key.size());
        entry.add_string(2, std::string(checksum_digits, '0'));
    }
    bytes.resize(bytes.size() - checksum_digits);
    return bytes;
}

std::string first_bytes() {
    std::string bytes;
    Writer message(bytes);
    message.add_int64(1, 8);  // the version of the format itself ("IR")
    message.add_string(2, producer.data(), producer.size());
    return bytes;
}

std::string checksum(std::string_view bytes) {
    uLong sum = crc32_z(0, nullptr, 0);
    sum = crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
    return fmt::format("{:08x}", sum);
}

std::size_t bytes_of(const std::vector<Tensor>& tensors) {
    std::size_t bytes = 0;
    for (const Tensor& tensor : tensors) bytes += tensor.raw.size();
    return bytes;
}

void require_size(std::size_t bytes) {
    constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
    if (bytes > most)
        throw Error(Fault::input, {.found = say("the model file would have {} bytes", bytes),
                                   .expected = say("at most 2 GiB"),
                                   .hint = say("fewer units, or {}", setting("precision", "float"))});
}

}  // namespace

std::size_t size_of(Type type) {
    switch (type) {
        case Type::float32:
        case Type::int32:
            return 4;
        case Type::int64:
        case Type::float64:
            return 8;
        case Type::boolean:
            return 1;
        case Type::none:
        case Type::string:
            break;
    }
    return 0;
}

Index Tensor::size() const {
    Index size = 1;
    for (const Index dim : dims) size *= dim;
    return size;
}

std::string encode(const File& file) {
    require_size(bytes_of(file.graph.initializers) + bytes_of(file.training));
    std::string bytes = first_bytes();
    Writer message(bytes);
    {
        Writer graph(message, 7);
        write_graph(graph, file.graph);
    }
    write_each(message, 8, file.operators, [](Writer& entry, const Operators& operators) {
        entry.add_string(1, operators.domain);
        entry.add_int64(2, operators.version);
    });
    if (!file.training.empty()) write_training(message, file.training);
    write_each(message, 14, file.metadata, [](Writer& entry, const Entry& pair) {
        entry.add_string(1, pair.key);
        entry.add_string(2, pair.value);
    });
    bytes += last_entry();
    bytes += checksum(bytes);
    require_size(bytes.size());
    return bytes;
}

// Of the three marks, one damaged place leaves two.
bool is_ours(std::string_view bytes) {
    return bytes.starts_with(first_bytes()) || bytes.find(checksum_key) != std::string_view::npos ||
           bytes.substr(0, 16).find(producer) != std::string_view::npos;
}

void require_whole(std::string_view bytes) {
    const std::string end = last_entry();
    const std::size_t digits = bytes.size() < checksum_digits ? 0 : bytes.size() - checksum_digits;
    if (!bytes.substr(0, digits).ends_with(end))
        throw Error(Fault::input, {.found = say("the end of this model is missing, or was changed"),
                                   .expected = say("a file as Gradus wrote it"),
                                   .hint = say("copy it again")});
    if (bytes.substr(digits) != checksum(bytes.substr(0, digits)))
        throw Error(Fault::input, {.found = say("this model was damaged: its checksum is wrong"),
                                   .expected = say("a file as Gradus wrote it"),
                                   .hint = say("copy it again")});
}

}  // namespace gradus::onnx
