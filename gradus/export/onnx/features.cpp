#include "gradus/export/onnx/features.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "gradus/data/quantile_bins.h"

namespace gradus::onnx {
namespace {

using Ints = std::vector<Index>;

using Numeric = std::span<const NumericFeature>;

template <class F>
std::vector<double> of_each(Numeric features, F f) {
    std::vector<double> numbers;
    for (const NumericFeature& feature : features) numbers.push_back(f(feature));
    return numbers;
}

std::vector<float> rounded(const std::vector<double>& numbers) {
    return {numbers.begin(), numbers.end()};
}

// The type in which a column of numbers enters, and is computed.
Type type_of_column(const GraphBuilder& graph, const NumericFeature& feature) {
    return feature.in_double ? Type::float64 : graph.type();
}

// The preprocessing of columns of numbers that have one type, x -> f(x), step by step; their bins besides.
class NumbersWriter {
public:
    NumbersWriter(GraphBuilder& graph, const Features& features, Numeric numeric, Flow x)
        : graph_(graph),
          features_(features),
          numeric_(numeric),
          type_(type_of_column(graph, numeric.front())),
          x_(std::move(x)) {
        const Shape shape = x_.shape;
        shape_ = x_.series ? Ints{1, shape.channels, shape.length} : Ints{1, shape.channels};
        axes_ = x_.series ? Ints{1, 2} : Ints{1};
    }

    Flow operator()() {
        if (features_.divisor != 1) step("Div", "divided", numbers("divisor", {}, {features_.divisor}));
        fill();
        filled_ = x_.name;
        scale();
        if (features_.scaling == Scaling::series) scale_each_example();
        if (type_ != graph_.type()) x_.name = graph_.cast("rounded", x_.name, graph_.type());
        return x_;
    }

    // Where each number is in the bins of its column; empty without bins. After the numbers.
    std::string bins() { return type_ == Type::float32 ? bins_of<float>() : bins_of<double>(); }

private:
    [[nodiscard]] bool with_ml_operators() const { return type_ == Type::float32 && !x_.series; }

    std::string numbers(const char* name, Ints dims, const std::vector<double>& numbers) {
        return graph_.numbers(type_, name, std::move(dims), numbers);
    }

    void step(const char* operation, const char* result, const std::string& other) {
        x_.name = graph_.node(operation, result, {x_.name, other});
    }

    void fill() {
        const auto fills = of_each(numeric_, [](const auto& feature) { return feature.fill; });
        if (std::ranges::all_of(fills, [](double fill) { return std::isnan(fill); })) return;
        if (with_ml_operators()) {
            x_.name = graph_.node("Imputer", "filled", {x_.name},
                                  {{"imputed_value_floats", rounded(fills)},
                                   {"replaced_value_float", static_cast<float>(missing)}},
                                  "ai.onnx.ml");
            return;
        }
        const std::string is_missing = graph_.node("IsNaN", "is_missing", {x_.name});
        const std::string means = numbers("fill", shape_, fills);
        x_.name = graph_.node("Where", "filled", {is_missing, means, x_.name});
    }

    void scale() {
        if (std::ranges::all_of(numeric_, [](const auto& feature) { return feature.line == Line{}; })) return;
        const auto offsets = of_each(numeric_, [](const auto& feature) { return feature.line.offset; });
        if (with_ml_operators()) {
            const auto factors =
                of_each(numeric_, [](const auto& feature) { return 1 / feature.line.divisor; });
            x_.name = graph_.node("Scaler", "scaled", {x_.name},
                                  {{"offset", rounded(offsets)}, {"scale", rounded(factors)}}, "ai.onnx.ml");
            return;
        }
        const auto divisors = of_each(numeric_, [](const auto& feature) { return feature.line.divisor; });
        step("Sub", "centred", numbers("offset", shape_, offsets));
        step("Div", "scaled", numbers("scale", shape_, divisors));
    }

    // in_bin (quantile_bins.h) of the column that each bin belongs to.
    template <class T>
    std::string bins_of() {
        Ints columns;
        std::vector<double> lows, widths;
        for (std::size_t i = 0; i < numeric_.size(); ++i) {
            const std::vector<T> edges(numeric_[i].edges.begin(), numeric_[i].edges.end());
            for (std::size_t k = 1; k < edges.size(); ++k) {
                columns.push_back(static_cast<Index>(i));
                lows.push_back(double(edges[k - 1]));
                widths.push_back(double(twice_width(edges[k - 1], edges[k])));
            }
        }
        if (columns.empty()) return {};
        const Ints dims{1, static_cast<Index>(columns.size())};
        const std::string of_bins =
            graph_.node("Gather", "of_each_bin", {filled_, graph_.integers("columns_of_bins", columns)},
                        {{"axis", Index{1}}});
        const std::string from_edge =
            graph_.node("Sub", "from_edge", {of_bins, numbers("edges", dims, lows)});
        const std::string into = graph_.node("Div", "into_bin", {from_edge, numbers("widths", dims, widths)});
        const std::string bins = graph_.node(
            "Clip", "bins", {into, numbers("bin_begins", {}, {0}), numbers("bin_ends", {}, {0.5})});
        return type_ == graph_.type() ? bins : graph_.cast("bins_rounded", bins, graph_.type());
    }

    std::string reduce(const char* operation, const char* result, const std::string& x) {
        return graph_.node(operation, result, {x}, {{"axes", axes_}});
    }

    // First to 0 .. 1, so that no square is too small or too large; what never varies is divided by 1.
    void scale_each_example() {
        const std::string zero = numbers("zero", {}, {0}), one = numbers("one", {}, {1});
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
    Numeric numeric_;
    Type type_;
    Flow x_;
    std::string filled_ = {};
    Ints shape_, axes_;
};

// [N, 1] texts to [N, categories]: an unseen one, or none, is all zeros.
std::string write_text(GraphBuilder& graph, const TextFeature& feature, const std::string& input) {
    const std::string one_hot =
        graph.node("OneHotEncoder", feature.name + " one-hot", {input},
                   {{"cats_strings", feature.categories}, {"zeros", Index{1}}}, "ai.onnx.ml");
    std::string flat = graph.node("Flatten", feature.name + " flat", {one_hot}, {{"axis", Index{1}}});
    if (feature.never_varies)
        flat = graph.node("Mul", feature.name + " without effect",
                          {flat, graph.numbers(Type::float32, feature.name + " zero", {}, {0})});
    return graph.type() == Type::float32 ? flat : graph.cast(feature.name + " double", flat, graph.type());
}

// [N, 1] seconds since 1970, in double, to [N, width]: DateFeature::encode with operators.
class DateWriter {
public:
    DateWriter(GraphBuilder& graph, const DateFeature& feature, std::string input)
        : graph_(graph), feature_(feature), input_(std::move(input)) {}

    std::vector<std::string> operator()() {
        const std::string is_missing = graph_.node("IsNaN", named("missing"), {input_});
        const std::string seconds =
            graph_.node("Where", named("filled"), {is_missing, number("fill", feature_.fill), input_});
        const std::string centred = with("Sub", "centred", seconds, feature_.line.offset);
        std::vector<std::string> parts{result("time", with("Div", "scaled", centred, feature_.line.divisor))};
        if (feature_.cycles.empty()) return parts;
        const std::string days =
            graph_.node("Floor", named("days"), {with("Div", "in days", seconds, 86'400)});
        for (const DateCycle cycle : feature_.cycles) {
            const std::string name = date_cycle_names[static_cast<std::size_t>(cycle)];
            const std::string angle =
                with("Mul", name + " angle", phase(cycle, name, seconds, days), 2 * std::numbers::pi);
            parts.push_back(result(name + " sine", graph_.node("Sin", named(name + " sin"), {angle})));
            const std::string ahead =
                with("Add", name + " ahead", angle, std::numbers::pi / 2);  // no Cos in double
            parts.push_back(result(name + " cosine", graph_.node("Sin", named(name + " cos"), {ahead})));
        }
        return parts;
    }

private:
    [[nodiscard]] std::string named(const std::string& what) const { return feature_.name + " " + what; }
    std::string number(const std::string& what, double x) {
        return graph_.numbers(Type::float64, named(what + " number"), {}, {x});
    }
    std::string with(const char* operation, const std::string& what, const std::string& x, double y) {
        return graph_.node(operation, named(what), {x, number(what, y)});
    }
    std::string result(const std::string& what, const std::string& x) {
        return graph_.type() == Type::float64 ? x : graph_.cast(named(what), x, graph_.type());
    }
    std::string difference(const std::string& what, const std::string& x, const std::string& y) {
        return graph_.node("Sub", named(what), {x, y});
    }
    // x - period * floor(x / period)
    std::string rest(const std::string& what, const std::string& x, double period) {
        const std::string turns =
            graph_.node("Floor", named(what + " turns"), {with("Div", what + " turned", x, period)});
        return difference(what, x, with("Mul", what + " before", turns, period));
    }
    std::string phase(DateCycle cycle, const std::string& name, const std::string& seconds,
                      const std::string& days) {
        if (cycle == DateCycle::time_of_day)
            return with("Div", name,
                        difference(name + " seconds", seconds, with("Mul", "before", days, 86'400)), 86'400);
        if (cycle == DateCycle::day_of_week)
            return with("Div", name, rest("days since Monday", with("Add", "from a Monday", days, 3), 7), 7);
        const std::string years = with("Div", "years", days, 365.2425);
        return difference(name, years, graph_.node("Floor", named("whole years"), {years}));
    }

    GraphBuilder& graph_;
    const DateFeature& feature_;
    std::string input_;
};

std::string concatenated(GraphBuilder& graph, const char* result, const std::vector<std::string>& parts) {
    return parts.size() == 1 ? parts.front() : graph.node("Concat", result, parts, {{"axis", Index{1}}});
}

}  // namespace

bool has_one_input(const Features& features, Shape shape, Type type) {
    const bool doubles = std::ranges::any_of(features.numeric, &NumericFeature::in_double);
    return features.text.empty() && features.dates.empty() &&
           (shape.length > 1 || type == Type::float64 || !doubles);
}

Shape input_shape(const Features& features, Shape shape) {
    if (features.bins() > 0) return {.channels = static_cast<Index>(features.numeric.size())};
    if (features.masked_channels == 0) return shape;
    if (shape.length == features.masked_length())
        return {.channels = features.masked_channels, .length = shape.length};
    return {.channels = static_cast<Index>(features.numeric.size())};
}

namespace {

// 1 where a number is there in any channel, behind the channels.
Flow with_mask(GraphBuilder& graph, const Features& features, const std::string& raw, Flow x, Shape shape) {
    const Ints dims{Value::any, features.masked_channels, features.masked_length()};
    const std::string series =
        graph.node("Reshape", "channels", {raw, graph.integers("channels_shape", dims)});
    const std::string is_missing =
        graph.cast("missing_as_number", graph.node("IsNaN", "missing_places", {series}), graph.type());
    const std::string all_missing = graph.node("ReduceMin", "all_missing", {is_missing}, {{"axes", Ints{1}}});
    const std::string mask = graph.node("Sub", "mask", {graph.numbers("present", {}, {1}), all_missing});
    const std::string filled =
        graph.node("Reshape", "filled_channels", {x.name, graph.integers("filled_shape", dims)});
    x = {.name = graph.node("Concat", "masked", {filled, mask}, {{"axis", Index{1}}}),
         .shape = {.channels = dims[1] + 1, .length = dims[2]},
         .series = true};
    if (x.shape == shape) return x;
    x = graph.as_vector(x);
    x.shape = shape;
    return x;
}

Flow write_one_input(GraphBuilder& graph, const Features& features, Shape shape) {
    const Shape in = input_shape(features, shape);
    const bool series = in.length > 1;
    const Type type = type_of_column(graph, features.numeric.front());
    const std::string name =
        graph.input("features", type, series ? Ints{in.channels, in.length} : Ints{in.channels});
    NumbersWriter writer(graph, features, features.numeric, {.name = name, .shape = in, .series = series});
    const Flow x = writer();
    if (features.bins() > 0)
        return {.name = concatenated(graph, "encoded", {x.name, writer.bins()}), .shape = shape};
    return features.masked_channels == 0 ? x : with_mask(graph, features, name, x, shape);
}

// Columns beside each other that have one type go through the arithmetic together.
std::vector<std::string> write_numbers(GraphBuilder& graph, const Features& features,
                                       const std::vector<std::string>& inputs) {
    std::vector<std::string> parts, bins;
    for (std::size_t begin = 0, end = 0; begin < inputs.size(); begin = end) {
        const bool in_double = features.numeric[begin].in_double;
        while (end < inputs.size() && features.numeric[end].in_double == in_double) ++end;
        const std::vector<std::string> columns(inputs.begin() + static_cast<std::ptrdiff_t>(begin),
                                               inputs.begin() + static_cast<std::ptrdiff_t>(end));
        const Numeric numeric = Numeric(features.numeric).subspan(begin, end - begin);
        const Flow x{.name = concatenated(graph, "numbers", columns),
                     .shape = {.channels = static_cast<Index>(numeric.size())}};
        NumbersWriter writer(graph, features, numeric, x);
        parts.push_back(writer().name);
        bins.push_back(writer.bins());
    }
    std::ranges::copy_if(bins, std::back_inserter(parts), [](const auto& name) { return !name.empty(); });
    return parts;
}

}  // namespace

Flow write_features(GraphBuilder& graph, const Features& features, Shape shape) {
    if (has_one_input(features, shape, graph.type())) return write_one_input(graph, features, shape);
    std::vector<std::string> columns, dates, texts;
    for (const NumericFeature& feature : features.numeric)
        columns.push_back(graph.input(feature.name, type_of_column(graph, feature), {1}));
    for (const DateFeature& feature : features.dates)
        dates.push_back(graph.input(feature.name, Type::float64, {1}));
    for (const TextFeature& feature : features.text)
        texts.push_back(graph.input(feature.name, Type::string, {1}));
    std::vector<std::string> parts = write_numbers(graph, features, columns);
    for (std::size_t i = 0; i < dates.size(); ++i)
        std::ranges::copy(DateWriter(graph, features.dates[i], dates[i])(), std::back_inserter(parts));
    for (std::size_t i = 0; i < texts.size(); ++i)
        if (!features.text[i].categories.empty())
            parts.push_back(write_text(graph, features.text[i], texts[i]));
    return {.name = concatenated(graph, "encoded", parts), .shape = shape};
}

}  // namespace gradus::onnx
