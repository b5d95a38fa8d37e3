// What is a loss in NumPy? Its lines, and those of its derivative.
#pragma once

#include <string>

#include "gradus/nn/loss.h"

namespace gradus {

struct NumpyLoss {
    std::string losses;  ///< lines that assign `losses`, whose mean is the cost
    std::string judged;  ///< the matrix that they read: the network's output, or the input of its last layer
    std::string slope;   ///< the derivative of each example's loss
    bool fused = false;  ///< with respect to the last layer's input
};

/// The loss of `outputs` outputs `a` of a last layer of this kind, which made them of `z`. As the tutorial
/// computes it: from `a` alone, whose logarithm must be finite.
NumpyLoss numpy_loss(LossKind loss, const std::string& last_layer, const std::string& a, const std::string& z,
                     Index outputs, bool as_the_tutorial);

}  // namespace gradus
