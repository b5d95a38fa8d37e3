// What are loss, first weights, update and schedule in NumPy? Pieces of a Python program.
#pragma once

#include <string>
#include <vector>

#include "gradus/nn/initializer.h"
#include "gradus/nn/layer.h"
#include "gradus/nn/optimizer.h"
#include "gradus/nn/schedule.h"

namespace gradus {

/// A loss: names to fill in are $a and $z, the output of the network and the input of its last layer.
struct NumpyLoss {
    std::string losses;    ///< lines that assign `losses`, whose mean is the cost
    std::string gradient;  ///< of each example's loss, with respect to $a, or to $z when fused
    bool fused = false;    ///< with the last layer; then `losses` reads $z, else $a
};

/// The loss `name` behind a last layer with this text, for so many outputs: the formulas of nn/loss.h.
NumpyLoss numpy_loss(const std::string& name, const std::string& last_layer, Index outputs);

/// The lines that draw W$n, of shape ($shape): the formulas of nn/initializer.h, with $fan_in and $fan_out.
std::string numpy_weights(Initializer initializer);

/// What the optimizer remembers for each parameter: {"v", "s"}, say.
std::vector<std::string> numpy_memory(OptimizerKind kind);

/// The function update_parameters: the formulas of nn/optimizer.h.
std::string numpy_update(const OptimizerSettings& settings);

/// The function schedule(i): the factor of update i of so many. Empty for those that need none.
std::string numpy_schedule(Schedule schedule, Index updates);

}  // namespace gradus
