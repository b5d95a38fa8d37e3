// How does a run train a network? The four verbs of a TrainingStep, as a run calls them.
#pragma once

#include "gradus/nn/predictor.h"
#include "gradus/nn/step.h"
#include "gradus/nn/training_step.h"

namespace gradus {

/// The step of a network.
template <class T>
class NetworkStep : public Step<T> {
public:
    /// Makes a TrainingStep with these arguments; validates up to `validated` examples at a time, which have
    /// the same bins. Several ranks share each batch, and what is validated.
    NetworkStep(Network<T>& network, LossKind loss, const OptimizerSettings& optimizer, Index batch,
                std::uint64_t mask_seed = 0, Index threads = 1, Index validated = 256,
                std::span<const Range> bins = {}, Ranks& ranks = no_other_ranks());

    void require_fit(const Examples<T>& examples, const std::string& name) const override;
    [[nodiscard]] Range share(Index examples) const override { return step_.share(examples); }
    double forward(const Examples<T>& batch) override;
    void gradient(const Examples<T>& batch) override { step_.backward(batch.Y, batch.weights); }
    void update(double learning_rate) override { step_.update(learning_rate); }
    double validation_cost(const Examples<T>& examples) override;

    [[nodiscard]] std::span<T> parameters() override { return network_.parameters(); }
    [[nodiscard]] std::span<T> statistics() override { return network_.statistics(); }
    [[nodiscard]] const OptimizerState<T>& optimizer() const override { return step_.optimizer(); }
    [[nodiscard]] OptimizerState<T> whole_optimizer() override { return step_.whole_optimizer(); }
    [[nodiscard]] std::size_t whole_size() const override { return step_.whole_size(); }
    void restore(const OptimizerState<T>& state) override { step_.restore(state); }

    [[nodiscard]] const TrainingStep<T>& step() const { return step_; }  ///< to look at

private:
    Network<T>& network_;
    TrainingStep<T> step_;
    Predictor<T> predict_;
    Ranks& ranks_;
    std::vector<double> losses_;  // of validation, where others have theirs
};

}  // namespace gradus
