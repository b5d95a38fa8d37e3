#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>

#include "gradus/export/onnx/features.h"

namespace gradus::onnx {
namespace {

// The class names as numbers, if every one is the usual text of a whole number.
std::optional<std::vector<Index>> whole_numbers(const std::vector<std::string>& texts) {
    std::vector<Index> numbers;
    for (const std::string& text : texts) {
        Index number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        if (std::to_string(number) != text) return std::nullopt;
        numbers.push_back(number);
    }
    return numbers;
}

// [N] numbers of classes to their names.
void write_label(GraphBuilder& graph, const std::vector<std::string>& classes, const std::string& number,
                 const std::string& label) {
    std::vector<Index> numbers(classes.size());
    std::iota(numbers.begin(), numbers.end(), Index{0});
    const auto names = whole_numbers(classes);
    std::vector<Attribute> attributes{{"keys_int64s", numbers}};
    if (names) {
        attributes.push_back({"values_int64s", *names});
    } else {
        attributes.push_back({"values_strings", classes});
    }
    graph.node("LabelEncoder", label, {number}, std::move(attributes), "ai.onnx.ml");
    graph.output(label, names ? Type::int64 : Type::string, {});
}

// One output p: the second class from 0.5 on (ONNX's Binarizer would say so only above).
void write_two_classes(GraphBuilder& graph, const Target& target, const std::string& p,
                       const OutputNames& names) {
    const std::string one = graph.numbers("one", {}, {1}), half = graph.numbers("half", {}, {0.5});
    const std::string is_second = graph.node("GreaterOrEqual", "is_second_class", {p, half});
    const std::string column =
        graph.node("Cast", "class_column", {is_second}, {{"to", static_cast<Index>(Type::int64)}});
    const std::string number = graph.node("Squeeze", "class_number", {column, graph.integers("axis", {1})});
    write_label(graph, target.classes, number, names.label);
    const std::string first = graph.node("Sub", "first_class", {one, p});
    graph.node("Concat", names.probabilities, {first, p}, {{"axis", Index{1}}});
}

void write_classes(GraphBuilder& graph, const Target& target, const Flow& outputs, const OutputNames& names) {
    if (outputs.shape.size() == 1) {
        write_two_classes(graph, target, outputs.name, names);
    } else {
        const std::string number = graph.node("ArgMax", "class_number", {outputs.name},
                                              {{"axis", Index{1}}, {"keepdims", Index{0}}});
        write_label(graph, target.classes, number, names.label);
        graph.node("Identity", names.probabilities, {outputs.name});
    }
    graph.output(names.probabilities, graph.type(), {static_cast<Index>(target.classes.size())});
}

void write_labels(GraphBuilder& graph, const Flow& outputs, const OutputNames& names) {
    const Index count = outputs.shape.size();
    const std::string half = graph.numbers("half", {}, {0.5});
    const std::string has = graph.node("GreaterOrEqual", "has_label", {outputs.name, half});
    graph.node("Cast", names.label, {has}, {{"to", static_cast<Index>(Type::int64)}});
    graph.output(names.label, Type::int64, {count});
    graph.node("Identity", names.probabilities, {outputs.name});
    graph.output(names.probabilities, graph.type(), {count});
}

}  // namespace

static std::string output_name(Task task) {
    return task == Task::encode ? "code" : task == Task::reconstruct ? "reconstruction" : "prediction";
}

OutputNames reserve_outputs(GraphBuilder& graph, const Target& target) {
    if (target.task != Task::classify && target.task != Task::multilabel)
        return {.prediction = graph.reserve(output_name(target.task))};
    return {.label = graph.reserve("label"), .probabilities = graph.reserve("probabilities")};
}

void write_outputs(GraphBuilder& graph, const Target& target, const Flow& outputs, const OutputNames& names) {
    if (target.task == Task::classify) return write_classes(graph, target, outputs, names);
    if (target.task == Task::multilabel) return write_labels(graph, outputs, names);
    const Index count = outputs.shape.size();
    std::vector<double> divisors(static_cast<std::size_t>(count), 1.0), offsets(divisors.size(), 0.0);
    for (std::size_t i = 0; i < target.lines.size(); ++i) {
        divisors[i] = target.lines[i].says_nothing() ? 0 : target.lines[i].divisor;
        offsets[i] = target.lines[i].offset;
    }
    const Type type = target.in_double ? Type::float64 : graph.type();
    std::string x = outputs.name;
    if (type != graph.type()) x = graph.cast("outputs_in_double", x, type);
    const bool clips = !target.lowest.empty();
    const std::string unclipped = clips ? "unclipped" : names.prediction;
    if (std::ranges::all_of(target.lines, [](const Line& line) { return line == Line{}; })) {
        x = graph.node("Identity", unclipped, {x});
    } else {
        const std::string scaled = graph.node(
            "Mul", "scaled_back", {x, graph.numbers(type, "target_divisor", {1, count}, divisors)});
        x = graph.node("Add", unclipped, {scaled, graph.numbers(type, "target_offset", {1, count}, offsets)});
    }
    if (clips) {
        const std::string lowest = graph.numbers(type, "target_lowest", {1, count}, target.lowest),
                          highest = graph.numbers(type, "target_highest", {1, count}, target.highest);
        graph.node("Min", names.prediction, {graph.node("Max", "at_least", {x, lowest}), highest});
    }
    graph.output(names.prediction, type, {count});
}

}  // namespace gradus::onnx
