#include "gradus/export/onnx/features.h"

#include <algorithm>
#include <cmath>

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;

template <class F>
std::vector<double> of_each(const std::vector<NumericFeature>& features, F f) {
    std::vector<double> numbers;
    for (const NumericFeature& feature : features) numbers.push_back(f(feature));
    return numbers;
}

std::vector<float> rounded(const std::vector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

// The preprocessing of the columns of numbers, x -> f(x), step by step.
class NumbersWriter {
public:
    NumbersWriter(GraphBuilder& graph, const Features& features, Flow x)
        : graph_(graph), features_(features), x_(std::move(x)) {
        const Shape shape = x_.shape;
        shape_ = x_.series ? Ints{1, shape.channels, shape.length} : Ints{1, shape.channels};
        axes_ = x_.series ? Ints{1, 2} : Ints{1};
    }

    Flow operator()() {
        if (features_.divisor != 1)
            step("Div", "divided", graph_.numbers("divisor", {}, {features_.divisor}));
        fill();
        scale();
        if (features_.scaling == Scaling::series) scale_each_example();
        return x_;
    }

private:
    [[nodiscard]] bool with_ml_operators() const { return graph_.type() == Type::float32 && !x_.series; }

    void step(const char* operation, const char* result, const std::string& other) {
        x_.name = graph_.node(operation, result, {x_.name, other});
    }

    void fill() {
        const auto fills = of_each(features_.numeric, [](const auto& feature) { return feature.fill; });
        if (std::ranges::all_of(fills, [](double fill) { return std::isnan(fill); })) return;
        if (with_ml_operators()) {
            x_.name = graph_.node("Imputer", "filled", {x_.name},
                                  {{"imputed_value_floats", rounded(fills)},
                                   {"replaced_value_float", static_cast<float>(missing)}},
                                  "ai.onnx.ml");
            return;
        }
        const std::string is_missing = graph_.node("IsNaN", "is_missing", {x_.name});
        const std::string means = graph_.numbers("fill", shape_, fills);
        x_.name = graph_.node("Where", "filled", {is_missing, means, x_.name});
    }

    void scale() {
        const auto& numeric = features_.numeric;
        if (std::ranges::all_of(numeric, [](const auto& feature) { return feature.line == Line{}; })) return;
        const auto offsets = of_each(numeric, [](const auto& feature) { return feature.line.offset; });
        if (with_ml_operators()) {
            const auto factors =
                of_each(numeric, [](const auto& feature) { return 1 / feature.line.divisor; });
            x_.name = graph_.node("Scaler", "scaled", {x_.name},
                                  {{"offset", rounded(offsets)}, {"scale", rounded(factors)}}, "ai.onnx.ml");
            return;
        }
        const auto divisors = of_each(numeric, [](const auto& feature) { return feature.line.divisor; });
        step("Sub", "centred", graph_.numbers("offset", shape_, offsets));
        step("Div", "scaled", graph_.numbers("scale", shape_, divisors));
    }

    std::string reduce(const char* operation, const char* result, const std::string& x) {
        return graph_.node(operation, result, {x}, {{"axes", axes_}});
    }

    // First to 0 .. 1, so that no square is too small or too large; what never varies is divided by 1.
    void scale_each_example() {
        const std::string zero = graph_.numbers("zero", {}, {0}), one = graph_.numbers("one", {}, {1});
        const std::string smallest = reduce("ReduceMin", "smallest", x_.name);
        const std::string largest = reduce("ReduceMax", "largest", x_.name);
        const std::string range = graph_.node("Sub", "range", {largest, smallest});
        const std::string never_varies = graph_.node("Equal", "never_varies", {range, zero});
        step("Sub", "from_smallest", smallest);
        step("Div", "from_0_to_1", graph_.node("Where", "range_or_1", {never_varies, one, range}));
        step("Sub", "from_mean", reduce("ReduceMean", "mean", x_.name));
        const std::string squares = graph_.node("Mul", "squares", {x_.name, x_.name});
        const std::string variance = reduce("ReduceMean", "variance", squares);
        const std::string deviation = graph_.node("Sqrt", "deviation", {variance});
        step("Div", "standardized", graph_.node("Where", "deviation_or_1", {never_varies, one, deviation}));
    }

    GraphBuilder& graph_;
    const Features& features_;
    Flow x_;
    Ints shape_, axes_;
};

// [N, 1] texts to [N, categories]: an unseen one, or none, is all zeros.
std::string write_text(GraphBuilder& graph, const TextFeature& feature, const std::string& input) {
    const std::string one_hot =
        graph.node("OneHotEncoder", feature.name + " one-hot", {input},
                   {{"cats_strings", feature.categories}, {"zeros", Index{1}}}, "ai.onnx.ml");
    std::string flat = graph.node("Flatten", feature.name + " flat", {one_hot}, {{"axis", Index{1}}});
    if (graph.type() == Type::float32) return flat;
    return graph.node("Cast", feature.name + " double", {flat}, {{"to", static_cast<Index>(graph.type())}});
}

std::string concatenated(GraphBuilder& graph, const char* result, const std::vector<std::string>& parts) {
    return parts.size() == 1 ? parts.front() : graph.node("Concat", result, parts, {{"axis", Index{1}}});
}

}  // namespace

Flow write_features(GraphBuilder& graph, const Features& features, Shape shape) {
    if (features.text.empty()) {
        const bool series = shape.length > 1;
        const std::string name = graph.input(
            "features", graph.type(), series ? Ints{shape.channels, shape.length} : Ints{shape.channels});
        return NumbersWriter(graph, features, {.name = name, .shape = shape, .series = series})();
    }
    std::vector<std::string> columns, texts, parts;
    for (const NumericFeature& feature : features.numeric)
        columns.push_back(graph.input(feature.name, graph.type(), {1}));
    for (const TextFeature& feature : features.text)
        texts.push_back(graph.input(feature.name, Type::string, {1}));
    if (!columns.empty()) {
        const auto width = static_cast<Index>(columns.size());
        const std::string name = concatenated(graph, "numbers", columns);
        parts.push_back(NumbersWriter(graph, features, {.name = name, .shape = {.channels = width}})().name);
    }
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (!features.text[i].categories.empty())
            parts.push_back(write_text(graph, features.text[i], texts[i]));
    return {.name = concatenated(graph, "encoded", parts), .shape = shape};
}

}  // namespace gradus::onnx
