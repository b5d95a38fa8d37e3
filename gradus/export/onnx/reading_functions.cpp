// How is an activation understood, whatever operators compute it? By its values.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gradus/core/say.h"
#include "gradus/export/onnx/reading.h"
#include "gradus/export/onnx/recognize.h"

namespace gradus::onnx {

using ValueKind = GraphValue::Kind;

namespace {

std::string list_of(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

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
    if (first == nullptr || first->kind != ValueKind::numbers || result.array.dims != first->array.dims)
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
    if (found) scale_all(node, x, found->in_scale, found->in_shift);
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
    if (found) scale_all(node, x, found->scale, found->shift);
}

// The same for each unit.
void Reading::scale_all(const Node& node, GraphValue& x, double scale, double shift) {
    if (scale == 1 && shift == 0) return;
    Array scales = array_of(Type::float64, x.array.dims), shifts = scales;
    std::ranges::fill(scales.numbers, scale);
    std::ranges::fill(shifts.numbers, shift);
    GraphValue scaled;
    give_scale(x, scales, shifts, scaled, node);
    x.step = scaled.step;
}

}  // namespace gradus::onnx
