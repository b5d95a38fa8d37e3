#include "gradus/inspect/numpy_learning.h"

#include <algorithm>
#include <cmath>

#include "gradus/inspect/python_text.h"
#include "gradus/nn/words.h"

namespace gradus {

using python::fill;

NumpyLoss numpy_loss(const std::string& name, const std::string& last_layer, Index outputs) {
    // The mean over the outputs is part of the loss.
    const auto mean = [outputs](const std::string& slope) {
        return outputs == 1 ? slope : "(" + slope + ") / " + std::to_string(outputs);
    };
    if (name == "binary_cross_entropy" && last_layer == "sigmoid")
        return {.losses =
                    "# -(Y log $a + (1 - Y) log(1 - $a)), exact even where $a is almost 0 or 1\n"
                    "losses = np.logaddexp(0, $z) - Y * $z",
                .gradient = mean("$a - Y"),
                .fused = true};
    if (name == "cross_entropy" && last_layer == "softmax")
        return {.losses =
                    "# -sum of Y log $a, exact even where $a is almost 0\n"
                    "largest = np.max($z, axis=0)\n"
                    "log_sum = largest + np.log(np.sum(np.exp($z - largest), axis=0))\n"
                    "losses = np.sum(Y * (log_sum - $z), axis=0)",
                .gradient = "$a - Y",
                .fused = true};
    if (name == "binary_cross_entropy")
        return {.losses =
                    "p, q = np.maximum($a, 1e-30), np.maximum(1 - $a, 1e-30)\n"
                    "losses = -(Y * np.log(p) + (1 - Y) * np.log(q))",
                .gradient = mean("(1 - Y) / np.maximum(1 - $a, 1e-30) - Y / np.maximum($a, 1e-30)")};
    if (name == "cross_entropy")
        return {.losses = "losses = -np.sum(Y * np.log(np.maximum($a, 1e-30)), axis=0)",
                .gradient = "-Y / np.maximum($a, 1e-30)"};
    if (name == "mean_squared") return {"losses = ($a - Y) ** 2", mean("2 * ($a - Y)")};
    if (name == "mean_absolute") return {"losses = np.abs($a - Y)", mean("np.sign($a - Y)")};
    return {.losses = "e = np.abs($a - Y)\nlosses = np.where(e <= 1, e ** 2 / 2, e - 0.5)",
            .gradient = mean("np.clip($a - Y, -1, 1)")};
}

std::string numpy_weights(Initializer initializer) {
    switch (initializer) {
        case Initializer::zeros:
            return "W$n = np.zeros(($shape))";
        case Initializer::normal:
            return "W$n = np.random.randn($shape)";
        case Initializer::uniform:
            return "W$n = np.random.uniform(-1, 1, ($shape))";
        case Initializer::he:
            return "W$n = np.random.randn($shape) * np.sqrt(2 / $fan_in)";
        case Initializer::lecun:
            return "W$n = np.random.randn($shape) * np.sqrt(1 / $fan_in)";
        case Initializer::automatic:
        case Initializer::glorot:
            break;
    }
    return "r = np.sqrt(6 / ($fan_in + $fan_out))\nW$n = np.random.uniform(-r, r, ($shape))";
}

std::vector<std::string> numpy_memory(OptimizerKind kind) {
    switch (kind) {
        case OptimizerKind::gd:
            return {};
        case OptimizerKind::momentum:
        case OptimizerKind::nesterov:
            return {"v"};
        case OptimizerKind::rmsprop:
            return {"s"};
        case OptimizerKind::adam:
        case OptimizerKind::adamw:
            break;
    }
    return {"v", "s"};
}

// How one parameter w moves by its gradient g.
static std::string move(const OptimizerSettings& settings) {
    switch (settings.kind) {
        case OptimizerKind::gd:
            return settings.weight_decay > 0 ? "updated[name] = w - learning_rate * g\n"
                                             : "updated[name] = w - learning_rate * grads[\"d\" + name]\n";
        case OptimizerKind::momentum:
            return "v[name] = " + to_text(settings.momentum) +
                   " * v[name] + g\n"
                   "updated[name] = w - learning_rate * v[name]\n";
        case OptimizerKind::nesterov:
            return "v[name] = " + to_text(settings.momentum) +
                   " * v[name] + g\n"
                   "updated[name] = w - learning_rate * (g + " +
                   to_text(settings.momentum) + " * v[name])\n";
        case OptimizerKind::rmsprop:
            return "s[name] = 0.9 * s[name] + 0.1 * g ** 2\n"
                   "updated[name] = w - learning_rate * g / (np.sqrt(s[name]) + 1e-8)\n";
        case OptimizerKind::adam:
        case OptimizerKind::adamw:
            break;
    }
    return "v[name] = beta1 * v[name] + (1 - beta1) * g\n"
           "s[name] = beta2 * s[name] + (1 - beta2) * g ** 2\n"
           "mean, square = v[name] / (1 - beta1 ** t), s[name] / (1 - beta2 ** t)\n"
           "updated[name] = w - learning_rate * mean / (np.sqrt(square) + 1e-8)\n";
}

std::string numpy_update(const OptimizerSettings& settings) {
    const std::vector<std::string> memory = numpy_memory(settings.kind);
    const bool is_adam = memory.size() == 2;
    std::vector<std::string> arguments{"parameters", "grads"};
    arguments.insert(arguments.end(), memory.begin(), memory.end());
    if (is_adam) arguments.emplace_back("t");
    arguments.emplace_back("learning_rate");

    std::string body, loop;
    if (!memory.empty() || settings.weight_decay > 0) loop = "g = grads[\"d\" + name]\n";
    if (is_adam) body += "beta1, beta2 = 0.9, 0.999\n";
    if (settings.clip_norm > 0) {
        const std::string clip = to_text(settings.clip_norm);
        body += "norm = np.sqrt(sum(np.sum(g ** 2) for g in grads.values()))\nif norm > " + clip +
                ":\n    grads = {name: g * (" + clip + " / norm) for name, g in grads.items()}\n";
    }
    if (settings.weight_decay > 0)
        loop += std::string("if name[0] == \"W\":  # weights decay, biases do not\n    ") +
                (settings.kind == OptimizerKind::adamw ? "w = w - learning_rate * " : "g = g + ") +
                to_text(settings.weight_decay) + " * w\n";
    body += "updated = {}\nfor name, w in parameters.items():\n" + python::indented(loop + move(settings)) +
            "return updated\n";
    return "def update_parameters(" + python::listed(arguments) + "):\n" + python::indented(body);
}

std::string numpy_schedule(Schedule schedule, Index updates) {
    const std::string T = std::to_string(updates);
    const Index warmup = std::max<Index>(1, std::lround(0.05 * double(updates)));
    const python::Names names{
        {"T", T}, {"warmup", std::to_string(warmup)}, {"rest", std::to_string(updates - warmup)}};
    switch (schedule) {
        case Schedule::constant:
        case Schedule::plateau:
            return "";
        case Schedule::step:
            return fill(R"(
def schedule(i):
    """The factor of the learning rate: divided by 10 after half and after three quarters."""
    return 1 if i < 0.5 * $T else 0.1 if i < 0.75 * $T else 0.01
)",
                        names);
        case Schedule::cosine:
            return fill(R"(
def schedule(i):
    """The factor of the learning rate: half a cosine, from 1 to 0 in $T updates."""
    return (1 + np.cos(np.pi * i / $T)) / 2
)",
                        names);
        case Schedule::warmup_cosine:
            break;
    }
    return fill(R"(
def schedule(i):
    """The factor of the learning rate: up to 1 in $warmup updates, then half a cosine down to 0."""
    if i < $warmup:
        return (i + 1) / $warmup
    return (1 + np.cos(np.pi * (i - $warmup) / $rest)) / 2
)",
                names);
}

}  // namespace gradus
