#include <string>
#include <type_traits>

#include "gradus/model/model.h"
#include "gradus/nn/fits.h"

namespace gradus {

Features plain_features(Index count) {
    Features features;
    for (Index i = 1; i <= count; ++i)
        features.numeric.push_back({.name = std::to_string(i), .fill = missing});
    return features;
}

static std::vector<std::string> numbered(const std::string& name, Index from, Index count) {
    std::vector<std::string> names;
    for (Index i = from; i < from + count; ++i) names.push_back(name + std::to_string(i));
    return names;
}

// What the outputs mean, by the last layer: there is nothing else to go by.
template <class T>
static Target natural_target(const Network<T>& network) {
    const std::string last = network.layer(network.size() - 1).text();
    const Index out = network.out().size();
    if (last == "sigmoid" && out == 1) return {.names = {"y"}, .classes = {"0", "1"}};
    if (last == "softmax" && out > 1) return {.names = {"y"}, .classes = numbered("", 0, out)};
    return {.task = Task::regress,
            .names = out == 1 ? std::vector<std::string>{"y"} : numbered("y", 1, out),
            .lines = std::vector<Line>(static_cast<std::size_t>(out))};
}

static LossKind natural_loss(const Target& target, Index out) {
    if (target.task == Task::regress) return LossKind::mean_squared;
    return target.task == Task::multilabel || out == 1 ? LossKind::binary_cross_entropy
                                                       : LossKind::cross_entropy;
}

template <class T>
Model<T> completed(Model<T> model) {
    const Network<T>& network = model.network;
    require_whole(network);
    if (model.features.width() == 0) model.features = plain_features(network.in().size());
    if (model.target.names.empty() && model.target.output.empty()) model.target = natural_target(network);
    Recipe& recipe = model.recipe;
    recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
    if (!recipe.network.empty()) return model;
    recipe.network = network.text();
    recipe.shape = network.in();
    recipe.task = model.target.task;
    recipe.run.loss = natural_loss(model.target, network.out().size());
    recipe.scaling = model.features.scaling;
    return model;
}

template Model<float> completed(Model<float>);
template Model<double> completed(Model<double>);

}  // namespace gradus
