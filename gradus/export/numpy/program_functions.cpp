#include "gradus/export/numpy/program.h"

#include "gradus/core/number.h"
#include "gradus/export/numpy/python.h"
#include "gradus/nn/update_rule.h"

namespace gradus {

// The lines of the optimizer's formula.
std::string NumpyProgram::update() const {
    const OptimizerSettings& settings = run_.optimizer;
    const bool decoupled = has_decoupled_decay(settings.kind), decays = settings.weight_decay > 0;
    const auto name = [](const std::string& text) { return Expression::name(text); };
    const std::string rates = network_.own_rates(), rate = rates.empty() ? "learning_rate" : "rate";
    const std::vector<Update> rule = update_rule(settings.kind, {.rate = name(rate),
                                                                 .momentum = settings.momentum,
                                                                 .beta1 = name("beta1"),
                                                                 .beta2 = name("beta2"),
                                                                 .rest1 = name("(1 - beta1)"),
                                                                 .rest2 = name("(1 - beta2)"),
                                                                 .unbiased1 = 1 / name("bias1"),
                                                                 .unbiased2 = 1 / name("bias2"),
                                                                 .epsilon = settings.epsilon});
    std::string body = rates.empty() ? "" : "rate = learning_rate * rates.get(name, 1)\n";
    if (decays) {
        body += "if name[0] == \"W\":  # weights decay, biases do not\n";
        const std::string decay = to_text(settings.weight_decay) + " * w\n";
        body += decoupled ? "    w = w - " + rate + " * " + decay : "    g = g + " + decay;
    }
    for (const auto& [result, value] : rule)
        body += (result == "W" ? "updated" : result) + "[name] = " +
                to_text(value, Notation::numpy,
                        [](const std::string& word) {
                            return word == "W"                  ? "w"
                                   : word == "dW"               ? "g"
                                   : word == "v" || word == "s" ? word + "[name]"
                                                                : word;
                        }) +
                "\n";
    std::string text = tutorial_ ? "def update_parameters(parameters, grads, learning_rate):\n"
                                 : "def update_parameters(parameters, grads, v, s, t, learning_rate):\n";
    if (words_of_python(body).contains("beta1"))
        text += "    beta1, beta2 = " + to_text(settings.beta1) + ", " + to_text(settings.beta2) +
                "\n    bias1, bias2 = 1 - beta1 ** t, 1 - beta2 ** t  # v and s begin with zeros\n";
    if (settings.clip_norm > 0) {
        const std::string limit = to_text(settings.clip_norm);
        text +=
            "    norm = np.sqrt(sum(np.sum(g ** 2) for g in grads.values()))\n"
            "    if norm > " +
            limit +
            ":\n"
            "        grads = {name: g * (" +
            limit + " / norm) for name, g in grads.items()}\n";
    }
    if (!rates.empty()) text += "    rates = " + rates + "  # times the learning rate\n";
    text += "    updated = {}\n    for name, w in parameters.items():\n";
    if (network_.keeps_means())
        text +=
            "        if \"d\" + name not in grads:  # a running mean\n"
            "            updated[name] = w\n"
            "            continue\n";
    return text + indented(indented("g = grads[\"d\" + name]\n" + body)) + "    return updated\n";
}

// The tutorial's; of other runs it is `train`.
std::string NumpyProgram::model() const {
    return filled(
        "def model(X, Y, {sizes}, num_of_iters, learning_rate):\n"
        "    parameters = initialize_parameters({sizes})\n"
        "    for i in range(num_of_iters + 1):\n"
        "        {a}, cache = forward_prop(X, parameters)\n"
        "        cost = calculate_cost({a}, Y)\n"
        "        grads = backward_prop(X, Y, cache, parameters)\n"
        "        parameters = update_parameters(parameters, grads, learning_rate)\n"
        "        if i % 100 == 0:\n"
        "            print(f\"Cost after iteration# {i}: {cost:f}\")\n"
        "    return parameters\n",
        {{"sizes", sizes()}, {"a", network_.output()}});
}

std::string NumpyProgram::predict() const {
    const std::string& a = network_.output();
    const std::string answer = one_hot_               ? "np.argmax(" + a + ", axis=0)[np.newaxis]"
                               : classify_ || labels_ ? "(" + a + " >= 0.5).astype(int)"
                                                      : a;
    return "def predict(X, parameters):\n    " + a + ", cache = forward_prop(X, parameters)\n    return " +
           answer + "\n";
}

}  // namespace gradus
