#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <protozero/pbf_reader.hpp>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/file.h"

namespace gradus::onnx {
namespace {

using Reader = protozero::pbf_reader;
using Wire = protozero::pbf_wire_type;
using Field = protozero::pbf_tag_type;

[[noreturn]] void fail(const std::string& found, const std::string& expected = {},
                       const std::string& hint = {}) {
    throw Error(Fault::input, {.found = found, .expected = expected, .hint = hint});
}

bool is(const Reader& message, Field field, Wire wire) {
    return message.tag_and_type() == protozero::tag_and_type(field, wire);
}

std::string as_text(protozero::data_view view) {
    return {view.data(), view.size()};
}

// Each of these reads the field at hand if it is the one asked for, and tells whether it was.
bool text(Reader& message, Field field, std::string& to) {
    const bool mine = is(message, field, Wire::length_delimited);
    if (mine) to = as_text(message.get_view());
    return mine;
}

template <class Number>
bool whole(Reader& message, Field field, Number& to) {
    const bool mine = is(message, field, Wire::varint);
    if (mine) to = static_cast<Number>(message.get_int64());
    return mine;
}

// Two bytes of a file can ask for an object of hundreds: what all objects take together has a limit. Tensors'
// bytes do not count, of which there are never more than in the file.
class Decoder {
public:
    explicit Decoder(ExternalFiles external) : external_(std::move(external)) {}

    File file(Reader message) {
        return each_field<File>(message, [this](Reader& m, File& file) {
            return text(m, 2, file.producer) || one(m, 7, file.graph, &Decoder::graph) ||
                   list(m, 8, file.operators, &Decoder::operators) ||
                   list(m, 14, file.metadata, &Decoder::entry) ||
                   one(m, 20, file.training, &Decoder::training);
        });
    }

    Tensor tensor(Reader message);

private:
    template <class Part, class Read>
    Part each_field(Reader message, Read read) {
        Part part{};
        while (message.next())
            if (!read(message, part)) message.skip();
        return part;
    }

    void spend(std::size_t bytes) {
        constexpr std::size_t most = std::size_t{1} << 27;
        if (bytes > most - spent_) fail(say("this model has far too many parts"), say("a chain of layers"));
        spent_ += bytes;
    }

    template <class Part, class Read>
    bool one(Reader& message, Field field, Part& to, Read read) {
        const bool mine = is(message, field, Wire::length_delimited);
        if (mine) to = (this->*read)(message.get_message());
        return mine;
    }
    template <class Part, class Read>
    bool list(Reader& message, Field field, std::vector<Part>& to, Read read) {
        const bool mine = is(message, field, Wire::length_delimited);
        if (mine) {
            spend(sizeof(Part));
            to.push_back((this->*read)(message.get_message()));
        }
        return mine;
    }
    bool texts(Reader& message, Field field, std::vector<std::string>& to) {
        const bool mine = is(message, field, Wire::length_delimited);
        if (mine) {
            const auto view = message.get_view();
            spend(sizeof(std::string) + view.size());
            to.push_back(as_text(view));
        }
        return mine;
    }

    // Repeated numbers: each as a field of its own, or all in one.
    template <class Number, class Take>
    bool numbers(Reader& message, Field field, Take take) {
        constexpr Wire wire = std::is_integral_v<Number> ? Wire::varint
                              : sizeof(Number) == 4      ? Wire::fixed32
                                                         : Wire::fixed64;
        if (!is(message, field, wire) && !is(message, field, Wire::length_delimited)) return false;
        const bool single = is(message, field, wire);
        if constexpr (std::is_integral_v<Number>) {
            if (single) return take(message.get_int64()), true;
            for (const auto number : message.get_packed_int64()) take(number);
        } else if constexpr (sizeof(Number) == 4) {
            if (single) return take(message.get_float()), true;
            for (const auto number : message.get_packed_float()) take(number);
        } else {
            if (single) return take(message.get_double()), true;
            for (const auto number : message.get_packed_double()) take(number);
        }
        return true;
    }
    template <class Number>
    bool numbers(Reader& message, Field field, std::vector<Number>& to) {
        return numbers<Number>(message, field, [&](auto number) {
            spend(sizeof(Number));
            to.push_back(static_cast<Number>(number));
        });
    }
    template <class Number>
    bool raw_numbers(Reader& message, Field field, std::string& to) {
        return numbers<Number>(message, field, [&](auto number) {
            to.append(reinterpret_cast<const char*>(&number), sizeof number);
        });
    }

    Attribute attribute(Reader message);
    Graph graph(Reader message);
    void fill_from_outside(Tensor& tensor, const std::vector<Entry>& entries);

    Node node(Reader message) {
        return each_field<Node>(message, [this](Reader& m, Node& node) {
            return texts(m, 1, node.inputs) || texts(m, 2, node.outputs) || text(m, 3, node.name) ||
                   text(m, 4, node.operation) || attributes(m, node) || text(m, 7, node.domain);
        });
    }
    bool attributes(Reader& message, Node& node) {
        try {
            return list(message, 5, node.attributes, &Decoder::attribute);
        } catch (const Error& error) {
            throw error.at(node.operation);
        }
    }
    Operators operators(Reader message) {
        return each_field<Operators>(message, [](Reader& m, Operators& operators) {
            return text(m, 1, operators.domain) || whole(m, 2, operators.version);
        });
    }
    Entry entry(Reader message) {
        return each_field<Entry>(message, [](Reader& m, Entry& entry) {
            return text(m, 1, entry.key) || text(m, 2, entry.value);
        });
    }
    std::vector<Tensor> training(Reader message) {
        return each_field<std::vector<Tensor>>(message, [this](Reader& m, std::vector<Tensor>& tensors) {
            return one(m, 2, tensors, &Decoder::algorithm);
        });
    }
    std::vector<Tensor> algorithm(Reader message) {
        return each_field<std::vector<Tensor>>(message, [this](Reader& m, std::vector<Tensor>& tensors) {
            return list(m, 5, tensors, &Decoder::tensor);
        });
    }

    // ValueInfoProto, its TypeProto, the tensor in this, its shape, a dimension
    Value value(Reader message) {
        std::string name;
        Value value = each_field<Value>(message, [&](Reader& m, Value& value) {
            return text(m, 1, name) || one(m, 2, value, &Decoder::type);
        });
        value.name = name;
        return value;
    }
    Value type(Reader message) {
        return each_field<Value>(
            message, [this](Reader& m, Value& value) { return one(m, 1, value, &Decoder::tensor_type); });
    }
    Value tensor_type(Reader message) {
        return each_field<Value>(message, [this](Reader& m, Value& value) {
            return whole(m, 1, value.type) || one(m, 2, value.dims, &Decoder::shape);
        });
    }
    std::vector<Index> shape(Reader message) {
        return each_field<std::vector<Index>>(message, [this](Reader& m, std::vector<Index>& dims) {
            return list(m, 1, dims, &Decoder::dimension);
        });
    }
    Index dimension(Reader message) {
        Index size = Value::any;
        each_field<Index>(message, [&size](Reader& m, Index& /*part*/) { return whole(m, 1, size); });
        return size;
    }

    ExternalFiles external_;
    std::size_t spent_ = 0;
};

// What the layers here have no use for.
Type known_type(std::int64_t number, const std::string& name) {
    for (const Type type :
         {Type::float32, Type::int32, Type::int64, Type::string, Type::boolean, Type::float64})
        if (number == static_cast<int>(type)) return type;
    fail(say("the tensor \"{}\" holds numbers of ONNX's type {}", name, number),
         say("float, double, int32, int64, bool or string"));
}

// What its shape asks for, in bytes; far too much is too much for a model.
std::size_t bytes_of_shape(const Tensor& tensor) {
    constexpr std::size_t most = std::size_t{1} << 31;
    std::size_t bytes = std::ranges::count(tensor.dims, 0) > 0 ? 0 : size_of(tensor.type);
    for (const Index dim : tensor.dims) {
        if (dim < 0 || (bytes > 0 && static_cast<std::size_t>(dim) > most / bytes))
            fail(say("the tensor \"{}\" has no shape that a model could have", tensor.name),
                 say("at most 2 GiB"));
        bytes *= static_cast<std::size_t>(dim);
    }
    return bytes;
}

// The product of the dimensions must be what is there; no product overflows.
void require_filled(const Tensor& tensor) {
    const bool strings = tensor.type == Type::string;
    const std::size_t there = strings ? tensor.texts.size() : tensor.raw.size() / size_of(tensor.type);
    bool fits = strings || tensor.raw.size() % size_of(tensor.type) == 0;
    std::size_t size = 1;
    for (const Index dim : tensor.dims) {
        const auto count = static_cast<std::size_t>(dim);
        fits = fits && dim >= 0 && (dim == 0 || size <= there / count);
        size = fits ? size * count : 0;
    }
    if (!fits || size != there)
        fail(say("the tensor \"{}\" has {} numbers", tensor.name, there), say("as many as its shape says"));
}

void Decoder::fill_from_outside(Tensor& tensor, const std::vector<Entry>& entries) {
    ExternalPlace place;
    for (const Entry& entry : entries) {
        if (entry.key == "location") place.location = entry.value;
        if (entry.key == "offset") place.offset = entry.value;
        if (entry.key == "length") place.length = entry.value;
    }
    if (tensor.type == Type::string || !tensor.raw.empty() || !tensor.texts.empty())
        fail(say("the tensor \"{}\" lies in another file, and in this", tensor.name),
             say("numbers in one of them"));
    tensor.raw = external_.read(tensor.name, place, bytes_of_shape(tensor));
}

Tensor Decoder::tensor(Reader message) {
    constexpr int in_another_file = 1;  // DataLocation.EXTERNAL
    std::int64_t type = 0, location = 0;
    std::vector<std::int32_t> small;
    std::vector<Entry> place;
    Tensor result = each_field<Tensor>(message, [&](Reader& m, Tensor& tensor) {
        return numbers(m, 1, tensor.dims) || whole(m, 2, type) || raw_numbers<float>(m, 4, tensor.raw) ||
               numbers(m, 5, small) || texts(m, 6, tensor.texts) ||
               raw_numbers<std::int64_t>(m, 7, tensor.raw) || text(m, 8, tensor.name) ||
               text(m, 9, tensor.raw) || raw_numbers<double>(m, 10, tensor.raw) ||
               list(m, 13, place, &Decoder::entry) || whole(m, 14, location);
    });
    result.type = known_type(type, result.name);
    for (const std::int32_t number : small)
        result.raw.append(reinterpret_cast<const char*>(&number), size_of(result.type) == 1 ? 1 : 4);
    if (location == in_another_file) fill_from_outside(result, place);
    require_filled(result);
    return result;
}

Attribute Decoder::attribute(Reader message) {
    Attribute result;
    std::vector<float> one_float, floats;
    std::vector<Index> one_integer, integers;
    std::vector<std::string> strings;
    std::string string;
    std::optional<Tensor> value;
    int type = 0;
    each_field<int>(message, [&](Reader& m, int& /*part*/) {
        if (m.tag() == 6 || m.tag() == 11)
            fail(say("the attribute \"{}\" holds a graph", result.name), say("one graph without parts"));
        return text(m, 1, result.name) || numbers(m, 2, one_float) || numbers(m, 3, one_integer) ||
               text(m, 4, string) || one(m, 5, value, &Decoder::tensor) || numbers(m, 7, floats) ||
               numbers(m, 8, integers) || texts(m, 9, strings) || whole(m, 20, type);
    });
    // AttributeType; an empty list has no field of its own, nor has a 0
    switch (type) {
        case 1:
            result.value = one_float.empty() ? 0.F : one_float.back();
            break;
        case 2:
            result.value = one_integer.empty() ? Index{0} : one_integer.back();
            break;
        case 3:
            result.value = std::move(string);
            break;
        case 4:
            result.value = value ? std::move(*value) : Tensor{};
            break;
        case 6:
            result.value = std::move(floats);
            break;
        case 7:
            result.value = std::move(integers);
            break;
        case 8:
            result.value = std::move(strings);
            break;
        default:
            fail(say("the attribute \"{}\" has ONNX's type {}", result.name, type),
                 say("numbers, strings or a tensor"));
    }
    return result;
}

Graph Decoder::graph(Reader message) {
    return each_field<Graph>(message, [this](Reader& m, Graph& graph) {
        if (m.tag() == 15) fail(say("this model has sparse tensors"), say("dense ones"));
        return list(m, 1, graph.nodes, &Decoder::node) || list(m, 5, graph.initializers, &Decoder::tensor) ||
               list(m, 11, graph.inputs, &Decoder::value) || list(m, 12, graph.outputs, &Decoder::value);
    });
}

}  // namespace

File decode(std::string_view bytes, ExternalFiles external) {
    try {
        return Decoder(std::move(external)).file(Reader(bytes.data(), bytes.size()));
    } catch (const protozero::exception&) {
        fail(say("is not an ONNX file, or is incomplete"));
    }
}

Tensor decode_tensor(std::string_view bytes) {
    try {
        return Decoder({}).tensor(Reader(bytes.data(), bytes.size()));
    } catch (const protozero::exception&) {
        fail(say("is not an ONNX file, or is incomplete"));
    }
}

}  // namespace gradus::onnx
