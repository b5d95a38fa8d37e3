#include "gradus/export/numpy/network.h"

#include <algorithm>

#include "gradus/core/number.h"
#include "gradus/export/layer_forms.h"
#include "gradus/export/numpy/loss.h"
#include "gradus/export/numpy/python.h"
#include "gradus/nn/layers/convolution.h"

namespace gradus {
namespace {

std::string number(Index n) {
    return std::to_string(n);
}

// "stride=2, pad=(1, 1), dilation=1"
std::string moves(const Window& window, Index length) {
    const Index before = window.zeros_before(), behind = window.padded(length) - length - before;
    return "stride=" + number(window.stride) + ", pad=(" + number(before) + ", " + number(behind) +
           "), dilation=" + number(window.dilation);
}

// How the initializer draws a W, from the sizes in `names`.
std::string draw(Initializer initializer) {
    switch (initializer) {
        case Initializer::normal:
            return "W{n} = np.random.randn({W})\n";
        case Initializer::uniform:
            return "W{n} = np.random.uniform(-1, 1, ({W}))\n";
        case Initializer::he:
            return "W{n} = np.random.randn({W}) * np.sqrt(2 / {fan_in})\n";
        case Initializer::lecun:
            return "W{n} = np.random.randn({W}) * np.sqrt(1 / {fan_in})\n";
        case Initializer::zeros:
            return "W{n} = np.zeros(({W}))\n";
        case Initializer::automatic:
        case Initializer::glorot:
            break;
    }
    return "r = np.sqrt(6 / ({fan_in} + {fan_out}))\nW{n} = np.random.uniform(-r, r, ({W}))\n";
}

// "16, 3, 4": rows, channels, window.
std::string shape_of(const Parameter& parameter) {
    return number(parameter.rows) + ", " + number(parameter.columns / parameter.window) + ", " +
           number(parameter.window);
}

std::string constant(const std::string& name, double value, const std::string& shape) {
    return name + (value == 0 ? " = np.zeros((" : " = np.ones((") + shape + "))\n";
}

}  // namespace

NumpyNetwork::NumpyNetwork(const Recipe& recipe)
    : network_(recipe.shape, recipe.network, {.initializer = Initializer::zeros}) {
    if (recipe.shape.length == 1) sizes_.emplace_back("n_x", recipe.shape.channels);
    for (std::size_t i = 0; i < network_.size(); ++i) add(i, recipe.initializer);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const std::size_t partner = network_.partner(i);
        steps_[i].names["other"] = partner > i ? steps_[partner].y() : steps_[partner].x();
    }
}

void NumpyNetwork::add(std::size_t i, Initializer initializer) {
    Step step{.layer = network_.layer(i).describe(),
              .plan = network_.plan(i),
              .in = network_.in_of(i),
              .initializer = network_.initializer_of(i, initializer)};
    const Shape in = step.in, out = step.plan.out;
    const std::string letter(step.layer.function ? "A" : require_form(step.layer).numpy.letter);
    const std::string n = number(std::ranges::count_if(steps_, &Step::learns) + (step.learns() ? 1 : 0));
    const std::string x = i > 0 ? steps_.back().y() : in.length > 1 ? "S" : "X";
    const std::string inputs = i > 0            ? steps_.back().names.at("channels")
                               : in.length == 1 ? "n_x"
                                                : number(in.channels);
    const std::string units = units_of(i, inputs),
                      positions = out.length > 1 ? " x " + number(out.length) : "";
    step.names = {{"x", x},
                  {"y", letter.empty() ? x : unused(letter + n)},
                  {"n", n},
                  {"layer", number(static_cast<Index>(i))},
                  {"over", in.length > 1 ? "(1, 2)" : "1"},
                  {"over_out", out.length > 1 ? "(1, 2)" : "1"},
                  {"units", in.length > 1 ? "(0, 1)" : "0"},
                  {"entering", number(in.size())},
                  {"channels", units},
                  {"shape", units + positions},
                  {"b", units + (out.length > 1 ? ", 1, 1" : ", 1")}};
    for (const LayerSetting& setting : step.layer.settings) step.names[setting.name] = setting.text();
    if (step.names.contains("stride")) step.names["moves"] = moves(Window::of(step.layer), in.length);
    if (step.learns()) {
        const Parameter& W = step.plan.parameters.front();
        const bool dense = step.layer.kind == "dense";
        step.names["W"] = dense ? units + ", " + inputs : shape_of(W);
        step.names["fan_in"] = dense ? inputs : number(W.fan_in);
        step.names["fan_out"] = dense ? units : number(W.fan_out);
    }
    steps_.push_back(std::move(step));
}

// n_x, n_h and n_y for the inputs and the units of dense layers, numbers for other channels.
std::string NumpyNetwork::units_of(std::size_t i, const std::string& inputs) {
    const Index units = network_.plan(i).out.channels;
    if (network_.layer(i).describe().kind != "dense")
        return units == network_.in_of(i).channels ? inputs : number(units);
    const auto dense = [this](std::size_t begin, std::size_t end) {
        Index count = 0;
        for (std::size_t k = begin; k < end; ++k)
            if (network_.layer(k).describe().kind == "dense") ++count;
        return count;
    };
    const Index before = dense(0, i), after = dense(i + 1, network_.size());
    sizes_.emplace_back(after == 0 ? "n_y" : before + after == 1 ? "n_h" : "n_h" + number(before + 1), units);
    return sizes_.back().first;
}

std::string NumpyNetwork::unused(const std::string& name) const {
    const auto taken = [this](const std::string& y) {
        return std::ranges::find(steps_, y, &Step::y) != steps_.end();
    };
    if (!taken(name)) return name;
    char second = 'b';
    while (second < 'z' && taken(name + second)) ++second;
    return name + second;
}

bool NumpyNetwork::has(const std::string& kind) const {
    return std::ranges::any_of(steps_, [&](const Step& step) { return step.layer.kind == kind; });
}

bool NumpyNetwork::needs_step() const {
    return words_of_python(forward()).contains("step");
}

bool NumpyNetwork::keeps_means() const {
    return std::ranges::any_of(steps_, [](const Step& step) { return !step.plan.statistics.empty(); });
}

std::string NumpyNetwork::own_rates() const {
    std::vector<std::string> items;
    for (const Step& step : steps_)
        for (const Parameter& p : step.plan.parameters)
            if (p.rate != 1) items.push_back("\"" + p.name + step.names.at("n") + "\": " + to_text(p.rate));
    return items.empty() ? "" : "{" + listed(items) + "}";
}

std::string NumpyNetwork::Step::forward() const {
    if (!layer.function) return filled(require_form(layer).numpy.forward, names);
    return y() + " = " +
           to_text(layer.function->value, Notation::numpy, [&](const std::string&) { return x(); }) + "\n";
}

std::string NumpyNetwork::Step::gradient() const {
    return learns() ? filled(require_form(layer).numpy.gradient, names) : "";
}

std::string NumpyNetwork::Step::backward() const {
    if (!layer.function) return filled(require_form(layer).numpy.backward, names);
    const auto name = [&](const std::string& matrix) {
        return matrix == "Z" ? x() : matrix == "A" ? y() : "d" + y();
    };
    return "d" + x() + " = " +
           to_text(Expression::name("dA") * layer.function->slope, Notation::numpy, name) + "\n";
}

// What is no weight begins so.
std::string NumpyNetwork::Step::first(const Parameter& parameter) const {
    const std::string name = parameter.name + names.at("n"), size = to_text(parameter.start);
    switch (parameter.first) {
        case FirstNumbers::normal:
            return name + " = " + size + " * np.random.randn(" + shape_of(parameter) + ")\n";
        case FirstNumbers::uniform:
            return name + " = np.random.uniform(-" + size + ", " + size + ", (" + shape_of(parameter) +
                   "))\n";
        case FirstNumbers::alike:
            break;
    }
    return constant(name, parameter.start, names.at("b"));
}

// The first numbers of what the layer learns, and of what it keeps.
std::string NumpyNetwork::Step::drawn() const {
    std::string text;
    for (const Parameter& parameter : plan.parameters)
        text += parameter.weight ? filled(draw(initializer), names) : first(parameter);
    for (const Statistic& statistic : plan.statistics)
        text += constant(statistic.name + names.at("n"), statistic.start,
                         number(statistic.size) + (in.length > 1 ? ", 1, 1" : ", 1"));
    return text;
}

std::string NumpyNetwork::forward() const {
    std::string text;
    if (network_.in().length > 1)
        text = "S = X.reshape(" + number(network_.in().channels) + ", " + number(network_.in().length) +
               ", -1)  # channels x length x m\n";
    for (const Step& step : steps_) text += step.forward();
    return text;
}

// From the loss to the first layer that learns.
std::string NumpyNetwork::backward(bool fused, const std::string& slope) const {
    std::string text = "d" + (fused ? steps_.back().x() : steps_.back().y()) + " = " + slope + "\n";
    const auto first = static_cast<std::size_t>(std::ranges::find_if(steps_, &Step::learns) - steps_.begin());
    for (std::size_t i = steps_.size() - (fused ? 1 : 0); i-- > first;) {
        text += steps_[i].gradient();
        if (i > first) text += steps_[i].backward();
    }
    return text;
}

// W1, b1 = parameters["W1"], parameters["b1"]: those that the code asks for.
std::string NumpyNetwork::used_parameters(const std::string& code) const {
    const auto asked = words_of_python(code);
    std::string text;
    for (const Step& step : steps_) {
        std::vector<std::string> names, items;
        for (const Parameter& parameter : step.plan.parameters) {
            const std::string name = parameter.name + step.names.at("n");
            if (!asked.contains(name)) continue;
            names.push_back(name);
            items.push_back("parameters[\"" + name + "\"]");
        }
        if (!names.empty()) text += listed(names) + " = " + listed(items) + "\n";
    }
    return text;
}

// {"W1": W1, "b1": b1}; with `before`, that stands before each name.
static std::string dictionary(const std::vector<std::string>& names, const std::string& before = "") {
    std::vector<std::string> items;
    for (const std::string& name : names) items.push_back("\"" + before + name + "\": " + before + name);
    return "{" + listed(items) + "}";
}

std::string NumpyNetwork::functions_forward() const {
    const std::string forward_lines = forward();
    std::string drawn, sizes;
    std::vector<std::string> names;
    for (const Step& step : steps_) {
        drawn += step.drawn();
        for (const Parameter& p : step.plan.parameters) names.push_back(p.name + step.names.at("n"));
    }
    for (const auto& [name, size] : sizes_) sizes += (sizes.empty() ? "" : ", ") + name;
    const std::string step = needs_step() ? ", step=None" : "";
    return "def initialize_parameters(" + sizes + "):\n" +
           indented(drawn + "return " + dictionary(names) + "\n") + "\n\ndef forward_prop(X, parameters" +
           step + "):\n" +
           indented(used_parameters(forward_lines) + forward_lines + "return " + steps_.back().y() + "\n");
}

std::string NumpyNetwork::functions(LossKind loss, const NumpyStyle& style) const {
    const std::string &a = steps_.back().y(), &z = steps_.back().x();
    const NumpyLoss lines =
        numpy_loss(loss, steps_.back().layer.kind, a, z, network_.out().size(), style.tutorial);
    const std::string forward_lines = forward(), last = lines.judged;
    const std::string slope = style.weighted ? "(" + lines.slope + ") * weights" : lines.slope;
    const std::string backward_lines = backward(lines.fused, slope);

    // What forward assigns and the way back, or the cost, asks for; and what the way back takes out again.
    const auto asked = words_of_python(backward_lines);
    std::vector<std::string> cached, drawn_names, learned_names;
    std::string taken_out, drawn, sizes;
    for (const std::string_view line : lines_of_python(forward_lines))
        for (const std::string& name : words_of_python(line.substr(0, line.find(" = ")))) {
            const bool judged = !style.tutorial && name == last;
            if (!(asked.contains(name) || judged) || std::ranges::count(cached, name) > 0) continue;
            cached.push_back(name);
            if (asked.contains(name)) taken_out += name + " = cache[\"" + name + "\"]\n";
        }
    for (const Step& step : steps_) {
        drawn += step.drawn();
        for (const Parameter& p : step.plan.parameters) learned_names.push_back(p.name + step.names.at("n"));
        for (const Parameter& p : step.plan.parameters) drawn_names.push_back(p.name + step.names.at("n"));
        for (const Statistic& s : step.plan.statistics) drawn_names.push_back(s.name + step.names.at("n"));
    }
    for (const auto& [name, size] : sizes_) sizes += (sizes.empty() ? "" : ", ") + name;

    const std::string step = needs_step() ? ", step=None" : "", weights = style.weighted ? ", weights=1" : "";
    std::string text = "def initialize_parameters(" + sizes + "):\n" +
                       indented(drawn + "return " + dictionary(drawn_names) + "\n");
    text += "\n\ndef forward_prop(X, parameters" + step + "):\n";
    if (!step.empty())
        text += "    \"\"\"`step` is the number of the update; to predict there is none.\"\"\"\n";
    text += indented(used_parameters(forward_lines) + forward_lines + "cache = " + dictionary(cached) + "\n" +
                     "return " + a + ", cache\n");
    text +=
        "\n\ndef calculate_cost(" + (style.tutorial ? a : std::string("cache")) + ", Y" + weights + "):\n";
    if (!style.tutorial) text += "    " + last + " = cache[\"" + last + "\"]\n";
    text += indented(lines.losses + "return np.mean(" + (style.weighted ? "weights * " : "") + "losses)\n");
    text += "\n\ndef backward_prop(X, Y, cache, parameters" + weights + "):\n";
    text += indented("m = Y.shape[1]\n" + used_parameters(backward_lines) + taken_out + backward_lines +
                     "return " + dictionary(learned_names, "d") + "\n");
    return text;
}

}  // namespace gradus
