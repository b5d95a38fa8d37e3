// How does a restricted Boltzmann machine learn? One step of contrastive divergence.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/core/team.h"
#include "gradus/nn/optimizer.h"
#include "gradus/nn/rbm.h"
#include "gradus/nn/step.h"
#include "gradus/nn/training_step.h"

namespace gradus {

/// Every choice about a step; the learning rate is the run's.
struct RbmSettings {
    Index cd = 1;                  ///< k: Gibbs steps of the negative phase
    bool persistent = false;       ///< chains go on from step to step (persistent CD, Tieleman 2008)
    bool anew = false;             ///< chains begin anew in each step, without an example: see RbmStep
    bool sample_visible = false;   ///< draw the visible units of the negative phase, instead of taking their
                                   ///< means; chains that go on or begin anew always do
    double momentum = 0.9;         ///< mu: v = mu v + g, w -= r v
    double first_momentum = 0.5;   ///< of the first updates
    Index first_updates = 0;       ///< how many those are
    double weight_decay = 0.0002;  ///< of W: g += decay w
    double sparsity = 0;           ///< target p of the mean activation of each hidden unit; 0: none
    double sparsity_cost = 0.3;    ///< lambda: how strongly they are drawn there
};

/// One step of learning for batches of up to `batch` examples, in columns. V0 are the examples, m of them:
///
///     forward   H0 = up(V0), S0 ~ H0, V1 = down(S0)        cost: the mean of (V0 - V1)^2
///     gradient  k times V = down(S), H = up(V), S ~ H      from S0; or from the chains, then V is drawn too;
///                                                          or anew
///               dW = (H V' / chains) - (H0 V0' / m), db, dc alike
///     update    as the optimizer `momentum`
///
/// By chains that begin anew the machine learns to draw from nothing: they begin with V drawn from down(0),
/// have the labels of the examples all the time where there are any, and make k steps, of which the last V
/// are means. So k steps of a dream lead to examples (Nijkamp et al. 2019; Carbone et al. 2023, "Fast and
/// functional structured data generators rooted in out-of-equilibrium physics").
///
/// Hidden units that drive a reconstruction are drawn, the last H is their mean. With a sparsity target p, q
/// is the running mean activation, q = 0.9 q + 0.1 mean(H0), of earlier steps, and H0 becomes H0 - lambda (q
/// - p) in the gradient.
///
/// As a Step it runs in a Run (without truth): momentum, the chains and q are its state. All memory is
/// planned by the constructor. Draws are functions of (seed, step, layer, sample, example, unit) and sums go
/// over the examples in order, so the bits do not depend on the number of threads.
template <class T>
class RbmStep final : public Step<T> {
public:
    /// `rbm` is trained in place and must outlive the step. `place` says the seed and the layer of its draws.
    /// Throws Error (usage) for settings that no step has, (input) for memory that no machine has.
    RbmStep(Rbm<T>& rbm, const RbmSettings& settings, Index batch, Draws place = {}, Index threads = 1,
            Teamwork teamwork = Teamwork::when_useful);

    /// Throws Error (input) for other sizes, or for numbers outside [0, 1] where visible units are Bernoulli.
    void require_fit(const Examples<T>& examples, const std::string& name) const override;
    double forward(const Examples<T>& batch) override;
    void gradient(const Examples<T>& batch) override;
    /// Throws Error (usage) unless the rate is finite and not below 0.
    void update(double learning_rate) override;
    /// The mean reconstruction error of examples, without a draw.
    double validation_cost(const Examples<T>& examples) override;

    [[nodiscard]] std::span<T> parameters() override { return rbm_.parameters(); }
    [[nodiscard]] std::span<T> statistics() override { return statistics_; }  ///< q, then the chains
    [[nodiscard]] const OptimizerState<T>& optimizer() const override { return state_; }
    void restore(const OptimizerState<T>& state) override;

    [[nodiscard]] const Rbm<T>& rbm() const { return rbm_; }                 ///< that it trains
    [[nodiscard]] const RbmSettings& settings() const { return settings_; }  ///< as given
    /// To look at, a column for each example: after forward H0, S0 and V1; after gradient V and H, a column
    /// for each chain, and the gradient of parameters().
    [[nodiscard]] View<const T> hidden() const { return H0_.columns({0, examples_}); }
    [[nodiscard]] View<const T> sample() const { return S0_.columns({0, examples_}); }          ///< S0
    [[nodiscard]] View<const T> reconstruction() const { return V1_.columns({0, examples_}); }  ///< V1
    [[nodiscard]] View<const T> negative_visible() const { return V_.columns({0, chains_}); }   ///< V
    [[nodiscard]] View<const T> negative_hidden() const { return H_.columns({0, chains_}); }    ///< H
    [[nodiscard]] std::span<const T> gradient() const { return gradient_; }  ///< laid out like parameters()
    /// The running mean activation q (hidden x 1).
    [[nodiscard]] View<const T> mean_activation() const { return {statistics_.data(), rbm_.hidden(), 1}; }

private:
    void plan_memory();
    void reconstruct(const View<const T>& hidden, Range examples);
    void negative_phase(Range chains);
    void scale_for_gradient(Range examples, Range chains);
    void take_gradient(Index member);
    void sweep(Index member);
    void note_activation(Range units);
    [[nodiscard]] Draws draws(Index sample) const;
    [[nodiscard]] View<T> chain_states() {
        return {statistics_.data() + rbm_.hidden(), rbm_.hidden(), batch_};
    }
    [[nodiscard]] double mean_error() const;
    void require_batch(const View<const T>& X) const;

    Rbm<T>& rbm_;
    RbmSettings settings_;
    Index batch_;
    Draws place_;
    Index examples_ = 0, chains_ = 0;
    Team team_;
    std::optional<FastestSize> fastest_;
    AlignedVector<T> arena_;
    View<T> H0_, S0_, V1_, V_, S_, H_;
    View<T> positive_, negative_, sums_;  // for the gradient
    AlignedVector<T> gradient_;
    AlignedVector<T> statistics_;
    std::vector<double> errors_;  // of each example
    OptimizerState<T> state_;

    // What the verbs hand to the team.
    View<const T> X_;
    double learning_rate_ = 0;
};

}  // namespace gradus
