#include "gradus/export/numpy/network.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/activation.h"
#include "gradus/nn/layers/convolution.h"
#include "gradus/nn/words.h"

namespace gradus {
namespace {

std::string number(Index n) {
    return std::to_string(n);
}

// The letter of the matrix that leaves a layer; with none it leaves what entered.
std::string letter(const LayerKind& kind, const LayerPlan& plan) {
    if (!plan.parameters.empty()) return "Z";
    if (kind.activation) return "A";
    if (kind.name == "residual(") return "";
    if (kind.name == ")") return "S";
    if (kind.name.ends_with("pool")) return "P";
    return kind.name == "dropout" ? "D" : "F";
}

// A series of one position is kept as a vector; to a window it is a series.
std::string as_series(const std::string& name, Shape shape) {
    return shape.length > 1 ? name : name + "[:, np.newaxis]";
}

// What convolution and pooling ask for besides.
void name_window(const std::string& kind, Words words, Shape in, Shape out, NumpyFilling& filling) {
    Window window;
    Index groups = 1;
    if (kind == "conv") {
        window.size = words.sizes("", Index{1} << 20).second;
    } else {
        window.size = window.stride = words.whole_number("", 1, Index{1} << 20);
    }
    window.read_options(words, kind == "conv" ? &groups : nullptr);
    const Index all = window.padded(in.length), before = window.zeros_before();
    const std::string x = as_series(filling.names["x"], in), seen = number(in.channels / groups);
    const std::string padding = kind == "maxpool"   ? ", constant_values=-np.inf"
                                : kind == "avgpool" ? ", constant_values=np.nan"
                                                    : "";
    filling.set("pads", all > in.length);
    filling.set("groups", groups > 1);
    filling.names.insert(
        {{"size", number(window.size)},
         {"stride", number(window.stride)},
         {"dilation", number(window.dilation)},
         {"positions", number(out.length)},
         {"padded_length", number(all)},
         {"padded", all == in.length ? x
                                     : "np.pad(" + x + ", ((0, 0), (" + number(before) + ", " +
                                           number(all - in.length - before) + "), (0, 0))" + padding + ")"},
         {"inside",
          (all == in.length ? "" : "[:, " + number(before) + ":" + number(before + in.length) + "]") +
              std::string(in.length > 1 ? "" : "[:, 0]")},
         {"first", out.length > 1 ? "" : "[:, 0]"},
         {"dy_series", as_series("d" + filling.names["y"], out)},
         {"groups", number(groups)},
         {"per_group", seen},
         {"filters", number(out.channels)},
         {"filters_per_group", number(out.channels / groups)},
         {"W_groups",
          number(groups) + ", " + number(out.channels / groups) + ", " + seen + ", " + number(window.size)},
         {"over_out", out.length > 1 ? "axis=(1, 2)" : "axis=1"}});
}

}  // namespace

NumpyNetwork::NumpyNetwork(const Recipe& recipe)
    : network_(recipe.shape, recipe.network, {.initializer = Initializer::zeros}) {
    if (recipe.shape.length == 1) {
        sizes_.emplace_back("n_x");
        constants_ += "n_x = " + number(recipe.shape.channels) + "\n";
    }
    for (std::size_t i = 0; i < network_.size(); ++i) add(i, recipe.initializer);
    const bool dropout = std::ranges::count(steps_, "dropout", &Step::kind) > 0;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const std::size_t partner = network_.partner(i);
        steps_[i].filling.names["other"] = steps_[partner].filling.names.at(partner > i ? "y" : "x");
        steps_[i].filling.names["training"] = dropout ? "step is not None" : "training";
    }
}

void NumpyNetwork::add(std::size_t i, Initializer initializer) {
    const std::string text = network_.layer(i).text();
    const LayerKind* kind = find_layer(text);
    if (kind == nullptr || !has_numpy_piece("forward " + kind->name))
        throw Error(Fault::input, {.place = "layer \"" + text + "\"", .found = "cannot be written in NumPy"});
    const LayerPlan& plan = network_.plan(i);
    const Shape in = network_.in_of(i), out = plan.out;
    Words words(text, text);
    if (!words.number_follows()) words.take();
    const double usual = kind->name == "leaky_relu" ? LeakyRelu{}.alpha : Elu{}.alpha;

    const auto learns = [](const Step& s) { return !s.parameters.empty(); };
    const std::string n = number(std::ranges::count_if(steps_, learns) + (plan.parameters.empty() ? 0 : 1));
    const std::string x = i > 0 ? steps_.back().filling.names.at("y") : in.length > 1 ? "S" : "X";
    const std::string y = letter(*kind, plan);
    Step step{.kind = kind->name,
              .filling = {},
              .parameters = plan.parameters,
              .draw = initializer_names[static_cast<std::size_t>(network_.initializer_of(i, initializer))]};
    step.filling.names = {
        {"x", x},
        {"y", y.empty() ? x : unused(y + n)},
        {"n", n},
        {"layer", std::to_string(i)},
        {"number", to_text(words.number_follows() ? to_number(words.peek()) : usual)},
        {"channels", number(in.channels)},
        {"length", number(in.length)},
        {"entering", number(in.size())},
        {"over", in.length > 1 ? "axis=(1, 2)" : "axis=1"},
        {"shape", number(out.channels) + (out.length > 1 ? " x " + number(out.length) : "")}};
    step.filling.set("series", in.length > 1);
    if (kind->name == "conv" || kind->name == "maxpool" || kind->name == "avgpool")
        name_window(kind->name, words, in, out, step.filling);
    name_channels(i, step);
    for (const Statistic& statistic : plan.statistics)
        statistics_.push_back("\"" + statistic.name + n +
                              "\": " + (statistic.start == 0 ? "np.zeros((" : "np.ones((") +
                              number(statistic.size) + (in.length > 1 ? ", 1, 1))" : ", 1))"));
    steps_.push_back(std::move(step));
}

// n_x, n_h and n_y for the inputs and the units of dense layers, numbers for other channels.
void NumpyNetwork::name_channels(std::size_t i, Step& step) {
    auto& names = step.filling.names;
    const Shape in = network_.in_of(i), out = network_.plan(i).out;
    const std::string inputs = i > 0            ? steps_.back().filling.names.at("units")
                               : in.length == 1 ? "n_x"
                                                : number(in.channels);
    names["units"] = out.channels == in.channels ? inputs : number(out.channels);
    if (step.kind == "dense") {
        const Index before = dense_layers(0, i), after = dense_layers(i + 1, network_.size());
        names["units"] = after == 0 ? "n_y" : before + after == 1 ? "n_h" : "n_h" + number(before + 1);
        sizes_.push_back(names["units"]);
        constants_ += names["units"] + " = " + number(out.channels) + "\n";
    }
    if (step.parameters.empty()) return;
    const Parameter& W = step.parameters.front();
    const bool dense = step.kind == "dense";
    names["W_shape"] = dense ? names["units"] + ", " + inputs
                             : number(W.rows) + ", " + number(W.columns / W.window) + ", " + number(W.window);
    names["fan_in"] = dense ? inputs : number(W.fan_in);
    names["fan_out"] = dense ? names["units"] : number(W.fan_out);
    names["b_shape"] = names["units"] + (out.length > 1 ? ", 1, 1" : ", 1");
}

Index NumpyNetwork::dense_layers(std::size_t begin, std::size_t end) const {
    Index count = 0;
    for (std::size_t i = begin; i < end; ++i)
        if (find_layer(network_.layer(i).text())->name == "dense") ++count;
    return count;
}

std::string NumpyNetwork::unused(const std::string& name) const {
    const auto taken = [this](const std::string& y) {
        return std::ranges::any_of(steps_, [&](const Step& s) { return s.filling.names.at("y") == y; });
    };
    if (!taken(name)) return name;
    char second = 'b';
    while (second < 'z' && taken(name + second)) ++second;
    return name + second;
}

std::string NumpyNetwork::lines(const std::string& what, const Step& step) const {
    return numpy_piece(what + " " + step.kind, step.filling);
}

std::string NumpyNetwork::windows() const {
    std::string text;
    for (const Step& step : steps_)
        if (step.filling.names.contains("stride")) text += numpy_piece("window", step.filling);
    return text;
}

std::string NumpyNetwork::forward() const {
    std::string text;
    if (network_.in().length > 1)
        text = "S = X.reshape(" + number(network_.in().channels) + ", " + number(network_.in().length) +
               ", -1)  # channels x length x m\n";
    for (const Step& step : steps_) text += lines("forward", step);
    return text;
}

// From the loss to the first layer that learns.
std::string NumpyNetwork::backward(bool fused, const std::string& slope) const {
    std::string text = "d" + steps_.back().filling.names.at(fused ? "x" : "y") + " = " + slope + "\n";
    const auto learns = [](const Step& step) { return !step.parameters.empty(); };
    const auto first = static_cast<std::size_t>(std::ranges::find_if(steps_, learns) - steps_.begin());
    for (std::size_t i = steps_.size() - (fused ? 1 : 0); i-- > first;) {
        if (learns(steps_[i])) text += lines("gradient", steps_[i]);
        if (i > first) text += lines("backward", steps_[i]);
    }
    return text;
}

// W1, b1 = parameters["W1"], parameters["b1"]: those that the code asks for.
std::string NumpyNetwork::used_parameters(const std::string& code) const {
    const auto asked = words_of_python(code);
    std::string text;
    for (const Step& step : steps_) {
        std::vector<std::string> names, items;
        for (const Parameter& parameter : step.parameters) {
            const std::string name = parameter.name + step.filling.names.at("n");
            if (!asked.contains(name)) continue;
            names.push_back(name);
            items.push_back("parameters[\"" + name + "\"]");
        }
        if (!names.empty()) text += listed(names) + " = " + listed(items) + "\n";
    }
    return text;
}

void NumpyNetwork::name_parameters(NumpyFilling& filling) const {
    std::string drawn;
    std::vector<std::string> parameters, gradients;
    for (const Step& step : steps_)
        for (const Parameter& parameter : step.parameters) {
            const std::string name = parameter.name + step.filling.names.at("n");
            drawn += parameter.weight ? numpy_piece("draw " + step.draw, step.filling)
                                      : name + (parameter.start == 0 ? " = np.zeros((" : " = np.ones((") +
                                            step.filling.names.at("b_shape") + "))\n";
            parameters.push_back("\"" + name + "\": " + name);
            gradients.push_back("\"d" + name + "\": d" + name);
        }
    filling.names["drawn"] = drawn;
    filling.names["parameters"] = listed(parameters);
    filling.names["gradients"] = listed(gradients);
}

// What leaves the network, and what the cost is calculated from.
void NumpyNetwork::name_ends(const Ends& ends, NumpyFilling& filling) const {
    auto& names = filling.names;
    const std::string a = steps_.back().filling.names.at("y"), z = steps_.back().filling.names.at("x");
    names["a"] = a;
    names["z"] = z;
    names["judged"] = ends.exact ? z : a;
    names["judged_cached"] = ends.exact ? "cache[\"" + z + "\"]" : a;
    names["losses"] = numpy_piece("loss " + (ends.exact ? ends.fused_loss : ends.loss), filling);
    names["sizes"] = listed(sizes_);
    names["constants"] = constants_;
    names["state"] = statistics_.empty() ? "parameters" : "parameters, statistics";
    names["new_statistics"] = listed(statistics_);
    filling.set("statistics", !statistics_.empty());
    filling.set("dropout", std::ranges::count(steps_, "dropout", &Step::kind) > 0);
}

// The derivative of each example's loss.
std::string NumpyNetwork::slope(const Ends& ends, const NumpyFilling& filling) const {
    std::string slope = numpy_piece("slope " + (ends.fused ? ends.fused_loss : ends.loss), filling);
    slope.pop_back();  // the end of the line
    const Index outputs = network_.out().size();
    if (ends.loss != "cross_entropy" && outputs > 1)
        slope = "(" + slope + ") / " + number(outputs);  // a mean
    return filling.conditions.contains("weights") ? "(" + slope + ") * weights" : slope;
}

// What forward assigns and the way back, or the cost, asks for; and what the way back takes out again.
void NumpyNetwork::name_cache(const Ends& ends, NumpyFilling& filling) const {
    auto& names = filling.names;
    const auto asked = words_of_python(names["backward"]);
    std::vector<std::string> cached;
    names["used_backward"] = used_parameters(names["backward"]);
    for (const std::string_view line : lines_of_python(names["forward"]))
        for (const std::string& name : words_of_python(line.substr(0, line.find(" = ")))) {
            const std::string item = "\"" + name + "\": " + name;
            const bool wanted = asked.contains(name) || (ends.exact && name == names["z"]);
            if (!wanted || std::ranges::count(cached, item) > 0) continue;
            cached.push_back(item);
            if (asked.contains(name)) names["used_backward"] += name + " = cache[\"" + name + "\"]\n";
        }
    names["used_forward"] = used_parameters(names["forward"]);
    names["cache"] = listed(cached);
}

std::string NumpyNetwork::write(const std::string& loss, NumpyFilling& filling) const {
    Ends ends{.loss = loss, .fused_loss = loss + " of " + steps_.back().kind};
    ends.fused = has_numpy_piece("loss " + ends.fused_loss);
    ends.exact = ends.fused && !filling.conditions.contains("tutorial");
    name_ends(ends, filling);
    filling.names["forward"] = forward();
    filling.names["backward"] = backward(ends.fused, slope(ends, filling));
    name_cache(ends, filling);
    name_parameters(filling);
    return numpy_piece("network", filling);
}

}  // namespace gradus
