// How does a parameter move? The formula of an optimizer, as data.
#pragma once

#include <string>
#include <vector>

#include "gradus/core/expression.h"
#include "gradus/nn/optimizer.h"

namespace gradus {

/// The numbers that the formulas of optimizer.h name. V is a number, a register full of them, or an
/// Expression.
template <class V>
struct UpdateNumbers {
    V rate, momentum;
    V beta1, beta2;          ///< b1, b2
    V rest1, rest2;          ///< 1 - b1, 1 - b2
    V unbiased1, unbiased2;  ///< 1 / (1 - b1^t), 1 / (1 - b2^t)
    V epsilon;
};

/// One of the numbers that belong to a parameter, and what it becomes.
struct Update {
    std::string name;  ///< "v", "s" or "W"
    Expression value;
};

/// What one update does to a parameter W with the gradient dW: {"v", 0.9 v + dW}, {"W", W - 0.3 v}. W is
/// already smaller by the decoupled decay of adamw, dW includes any other.
std::vector<Update> update_rule(OptimizerKind kind, const UpdateNumbers<Expression>& numbers);

}  // namespace gradus
