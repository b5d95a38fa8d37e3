#include "gradus/export/onnx/reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/evaluate.h"
#include "gradus/export/onnx/recognize.h"

namespace gradus::onnx {

using ValueKind = GraphValue::Kind;

namespace {

// How many examples all inputs agree on: a few, where they leave it open.
Index examples_of(const std::vector<Value>& inputs) {
    constexpr Index few = 3, most = 4096;
    Index examples = few;
    for (const Value& input : inputs)
        if (!input.dims.empty() && input.dims.front() > 0) examples = input.dims.front();
    if (examples > most) refuse(say("this model is for {} examples at once", examples), say("any number"));
    return examples;
}

std::string text_of(const AttributeValue& value) {
    if (const auto* number = std::get_if<float>(&value)) return fmt::format(" {}", *number);
    if (const auto* number = std::get_if<Index>(&value)) return fmt::format(" {}", *number);
    return {};
}

// Numbers that differ, of the size that networks like.
double example_of(Index place) {
    return static_cast<double>((place * 7919 + 3) % 101) / 32. - 1.5;
}

}  // namespace

Reading::Reading(const File& file) : version_(operators_version(file)) {
    for (const Tensor& tensor : file.graph.initializers) {
        work_.allow(static_cast<double>(tensor.size()));
        values_[tensor.name] = {.array = array_of(tensor)};
    }
    for (const Value& input : file.graph.inputs)
        if (!values_.contains(input.name)) inputs_.push_back(input);
    if (file.graph.nodes.size() > 20'000)
        refuse(say("this model has far too many parts"), say("a chain of layers"));
    if (inputs_.empty()) refuse(say("this model has no input"));
    examples_ = examples_of(inputs_);
    input_ = &add({.kind = Step::Kind::input});
    for (const Value& input : inputs_) add_input(input);
    for (const Node& node : file.graph.nodes) read(node);
}

void Reading::add_input(const Value& input) {
    constexpr Index most = Index{1} << 20;
    std::vector<Index> dims = input.dims;
    bool fits = !dims.empty() && dims.size() <= 8;
    Index size = 1;
    for (std::size_t i = 1; fits && i < dims.size(); ++i) {
        fits = dims[i] > 0 && dims[i] <= most / size;
        size *= fits ? dims[i] : 1;
    }
    if (!fits || std::ssize(columns_.units) + size > most)
        refuse(
            say("the input \"{}\" has the shape [{}]", input.name, fmt::format("{}", fmt::join(dims, ", "))),
            say("[N, C] or [N, C, L], of which only N is open"));
    if (input.type == Type::none)
        refuse(say("the input \"{}\" holds no numbers of float or double", input.name));
    dims.front() = examples_;
    work_.spend(static_cast<double>(size * examples_));
    GraphValue value{
        .kind = input.type == Type::string ? ValueKind::texts : ValueKind::numbers,
        .array = array_of(input.type, dims),
        .step = input_,
        .units = array_of(Type::float64, dims),
        .probe = {.type = Type::float64, .dims = {std::ssize(probe_points())}, .numbers = probe_points()}};
    const bool text = value.kind == ValueKind::texts, alone = inputs_.size() == 1;
    const auto first = static_cast<Index>(text ? columns_.columns.size() : columns_.units.size());
    for (Index i = 0; i < size; ++i) {
        const std::string name = alone       ? std::to_string(i + 1)
                                 : size == 1 ? input.name
                                             : fmt::format("{}_{}", input.name, i);
        if (!text) columns_.units.push_back({.column = columns_.columns.size()});
        columns_.columns.push_back({.name = name, .is_text = text});
    }
    for (Index n = 0; n < examples_; ++n)
        for (Index i = 0; i < size; ++i) {
            value.units[n * size + i] = unit_of(n, first + i);
            if (!text) value.array[n * size + i] = example_of(n * size + i);
        }
    if (!values_.emplace(input.name, std::move(value)).second)
        refuse(say("this model has two values called \"{}\"", input.name));
}

void Reading::complain(const std::string& complaint) {
    if (known_complaints_.insert(complaint).second) complaints_.push_back(complaint);
}

void Reading::refuse_all() const {
    if (complaints_.empty()) refuse(say("this model has no output that a network here could give"));
    refuse(
        say("this model has what no layer here can be: {}", fmt::format("{}", fmt::join(complaints_, "; "))),
        say("layers that Gradus knows"));
}

const GraphValue* Reading::find(const std::string& name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

const GraphValue& Reading::output(const std::string& name) {
    GraphValue& value = values_.find(name)->second;
    if (value.kind == ValueKind::numbers && !is_logarithm(value.probe.numbers))
        settle({.operation = say("the output"), .name = name}, value);
    return value;
}

void Reading::read(const Node& node) {
    Inputs inputs;
    bool depends = false;
    for (const std::string& name : node.inputs) {
        const auto found = values_.find(name);
        if (!name.empty() && found == values_.end())
            reject(node, say("its input \"{}\" comes from nowhere, or from behind it", name));
        inputs.push_back(name.empty() ? nullptr : &found->second);
        depends = depends || (!name.empty() && found->second.kind != ValueKind::constant);
    }
    if (node.outputs.empty()) reject(node, say("it has no result"));
    if (!is_known(node)) {
        for (const std::string& name : node.outputs)
            if (!name.empty()) values_.try_emplace(name, GraphValue{.kind = ValueKind::elsewhere});
        return;
    }
    // Sizes and types are known without the input's numbers.
    const bool by_kind =
        node.operation == "Shape" || (node.operation == "CastLike" && !inputs.empty() &&
                                      inputs[0] != nullptr && inputs[0]->kind == ValueKind::constant);
    const bool lost = std::ranges::any_of(
        inputs, [](const GraphValue* x) { return x != nullptr && x->kind == ValueKind::elsewhere; });
    if (depends && (!by_kind || lost)) return read_data(node, inputs);
    std::vector<const Array*> arrays;
    for (const GraphValue* input : inputs) arrays.push_back(input == nullptr ? nullptr : &input->array);
    std::vector<Array> outputs = compute(node, arrays, version_, work_);
    for (std::size_t i = 0; i < std::min(outputs.size(), node.outputs.size()); ++i)
        if (!values_.try_emplace(node.outputs[i], GraphValue{.array = std::move(outputs[i])}).second)
            reject(node, say("this model has two values called \"{}\"", node.outputs[i]));
}

// Notes what is not known of it.
bool Reading::is_known(const Node& node) {
    const Operator* known = find_operator(node);
    if (known == nullptr) {
        complain(node.domain.empty() ? node.operation : node.domain + "." + node.operation);
        return false;
    }
    bool all = true;
    for (const Attribute& given : node.attributes) {
        const auto usual = std::ranges::find(known->attributes, given.name, &KnownAttribute::name);
        const bool turned = given.name == "transA" && given.value != AttributeValue(Index{0});
        const bool fits = usual != known->attributes.end() && usual->usual.index() == given.value.index() &&
                          (!usual->fixed || given.value == usual->usual) && !turned;
        if (!fits) complain(say("{} with {}{}", node.operation, given.name, text_of(given.value)));
        all = all && fits;
    }
    return all;
}

void Reading::read_data(const Node& node, const Inputs& inputs) {
    std::vector<const Array*> arrays;
    bool lost = false;
    for (const GraphValue* input : inputs) {
        arrays.push_back(input == nullptr ? nullptr : &input->array);
        lost = lost || (input != nullptr && input->kind == ValueKind::elsewhere);
    }
    GraphValue result{.kind = ValueKind::elsewhere};
    try {
        if (!lost) {
            std::vector<Array> outputs = compute(node, arrays, version_, work_);
            if (outputs.empty()) reject(node, say("it has no result"));
            result.array = std::move(outputs.front());
            understand(node, inputs, result);
        }
    } catch (const Error& error) {
        complain(error.what());
        result.kind = ValueKind::elsewhere;
    }
    if (!values_.try_emplace(node.outputs.front(), std::move(result)).second)
        reject(node, say("this model has two values called \"{}\"", node.outputs.front()));
    for (std::size_t i = 1; i < node.outputs.size(); ++i)
        if (!node.outputs[i].empty())
            values_.try_emplace(node.outputs[i], GraphValue{.kind = ValueKind::elsewhere});
}

void Reading::understand(const Node& node, const Inputs& inputs, GraphValue& result) {
    const auto is = [&](ValueKind kind) {
        return std::ranges::any_of(inputs,
                                   [kind](const GraphValue* x) { return x != nullptr && x->kind == kind; });
    };
    const Nature nature = find_operator(node)->nature;
    if (is(ValueKind::classes)) return of_classes(node, inputs, result);
    if (node.operation == "ArgMax") return arg_max(node, *inputs[0], result);
    if (is(ValueKind::two)) {
        if (node.operation != "Identity" && node.operation != "Cast" && node.operation != "ZipMap")
            reject(node, say("what it sees are the probabilities of two classes"));
        result.kind = ValueKind::two, result.step = inputs[0]->step;
        return;
    }
    if (node.operation == "OneHotEncoder") return one_hot(node, *inputs[0], result);
    if (is(ValueKind::texts) && nature != Nature::movement && node.operation != "Cast")
        reject(node, say("its input {} is text", 1));
    if (node.operation == "Dropout") return drop_out(node, *inputs[0], result);
    if (nature == Nature::movement || is(ValueKind::texts)) return move(node, inputs, result);
    if (nature == Nature::elementwise) return elementwise(node, inputs, result);
    return layer(node, inputs, result);
}

// The same numbers in other places.
void Reading::move(const Node& node, const Inputs& inputs, GraphValue& result) {
    if (two_classes(node, inputs, result)) return;
    GraphValue* first = nullptr;
    std::vector<const Array*> units;
    std::vector<GraphValue*> data;
    for (GraphValue* input : inputs) {
        if (input != nullptr && input->kind != ValueKind::constant) data.push_back(input);
    }
    if (node.operation == "Concat") unite_columns(node, data);
    for (GraphValue* x : data) {
        if (first == nullptr) first = x;
        if (x->step != first->step || x->kind != first->kind)
            reject(node, say("its inputs come from different layers"));
        if (x->probe.numbers != first->probe.numbers)
            for (GraphValue* one : data) settle(node, *one);
        if (x->step != first->step) reject(node, say("its inputs come from different layers"));
    }
    const Array outside = {.type = Type::float64, .numbers = {-1}};
    Node moved = node;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const bool is_data = inputs[i] != nullptr && inputs[i]->kind != ValueKind::constant;
        if (is_data && node.operation != "Concat" && i > 0)
            reject(node, say("its input {} is not constant", i + 1));
        units.push_back(inputs[i] == nullptr ? nullptr : is_data ? &inputs[i]->units : &inputs[i]->array);
        if (node.operation == "Concat" && !is_data) reject(node, say("its input {} is constant", i + 1));
    }
    if (node.operation == "Pad") {
        const Array* value = inputs.size() > 2 && inputs[2] != nullptr ? &inputs[2]->array : nullptr;
        const double number = value != nullptr && value->size() == 1
                                  ? (*value)[0]
                                  : static_cast<double>(std::get<float>(attribute(node, "value")));
        if (number != 0) reject(node, say("it adds {}", number), say("zeros"));
        settle(node, *first);
        units.resize(std::max<std::size_t>(units.size(), 3));
        units[2] = &outside;
    }
    if (node.operation == "Cast") {  // of text
        result.units = first->units;
    } else {
        result.units = std::move(compute(moved, units, version_, work_).front());
    }
    result.kind = first->kind, result.step = first->step;
    result.probe = first->probe, result.operations = first->operations;
    if (data.size() == 1 && first->probe.numbers != probe_points()) {
        settle(node, *first);
        result.step = first->step, result.probe = first->probe, result.operations.clear();
    }
}

// Columns of the file that were scaled in groups: as if all had been scaled at once.
void Reading::unite_columns(const Node& node, const Inputs& data) {
    const bool differ =
        std::ranges::any_of(data, [&](const GraphValue* x) { return x->step != data[0]->step; });
    if (!differ) return;
    Step step{.kind = Step::Kind::affine, .before = input_, .same_units = true, .sees_columns = true};
    std::vector<bool> known(columns_.units.size());
    step.scale.assign(known.size(), 1), step.shift.assign(known.size(), 0);
    for (GraphValue* x : data) {
        if (x->kind != ValueKind::numbers) return;
        settle(node, *x);
        std::vector<const Step*> chain;
        for (const Step* at = x->step; at != input_; at = at->before) {
            if (at->kind != Step::Kind::affine || !at->sees_columns) return;
            chain.push_back(at);
        }
        for (const double place : x->units.numbers) {
            const auto unit = static_cast<std::size_t>(static_cast<Index>(place) % unit_stride);
            double scale = 1, shift = 0;
            for (std::size_t i = chain.size(); i-- > 0;) {
                if (unit >= chain[i]->scale.size()) continue;
                scale *= chain[i]->scale[unit];
                shift = shift * chain[i]->scale[unit] + chain[i]->shift[unit];
            }
            if (known[unit] && (step.scale[unit] != scale || step.shift[unit] != shift))
                reject(node, say("it has more than one number for an input"));
            known[unit] = true, step.scale[unit] = scale, step.shift[unit] = shift;
        }
    }
    const Step& together = add(std::move(step));
    for (GraphValue* x : data) x->step = &together;
}

void Reading::drop_out(const Node& node, GraphValue& x, GraphValue& result) {
    settle(node, x);
    double rate = static_cast<double>(std::get<float>(attribute(node, "ratio")));
    if (node.inputs.size() > 1 && !node.inputs[1].empty()) {
        const GraphValue& given = values_.find(node.inputs[1])->second;
        if (given.kind != ValueKind::constant || given.array.size() != 1)
            reject(node, say("its ratio is not one float"));
        rate = given.array[0];
    }
    result.kind = ValueKind::numbers, result.units = x.units, result.probe = x.probe, result.step = x.step;
    if (!(rate > 0 && rate < 1)) return;
    result.step = &add(
        {.before = x.step, .same_units = true, .text = fmt::format("dropout {}", static_cast<float>(rate))});
}

Step& Reading::add(Step step) {
    if (steps_.size() > 100'000) refuse(say("this model has far too many parts"), say("a chain of layers"));
    return steps_.emplace_back(std::move(step));
}

bool Reading::sees_columns(const Step& step) const {
    const Step* at = &step;
    while (at->same_units) at = at->before;
    return at == input_;
}

Shape Reading::shape_of(const Step& step) const {
    const Step* at = &step;
    while (at->same_units) at = at->before;
    if (at != input_) return at->out;
    return columns_.order.empty() ? Shape{.channels = std::ssize(columns_.units)} : columns_.shape;
}

Index Reading::place_of(const Step& step, Index unit) const {
    if (!sees_columns(step) || columns_.order.empty()) return unit;
    return columns_.places[static_cast<std::size_t>(unit)];
}

}  // namespace gradus::onnx
