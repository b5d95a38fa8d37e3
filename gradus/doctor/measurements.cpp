#include "gradus/doctor/measurements.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/doctor/look_alikes.h"

namespace gradus {

void Course::Line::add(const Point& point) {
    constexpr std::size_t most = 4096;
    if ((seen++ & (every - 1)) == 0) points.push_back(point);  // a power of two: no division
    if (points.size() < most) return;
    for (std::size_t i = 0; i < most / 2; ++i) points[i] = points[2 * i];
    points.resize(most / 2);
    every *= 2;
}

void Course::see(const Event& event) {
    updates_ = event.iteration + 1;
    if (epochs_ < 3) steps_.add({.updates = updates_, .cost = event.cost});
    if (!event.epoch_end) return;
    ++epochs_;
    by_epoch_.add(
        {.updates = updates_, .cost = event.epoch_end->cost, .validation = event.epoch_end->validation_cost});
}

namespace {

template <class T>
double norm(std::span<const T> numbers) {
    double squares = 0;
    for (const T x : numbers) squares += double(x) * double(x);
    return std::sqrt(squares);
}

// The examples that a step of a run saw, numbered within the training part: the last step, or the one that
// did not come to its end.
template <class T>
std::vector<Index> columns_of_step(const RunState<T>& state, const RunSettings& settings, Index examples,
                                   bool complete = true) {
    const Index batch = settings.batch == 0 ? examples : std::min(settings.batch, examples);
    const Index last = state.position == 0 ? examples : state.position;
    const Index begin = complete ? (last - 1) / batch * batch : state.position;
    std::vector<Index> columns;
    for (Index j = begin; j < std::min(begin + batch, examples); ++j)
        columns.push_back(settings.batch == 0 ? j : state.order[static_cast<std::size_t>(j)]);
    return columns;
}

// Looks at single updates: what they promised, what they did. A second step on a copy of the network tells
// what the batch costs afterwards, with the same masks.
template <class T>
class Magnifier {
public:
    Magnifier(const Run<T>& run, const RunSettings& settings, Examples<T> examples)
        : run_(run),
          settings_(settings),
          examples_(examples),
          copy_(run.step().network()),
          probe_(copy_, settings.loss, {.kind = OptimizerKind::gd},
                 settings.batch == 0 ? examples.count() : std::min(settings.batch, examples.count()),
                 settings.mask_seed) {}

    // Every update at first, then each when the number has grown by a tenth.
    [[nodiscard]] bool is_time() const { return run_.updates() >= next_; }

    void before() {
        const auto w = run_.step().network().parameters();
        old_.assign(w.begin(), w.end());
    }

    Look after(const Event& event) {
        next_ = std::max(event.iteration + 1, (event.iteration + 1) * 11 / 10);
        Look look{.iteration = event.iteration, .cost = event.cost};
        const auto w = run_.step().network().parameters(), g = run_.step().gradient();
        double squares = 0;
        for (std::size_t i = 0; i < old_.size(); ++i) {
            const double dw = double(w[i]) - double(old_[i]);
            look.predicted += double(g[i]) * dw;
            squares += dw * dw;
        }
        look.update_ratio = std::sqrt(squares) / std::max(norm<T>(old_), 1e-300);
        look.decay = settings_.optimizer.weight_decay * norm<T>(old_) / std::max(norm(g), 1e-300);
        look.gradients = gradients();

        std::ranges::copy(w, copy_.parameters().begin());
        probe_.restore({.slots = {}, .updates = event.iteration});
        const Batch<T> batch(examples_, columns_of_step(run_.state(), settings_, examples_.count()));
        probe_.forward(batch.X);
        look.actual = probe_.cost(batch.Y, batch.weights) - event.cost;
        return look;
    }

private:
    [[nodiscard]] std::vector<double> gradients() const {
        std::vector<double> sizes;
        const Network<T>& network = run_.step().network();
        for (std::size_t i = 0; i < network.size(); ++i) {
            const auto& parameters = network.plan(i).parameters;
            if (parameters.empty() || !parameters.front().weight) continue;
            const auto count = static_cast<std::size_t>(parameters.front().rows * parameters.front().columns);
            const auto dW = run_.step().gradient().subspan(
                static_cast<std::size_t>(network.parameters_of(i).begin), count);
            sizes.push_back(norm(dW) / std::sqrt(double(count)));
        }
        return sizes;
    }

    const Run<T>& run_;
    const RunSettings& settings_;
    Examples<T> examples_;
    Network<T> copy_;
    TrainingStep<T> probe_;
    AlignedVector<T> old_;
    Index next_ = 0;
};

// Searches the numbers of a step, in the order in which they came to be, for one that is not finite.
template <class T>
class Search {
public:
    Search(const TrainingStep<T>& step, View<const T> X, const std::vector<Index>& rows)
        : step_(step), rows_(rows) {
        const Network<T>& network = step.network();
        const std::size_t layers = network.size();
        by_example("X", X);
        for (std::size_t i = 0; i < layers; ++i) by_example(output_name(network, i), step.output(i));
        // What is fused with the loss has no gradient of its own.
        for (std::size_t i = layers - (step.loss().fused() ? 1 : 0); i-- > 0;) {
            by_parameter(i, step.gradient(), "d");
            if (i > 0) by_example(fmt::format("d{}", output_name(network, i - 1)), step.input_gradient(i));
        }
        for (std::size_t i = 0; i < layers; ++i) by_parameter(i, network.parameters(), "");
    }

    [[nodiscard]] const Failure& found() const { return found_; }

private:
    void by_example(const std::string& name, View<const T> M) {
        for (Index j = 0; j < M.columns(); ++j)
            for (Index i = 0; i < M.rows(); ++i)
                if (!std::isfinite(M(i, j)))
                    keep(fmt::format("{}[{},{}]", name, i + 1, j + 1), double(M(i, j)),
                         rows_[static_cast<std::size_t>(j)] + 1);
    }

    void by_parameter(std::size_t i, std::span<const T> numbers, const char* prefix) {
        const Network<T>& network = step_.network();
        std::size_t place = static_cast<std::size_t>(network.parameters_of(i).begin);
        const std::string number = output_name(network, i).substr(1);
        for (const Parameter& parameter : network.plan(i).parameters)
            for (Index k = 0; k < parameter.rows * parameter.columns; ++k, ++place)
                if (!std::isfinite(numbers[place]))
                    keep(fmt::format("{}{}{}[{},{}]", prefix, parameter.name, number, k % parameter.rows + 1,
                                     k / parameter.rows + 1),
                         double(numbers[place]), 0);
    }

    void keep(const std::string& cell, double value, Index example) {
        if (found_.cell.empty())
            found_ = {.cell = cell, .value = std::isnan(value) ? "nan" : to_text(value), .example = example};
    }

    const TrainingStep<T>& step_;
    const std::vector<Index>& rows_;
    Failure found_;
};

// The same run again, every number of every step looked at: the engine is deterministic.
template <class T>
Failure find_failure(const PreparedData<T>& prepared, const Recipe& recipe, const std::vector<Index>& rows) {
    Beginning<T> beginning = begin<T>(recipe);
    pretrain(beginning, prepared, recipe);
    auto& [network, random] = beginning;
    Run<T> run(network, prepared.training(), prepared.watched(), recipe.run, random);
    double first_cost = 0, last_cost = 0;
    const auto search = [&](Index iteration) {
        const std::vector<Index> columns =
            columns_of_step(run.state(), recipe.run, prepared.training().count(), run.updates() > iteration);
        std::vector<Index> places;
        for (const Index j : columns) places.push_back(rows[static_cast<std::size_t>(j)]);
        const Batch<T> batch(prepared.training(), columns);
        Failure failure = Search<T>(run.step(), batch.X, places).found();
        failure.iteration = iteration;
        failure.first_cost = first_cost;
        failure.last_cost = last_cost;
        return failure;
    };
    for (;;) {
        const Index iteration = run.updates();
        try {
            const std::optional<Event> event = run.next();
            if (!event) return {};
            if (event->iteration == 0) first_cost = event->cost;
            last_cost = event->cost;
            if (Failure failure = search(event->iteration); !failure.cell.empty()) return failure;
        } catch (const Error&) {
            Failure failure = search(iteration);
            if (failure.cell.empty())
                failure.last_cost =
                    evaluate<T>(network, prepared.X, prepared.Y, recipe.run.loss, recipe.task, Asked::classes)
                        .loss;
            return failure;
        }
    }
}

}  // namespace

template <class T>
Observed<T> observe(const Dataset& data, const Recipe& recipe, const Watch& watch,
                    const Dataset* validation) {
    const PreparedData<T> prepared(data, recipe, recipe.validation, validation);
    Beginning<T> beginning = begin<T>(recipe);
    Observed<T> observed{.measured = {.recipe = recipe},
                         .model = {.network = beginning.network,
                                   .features = prepared.features,
                                   .target = prepared.target,
                                   .recipe = recipe}};
    Measurements& measured = observed.measured;
    if (recipe.pretraining.kind != Pretrain::none) {
        measured.machines = observe_machines(beginning, prepared, recipe, watch, &observed.model.machines);
        observed.model.network = beginning.network;
        observed.interrupted = watch.stop.stop_requested();
        if (!measured.machines.back().failure.empty()) measured.failure.emplace();
        if (observed.interrupted || measured.failure || recipe.task == Task::encode) return observed;
    }
    auto& [network, random] = beginning;
    measured.example_names = example_names(data, division(data, recipe).training);
    const bool leaves_it_at_that = recipe.run.epochs == 0 && recipe.run.iterations == 0;
    RunSettings settings = recipe.run;
    if (leaves_it_at_that) settings.epochs = 1;  // which are not made
    Run<T> run(observed.model.network, prepared.training(), prepared.watched(), settings, random);
    Magnifier<T> magnifier(run, settings, prepared.training());
    measured.start = look_at(network, prepared.training(), recipe.task);
    try {
        for (bool last = leaves_it_at_that; !last;) {
            const bool looking = magnifier.is_time();
            if (looking) magnifier.before();
            const std::optional<Event> event = run.next();
            last = event->last;
            measured.history.see(*event);
            if (watch.progress) watch.progress(*event, run.planned_updates());
            // (At the end the best weights may have been put back.)
            if (looking && !last) measured.looks.push_back(magnifier.after(*event));
            if (watch.stop.stop_requested()) {
                observed.interrupted = true;
                return observed;
            }
        }
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        const Split parts = division(data, recipe);
        measured.failure = find_failure(prepared, recipe, parts.training);
        return observed;
    }
    measured.end = look_at(observed.model.network, prepared.training(), recipe.task);
    return observed;
}

template Observed<float> observe(const Dataset&, const Recipe&, const Watch&, const Dataset*);
template Observed<double> observe(const Dataset&, const Recipe&, const Watch&, const Dataset*);

}  // namespace gradus
