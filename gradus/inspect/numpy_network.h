// What are a network's passes in NumPy? The functions of a Python program that know its layers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "gradus/inspect/numpy_layers.h"
#include "gradus/inspect/numpy_learning.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/network.h"

namespace gradus {

/// The functions initialize_parameters, forward_prop, calculate_cost and backward_prop, and what they need.
class NumpyNetwork {
public:
    /// `weighted`: the examples have weights. `plain_cost`: the cost is written as the tutorial does.
    NumpyNetwork(const Recipe& recipe, bool weighted, bool plain_cost);

    /// Functions and constants, in an order in which Python can read them.
    [[nodiscard]] std::vector<std::string> definitions() const;

    /// {"n_x", "2"}: the sizes that initialize_parameters is told.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> sizes() const { return sizes_; }
    [[nodiscard]] std::vector<std::string> size_names() const;

    /// What the network gives, "A2", and what the cost is calculated from: "A2" or "cache["Z2"]".
    [[nodiscard]] std::string output() const { return steps_.back().place.names.at("y"); }
    [[nodiscard]] std::string cost_input() const;

    [[nodiscard]] bool has_statistics() const { return !statistics_.empty(); }
    [[nodiscard]] bool has_dropout() const { return has_dropout_; }

    /// The parameters and, where there are, the statistics: what the passes are handed on.
    [[nodiscard]] std::string state() const {
        return has_statistics() ? "parameters, statistics" : "parameters";
    }

    /// The lines that make the statistics of a new network.
    [[nodiscard]] std::string new_statistics() const;

private:
    struct Step {
        NumpyPlace place;
        NumpyLayer lines = {};
        std::vector<Parameter> parameters = {};
        Initializer initializer = Initializer::normal;

        [[nodiscard]] std::string filled(const std::string& text) const;
    };

    void add(std::size_t i, const std::string& x, const Recipe& recipe);
    [[nodiscard]] Index dense_layers(Range layers) const;
    [[nodiscard]] std::string unused(const std::string& name) const;
    [[nodiscard]] std::string forward_lines() const;
    [[nodiscard]] std::string backward_lines() const;
    [[nodiscard]] std::vector<std::string> cached() const;
    [[nodiscard]] std::string unpacked(const std::string& code) const;
    [[nodiscard]] std::string initialize_parameters() const;
    [[nodiscard]] std::string forward_prop() const;
    [[nodiscard]] std::string calculate_cost() const;
    [[nodiscard]] std::string backward_prop() const;

    Network<double> network_;
    bool weighted_, plain_cost_;
    bool has_dropout_ = false;
    std::vector<Step> steps_;
    std::vector<std::pair<std::string, std::string>> sizes_;
    std::vector<std::string> statistics_;  // "mean2": np.zeros((8, 1))
    NumpyLoss loss_;
};

}  // namespace gradus
