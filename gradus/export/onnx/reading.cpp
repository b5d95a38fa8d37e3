#include "gradus/export/onnx/reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/evaluate.h"
#include "gradus/export/onnx/recognize.h"

namespace gradus::onnx {

using ValueKind = GraphValue::Kind;

namespace {

std::string list_of(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, ", "));
}

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

bool keeps_whole_numbers(const Array& probe) {
    for (std::size_t i = 0; i < probe_points().size(); ++i)
        if (const double z = probe_points()[i]; z == std::trunc(z) && probe.numbers[i] != z) return false;
    return true;
}

// Numbers that differ, of the size that networks like.
double example_of(Index place) {
    return static_cast<double>((place * 7919 + 3) % 101) / 32. - 1.5;
}

}  // namespace

Reading::Reading(const File& file) : version_(operators_version(file)) {
    for (const Tensor& tensor : file.graph.initializers) values_[tensor.name] = {.array = array_of(tensor)};
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
            value.units[n * size + i] = static_cast<double>(n * unit_stride + first + i);
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

// [1 - p, p]
bool Reading::two_classes(const Node& node, const Inputs& inputs, GraphValue& result) {
    if (node.operation != "Concat" || inputs.size() != 2 || inputs[0] == nullptr || inputs[1] == nullptr)
        return false;
    GraphValue &first = *inputs[0], &second = *inputs[1];
    if (first.kind != ValueKind::numbers || second.kind != ValueKind::numbers || first.step != second.step)
        return false;
    if (shape_of(*first.step).size() != 1 || first.step == input_ || result.array.rank() != 2) return false;
    for (std::size_t i = 0; i < probe_points().size(); ++i)
        if (!(std::abs(first.probe.numbers[i] + second.probe.numbers[i] - 1) < 1e-6)) return false;
    settle(node, second);
    result.kind = ValueKind::two, result.step = second.step;
    return true;
}

// What an operator makes of classes, it makes of each of them.
void Reading::of_classes(const Node& node, const Inputs& inputs, GraphValue& result) {
    const Operator& known = *find_operator(node);
    std::vector<const Array*> arrays;
    const GraphValue* classes = nullptr;
    Array one_by_one;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i] == nullptr) reject(node, say("its input {} is missing", i + 1));
        if (inputs[i]->kind == ValueKind::classes) {
            if (classes != nullptr) reject(node, say("its inputs come from different layers"));
            classes = inputs[i];
        } else if (inputs[i]->kind != ValueKind::constant) {
            reject(node, say("its inputs come from different layers"));
        }
        arrays.push_back(inputs[i]->kind == ValueKind::classes ? &inputs[i]->probe : &inputs[i]->array);
    }
    const bool looks_up = node.operation == "ArrayFeatureExtractor" || node.operation == "Gather";
    result.kind = ValueKind::classes, result.step = classes->step;
    if ((known.nature == Nature::movement && !looks_up) ||
        (node.operation == "Cast" && classes->probe.is_text())) {
        result.probe = classes->probe;
    } else if (known.nature == Nature::elementwise || looks_up) {
        result.probe = std::move(compute(node, arrays, version_, work_).front());
    } else {
        reject(node, say("what it sees are classes"));
    }
    if (result.probe.size() != classes->probe.size()) reject(node, say("what it sees are classes"));
    result.probe.dims = {result.probe.size()};
}

void Reading::arg_max(const Node& node, GraphValue& x, GraphValue& result) {
    const Index axis = std::get<Index>(attribute(node, "axis")), rank = x.array.rank();
    if (rank != 2 || (axis != 1 && axis != -1)) reject(node, say("it is not over the numbers of an example"));
    if (x.kind != ValueKind::two) {
        settle(node, x);
        const Index size = shape_of(*x.step).size();
        bool whole = x.array.dim(1) == size;
        for (Index i = 0; whole && i < x.units.size(); ++i)
            whole = x.units[i] == static_cast<double>(i / size * unit_stride + i % size);
        if (!whole || x.step == input_) reject(node, say("it is not over the numbers of an example"));
    }
    result.kind = ValueKind::classes, result.step = x.step;
    std::vector<Index> numbers;
    for (Index k = 0; k < x.array.dim(1); ++k) numbers.push_back(k);
    result.probe = integers(numbers);
}

void Reading::one_hot(const Node& node, GraphValue& x, GraphValue& result) {
    if (x.step != input_ || (x.kind == ValueKind::numbers && !keeps_whole_numbers(x.probe)))
        reject(node, say("what it sees are no columns of the file"));
    const auto& texts = std::get<std::vector<std::string>>(attribute(node, "cats_strings"));
    const auto& wholes = std::get<std::vector<Index>>(attribute(node, "cats_int64s"));
    std::vector<std::string> names = texts;
    if (x.kind == ValueKind::numbers) {
        names.clear();
        for (const Index whole : wholes) names.push_back(std::to_string(whole));
    }
    const std::set<std::string> different(names.begin(), names.end());
    if (!columns_.order.empty()) reject(node, say("a column is encoded twice"));
    if (names.empty() || different.size() != names.size())
        reject(node, say("its categories are not different"));
    std::map<std::size_t, Index> first;  // unit of each column
    result.units = array_of(Type::float64, result.array.dims);
    const auto count = static_cast<Index>(names.size());
    for (Index i = 0; i < x.units.size(); ++i) {
        const auto unit = static_cast<Index>(x.units[i]), n = unit / unit_stride;
        const auto at = static_cast<std::size_t>(unit % unit_stride);
        const std::size_t column = x.kind == ValueKind::texts ? at : columns_.units[at].column;
        if (columns_.units.size() > (1U << 20U)) reject(node, say("its categories are not different"));
        if (!first.contains(column)) {
            FileColumn& of_file = columns_.columns[column];
            if (!of_file.categories.empty() ||
                (x.kind == ValueKind::numbers && columns_.units[at].category != FileUnit::number))
                reject(node, say("a column is encoded twice"));
            of_file.categories = names;
            first[column] = static_cast<Index>(columns_.units.size());
            for (Index k = 0; k < count; ++k) columns_.units.push_back({.column = column, .category = k});
        }
        for (Index k = 0; k < count; ++k)
            result.units[i * count + k] = static_cast<double>(n * unit_stride + first[column] + k);
    }
    result.kind = ValueKind::numbers, result.step = input_;
    result.probe = {.type = Type::float64, .dims = {std::ssize(probe_points())}, .numbers = probe_points()};
}

void Reading::impute(const Node& node, GraphValue& x, GraphValue& result) {
    const bool is_nan = std::isnan(std::get<float>(attribute(node, "replaced_value_float")));
    const auto& fills = std::get<std::vector<float>>(attribute(node, "imputed_value_floats"));
    if (x.step != input_ || x.probe.numbers != probe_points() || !is_nan || fills.empty())
        reject(node, say("it fills something else than missing numbers of the file"));
    const auto columns = static_cast<std::size_t>(x.array.dim(-1));
    for (std::size_t i = 0; i < x.units.numbers.size(); ++i) {
        const FileUnit& unit =
            columns_.units[static_cast<std::size_t>(static_cast<Index>(x.units.numbers[i]) % unit_stride)];
        if (unit.category != FileUnit::number) reject(node, say("what it sees are no columns of the file"));
        columns_.columns[unit.column].fill = static_cast<double>(fills[fills.size() == 1 ? 0 : i % columns]);
    }
    result.kind = ValueKind::numbers, result.step = x.step, result.units = x.units, result.probe = x.probe;
}

void Reading::elementwise(const Node& node, const Inputs& inputs, GraphValue& result) {
    GraphValue* first = nullptr;
    bool one_function = true;
    std::vector<GraphValue*> data;
    for (GraphValue* input : inputs) {
        if (input == nullptr) continue;
        if (input->kind == ValueKind::constant) {
            one_function = one_function && (input->array.size() == 1 || node.operation == "CastLike");
            continue;
        }
        if (node.operation == "CastLike" && first != nullptr) continue;
        if (first == nullptr) first = input;
        data.push_back(input);
        one_function =
            one_function && input->step == first->step && input->units.numbers == first->units.numbers;
    }
    if (first->kind != ValueKind::numbers || result.array.dims != first->array.dims)
        reject(node, say("it changes the sizes of what it sees"));
    if (one_function) return function_of(node, inputs, result);
    if (data.size() == 2 && inputs.size() == 2 && (node.operation == "Add" || node.operation == "Sum"))
        return join(node, *data[0], *data[1], result);
    if (data.size() == 1) return scale(node, inputs, result);
    reject(node, say("its inputs come from different layers"));
}

void Reading::function_of(const Node& node, const Inputs& inputs, GraphValue& result) {
    std::vector<const Array*> arrays;
    std::vector<Array> single;
    single.reserve(inputs.size());
    for (const GraphValue* input : inputs) {
        if (input == nullptr) {
            arrays.push_back(nullptr);
        } else if (input->kind == ValueKind::constant && input->array.size() == 1) {
            single.push_back(input->array);
            single.back().dims.clear();
            arrays.push_back(&single.back());
        } else {
            arrays.push_back(input->kind == ValueKind::constant ? &input->array : &input->probe);
        }
        if (input == nullptr || input->kind == ValueKind::constant) continue;
        result.step = input->step, result.units = input->units, result.kind = ValueKind::numbers;
        for (const std::string& name : input->operations)
            if (std::ranges::find(result.operations, name) == result.operations.end())
                result.operations.push_back(name);
    }
    Work exact;
    exact.exact = true;
    result.probe = std::move(compute(node, arrays, version_, exact).front());
    result.operations.push_back(node.operation);
    result.node = &node;
}

// The values that make up a function, the last first; those of a long one only in part.
std::vector<GraphValue*> Reading::parts_of(const GraphValue& x) {
    constexpr std::size_t most = 64;
    std::vector<GraphValue*> parts;
    std::vector<const Node*> nodes{x.node};
    for (std::size_t i = 0; i < nodes.size() && parts.size() < most; ++i)
        for (const std::string& name : nodes[i]->inputs) {
            const auto found = values_.find(name);
            if (found == values_.end() || found->second.kind != ValueKind::numbers ||
                found->second.step != x.step)
                continue;
            if (std::ranges::find(parts, &found->second) != parts.end()) continue;
            parts.push_back(&found->second);
            if (found->second.node != nullptr) nodes.push_back(found->second.node);
        }
    return parts;
}

// The probe of x as a function of one of its parts; nothing where it does not go through that alone.
std::optional<Array> Reading::probe_from(const GraphValue& part, const GraphValue& x, int depth) {
    constexpr int most = 64;
    if (&x == &part)
        return Array{.type = Type::float64, .dims = {std::ssize(probe_points())}, .numbers = probe_points()};
    if (x.node == nullptr || x.step != part.step || depth > most) return {};
    std::vector<Array> arrays;
    std::vector<const Array*> inputs;
    arrays.reserve(x.node->inputs.size());
    for (const std::string& name : x.node->inputs) {
        const auto found = values_.find(name);
        if (name.empty() || found == values_.end()) {
            inputs.push_back(nullptr);
            continue;
        }
        std::optional<Array> array = found->second.array;
        if (found->second.kind == ValueKind::constant) {
            array->dims.clear();
        } else {
            array = probe_from(part, found->second, depth + 1);
        }
        if (!array) return {};
        arrays.push_back(std::move(*array));
        inputs.push_back(&arrays.back());
    }
    Work exact;
    exact.exact = true;
    return std::move(compute(*x.node, inputs, version_, exact).front());
}

// An activation behind an activation, or behind a bias: one of the parts is a step of its own.
bool Reading::settle_through(const Node& node, GraphValue& x) {
    constexpr int most = 64;
    if (x.node == nullptr || depth_ > most) return false;
    for (GraphValue* part : parts_of(x)) {
        if (part->probe.numbers == probe_points()) continue;
        std::optional<Array> probe = probe_from(*part, x, 0);
        if (!probe || !recognize(probe->numbers)) continue;
        ++depth_;
        settle(node, *part);
        --depth_;
        x.step = part->step, x.probe = std::move(*probe), x.node = nullptr;
        return true;
    }
    return false;
}

// A number of its own for each unit.
void Reading::scale(const Node& node, const Inputs& inputs, GraphValue& result) {
    const bool second = inputs[0]->kind == ValueKind::constant;
    GraphValue& x = *inputs[second ? 1 : 0];
    const Array& given = inputs[second ? 0 : 1]->array;
    const std::string& what = node.operation;
    if ((what != "Add" && what != "Sub" && what != "Mul" && what != "Div") || (what == "Div" && second))
        reject(node, say("it has a number of its own for each input"));
    settle(node, x);
    Array factor = array_of(Type::float64, x.array.dims), sum = factor;
    const std::vector<Index> from = places(given, x.array.dims);
    for (Index i = 0; i < factor.size(); ++i) {
        const double c = given[from[static_cast<std::size_t>(i)]];
        factor[i] = what == "Mul" ? c : what == "Div" ? 1 / c : what == "Sub" && second ? -1 : 1;
        sum[i] = what == "Add" || (what == "Sub" && second) ? c : what == "Sub" ? -c : 0;
    }
    give_scale(x, factor, sum, result, node);
}

void Reading::give_scale(const GraphValue& x, const Array& scale, const Array& shift, GraphValue& result,
                         const Node& node) {
    const auto units = x.step == input_ || sees_columns(*x.step)
                           ? columns_.units.size()
                           : static_cast<std::size_t>(shape_of(*x.step).size());
    Step step{.kind = Step::Kind::affine,
              .before = x.step,
              .same_units = true,
              .sees_columns = sees_columns(*x.step),
              .scale = std::vector<double>(units, 1),
              .shift = std::vector<double>(units, 0)};
    std::vector<bool> known(units);
    for (Index i = 0; i < x.units.size(); ++i) {
        if (x.units[i] < 0) reject(node, say("it scales zeros at the ends"));
        const auto unit = static_cast<std::size_t>(static_cast<Index>(x.units[i]) % unit_stride);
        if (known[unit] && (step.scale[unit] != scale[i] || step.shift[unit] != shift[i]))
            reject(node, say("it has more than one number for an input"));
        known[unit] = true, step.scale[unit] = scale[i], step.shift[unit] = shift[i];
    }
    result.kind = ValueKind::numbers, result.units = x.units;
    result.probe = {.type = Type::float64, .dims = {std::ssize(probe_points())}, .numbers = probe_points()};
    result.step = &add(std::move(step));
}

// A residual connection: one of the two comes from the other.
void Reading::join(const Node& node, GraphValue& a, GraphValue& b, GraphValue& result) {
    settle(node, a);
    settle(node, b);
    const auto is_before = [](const Step* early, const Step* late) {
        while (late != nullptr && late != early) late = late->before;
        return late != nullptr;
    };
    const bool second = is_before(a.step, b.step);
    if (!second && !is_before(b.step, a.step)) reject(node, say("its inputs come from different layers"));
    const GraphValue &from = second ? a : b, &to = second ? b : a;
    constexpr Index most = 1000;  // residual connections
    if (++residuals_ > most) refuse(say("this model has far too many parts"), say("a chain of layers"));
    if (from.units.numbers != to.units.numbers || shape_of(*from.step) != shape_of(*to.step) ||
        from.step == to.step)
        reject(node, say("its inputs stand in another order"));
    result.kind = ValueKind::numbers, result.units = to.units, result.probe = to.probe;
    result.step = &add(
        {.kind = Step::Kind::residual, .before = to.step, .start = from.step, .out = shape_of(*to.step)});
}

void Reading::settle(const Node& node, GraphValue& x) {
    if (x.kind != ValueKind::numbers) reject(node, say("what it sees are no numbers"));
    if (x.probe.numbers == probe_points()) return;
    std::optional<Recognized> found = recognize(x.probe.numbers);
    if (!found && settle_through(node, x)) found = recognize(x.probe.numbers);
    if (!found) {
        complain(x.operations.size() == 1
                     ? x.operations.front()
                     : say("{}: together no activation that is known here", list_of(x.operations)));
        const Step& unknown = add({.before = x.step, .same_units = true, .text = "?"});
        x.step = &unknown;
    } else if (!found->text.empty()) {
        x.step = &add({.before = x.step, .same_units = true, .text = found->text});
    }
    x.probe = {.type = Type::float64, .dims = {std::ssize(probe_points())}, .numbers = probe_points()};
    x.operations.clear(), x.node = nullptr;
    if (!found || (found->scale == 1 && found->shift == 0)) return;
    Array scale = array_of(Type::float64, x.array.dims), shift = scale;
    std::ranges::fill(scale.numbers, found->scale);
    std::ranges::fill(shift.numbers, found->shift);
    GraphValue scaled;
    give_scale(x, scale, shift, scaled, node);
    x.step = scaled.step;
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
