// What is computed in one iteration, step after step? The phases of a network, with the tutorial's names and
// formulas.
#pragma once

#include <string>
#include <vector>

#include "gradus/nn/loss.h"
#include "gradus/nn/network.h"
#include "gradus/nn/optimizer.h"

namespace gradus {

enum class PhaseKind {
    forward,   ///< a layer's output: "A1 = tanh(Z1)"
    cost,      ///< "J = sum((A2 - Y).^2) / m"
    backward,  ///< a layer's dX: "dZ1 = (W2' * dZ2) .* (1 - A1.^2)"
    gradient,  ///< of a layer's parameters: "dW1 = dZ1 * X' / m", "db1 = rowsum(dZ1) / m"
    update,    ///< of all parameters: "W <- W - 0.3 dW"
};

/// One phase before it is computed. Matrices have the tutorial's names: a number counts the layers that
/// learn; such a layer's output is Z, an activation's A, other layers have a letter of their own (dropout D,
/// pooling P, flatten F, residual R and S). What would clash with the name of an earlier layer gets a
/// suffix: A1b.
struct PhasePlan {
    PhaseKind kind = PhaseKind::forward;  ///< what happens in it
    std::string title;                    ///< "Z1", "J", "dZ2", "dW2", "update"
    std::size_t layer = 0;                ///< whose output, gradient or dX it is
    /// One for each result, what the phase is called after first: {"dZ1", "dA1 .* (1 - A1.^2)"}, {"dA1", "W2'
    /// * dZ2"}. Of an update: what happens to every parameter W.
    std::vector<Operation> operations;

    /// "dZ1 = (W2' * dZ2) .* (1 - A1.^2)"; "dW2 = dZ2 * A1' / m; db2 = rowsum(dZ2) / m"
    [[nodiscard]] std::string formula() const;
    /// Of one result, by its number: "(W2' * dZ2) .* (1 - A1.^2)"
    [[nodiscard]] std::string expression(std::size_t result) const;
};

/// What the output of each layer is called: "Z1", "A1", "Z2", "A2".
template <class T>
std::vector<std::string> output_names(const Network<T>& network);

/// What an update does to every parameter W with the derivative dW, in the order of computing; numbers stand
/// in the place of the rate and its like.
std::vector<Operation> update_operations(const OptimizerSettings& settings, double learning_rate);

/// The phases in their order: forward, J, backward from the last layer to the first, update. For the
/// tutorial's network Z1, A1, Z2, A2, J, dZ2, dW2, dZ1, dW1, update. An activation's dZ includes the dA that
/// enters it. `weighted`: each loss has a factor.
template <class T>
std::vector<PhasePlan> plan_phases(const Network<T>& network, const Loss<T>& loss, bool weighted,
                                   const OptimizerSettings& optimizer, double learning_rate);

}  // namespace gradus
