#include "gradus/inspect/numpy_network.h"

#include <algorithm>

#include "gradus/nn/architecture.h"

namespace gradus {

using python::fill;
using python::indented;
using python::listed;
using python::words_of;
using python::wrapped;

// The first weights of layer i, as Network::initialize chooses them.
static Initializer suitable(const Network<double>& network, std::size_t i, Initializer said) {
    if (said != Initializer::automatic) return said;
    const LayerKind* next = i + 1 < network.size() ? find_layer(network.layer(i + 1).text()) : nullptr;
    return next == nullptr ? Initializer::glorot : next->suits;
}

std::string NumpyNetwork::Step::filled(const std::string& text) const {
    // what is filled in may have names itself: the shape "$units, 1"
    return fill(fill(text, place.names), place.names);
}

NumpyNetwork::NumpyNetwork(const Recipe& recipe, bool weighted, bool plain_cost)
    : network_(recipe.shape, recipe.network), weighted_(weighted), plain_cost_(plain_cost) {
    const bool series = recipe.shape.length > 1;
    if (!series) sizes_.emplace_back("n_x", std::to_string(recipe.shape.channels));
    for (std::size_t i = 0; i < network_.size(); ++i)
        add(i, i > 0 ? steps_.back().place.names.at("y") : series ? "S" : "X", recipe);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        python::Names& names = steps_[i].place.names;
        const std::size_t partner = network_.partner(i);
        names["other"] = steps_[partner].place.names.at(partner > i ? "y" : "x");
        names["training"] = has_dropout_ ? "step is not None" : "training";
    }
    loss_ = numpy_loss(recipe.run.loss, steps_.back().place.text, network_.out().size());
    if (plain_cost_) loss_.losses = "losses = -(Y * np.log($a) + (1 - Y) * np.log(1 - $a))";
}

Index NumpyNetwork::dense_layers(Range layers) const {
    Index count = 0;
    for (Index i = layers.begin; i < layers.end; ++i)
        if (find_numpy_layer(network_.layer(static_cast<std::size_t>(i)).text()).name == "dense") ++count;
    return count;
}

void NumpyNetwork::add(std::size_t i, const std::string& x, const Recipe& recipe) {
    const LayerPlan& plan = network_.plan(i);
    const std::string text = network_.layer(i).text();
    const NumpyLayerKind& kind = find_numpy_layer(text);
    Step step{.place = {.text = text, .in = network_.in_of(i), .out = plan.out},
              .parameters = plan.parameters,
              .initializer = suitable(network_, i, recipe.initializer)};
    step.lines = kind.write(step.place);
    has_dropout_ = has_dropout_ || kind.name == "dropout";

    const auto learning = [](const Step& s) { return !s.parameters.empty(); };
    const auto n = std::ranges::count_if(steps_, learning) + (plan.parameters.empty() ? 0 : 1);
    python::Names& names = step.place.names;
    names = {{"x", x},
             {"n", std::to_string(n)},
             {"layer", std::to_string(i)},
             {"y", kind.letter.empty() ? x : unused(kind.letter + std::to_string(n))}};
    names["shape"] = std::to_string(plan.out.channels);
    if (plan.out.length > 1) names["shape"] += " x " + std::to_string(plan.out.length);
    names["inputs"] = i > 0                      ? steps_.back().place.names.at("units")
                      : step.place.in.length > 1 ? std::to_string(step.place.in.channels)
                                                 : "n_x";
    names["units"] =
        plan.out.channels == step.place.in.channels ? names["inputs"] : std::to_string(plan.out.channels);
    if (kind.name == "dense") {
        const Index before = dense_layers({0, static_cast<Index>(i)});
        const Index after = dense_layers({static_cast<Index>(i) + 1, static_cast<Index>(network_.size())});
        names["units"] = after == 0            ? "n_y"
                         : before + after == 1 ? "n_h"
                                               : "n_h" + std::to_string(before + 1);
        sizes_.emplace_back(names["units"], std::to_string(plan.out.channels));
    }
    for (const Statistic& statistic : plan.statistics)
        statistics_.push_back("\"" + statistic.name + names["n"] +
                              "\": " + (statistic.start == 0 ? "np.zeros((" : "np.ones((") +
                              fill(step.lines.shapes.front(), {{"units", std::to_string(statistic.size)}}) +
                              "))");
    steps_.push_back(std::move(step));
}

std::string NumpyNetwork::unused(const std::string& name) const {
    const auto taken = [this](const std::string& y) {
        return std::ranges::any_of(steps_, [&](const Step& s) { return s.place.names.at("y") == y; });
    };
    if (!taken(name)) return name;
    char letter = 'b';
    while (letter < 'z' && taken(name + letter)) ++letter;
    return name + letter;
}

std::vector<std::string> NumpyNetwork::size_names() const {
    std::vector<std::string> names;
    for (const auto& [name, size] : sizes_) names.push_back(name);
    return names;
}

std::string NumpyNetwork::cost_input() const {
    return loss_.fused && !plain_cost_ ? "cache[\"" + steps_.back().place.names.at("x") + "\"]" : output();
}

std::string NumpyNetwork::new_statistics() const {
    return wrapped("statistics = {", statistics_, "}");
}

std::vector<std::string> NumpyNetwork::definitions() const {
    std::vector<std::string> all;
    for (const Step& step : steps_)
        for (const std::string& text : step.lines.definitions) {
            std::string filled = step.filled(text);
            if (std::ranges::find(all, filled) == all.end()) all.push_back(std::move(filled));
        }
    // of the last layer, which is fused with the loss, only forward is needed
    const std::string code = forward_lines() + backward_lines();
    const auto idle = [words = words_of(code)](const std::string& text) {
        return text.starts_with("def ") && !words.contains(text.substr(4, text.find('(') - 4));
    };
    std::erase_if(all, idle);
    std::ranges::stable_partition(all, [](const std::string& text) { return !text.starts_with("def "); });
    all.push_back(initialize_parameters());
    all.push_back(forward_prop());
    all.push_back(calculate_cost());
    all.push_back(backward_prop());
    return all;
}

std::string NumpyNetwork::initialize_parameters() const {
    std::string body;
    std::vector<std::string> items;
    for (const Step& step : steps_)
        for (std::size_t k = 0; k < step.parameters.size(); ++k) {
            const Parameter& parameter = step.parameters[k];
            const std::string name = parameter.name + step.place.names.at("n");
            python::Names names = step.place.names;
            names["shape"] = step.filled(step.lines.shapes[k]);
            names["fan_in"] = step.filled(step.lines.fan_in);
            names["fan_out"] = step.filled(step.lines.fan_out);
            body += parameter.weight ? fill(numpy_weights(step.initializer), names)
                                     : name + (parameter.start == 0 ? " = np.zeros((" : " = np.ones((") +
                                           names["shape"] + "))";
            body += "\n";
            items.push_back("\"" + name + "\": " + name);
        }
    return "def initialize_parameters(" + listed(size_names()) + "):\n" +
           indented(body + wrapped("return {", items, "}"));
}

std::string NumpyNetwork::forward_lines() const {
    std::string lines;
    if (network_.in().length > 1)
        lines += "S = X.reshape(" + std::to_string(network_.in().channels) + ", " +
                 std::to_string(network_.in().length) + ", -1)  # channels x length x m\n";
    for (const Step& step : steps_)
        if (!step.lines.forward.empty()) lines += step.filled(step.lines.forward) + "\n";
    return lines;
}

// From the loss to the first layer that learns.
std::string NumpyNetwork::backward_lines() const {
    const std::size_t fused = loss_.fused && steps_.size() > 1 ? 1 : 0;
    const python::Names ends{{"a", output()}, {"z", steps_.back().place.names.at("x")}};
    std::string slope = fill(loss_.gradient, ends);
    if (weighted_) slope = "(" + slope + ") * weights";
    std::string lines = "d" + (fused > 0 ? ends.at("z") : ends.at("a")) + " = " + slope + "\n";

    const auto learns = [](const Step& step) { return !step.parameters.empty(); };
    const auto first = static_cast<std::size_t>(std::ranges::find_if(steps_, learns) - steps_.begin());
    for (std::size_t i = steps_.size() - fused; i-- > first;) {
        const NumpyLayer& layer = steps_[i].lines;
        if (learns(steps_[i])) lines += steps_[i].filled(layer.backward_parameters) + "\n";
        if (i > first) lines += steps_[i].filled(layer.backward_input) + "\n";
    }
    return lines;
}

// What forward assigns and the way back, or the cost, asks for.
std::vector<std::string> NumpyNetwork::cached() const {
    auto asked = words_of(backward_lines());
    if (loss_.fused && !plain_cost_) asked.insert(steps_.back().place.names.at("x"));
    std::vector<std::string> names;
    for (const std::string& line : python::lines_of(forward_lines()))
        for (const std::string& name : words_of(line.substr(0, line.find(" = "))))
            if (line.find(" = ") != std::string::npos && asked.contains(name) &&
                std::ranges::find(names, name) == names.end())
                names.push_back(name);
    return names;
}

// W1, b1 = parameters["W1"], parameters["b1"]: those that the code asks for.
std::string NumpyNetwork::unpacked(const std::string& code) const {
    const auto asked = words_of(code);
    std::string lines;
    for (const Step& step : steps_) {
        std::vector<std::string> names, items;
        for (const Parameter& parameter : step.parameters) {
            const std::string name = parameter.name + step.place.names.at("n");
            if (!asked.contains(name)) continue;
            names.push_back(name);
            items.push_back("parameters[\"" + name + "\"]");
        }
        if (!names.empty()) lines += listed(names) + " = " + listed(items) + "\n";
    }
    return lines;
}

static std::string cache_items(const std::vector<std::string>& names) {
    std::vector<std::string> items;
    for (const std::string& name : names) items.push_back("\"" + name + "\": " + name);
    return wrapped("cache = {", items, "}");
}

std::string NumpyNetwork::forward_prop() const {
    const std::string lines = forward_lines();
    const std::string training = has_dropout_ ? ", step=None" : has_statistics() ? ", training=False" : "";
    const std::string what =
        has_dropout_ ? "\"\"\"`step` is the number of the update; to predict there is none.\"\"\"\n" : "";
    return "def forward_prop(X, " + state() + training + "):\n" +
           indented(what + unpacked(lines) + lines + cache_items(cached()) + "return " + output() +
                    ", cache\n");
}

std::string NumpyNetwork::calculate_cost() const {
    const python::Names ends{{"a", output()}, {"z", steps_.back().place.names.at("x")}};
    const bool reads_z = loss_.fused && !plain_cost_;
    return "def calculate_cost(" + ends.at(reads_z ? "z" : "a") + ", Y" + (weighted_ ? ", weights=1" : "") +
           "):\n" +
           indented(fill(loss_.losses, ends) + "\nreturn np.mean(" + (weighted_ ? "weights * " : "") +
                    "losses)\n");
}

std::string NumpyNetwork::backward_prop() const {
    const std::string lines = backward_lines();
    std::string body = unpacked(lines);
    std::vector<std::string> gradients;
    for (const std::string& name : cached())
        if (words_of(lines).contains(name)) body += name + " = cache[\"" + name + "\"]\n";
    for (const Step& step : steps_)
        for (const Parameter& parameter : step.parameters) {
            const std::string name = "d" + parameter.name + step.place.names.at("n");
            gradients.push_back("\"" + name + "\": " + name);
        }
    return std::string("def backward_prop(X, Y, ") + (weighted_ ? "weights, " : "") +
           "cache, parameters):\n" +
           indented("m = Y.shape[1]\n" + body + lines + wrapped("return {", gradients, "}"));
}

}  // namespace gradus
