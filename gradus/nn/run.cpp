#include "gradus/nn/run.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "gradus/core/elementwise.h"
#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/nn/words.h"

namespace gradus {

template <class T>
static void copy(std::span<const T> from, std::span<T> to) {
    std::ranges::copy(from, to.begin());
}

template <class T>
static AlignedVector<T> vector(std::span<const T> numbers) {
    return {numbers.begin(), numbers.end()};
}

template <class T>
static void read_images(View<T> to, View<const std::uint8_t> from) {
    for (Index j = 0; j < from.columns(); ++j) pixels(to.column(j), from.column(j), from.rows());
}

template <class T>
Run<T>::Run(Network<T>& network, Examples<T> training, Examples<T> validation, RunSettings settings,
            RandomState random)
    : network_(network),
      training_(training),
      validation_(validation),
      settings_(std::move(settings)),
      step_(network, settings_.loss, settings_.optimizer, batch_size(), settings_.mask_seed,
            settings_.threads),
      predict_(network, std::clamp<Index>(validation.count(), 1, 256)) {
    assert(training.count() > 0 && (training.X.columns() == training.count()) == training.bytes.empty());
    if (!validation.bytes.empty()) {
        validation_X_ = Matrix<T>(validation.inputs(), validation.count());
        read_images<T>(validation_X_, validation.bytes);
        validation_.X = validation_X_;
    }
    if (settings_.batch == 0 && !training.bytes.empty()) {
        batch_X_ = Matrix<T>(training.inputs(), training.count());
        read_images<T>(batch_X_, training.bytes);
        training_.X = batch_X_;
    }
    if (settings_.batch > 0) {
        batch_X_ = Matrix<T>(training.inputs(), batch_size());
        batch_Y_ = Matrix<T>(training.Y.rows(), batch_size());
        batch_weights_ = Matrix<T>(training.weights.rows(), training.weights.empty() ? 0 : batch_size());
    }
    state_.random = random;
}

template <class T>
Index Run<T>::batch_size() const {
    const Index examples = training_.count();
    return settings_.batch == 0 ? examples : std::min(settings_.batch, examples);
}

template <class T>
Index Run<T>::planned_updates() const {
    const Index per_epoch = (training_.count() + batch_size() - 1) / batch_size();
    constexpr Index forever = Index{1} << 53;  // more than any run can make; its double is exact
    const Index epochs = std::min(settings_.epochs, forever / per_epoch);
    return settings_.iterations > 0 ? settings_.iterations : epochs * per_epoch;
}

// The matrix's first columns, as many as `columns`, from those columns of `from`.
template <class T>
static View<const T> gather(Matrix<T>& to, View<const T> from, std::span<const Index> columns) {
    if (from.empty()) return {};
    for (std::size_t j = 0; j < columns.size(); ++j)
        std::copy_n(from.column(columns[j]), from.rows(), to.view().column(static_cast<Index>(j)));
    return to.view().columns({0, static_cast<Index>(columns.size())});
}

template <class T>
static View<const T> gather(Matrix<T>& to, View<const std::uint8_t> from, std::span<const Index> columns) {
    for (std::size_t j = 0; j < columns.size(); ++j)
        pixels(to.view().column(static_cast<Index>(j)), from.column(columns[j]), from.rows());
    return to.view().columns({0, static_cast<Index>(columns.size())});
}

template <class T>
Examples<T> Run<T>::gather_batch(Range range) {
    if (settings_.batch == 0) return training_;
    const auto columns =
        std::span<const Index>(state_.order)
            .subspan(static_cast<std::size_t>(range.begin), static_cast<std::size_t>(range.size()));
    return {.X = training_.bytes.empty() ? gather(batch_X_, training_.X, columns)
                                         : gather(batch_X_, training_.bytes, columns),
            .Y = gather(batch_Y_, training_.Y, columns),
            .weights = gather(batch_weights_, training_.weights, columns)};
}

template <class T>
std::optional<Event> Run<T>::next() {
    if (state_.finished) return std::nullopt;
    const Index examples = training_.count();
    if (state_.position == 0 && settings_.batch > 0) state_.order = state_.random.permutation(examples);
    const Range range{state_.position, std::min(state_.position + batch_size(), examples)};
    const Examples<T>& now = batch_ = gather_batch(range);

    Event event{.iteration = updates(), .epoch = state_.epoch};
    step_.forward(now.X);
    event.cost = step_.cost(now.Y, now.weights);
    require_healthy(event.cost);
    if (event.iteration == 0) state_.first_cost = event.cost;
    step_.backward(now.Y, now.weights);
    step_.update(learning_rate(event.iteration));

    state_.epoch_cost += event.cost * double(range.size());
    state_.position = range.end;
    if (state_.position == examples) event.epoch_end = end_epoch();
    if (updates() == planned_updates()) state_.finished = true;
    event.last = state_.finished;
    if (event.last) {
        require_finite_parameters();
        if (state_.best) {
            copy<T>(state_.best->parameters, network_.parameters());
            copy<T>(state_.best->statistics, network_.statistics());
        }
    }
    return event;
}

template <class T>
double Run<T>::learning_rate(Index update) const {
    const Index all = settings_.scheduled_over > 0 ? settings_.scheduled_over : planned_updates();
    return settings_.optimizer.learning_rate * state_.plateau.factor *
           schedule_factor(settings_.schedule, update, all);
}

template <class T>
Event::EpochEnd Run<T>::end_epoch() {
    Event::EpochEnd end{.cost = state_.epoch_cost / double(training_.count())};
    state_.position = 0;
    state_.epoch_cost = 0;
    ++state_.epoch;
    if (!validation_.X.empty()) {
        require_finite_parameters();
        end.validation_cost = predict_.mean_loss(step_.loss(), validation_.X, validation_.Y);
        require_finite_validation(*end.validation_cost);
        end.best = !state_.best || *end.validation_cost < state_.best->cost;
        ++state_.waiting;
        if (end.best) {
            state_.best = {.cost = *end.validation_cost,
                           .updates = updates(),
                           .parameters = vector<T>(network_.parameters()),
                           .statistics = vector<T>(network_.statistics())};
            state_.waiting = 0;
        }
        if (settings_.patience > 0 && state_.waiting >= settings_.patience) state_.finished = true;
        if (*end.validation_cost < settings_.solved_below) state_.finished = true;
    }
    if (settings_.schedule == Schedule::plateau) state_.plateau.see(end.validation_cost.value_or(end.cost));
    return end;
}

template <class T>
void Run<T>::require_healthy(double cost) const {
    if (std::isfinite(cost) && (updates() == 0 || cost <= 1e6 * (1 + state_.first_cost))) return;
    throw Error(Fault::training, {.place = "training failed at iteration " + std::to_string(updates()),
                                  .found = "the cost is " + to_text(cost),
                                  .expected = updates() == 0 ? "a finite number"
                                                             : "at most a million times the first, " +
                                                                   to_text(state_.first_cost),
                                  .hint = updates() == 0 ? "is every number of the data finite?"
                                                         : "a smaller learning rate, or clipping by norm"});
}

template <class T>
void Run<T>::require_finite_validation(double cost) const {
    if (std::isfinite(cost)) return;
    throw Error(Fault::training, {.place = "training failed at iteration " + std::to_string(updates() - 1),
                                  .found = "the validation cost is " + to_text(cost),
                                  .expected = "a finite number",
                                  .hint = "is every number of the data finite?"});
}

template <class T>
void Run<T>::require_finite_parameters() const {
    if (std::ranges::all_of(network_.parameters(), [](T w) { return std::isfinite(w); })) return;
    throw Error(Fault::training, {.place = "training failed at iteration " + std::to_string(updates() - 1),
                                  .found = "a weight is not finite",
                                  .hint = "a smaller learning rate, or clipping by norm"});
}

template <class T>
RunState<T> Run<T>::state() const {
    RunState<T> state = state_;
    state.parameters = vector<T>(network_.parameters());
    state.statistics = vector<T>(network_.statistics());
    state.optimizer = step_.optimizer();
    return state;
}

template <class T>
void Run<T>::restore(const RunState<T>& state) {
    copy<T>(state.parameters, network_.parameters());
    copy<T>(state.statistics, network_.statistics());
    step_.restore(state.optimizer);
    state_ = state;
}

template class Run<float>;
template class Run<double>;

}  // namespace gradus
