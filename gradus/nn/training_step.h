// What happens in one iteration? The tutorial's four verbs: forward, cost, backward, update.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "gradus/math/matrix.h"
#include "gradus/nn/loss.h"
#include "gradus/nn/network.h"
#include "gradus/nn/optimizer.h"

namespace gradus {

/// What an optimizer remembers between updates.
template <class T>
struct OptimizerState {
    AlignedVector<T> slots;  ///< laid out like the parameters, once for each slot
    Index updates = 0;

    bool operator==(const OptimizerState&) const = default;
};

/// One iteration of training for batches of up to `batch` examples, in columns:
///
///     step.forward(X);  if (i % 100 == 0) print(step.cost(Y));  step.backward(Y);  step.update();
///
/// All memory is planned by the constructor; a step allocates nothing. It works on `network` in place, which
/// must outlive it.
template <class T>
class TrainingStep {
public:
    /// Throws Error for an unknown loss, or memory that no machine has. `mask_seed` is the seed of dropout's
    /// masks.
    TrainingStep(Network<T>& network, std::string_view loss, OptimizerSettings optimizer, Index batch,
                 std::uint64_t mask_seed = 0);

    /// Every layer's output for the examples X (in x m), which must stay where they are until backward.
    /// Returns the last.
    View<const T> forward(View<const T> X);

    /// The mean loss of the examples that went forward, with truth Y (out x m). Each loss is first multiplied
    /// by its example's weight, when weights (1 x m) are given.
    double cost(View<const T> Y, View<const T> weights = {});

    /// The gradient of the cost with respect to all parameters.
    void backward(View<const T> Y, View<const T> weights = {});

    /// Moves the parameters against the gradient.
    void update() { update(settings_.learning_rate); }
    void update(double learning_rate);

    [[nodiscard]] const Network<T>& network() const { return network_; }
    /// The output of layer i for the examples that went forward last (out x m).
    [[nodiscard]] View<const T> output(std::size_t i) const { return passes_[i].Y; }
    /// The derivative with respect to the input of layer i > 0, after backward (in x m).
    [[nodiscard]] View<const T> input_gradient(std::size_t i) const { return passes_[i].dX; }
    [[nodiscard]] std::span<const T> gradient() const { return gradient_; }
    /// The gradient of one parameter by its name: gradient("W1") is the tutorial's dW1.
    [[nodiscard]] View<const T> gradient(std::string_view name) const {
        return network_.window(name, gradient_);
    }

    [[nodiscard]] const Loss<T>& loss() const { return *loss_; }
    [[nodiscard]] const OptimizerState<T>& optimizer() const { return state_; }
    void restore(const OptimizerState<T>& state) { state_ = state; }

private:
    [[nodiscard]] Output<T> network_output() const;

    Network<T>& network_;
    std::unique_ptr<Loss<T>> loss_;
    OptimizerSettings settings_;
    Index batch_;
    AlignedVector<T> arena_;
    std::vector<Pass<T>> passes_;
    AlignedVector<T> gradient_;
    View<T> output_gradient_;  // for the examples of a full batch
    std::vector<double> losses_;
    OptimizerState<T> state_;
};

}  // namespace gradus
