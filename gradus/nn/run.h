// How does a network learn from many examples? A run: epochs of batches, step by step, driven by your loop.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gradus/core/random.h"
#include "gradus/nn/examples.h"
#include "gradus/nn/network_step.h"
#include "gradus/nn/schedule.h"
#include "gradus/nn/shared_examples.h"

namespace gradus {

/// Every choice about a run.
struct RunSettings {
    LossKind loss = LossKind::binary_cross_entropy;  ///< that is lowered
    OptimizerSettings optimizer = {};                ///< how the parameters move
    Schedule schedule = Schedule::constant;          ///< of the learning rate
    Index batch = 32;             ///< examples in a mini-batch; 0: all of them, in their own order
    Index epochs = 200;           ///< at most so many
    Index iterations = 0;         ///< when not 0: at most so many updates, however many epochs they make
    Index patience = 20;          ///< early stopping: epochs without a lower validation cost; 0: never
    double solved_below = 0;      ///< stop at a validation cost lower than this; 0: never
    Index scheduled_over = 0;     ///< the T of the schedule; 0: the updates that the run may make
    std::uint64_t mask_seed = 0;  ///< of dropout
    Index threads = 1;            ///< at most; changes no bit of any result
    Ranks* ranks = nullptr;       ///< processes that share each batch of a network; they change no bit either
};

/// How many updates a run of these settings may make of so many examples, at least one: where nothing stops
/// it early.
Index planned_updates(const RunSettings& settings, Index examples);

/// The parameters that had the lowest validation cost.
template <class T>
struct Best {
    double cost = 0;              ///< of the validation examples
    Index updates = 0;            ///< made to reach them
    AlignedVector<T> parameters;  ///< then
    AlignedVector<T> statistics;  ///< then

    bool operator==(const Best&) const = default;
};

/// Everything that a run needs to go on. A value: a copy of it is a checkpoint, a rewind and a branch in one.
template <class T>
struct RunState {
    AlignedVector<T> parameters;  ///< of the network
    AlignedVector<T> statistics;  ///< of the network
    OptimizerState<T> optimizer;  ///< what it remembers
    RandomState random;           ///< draws the next order
    std::vector<Index> order;     ///< of the examples in this epoch, between two of them in the last; empty
                                  ///< before the first, and where batches are not drawn
    Index position = 0;           ///< examples of the epoch that are done
    Index epoch = 0;              ///< epochs that are done
    double first_cost = 0;        ///< of the first batch
    double epoch_cost = 0;        ///< sum of the losses in this epoch so far
    std::optional<Best<T>> best;  ///< the lowest validation cost so far
    Index waiting = 0;            ///< epochs since the best
    Plateau plateau;              ///< of the schedule
    bool finished = false;        ///< the run is over
};

/// What one iteration did.
struct Event {
    Index iteration = 0;  ///< its number, from 0
    Index epoch = 0;      ///< the epoch it belongs to, from 0
    double cost = 0;      ///< of its batch, before the update
    bool last = false;    ///< the run is finished
    /// What the last iteration of an epoch knows.
    struct EpochEnd {
        double cost = 0;  ///< the mean over the epoch's examples, each before its update
        std::optional<double> validation_cost{};  ///< when there are validation examples
        bool best = false;                        ///< the lowest validation cost so far
    };
    std::optional<EpochEnd> epoch_end{};  ///< where an epoch ends
};

/// Training as an iterator:
///
///     while (auto event = run.next()) print(event->iteration, event->cost);
///
/// Each epoch begins with one permutation(n) of the random state; its batches are the runs of `batch`
/// examples in this order, one after the other, and the last has what is left. (With batch 0 nothing is
/// drawn: every step sees all examples in their own order.) With a validation set, the parameters with the
/// lowest validation cost are the ones that the network has at the end: early stopping, against over-fitting.
///
/// What is trained is a network, or any other Step. The same network, examples, settings and random state
/// give the same bits, on any number of threads: every sum is taken in a fixed order (see product.h), and
/// masks are functions of their place (philox in random.h).
template <class T>
class Run {
public:
    /// `network` is trained in place. Throws Error as TrainingStep does, and for settings, examples or labels
    /// that do not fit each other or are not finite. The network must outlive the run and stay where it is.
    Run(Network<T>& network, Examples<T> training, Examples<T> validation, RunSettings settings,
        RandomState random = RandomState{});
    /// The same without validation examples.
    Run(Network<T>& network, Examples<T> training, RunSettings settings, RandomState random = RandomState{})
        : Run(network, training, {}, settings, random) {}

    /// The same for what you wrote yourself; of the settings' optimizer it takes the learning rate only.
    Run(Step<T>& step, Examples<T> training, Examples<T> validation, RunSettings settings,
        RandomState random = RandomState{});
    /// The same without validation examples.
    Run(Step<T>& step, Examples<T> training, RunSettings settings, RandomState random = RandomState{})
        : Run(step, training, {}, settings, random) {}

    /// One iteration; nothing when the run is finished. Throws Error (training) when a cost, gradient or
    /// parameter is not finite, or a cost is above 10^6 times (1 + the first).
    std::optional<Event> next();

    /// A copy of all that the run needs to go on. Several ranks all call it.
    [[nodiscard]] RunState<T> state() const;
    /// Throws Error (input) for the state of a run on another network, optimizer or number of examples.
    void restore(const RunState<T>& state);

    /// The step of the network. Throws Error (usage) where none is trained.
    [[nodiscard]] const TrainingStep<T>& step() const;
    /// The examples of the last iteration; valid until the next.
    [[nodiscard]] const Examples<T>& batch() const { return batch_; }
    /// The rate of an update, by its number from 0, as the schedule and the plateau have it now.
    [[nodiscard]] double learning_rate(Index update) const;
    [[nodiscard]] Index updates() const { return step_->optimizer().updates; }  ///< made so far
    /// The updates that the run makes unless it stops early.
    [[nodiscard]] Index planned_updates() const { return planned_; }
    /// The updates behind the network's parameters: fewer than updates() when the run is finished and an
    /// earlier state was the best.
    [[nodiscard]] Index kept_updates() const {
        return state_.finished && state_.best ? state_.best->updates : updates();
    }
    /// The wall time of all validation so far, which belongs to no update.
    [[nodiscard]] double validation_seconds() const { return validation_seconds_; }

private:
    Run(std::unique_ptr<NetworkStep<T>> own, Step<T>* step, Examples<T> training, Examples<T> validation,
        RunSettings settings, RandomState random);
    void gather_batch(Range range);
    void finish();
    void end_epoch(Event::EpochEnd& end);
    [[noreturn]] void fail(double cost) const;
    void require_finite_validation(double cost) const;
    void require_finite_parameters() const;

    std::unique_ptr<NetworkStep<T>> own_;  // the step, when a network is trained
    Step<T>* step_;
    Examples<T> training_;
    Examples<T> validation_;
    RunSettings settings_;
    Index batch_size_ = 0;
    Index planned_ = 0;
    Matrix<T> training_X_, validation_X_;          // images, read; numbers that did not lie in columns
    Matrix<T> batch_X_, batch_Y_, batch_weights_;  // a shuffled batch, gathered
    SharedExamples<T> shared_;
    Wanted wanted_ = Wanted::all;  // by each rank, of a batch of shared examples
    Examples<T> batch_;
    double validation_seconds_ = 0;
    RunState<T> state_;  // but for the parameters and the optimizer's, which live in use
};

}  // namespace gradus
