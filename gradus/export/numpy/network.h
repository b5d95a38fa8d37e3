// What are a network's passes in NumPy? The functions of a program that know its layers.
#pragma once

#include <string>
#include <vector>

#include "gradus/export/numpy/template.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/network.h"

namespace gradus {

/// The functions initialize_parameters, forward_prop, calculate_cost and backward_prop.
class NumpyNetwork {
public:
    /// Throws Error (input) for a layer that numpy_twin.py does not know.
    explicit NumpyNetwork(const Recipe& recipe);

    /// The functions, and the names that they give to what others use: a (the network's output), sizes,
    /// constants (which assign them), state (what the passes are handed on: "parameters"), judged_cached
    /// (what the cost is calculated from), new_statistics. `filling` says whether there are weights, and
    /// whether it is the tutorial's run.
    std::string write(const std::string& loss, NumpyFilling& filling) const;

    /// The places that the windows of convolution and pooling see.
    [[nodiscard]] std::string windows() const;

private:
    struct Step {
        std::string kind;
        NumpyFilling filling;
        std::vector<Parameter> parameters;
        std::string draw;  // how the weights are drawn
    };

    // Where the loss joins the network.
    struct Ends {
        std::string loss, fused_loss;
        bool fused = false;  // with the last layer
        bool exact = false;  // calculated from the last layer's input
    };

    void add(std::size_t i, Initializer initializer);
    void name_channels(std::size_t i, Step& step);
    [[nodiscard]] Index dense_layers(std::size_t begin, std::size_t end) const;
    [[nodiscard]] std::string unused(const std::string& name) const;
    [[nodiscard]] std::string lines(const std::string& what, const Step& step) const;
    [[nodiscard]] std::string forward() const;
    [[nodiscard]] std::string backward(bool fused, const std::string& slope) const;
    [[nodiscard]] std::string used_parameters(const std::string& code) const;
    [[nodiscard]] std::string slope(const Ends& ends, const NumpyFilling& filling) const;
    void name_ends(const Ends& ends, NumpyFilling& filling) const;
    void name_cache(const Ends& ends, NumpyFilling& filling) const;
    void name_parameters(NumpyFilling& filling) const;

    Network<double> network_;
    std::vector<Step> steps_;
    std::vector<std::string> sizes_, statistics_;
    std::string constants_;  // n_x = 2
};

}  // namespace gradus
