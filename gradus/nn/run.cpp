#include "gradus/nn/run.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/nn/checks.h"

namespace gradus {

template <class T>
static void copy(std::span<const T> from, std::span<T> to) {
    std::ranges::copy(from, to.begin());
}

template <class T>
static AlignedVector<T> vector(std::span<const T> numbers) {
    return {numbers.begin(), numbers.end()};
}

// Examples whose numbers lie in contiguous columns, as layers read them.
template <class T>
static void read_whole(Examples<T>& examples, Matrix<T>& memory) {
    const bool in_columns = examples.X.row_step() == 1 || examples.X.rows() == 1;
    if (examples.bytes.empty() && in_columns) return;
    memory = Matrix<T>(examples.inputs(), examples.count());
    for (Index j = 0; j < examples.count(); ++j)
        if (examples.bytes.empty()) {
            for (Index i = 0; i < memory.rows(); ++i) memory(i, j) = examples.X(i, j);
        } else {
            pixels(memory.view().column(j), examples.bytes.column(j), memory.rows());
        }
    examples.X = memory;
}

// A batch of all examples, which everybody has then.
template <class T>
static void read_shared(Examples<T>& examples, Matrix<T>& memory) {
    memory = first_shared(examples, examples.count());
    examples.X = memory;
    examples.shared_by = nullptr;
}

template <class T>
static Index batch_size(const Examples<T>& training, const RunSettings& settings) {
    return settings.batch == 0 ? training.count() : std::min(settings.batch, training.count());
}

Index planned_updates(const RunSettings& settings, Index examples) {
    constexpr Index forever = Index{1} << 53;  // more than any run can make; its double is exact
    const Index batch = settings.batch == 0 ? examples : std::min(settings.batch, examples);
    const Index per_epoch = (examples + batch - 1) / batch;
    return settings.iterations > 0 ? settings.iterations
                                   : std::min(settings.epochs, forever / per_epoch) * per_epoch;
}

template <class T>
static void require_beginning(const Examples<T>& training, const Examples<T>& validation,
                              const RunSettings& settings) {
    require_valid(settings);
    require_examples(training, "");
    if (validation.count() > 0 || !validation.Y.empty()) require_examples(validation, "validation");
}

template <class T>
static std::unique_ptr<NetworkStep<T>> network_step(Network<T>& network, const Examples<T>& training,
                                                    const Examples<T>& validation, const RunSettings& s) {
    require_beginning(training, validation, s);
    return std::make_unique<NetworkStep<T>>(network, s.loss, s.optimizer, batch_size(training, s),
                                            s.mask_seed, s.threads,
                                            std::clamp<Index>(validation.count(), 1, 256), training.bins,
                                            s.ranks == nullptr ? no_other_ranks() : *s.ranks);
}

template <class T>
Run<T>::Run(Network<T>& network, Examples<T> training, Examples<T> validation, RunSettings settings,
            RandomState random)
    : Run(network_step(network, training, validation, settings), nullptr, training, validation, settings,
          random) {}

template <class T>
Run<T>::Run(Step<T>& step, Examples<T> training, Examples<T> validation, RunSettings settings,
            RandomState random)
    : Run(nullptr, (require_beginning(training, validation, settings), &step), training, validation, settings,
          random) {}

template <class T>
Run<T>::Run(std::unique_ptr<NetworkStep<T>> own, Step<T>* step, Examples<T> training, Examples<T> validation,
            RunSettings settings, RandomState random)
    : own_(std::move(own)),
      step_(own_ ? own_.get() : step),
      training_(training),
      validation_(validation),
      settings_(settings) {
    step_->require_fit(training, "");
    if (validation.count() > 0) {
        step_->require_fit(validation, "validation");
        read_whole(validation_, validation_X_);
    }
    batch_size_ = batch_size(training, settings_);
    planned_ = gradus::planned_updates(settings_, training.count());
    state_.random = random;
    if (training.shared_by != nullptr && step_->share(batch_size_).size() < batch_size_)
        wanted_ = Wanted::share;
    if (settings_.batch == 0) {
        if (training_.shared_by != nullptr) read_shared(training_, training_X_);
        read_whole(training_, training_X_);
        batch_ = {.X = training_.X, .Y = training.Y, .weights = training.weights, .bins = training.bins};
    } else {
        batch_X_ = Matrix<T>(training.inputs(), batch_size_);
        batch_Y_ = Matrix<T>(training.Y.rows(), training.Y.empty() ? 0 : batch_size_);
        batch_weights_ = Matrix<T>(training.weights.rows(), training.weights.empty() ? 0 : batch_size_);
    }
}

template <class T>
const TrainingStep<T>& Run<T>::step() const {
    if (own_) return own_->step();
    throw Error(Fault::usage, {.found = say("Run::step() of a run that trains no network")});
}

// A hint to the processor: this will be read soon.
static void ask_for([[maybe_unused]] const void* place) {
#ifdef __GNUC__
    __builtin_prefetch(place);
#endif
}

// Copies a column line by line, and asks for as much of one that will be copied soon.
template <class T>
static void read_column(T* to, const T* from, Index rows, const T* soon) {
    constexpr Index line = 64 / sizeof(T);
    Index i = 0;
    for (; i + line <= rows; i += line) {
        ask_for(soon + i);
        std::memcpy(to + i, from + i, sizeof(T) * line);
    }
    std::copy_n(from + i, rows - i, to + i);
}
template <class T>
static void read_column(T* to, const std::uint8_t* from, Index rows, const std::uint8_t* soon) {
    for (Index i = 0; i < rows; i += 64) ask_for(soon + i);
    pixels(to, from, rows);
}

// Gathers columns of `from`: the first `count` of those named become the columns of `to`, of which only
// `wanted` are written; behind them follows the next batch. They lie anywhere in memory, so the one after the
// next is asked for while one is read, and of one further on both ends, with which its pages are found.
template <class T, class From>
static View<const T> gather(Matrix<T>& to, View<const From> from, std::span<const Index> columns, Index count,
                            Range wanted) {
    if (from.empty()) return {};
    const View<T> all = to.view();
    const auto last = static_cast<Index>(columns.size()) - 1;
    const auto source = [&](Index j) {
        return from.column(columns[static_cast<std::size_t>(std::min(j, last))]);
    };
    for (Index j = wanted.begin; j < wanted.end; ++j) {
        const From *const column = source(j), *const later = source(j + 4);
        if (std::is_same_v<T, From> && from.row_step() != 1) {
            for (Index i = 0; i < from.rows(); ++i) all(i, j) = static_cast<T>(column[i * from.row_step()]);
            continue;
        }
        ask_for(later);
        ask_for(later + from.rows() - 1);
        read_column(all.column(j), column, from.rows(), source(j + 2));
    }
    return all.columns({0, count});
}

template <class T>
void Run<T>::gather_batch(Range range) {
    const std::span<const Index> rest =
        std::span<const Index>(state_.order).subspan(static_cast<std::size_t>(range.begin));
    const Index count = range.size();
    const Range mine = step_->share(count);
    if (training_.shared_by != nullptr) {
        const auto columns = rest.first(static_cast<std::size_t>(count)),
                   later = rest.subspan(columns.size());
        if (!shared_.asked_for(columns)) shared_.ask(training_, columns, wanted_);
        shared_.take(batch_X_.view());
        if (!later.empty() && updates() + 1 < planned_)
            shared_.ask(training_, later.first(std::min(later.size(), columns.size())), wanted_);
    }
    batch_ = {.X = training_.shared_by != nullptr ? View<const T>(batch_X_.view().columns({0, count}))
                   : training_.bytes.empty()
                       ? gather<T, T>(batch_X_, training_.X, rest, count, mine)
                       : gather<T, std::uint8_t>(batch_X_, training_.bytes, rest, count, mine),
              .Y = gather<T, T>(batch_Y_, training_.Y, rest, count, {0, count}),
              .weights = gather<T, T>(batch_weights_, training_.weights, rest, count, {0, count})};
}

// The event is written where the caller finds it, number by number: a register that is loaded from numbers
// just stored one by one waits until they have left the processor, and a tiny network with it.
template <class T>
std::optional<Event> Run<T>::next() {
    std::optional<Event> event;
    const Index update = updates(), examples = training_.count();
    if (state_.finished || update >= planned_) return event;
    const Range range{state_.position, std::min(state_.position + batch_size_, examples)};
    if (settings_.batch > 0) {
        if (state_.position == 0) state_.order = state_.random.permutation(examples);
        gather_batch(range);
    }
    event.emplace();
    event->iteration = update;
    event->epoch = state_.epoch;
    event->cost = step_->forward(batch_);
    const double most = update == 0 ? std::numeric_limits<double>::max() : 1e6 * (1 + state_.first_cost);
    if (!(event->cost <= most)) fail(event->cost);
    if (update == 0) state_.first_cost = event->cost;
    step_->gradient(batch_);
    step_->update(learning_rate(update));

    state_.epoch_cost += event->cost * double(range.size());
    state_.position = range.end;
    if (state_.position == examples) end_epoch(event->epoch_end.emplace(Event::EpochEnd{}));
    if (update + 1 == planned_) state_.finished = true;
    event->last = state_.finished;
    if (event->last) finish();
    return event;
}

template <class T>
void Run<T>::finish() {
    require_finite_parameters();
    if (!state_.best) return;
    copy<T>(state_.best->parameters, step_->parameters());
    copy<T>(state_.best->statistics, step_->statistics());
}

template <class T>
double Run<T>::learning_rate(Index update) const {
    const Index all = settings_.scheduled_over > 0 ? settings_.scheduled_over : planned_updates();
    const double rate = settings_.optimizer.learning_rate * state_.plateau.factor;
    return settings_.schedule == Schedule::constant ? rate
                                                    : rate * schedule_factor(settings_.schedule, update, all);
}

template <class T>
void Run<T>::end_epoch(Event::EpochEnd& end) {
    end.cost = state_.epoch_cost / double(training_.count());
    state_.position = 0;
    state_.epoch_cost = 0;
    ++state_.epoch;
    if (validation_.count() > 0) {
        require_finite_parameters();
        const auto start = std::chrono::steady_clock::now();
        end.validation_cost = step_->validation_cost(validation_);
        validation_seconds_ +=
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        require_finite_validation(*end.validation_cost);
        end.best = !state_.best || *end.validation_cost < state_.best->cost;
        ++state_.waiting;
        if (end.best) {
            state_.best = {.cost = *end.validation_cost,
                           .updates = updates(),
                           .parameters = vector<T>(step_->parameters()),
                           .statistics = vector<T>(step_->statistics())};
            state_.waiting = 0;
        }
        if (settings_.patience > 0 && state_.waiting >= settings_.patience) state_.finished = true;
        if (*end.validation_cost < settings_.solved_below) state_.finished = true;
    }
    if (settings_.schedule == Schedule::plateau) state_.plateau.see(end.validation_cost.value_or(end.cost));
}

template <class T>
void Run<T>::fail(double cost) const {
    throw Error(Fault::training,
                {.place = say("training failed at iteration {}", updates()),
                 .found = say("the cost is {}", to_text(cost)),
                 .expected = updates() == 0
                                 ? say("a finite number")
                                 : say("at most 1e6 * (1 + the first cost, {})", to_text(state_.first_cost)),
                 .hint = updates() == 0 ? say("smaller numbers in the data, or smaller first weights")
                                        : say("a smaller learning rate, or clipping by norm")});
}

template <class T>
void Run<T>::require_finite_validation(double cost) const {
    if (std::isfinite(cost)) return;
    throw Error(Fault::training, {.place = say("training failed at iteration {}", updates() - 1),
                                  .found = say("the validation cost is {}", to_text(cost)),
                                  .expected = say("a finite number"),
                                  .hint = say("smaller numbers in the data, or a smaller learning rate")});
}

template <class T>
void Run<T>::require_finite_parameters() const {
    if (std::ranges::all_of(step_->parameters(), [](T w) { return std::isfinite(w); })) return;
    throw Error(Fault::training, {.place = say("training failed at iteration {}", updates() - 1),
                                  .found = say("a weight is not finite"),
                                  .hint = say("a smaller learning rate, or clipping by norm")});
}

template <class T>
RunState<T> Run<T>::state() const {
    RunState<T> state = state_;
    state.parameters = vector<T>(step_->parameters());
    state.statistics = vector<T>(step_->statistics());
    state.optimizer = step_->whole_optimizer();
    return state;
}

template <class T>
void Run<T>::restore(const RunState<T>& state) {
    require_state_fits(state, *step_, training_.count(), settings_.batch);
    shared_.forget();
    copy<T>(state.parameters, step_->parameters());
    copy<T>(state.statistics, step_->statistics());
    step_->restore(state.optimizer);
    state_ = state;
}

template class Run<float>;
template class Run<double>;

}  // namespace gradus
