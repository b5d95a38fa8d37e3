// What are a network's passes in NumPy? The functions of a program that know its layers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "gradus/model/recipe.h"
#include "gradus/nn/network.h"

namespace gradus {

/// How the functions are called.
struct NumpyStyle {
    bool tutorial = false;  ///< calculate_cost takes the network's output, and computes as the tutorial does
    bool weighted = false;  ///< the examples' losses have weights
};

/// The functions initialize_parameters, forward_prop, calculate_cost and backward_prop.
class NumpyNetwork {
public:
    /// Throws Error (input) for a layer that has no form in NumPy (layer_forms.h).
    explicit NumpyNetwork(const Recipe& recipe);

    [[nodiscard]] std::string functions(LossKind loss, const NumpyStyle& style) const;
    /// initialize_parameters and forward_prop alone, of a network that is not trained.
    [[nodiscard]] std::string functions_forward() const;

    /// The matrix that leaves the network: "A2".
    [[nodiscard]] const std::string& output() const { return steps_.back().y(); }
    /// The inputs and the units of dense layers: {"n_x", 2}, {"n_h", 4}, {"n_y", 1}.
    [[nodiscard]] const std::vector<std::pair<std::string, Index>>& sizes() const { return sizes_; }
    /// Do the passes ask for the number of the update? forward_prop then has an argument `step`.
    [[nodiscard]] bool needs_step() const;
    /// Are there running means among the parameters, which have no gradient?
    [[nodiscard]] bool keeps_means() const;
    /// The parameters that move at another rate than the others: {"w1": 10}, or nothing.
    [[nodiscard]] std::string own_rates() const;
    [[nodiscard]] bool has(const std::string& kind) const;

private:
    // A layer, and what the names in its form stand for.
    struct Step {
        LayerDescription layer;
        LayerPlan plan;
        Shape in;
        Initializer initializer = Initializer::glorot;
        std::map<std::string, std::string, std::less<>> names = {};

        [[nodiscard]] bool learns() const { return !plan.parameters.empty(); }
        [[nodiscard]] const std::string& x() const { return names.at("x"); }
        [[nodiscard]] const std::string& y() const { return names.at("y"); }
        [[nodiscard]] std::string forward() const;
        [[nodiscard]] std::string gradient() const;
        [[nodiscard]] std::string backward() const;
        [[nodiscard]] std::string first(const Parameter& parameter) const;
        [[nodiscard]] std::string drawn() const;
    };

    void add(std::size_t i, Initializer initializer);
    [[nodiscard]] std::string units_of(std::size_t i, const std::string& inputs);
    [[nodiscard]] std::string unused(const std::string& name) const;
    [[nodiscard]] std::string forward() const;
    [[nodiscard]] std::string backward(bool fused, const std::string& slope) const;
    [[nodiscard]] std::string used_parameters(const std::string& code) const;

    Network<double> network_;
    std::vector<Step> steps_;
    std::vector<std::pair<std::string, Index>> sizes_;
};

}  // namespace gradus
