// How are classes understood, and what stands for them: their numbers, one-hot columns, what was missing?

#include <cmath>

#include "gradus/core/say.h"
#include "gradus/export/onnx/reading.h"
#include "gradus/export/onnx/recognize.h"

namespace gradus::onnx {

using ValueKind = GraphValue::Kind;

namespace {

bool keeps_whole_numbers(const Array& probe) {
    for (std::size_t i = 0; i < probe_points().size(); ++i)
        if (const double z = probe_points()[i]; z == std::trunc(z) && probe.numbers[i] != z) return false;
    return true;
}

}  // namespace

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
    if (classes == nullptr) reject(node, say("what it sees are classes"));
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
        for (Index i = 0; whole && i < x.units.size(); ++i) whole = x.units[i] == unit_of(i / size, i % size);
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
        for (Index k = 0; k < count; ++k) result.units[i * count + k] = unit_of(n, first[column] + k);
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

}  // namespace gradus::onnx
