// What happens in one iteration? The tutorial's four verbs: forward, cost, backward, update.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/core/ranks.h"
#include "gradus/core/team.h"
#include "gradus/nn/loss.h"
#include "gradus/nn/network.h"
#include "gradus/nn/optimizer.h"
#include "gradus/nn/step.h"

namespace gradus {

template <class T>
class TinyPasses;  // the same numbers for tiny networks, faster
template <class T>
class BinPasses;  // the first layer over bins
struct GradientPiece;

/// Do all threads work on a step, or as many of them as are fastest? (On a small step: one.)
enum class Teamwork { when_useful, always };

/// One iteration of training for batches of up to `batch` examples, in columns:
///
///     step.forward(X);  if (i % 100 == 0) print(step.cost(Y));  step.backward(Y);  step.update();
///
/// All memory is planned by the constructor; a step allocates nothing. It works on `network` in place, which
/// must outlive it and stay where it is: after it was moved, or another was moved to it, every verb throws.
///
/// Where several processes (ranks) share each batch, everybody calls every verb with the whole batch, of
/// which only his share of the columns is read, and output(i) and its like are those of the share. The cost
/// and the parameters are everybody's, and have the bits that one process gives them: every sum over the
/// batch is handed on from rank to rank. The gradient in the end, the update and what the optimizer remembers
/// are divided: each rank has those of its share of the parameters (updated_by in gradient_pieces.h). A
/// network so tiny that this would take longer than its arithmetic is trained by each rank alone.
///
/// Each verb looks at sizes and at their order, and never at values: NaN, a class number where a probability
/// is expected, or a negative weight go through. A Run looks at all of them once, before the first step.
template <class T>
class TrainingStep {
public:
    /// Throws Error for a loss that does not fit the network, settings that no optimizer has, or memory that
    /// no machine has. `mask_seed` is the seed of dropout's masks. At most `threads` threads work on a step,
    /// fewer when it is small, unless teamwork is `always`; their number changes no bit of any result. `bins`
    /// are the rows of X that are runs of bins, as Examples::bins. With several ranks, a batch must have an
    /// example for each.
    TrainingStep(Network<T>& network, LossKind loss, OptimizerSettings optimizer, Index batch,
                 std::uint64_t mask_seed = 0, Index threads = 1, Teamwork teamwork = Teamwork::when_useful,
                 std::span<const Range> bins = {}, Ranks& ranks = no_other_ranks());
    ~TrainingStep();

    /// Every layer's output for the examples X (in x m, m <= batch), which must stay where they are until
    /// backward. Returns the last. This and what follows throw Error (usage) for matrices of other sizes.
    View<const T> forward(const View<const T>& X);
    View<const T> forward(const Matrix<T>&& temporary) = delete;

    /// The mean loss of the examples that went forward, with truth Y (out x m). Each loss is first multiplied
    /// by its example's weight, when weights (1 x m) are given.
    double cost(const View<const T>& Y, const View<const T>& weights = {});

    /// The gradient of the cost with respect to all parameters.
    void backward(const View<const T>& Y, const View<const T>& weights = {});

    /// Moves the parameters against the gradient, once for each backward. Throws Error (usage) without one.
    void update() { update(settings_.learning_rate); }
    void update(double learning_rate);  ///< with another rate than the settings'

    [[nodiscard]] const Network<T>& network() const { return network_; }  ///< that it trains
    [[nodiscard]] Range share(Index m) const { return ranks_.share(m); }  ///< those of m examples it reads
    /// The output of layer i for the examples that went forward last (out x m). Views on what lies inside the
    /// network may have any steps. Here and below i is not checked.
    [[nodiscard]] View<const T> output(std::size_t i) const { return passes_[i].Y; }
    /// The derivative with respect to the input of layer i > 0, after backward (in x m).
    [[nodiscard]] View<const T> input_gradient(std::size_t i) const { return passes_[i].dX; }
    /// The derivative that the loss begins with, after backward: with respect to the last layer's output, or
    /// to its input when the loss is fused with it (out x m).
    [[nodiscard]] View<const T> output_gradient() const { return output_gradient_; }
    [[nodiscard]] const Pass<T>& pass(std::size_t i) const { return passes_[i]; }  ///< what layer i sees
    /// Of all parameters, after backward.
    [[nodiscard]] std::span<const T> gradient() const { return gradient_; }
    /// The gradient of one parameter by its name: gradient("W1") is the tutorial's dW1.
    [[nodiscard]] View<const T> gradient(std::string_view name) const {
        return network_.window(name, gradient_);
    }

    [[nodiscard]] const Loss<T>& loss() const { return *loss_; }                 ///< that it lowers
    [[nodiscard]] const OptimizerState<T>& optimizer() const { return state_; }  ///< what it remembers
    /// What all ranks remember; they all call it.
    [[nodiscard]] OptimizerState<T> whole_optimizer();
    /// So many numbers that has in its slots.
    [[nodiscard]] std::size_t whole_size() const { return slot_count() * gradient_.size(); }
    /// Goes on from this state. Throws Error (input) for one of another size.
    void restore(const OptimizerState<T>& state);

    /// How many threads work on a step at present.
    [[nodiscard]] Index threads() const { return team_.size(); }

private:
    [[nodiscard]] Index most_columns() const { return (batch_ + ranks_.count() - 1) / ranks_.count(); }
    void plan_memory();
    void narrow(Index examples);
    void prepare(const View<const T>& X);
    [[nodiscard]] bool network_was_moved() const {
        return network_.parameters().data() != passes_.front().parameters.data() ||
               network_.parameters().size() != gradient_.size();
    }
    void require_truth(const View<const T>& Y, const View<const T>& weights) const;
    void pass_forward(Index member);
    void pass_backward(Index member);
    void take_gradient(Index member);
    void take_piece(const GradientPiece& piece, Index member);
    void sweep(Index member);
    void find_groups();
    [[nodiscard]] std::size_t slot_count() const {
        return static_cast<std::size_t>(optimizer_slots(settings_.kind));
    }
    [[nodiscard]] std::span<T> remembered(std::size_t slot);
    double clip_factor(Index member);
    void couple(std::size_t i, Index member, bool forward);
    template <class F>
    void as_first(Index member, F f);
    [[nodiscard]] std::size_t last_backward() const;  // the last layer whose backward half is needed
    [[nodiscard]] Output<T> network_output(Range examples) const;

    Network<T>& network_;
    std::unique_ptr<Loss<T>> loss_;
    OptimizerSettings settings_;
    Index batch_;
    std::unique_ptr<TinyPasses<T>> tiny_;
    Ranks& ranks_;
    Index examples_ = 0;         // that went forward last
    Range mine_;                 // of these, this rank's
    bool has_gradient_ = false;  // since the last update
    Team team_;
    std::optional<FastestSize> fastest_;
    std::unique_ptr<BinPasses<T>> bins_;
    AlignedVector<T> arena_;
    std::vector<Pass<T>> passes_;
    View<T> series_;           // the batch in the layers' order, when it is a series
    View<T> output_gradient_;  // of the network, or of the input of a last layer that is fused with the loss
    AlignedVector<T> gradient_;
    Range updated_;  // the parameters that this rank updates
    std::vector<GradientPiece> pieces_;
    std::vector<double> sums_;  // of examples that depend on each other
    std::vector<double> losses_;
    std::vector<double> squares_;  // of the gradient, block by block
    struct Group {
        Range parameters;
        double weight_decay, rate;
    };
    std::vector<Group> groups_;  // runs of parameters that decay and move alike
    OptimizerState<T> state_;

    // What the verbs hand to the team.
    View<const T> X_, Y_, weights_;
    double learning_rate_ = 0;
};

}  // namespace gradus
