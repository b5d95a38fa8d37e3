#include "gradus/model/training.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/agreement.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/memory.h"
#include "gradus/model/network_text.h"
#include "gradus/model/seen_rows.h"
#include "gradus/model/training_checks.h"
#include "gradus/nn/architecture.h"

namespace gradus {
namespace {

// A network whose numbers somebody else sets.
constexpr FirstWeights unset{.initializer = Initializer::zeros};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

class Stopwatch {
public:
    void start() { started_ = Clock::now(); }
    void stop() { seconds_ += seconds_since(started_); }
    [[nodiscard]] double seconds() const { return seconds_; }

private:
    Clock::time_point started_;
    double seconds_ = 0;
};

// The learning curve keeps at most so many points: when it is full, every second one goes.
constexpr std::size_t most_points = 2048;

void add_point(std::vector<CurvePoint>& curve, const CurvePoint& point) {
    const Index step = curve.size() < 2 ? 1 : curve[1].epoch - curve[0].epoch;
    if (step > 1 && (point.epoch - curve[0].epoch) % step != 0) return;
    curve.push_back(point);
    if (curve.size() < most_points) return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < curve.size(); i += 2) curve[kept++] = curve[i];
    curve.resize(kept);
}

// The examples of both.
template <class T>
Matrix<T> beside_each_other(const Matrix<T>& A, const Matrix<T>& B) {
    if (B.empty()) return A;
    Matrix<T> both(A.rows(), A.columns() + B.columns());
    std::copy_n(A.data(), A.rows() * A.columns(), both.data());
    std::copy_n(B.data(), B.rows() * B.columns(), both.data() + A.rows() * A.columns());
    return both;
}

// A 1 for the class of each example.
template <class T>
Matrix<T> one_hot(const Matrix<double>& truth, std::size_t classes) {
    Matrix<T> labels(static_cast<Index>(classes), truth.columns());
    for (Index j = 0; j < truth.columns(); ++j) labels(static_cast<Index>(truth(0, j)), j) = 1;
    return labels;
}

// A file that was changed by hand may hold an order of other examples.
template <class T>
void require_order_fits(const RunState<T>& state, Index examples) {
    const auto ordered = static_cast<Index>(state.order.size());
    if (ordered != 0 && ordered != examples)
        throw Error(Fault::input, {.place = setting("resume"),
                                   .found = say("the checkpoint has an order of {} examples", ordered),
                                   .expected = say("{}, as many as there are for training", examples)});
}

// One call of train: a run, and perhaps a second one on all examples.
template <class T>
class Training {
public:
    Training(const Dataset& data, const Recipe& recipe, const Watch& watch, const Conclude<T>& conclude,
             const Start<T>& start)
        : data_(data),
          recipe_(recipe),
          watch_(watch),
          conclude_(conclude),
          start_(start),
          agreed_(watch.ranks),
          trained_{.model = {.network = Network<T>(recipe.shape, recipe.network, unset)}} {
        trained_.model.recipe = recipe;
        trained_.model.recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
        trained_.model.origin = {
            .data = data.name, .examples = data.examples(), .fingerprint = fingerprint(data)};
        trained_.model.baseline = baseline(data, recipe);
        if (start.resume != nullptr) go_on_from(*start.resume);
    }

    Trained<T> operator()() {
        if (!state_.on_all_examples && !first_run()) return std::move(trained_);
        if (recipe_.retrain && trained_.model.validation && !second_run()) return std::move(trained_);
        trained_.model.state.reset();
        return std::move(trained_);
    }

private:
    void go_on_from(const Model<T>& model) {
        state_ = *model.state;
        resumed_ = true;
        trained_.model.curve = model.curve;
        trained_.model.validation = model.validation;
        trained_.model.machines = model.machines;
    }

    void compare(const PreparedData<T>& prepared) {
        if (!watch_.linear || is_unsupervised(recipe_.task)) return;
        trained_.linear = linear_baseline(prepared, recipe_);
        if (trained_.linear) watch_.linear(trained_.linear->evaluation);
    }

    // Each returns false when the run was interrupted.
    bool first_run() {
        PreparedData<T> prepared(data_, recipe_, recipe_.validation, start_.validation, start_.from);
        compare(prepared);
        if (!learn(prepared, recipe_.run, recipe_)) return false;
        state_.first_kept_updates = trained_.model.kept_updates;
        if (prepared.validates())
            trained_.model.validation =
                evaluate_in_own_units(trained_.model, prepared.validation(), prepared.validation_truth,
                                      prepared.validation_row_weights);
        if (recipe_.retrain && trained_.model.validation)
            trained_.first_answers = answers<T>(trained_.model, prepared.validation());
        conclude(prepared);
        return true;
    }

    bool second_run() {
        if (watch_.retraining) watch_.retraining(state_.first_kept_updates);
        state_.on_all_examples = true;
        RunSettings again = recipe_.run;
        again.iterations = state_.first_kept_updates;
        again.scheduled_over = state_.first_planned_updates;
        PreparedData<T> prepared(data_, recipe_, 0, nullptr, start_.from);
        Recipe all = recipe_;
        if (recipe_.shape.length == 1 && start_.from == nullptr)
            all.shape.channels = prepared.features.width();
        if (recipe_.task == Task::reconstruct && start_.from == nullptr) {
            const bool sigmoid = recipe_.network.ends_with("sigmoid");
            all.network =
                unrolled(encoder_of(recipe_.network), all.shape.size(), sigmoid ? "sigmoid" : "identity");
        }
        if (!learn(prepared, again, all)) return false;
        conclude(prepared);
        return true;
    }

    bool learn(const PreparedData<T>& prepared, const RunSettings& settings, const Recipe& recipe) {
        trained_.model.features = prepared.features;
        trained_.model.target = prepared.target;
        trained_.model.sample = prepared.sample;
        Beginning<T> beginning = begin<T>(recipe, start_.from);
        trained_.model.network = std::move(beginning.network);
        trained_.model.recipe.shape = recipe.shape;
        trained_.model.recipe.network = recipe.network;
        RunSettings at_least_one = settings;
        if (settings.iterations == 0) at_least_one.epochs = std::max<Index>(settings.epochs, 1);
        // Nothing is updated behind the machines of `encode`: its run holds the state, and never begins.
        const bool updates = recipe.task != Task::encode;
        if (updates) at_least_one.ranks = watch_.ranks;
        const Matrix<T> no_truth(updates ? 0 : trained_.model.network.out().size(), 1);
        const Examples<T> examples = updates
                                         ? prepared.training()
                                         : Examples<T>{.X = prepared.X.view().columns({0, 1}), .Y = no_truth};
        Run<T> run(trained_.model.network, examples, updates ? prepared.watched() : Examples<T>{},
                   at_least_one, beginning.random);
        const bool machines_are_learned = resumed_ && !state_.pretraining;
        if (resumed_) {
            require_order_fits(state_.run, examples.count());
            run.restore(state_.run);
        }
        resumed_ = false;
        if (!state_.on_all_examples) state_.first_planned_updates = run.planned_updates();
        last_checkpoint_ = Clock::now();
        if (recipe.pretraining.kind != Pretrain::none && !machines_are_learned)
            pretrain(run, prepared, beginning.random);
        const bool leaves_it_at_that = settings.epochs == 0 && settings.iterations == 0;
        if (!trained_.interrupted && !leaves_it_at_that) drive(run);
        validation_seconds_ += run.validation_seconds();
        trained_.model.updates = run.updates();
        trained_.model.kept_updates = run.kept_updates();
        trained_.seconds = clock_.seconds() - validation_seconds_;
        if (trained_.interrupted) keep_state(run);
        return !trained_.interrupted;
    }

    // The machines, before the run's first update; the random numbers go on behind theirs.
    void pretrain(Run<T>& run, const PreparedData<T>& prepared, const RandomState& random) {
        Network<T>& network = trained_.model.network;
        const PretrainingSettings& how = recipe_.pretraining;
        const std::uint64_t seed = recipe_.run.mask_seed;
        const Index threads = recipe_.run.threads;
        PretrainingData<T> data = pretraining_data(prepared, recipe_);
        Pretraining<T> pretraining =
            state_.pretraining ? Pretraining<T>(network, std::move(data), how, trained_.model.machines,
                                                *state_.pretraining, seed, threads)
                               : Pretraining<T>(network, std::move(data), how, random, seed, threads);
        const auto keep = [&] {
            trained_.model.machines = pretraining.machines();
            state_.pretraining = pretraining.state();
        };
        clock_.start();
        while (const std::optional<PretrainingEvent> event = pretraining.next()) {
            if (watch_.pretraining) watch_.pretraining(*event);
            if (event->update.last && event->machine + 1 == event->machines) break;
            const auto [stop, is_due] = agreed_(watch_.stop.stop_requested(), is_checkpoint_due());
            if (stop) {
                trained_.interrupted = true;
                clock_.stop();
                return keep();
            }
            if (is_due) {
                keep();
                save(run);
            }
        }
        clock_.stop();
        trained_.model.machines = pretraining.machines();
        state_.pretraining.reset();
        RunState<T> begins = run.state();
        begins.random = pretraining.random();
        run.restore(begins);
    }

    void drive(Run<T>& run) {
        next_report_ = 0;
        clock_.start();
        while (const std::optional<Event> event = run.next()) {
            if (watch_.progress) watch_.progress(*event, run.planned_updates());
            see(*event);
            if (event->last) break;
            const auto [stop, is_due] = agreed_(watch_.stop.stop_requested(), is_checkpoint_due());
            if (stop) {
                trained_.interrupted = true;
                break;
            }
            if (is_due) save(run);
        }
        clock_.stop();
    }

    void see(const Event& event) {
        const bool reported = is_reported(event.iteration);
        if (!reported && !event.epoch_end) return;
        if (!state_.on_all_examples) record(event, reported);
        if (!watch_.observe || state_.on_all_examples) return;
        if (!reported && recipe_.run.iterations > 0) return watch_.observe(event);
        clock_.stop();
        watch_.observe(event);
        clock_.start();
    }

    // Multiples of report_every; to divide in each update of a tiny network would be seen.
    bool is_reported(Index iteration) {
        if (iteration < next_report_) return false;
        const Index rest = iteration % watch_.report_every;
        next_report_ = iteration - rest + watch_.report_every;
        return rest == 0;
    }

    void record(const Event& event, bool reported) {
        if (recipe_.run.iterations > 0) {
            if (reported)
                trained_.model.curve.push_back(
                    {.iteration = event.iteration, .epoch = event.epoch, .cost = event.cost});
        } else if (event.epoch_end) {
            add_point(trained_.model.curve, {.iteration = event.iteration,
                                             .epoch = event.epoch,
                                             .cost = event.epoch_end->cost,
                                             .validation_cost = event.epoch_end->validation_cost});
        }
    }

    [[nodiscard]] bool is_checkpoint_due() const {
        return watch_.checkpoint && seconds_since(last_checkpoint_) >= watch_.checkpoint_every;
    }

    void keep_state(const Run<T>& run) {
        state_.run = run.state();
        trained_.model.state = state_;
    }

    void save(const Run<T>& run) {
        clock_.stop();
        keep_state(run);
        trained_.model.updates = run.updates();
        trained_.model.kept_updates = run.kept_updates();
        watch_.checkpoint(trained_.model);
        last_checkpoint_ = Clock::now();
        clock_.start();
    }

    void conclude(const PreparedData<T>& prepared) {
        trained_.model.origin.rows = row_print(trained_.model, data_);
        trained_.model.training =
            evaluate_in_own_units(trained_.model, prepared.training(), prepared.truth, prepared.row_weights);
        if (conclude_) conclude_(trained_, prepared);
    }

    const Dataset& data_;
    const Recipe& recipe_;
    const Watch& watch_;
    const Conclude<T>& conclude_;
    const Start<T>& start_;
    Agreement agreed_;
    Stopwatch clock_;
    Index next_report_ = 0;
    double validation_seconds_ = 0;  // on the clock, but no part of an update
    Clock::time_point last_checkpoint_;
    TrainingState<T> state_;
    bool resumed_ = false;
    Trained<T> trained_;
};

}  // namespace

template <class T>
Beginning<T> begin(const Recipe& recipe, const Model<T>* from) {
    Beginning<T> beginning{.network = Network<T>(recipe.shape, recipe.network, unset),
                           .random = RandomState(recipe.seed)};
    beginning.network.initialize(recipe.initializer, beginning.random);
    if (from != nullptr) {
        std::ranges::copy(from->network.parameters(), beginning.network.parameters().begin());
        std::ranges::copy(from->network.statistics(), beginning.network.statistics().begin());
    }
    return beginning;
}

template <class T>
PretrainingData<T> pretraining_data(const PreparedData<T>& prepared, const Recipe& recipe) {
    PretrainingData<T> data{.X = beside_each_other<T>(prepared.X, prepared.unlabelled_X),
                            .monitored = prepared.validation_X,
                            .stack = stack_of(recipe.task)};
    if (recipe.pretraining.kind == Pretrain::dbn) {
        const std::size_t classes = prepared.target.classes.size();
        data.labels = one_hot<T>(prepared.truth, classes);
        data.monitored_labels = one_hot<T>(prepared.validation_truth, classes);
    }
    return data;
}

template <class T>
std::vector<Rbm<T>> pretrain(Beginning<T>& beginning, const PreparedData<T>& prepared, const Recipe& recipe,
                             const std::function<void(const PretrainingEvent&)>& see,
                             const std::stop_token& stop) {
    if (recipe.pretraining.kind == Pretrain::none) return {};
    Pretraining<T> pretraining(beginning.network, pretraining_data(prepared, recipe), recipe.pretraining,
                               beginning.random, recipe.run.mask_seed, recipe.run.threads);
    while (const std::optional<PretrainingEvent> event = pretraining.next()) {
        if (see) see(*event);
        if (stop.stop_requested()) break;
    }
    beginning.random = pretraining.random();
    return pretraining.machines();
}

template <class T>
Trained<T> train(const Dataset& data, const Recipe& recipe, const Watch& watch, const Conclude<T>& conclude,
                 const Start<T>& start) {
    require_training_fits(data, recipe, watch, start);
    require_memory(data, recipe, data.examples(), watch.checkpoint != nullptr);
    if (fold_count(recipe) > 0 && recipe.member == 0)
        return train_by_folds<T>(data, recipe, watch, conclude, start);
    return Training<T>(data, recipe, watch, conclude, start)();
}

bool solved(const Evaluation& evaluation) {
    if (is_unsupervised(evaluation.task)) return false;
    return evaluation.task == Task::regress ? evaluation.r2 >= 0.99 : evaluation.accuracy == 1;
}

template Beginning<float> begin(const Recipe&, const Model<float>*);
template Beginning<double> begin(const Recipe&, const Model<double>*);
template PretrainingData<float> pretraining_data(const PreparedData<float>&, const Recipe&);
template PretrainingData<double> pretraining_data(const PreparedData<double>&, const Recipe&);
template std::vector<Rbm<float>> pretrain(Beginning<float>&, const PreparedData<float>&, const Recipe&,
                                          const std::function<void(const PretrainingEvent&)>&,
                                          const std::stop_token&);
template std::vector<Rbm<double>> pretrain(Beginning<double>&, const PreparedData<double>&, const Recipe&,
                                           const std::function<void(const PretrainingEvent&)>&,
                                           const std::stop_token&);
template Trained<float> train(const Dataset&, const Recipe&, const Watch&, const Conclude<float>&,
                              const Start<float>&);
template Trained<double> train(const Dataset&, const Recipe&, const Watch&, const Conclude<double>&,
                               const Start<double>&);

}  // namespace gradus
