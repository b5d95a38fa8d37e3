#include "gradus/export/onnx/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus::onnx {
namespace {

constexpr double usual_numbers = 1 << 24, most_multiplications = 1U << 31;

[[noreturn]] void refuse_size(double most_numbers) {
    throw Error(Fault::input, {.found = say("one example takes too much memory or time"),
                               .expected = say("at most {} numbers and {} multiplications",
                                               static_cast<Index>(most_numbers),
                                               static_cast<Index>(most_multiplications))});
}

std::vector<Operator> all_operators() {
    std::vector<Operator> all;
    for (auto list : {elementwise_operators, movement_operators, layer_operators, ml_operators})
        for (Operator& one : list()) all.push_back(std::move(one));
    return all;
}

}  // namespace

void refuse(const std::string& found, const std::string& expected) {
    throw Error(Fault::input, {.found = found, .expected = expected});
}

Index product_of(std::span<const Index> dims) {
    double product = 1;
    for (const Index dim : dims) product *= static_cast<double>(dim);
    if (!(product >= 0 && product <= 1e15) || std::ranges::any_of(dims, [](Index dim) { return dim < 0; }))
        refuse_size(usual_numbers);
    Index size = 1;
    for (const Index dim : dims) size *= dim;
    return size;
}

void Work::spend(double numbers, double multiplications) {
    numbers_ += numbers;
    multiplications_ += multiplications;
    const double most = std::max(usual_numbers, 4 * there_);
    if (!(numbers_ <= most && multiplications_ <= most_multiplications)) refuse_size(most);
}

template <class T>
static std::vector<double> in_double(const Tensor& tensor) {
    const std::vector<T> numbers = numbers_of<T>(tensor);
    return {numbers.begin(), numbers.end()};
}

Array array_of(const Tensor& tensor) {
    Array array{.type = tensor.type, .dims = tensor.dims};
    switch (tensor.type) {
        case Type::float32:
            array.numbers = in_double<float>(tensor);
            break;
        case Type::float64:
            array.numbers = numbers_of<double>(tensor);
            break;
        case Type::int32:
            array.numbers = in_double<std::int32_t>(tensor);
            break;
        case Type::int64:
            array.numbers = in_double<Index>(tensor);
            break;
        case Type::boolean:
            array.numbers = in_double<std::int8_t>(tensor);
            break;
        case Type::string:
            array.texts = tensor.texts;
            break;
        case Type::none:
            break;
    }
    return array;
}

Array integers(const std::vector<Index>& numbers) {
    return {.type = Type::int64,
            .dims = {static_cast<Index>(numbers.size())},
            .numbers = {numbers.begin(), numbers.end()}};
}

Array array_of(Type type, std::vector<Index> dims) {
    Array array{.type = type, .dims = std::move(dims)};
    const auto size = static_cast<std::size_t>(product_of(array.dims));
    if (array.is_text()) {
        array.texts.resize(size);
    } else {
        array.numbers.resize(size);
    }
    return array;
}

const Operator* find_operator(const Node& node) {
    static const std::vector<Operator> table = all_operators();
    const std::string_view domain = node.domain == "ai.onnx" ? std::string_view() : node.domain;
    const auto found = std::ranges::find_if(
        table, [&](const Operator& one) { return one.name == node.operation && one.domain == domain; });
    return found == table.end() ? nullptr : &*found;
}

const AttributeValue& attribute(const Node& node, std::string_view name) {
    const auto& known = find_operator(node)->attributes;
    const AttributeValue& usual = std::ranges::find(known, name, &KnownAttribute::name)->usual;
    for (const Attribute& attribute : node.attributes) {
        if (attribute.name != name) continue;
        if (attribute.value.index() != usual.index()) reject(node, say("its {} is of another kind", name));
        return attribute.value;
    }
    return usual;
}

void reject(const Node& node, const std::string& found, const std::string& expected) {
    throw Error(
        Fault::input,
        {.place = fmt::format("{} \"{}\"", node.operation, node.name), .found = found, .expected = expected});
}

const Array& Call::in(std::size_t i) const {
    const Array* array = optional(i);
    if (array == nullptr) reject(node, say("its input {} is missing", i + 1));
    return *array;
}

std::vector<Index> Call::wholes(std::size_t i, std::string_view name) const {
    const Array* array = optional(i);
    std::vector<Index> result;
    constexpr Index most = Index{1} << 50;  // what is meant by more is: to the end
    if (array == nullptr && !name.empty())
        for (const Index x : get<std::vector<Index>>(name)) result.push_back(std::clamp(x, -most, most));
    if (array == nullptr) return result;
    for (const double x : array->numbers) {
        if (std::isnan(x)) reject(node, say("its input {} is no list of sizes", i + 1));
        result.push_back(static_cast<Index>(std::clamp(x, -double(most), double(most))));
    }
    return result;
}

Index Call::axis(Index axis, Index rank) const {
    if (axis < -rank || axis >= rank) reject(node, say("it has no axis {}", axis));
    return axis < 0 ? axis + rank : axis;
}

Array& Call::make(Type type, std::vector<Index> dims) {
    constexpr double text = double(sizeof(std::string)) / sizeof(double);
    work.spend(static_cast<double>(product_of(dims)) * (type == Type::string ? text : 1));
    outputs.push_back(array_of(type, std::move(dims)));
    return outputs.back();
}

void Call::finish(Array& array) const {
    if (array.type == Type::float32 && !work.exact)
        for (double& x : array.numbers) x = static_cast<double>(static_cast<float>(x));
}

std::vector<Index> broadcast(const Node& node, std::span<const Array* const> arrays) {
    std::size_t rank = 0;
    for (const Array* array : arrays) rank = std::max(rank, array->dims.size());
    std::vector<Index> dims(rank, 1);
    for (const Array* array : arrays)
        for (std::size_t i = 0; i < array->dims.size(); ++i) {
            Index& dim = dims[rank - array->dims.size() + i];
            const Index other = array->dims[i];
            if (dim != other && dim != 1 && other != 1) reject(node, say("its inputs do not fit each other"));
            if (other != 1) dim = other;
        }
    return dims;
}

Walk::Walk(std::span<const Array* const> arrays, const std::vector<Index>& dims)
    : dims_(dims), at_(dims.size(), 0) {
    for (const Array* array : arrays) {
        const std::size_t missing = dims.size() - array->dims.size();
        Walker& walker = walkers_.emplace_back(Walker{std::vector<Index>(dims.size(), 0)});
        Index size = 1;
        for (std::size_t i = dims.size(); i-- > missing;) {
            const Index dim = array->dims[i - missing];
            walker.step[i] = dim == 1 ? 0 : size;
            size *= dim;
        }
    }
}

void Walk::next() {
    for (std::size_t i = dims_.size(); i-- > 0;) {
        const bool within = ++at_[i] < dims_[i];
        for (Walker& walker : walkers_) walker.place += walker.step[i] * (within ? 1 : 1 - dims_[i]);
        if (within) break;
        at_[i] = 0;
    }
}

std::vector<Index> places(const Array& array, const std::vector<Index>& dims) {
    const std::array<const Array*, 1> arrays{&array};
    std::vector<Index> result(static_cast<std::size_t>(product_of(dims)));
    Walk walk(arrays, dims);
    for (Index& place : result) place = walk[0], walk.next();
    return result;
}

std::vector<Array> compute(const Node& node, std::span<const Array* const> inputs, Index version,
                           Work& work) {
    const Operator* known = find_operator(node);
    if (known == nullptr) reject(node, say("is not known here"));
    Call call{.node = node, .version = version, .inputs = inputs, .work = work};
    known->compute(call);
    for (Array& output : call.outputs) call.finish(output);
    return std::move(call.outputs);
}

}  // namespace gradus::onnx
