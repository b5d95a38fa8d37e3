// Which names do errors list? Those of layers, losses and optimizers, in their order: who adds one names it
// here.
#pragma once

#include <string>
#include <vector>

namespace gradus::test {

inline const std::vector<std::string> every_layer{
    "dense",   "identity",     "sigmoid",       "tanh",          "relu",    "leaky_relu", "elu",       "selu",
    "gelu",    "hard_sigmoid", "silu",          "softplus",      "softmax", "dropout",    "batchnorm", "conv",
    "maxpool", "avgpool",      "globalmaxpool", "globalavgpool", "flatten", "pbld",       "residual("};
inline const std::vector<std::string> every_loss{"binary_cross_entropy", "cross_entropy", "mean_squared",
                                                 "mean_absolute", "huber"};
inline const std::vector<std::string> every_optimizer{"gd",      "momentum", "nesterov",
                                                      "rmsprop", "adam",     "adamw"};

/// "a, b or c".
inline std::string one_of(const std::vector<std::string>& names) {
    std::string text = names.front();
    for (std::size_t i = 1; i < names.size(); ++i) text += (i + 1 < names.size() ? ", " : " or ") + names[i];
    return text;
}

/// What the text of a network may go on with.
inline std::string a_layer() {
    return "expected a number of units, or " + one_of(every_layer);
}

}  // namespace gradus::test
