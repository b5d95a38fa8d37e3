#include "gradus/doctor/machine_state.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/nn/free_energy.h"

namespace gradus {
namespace {

template <class T>
View<const T> first(const Matrix<T>& M, Index most) {
    return M.view().columns({0, std::min(M.columns(), most)});
}

// The hidden units over the examples in the columns of V.
template <class T>
void see_hidden_units(const Rbm<T>& machine, const View<const T>& V, MachineState& state) {
    const auto units = static_cast<std::size_t>(machine.hidden());
    std::vector<double> most(units, 0), least(units, 1);
    state.activation.assign(units, 0);
    each_run(V.columns(), [&](Range some) {
        Matrix<T> H(machine.hidden(), some.size());
        machine.up(H.view(), H.view(), V.columns(some));
        for (Index j = 0; j < H.columns(); ++j)
            for (std::size_t i = 0; i < units; ++i) {
                const auto h = double(H(static_cast<Index>(i), j));
                state.activation[i] += h / double(V.columns());
                most[i] = std::max(most[i], h);
                least[i] = std::min(least[i], h);
            }
    });
    const bool rectified = machine.hidden_units() == HiddenUnits::rectified;
    for (std::size_t i = 0; i < units; ++i) {
        if (most[i] <= (rectified ? 0 : off_for_all)) state.off.push_back(static_cast<Index>(i) + 1);
        if (!rectified && least[i] >= 1 - off_for_all) state.on.push_back(static_cast<Index>(i) + 1);
    }
}

// See MachineState::variance_of_bits.
template <class T>
double variance_of_bits(const View<const T>& V) {
    double variances = 0, of_bits = 0;
    for (Index i = 0; i < V.rows(); ++i) {
        double sum = 0, squares = 0;
        for (Index j = 0; j < V.columns(); ++j) {
            sum += double(V(i, j));
            squares += double(V(i, j)) * double(V(i, j));
        }
        const double mean = sum / double(V.columns());
        variances += squares / double(V.columns()) - mean * mean;
        of_bits += mean * (1 - mean);
    }
    return of_bits > 0 ? variances / of_bits : 1;
}

template <class T>
void see_free_energies(const Rbm<T>& machine, const View<const T>& V, const View<const T>& monitored,
                       MachineState& state) {
    const std::vector<double> energies = free_energies<T>(machine, V);
    state.free_energy = std::accumulate(energies.begin(), energies.end(), 0.0) / double(energies.size());
    double squares = 0;
    for (const double energy : energies)
        squares += (energy - state.free_energy) * (energy - state.free_energy);
    state.free_energy_deviation = std::sqrt(squares / double(energies.size()));
    if (!monitored.empty()) state.monitored_free_energy = mean_free_energy<T>(machine, monitored);
}

// A 1 for the class of each example.
template <class T>
Matrix<T> one_hot(const View<const double>& classes, Index count) {
    Matrix<T> labels(count, classes.columns());
    for (Index j = 0; j < classes.columns(); ++j) labels(static_cast<Index>(classes(0, j)), j) = 1;
    return labels;
}

// What an update does to the weights, as a share of them.
template <class T>
double update_ratio(const MachineRun<T>& now) {
    const auto weights = static_cast<std::size_t>(now.machine.visible() * now.machine.hidden());
    double moved = 0, all = 0;
    for (std::size_t k = 0; k < weights; ++k) {
        const double step = now.run.optimizer.learning_rate * double(now.state.optimizer.slots[k]),
                     w = double(now.machine.parameters()[k]);
        moved += step * step;
        all += w * w;
    }
    return all > 0 ? std::sqrt(moved / all) : 0;
}

}  // namespace

template <class T>
std::vector<MachineState> look_at(const std::vector<Rbm<T>>& machines, const PretrainingData<T>& data,
                                  Index most) {
    const auto inputs = machine_inputs<T>(machines, first(data.X, most), first(data.labels, most));
    const auto monitored = data.monitored.empty() ? std::vector<Matrix<T>>(machines.size())
                                                  : machine_inputs<T>(machines, first(data.monitored, most),
                                                                      first(data.monitored_labels, most));
    std::vector<MachineState> states;
    for (std::size_t i = 0; i < machines.size(); ++i) {
        const Rbm<T>& machine = machines[i];
        const View<const T> V = inputs[i];
        MachineState state{.layer = static_cast<Index>(i) + 1,
                           .visible_units = machine.visible_units(),
                           .hidden_units = machine.hidden_units(),
                           .examples = V.columns()};
        see_hidden_units(machine, V, state);
        if (machine.visible_units() == VisibleUnits::bernoulli && machine.labels() < machine.visible())
            state.variance_of_bits = variance_of_bits(V.rows({0, machine.visible() - machine.labels()}));
        see_free_energies<T>(machine, V, monitored[i], state);
        states.push_back(std::move(state));
    }
    return states;
}

template <class T>
std::vector<MachineState> look_at(const std::vector<Rbm<T>>& machines, const PreparedData<T>& prepared,
                                  Index most) {
    if (machines.empty()) return {};
    PretrainingData<T> data{.X = Matrix<T>(first(prepared.X, most)),
                            .monitored = Matrix<T>(first(prepared.validation_X, most))};
    const Index classes = machines.back().labels();
    if (classes > 0) {
        data.labels = one_hot<T>(first(prepared.truth, most), classes);
        data.monitored_labels = one_hot<T>(first(prepared.validation_truth, most), classes);
    }
    return look_at(machines, data, most);
}

template <class T>
std::vector<MachineState> observe_machines(Beginning<T>& beginning, const PreparedData<T>& prepared,
                                           const Recipe& recipe, const Watch& watch,
                                           std::vector<Rbm<T>>* keep) {
    const PretrainingData<T> data = pretraining_data(prepared, recipe);
    Pretraining<T> pretraining(beginning.network, data, recipe.pretraining, beginning.random,
                               recipe.run.mask_seed, recipe.run.threads);
    std::vector<MachineState> courses(machine_places(beginning.network, data.stack).size());
    std::size_t machine = 0;
    courses[0].learning_rate = pretraining.current().run.optimizer.learning_rate;
    try {
        while (const std::optional<PretrainingEvent> event = pretraining.next()) {
            MachineState& course = courses[machine = static_cast<std::size_t>(event->machine)];
            if (watch.pretraining) watch.pretraining(*event);
            if (watch.stop.stop_requested()) break;
            if (event->update.epoch_end) course.errors.push_back(event->update.epoch_end->cost);
            if (event->free_energy_gap) course.gaps.push_back(*event->free_energy_gap);
            if (event->update.iteration + 2 == event->planned)
                course.update_ratio = update_ratio(pretraining.current());
            if (event->update.last && machine + 1 < courses.size())
                courses[machine + 1].learning_rate = pretraining.current().run.optimizer.learning_rate;
        }
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        courses[machine].failure = error.what();
    }
    beginning.random = pretraining.random();
    std::vector<Rbm<T>> learned = pretraining.machines();
    if (!courses[machine].failure.empty()) learned.pop_back();
    std::vector<MachineState> states = look_at(learned, data);
    if (states.size() < courses.size() && !courses[states.size()].failure.empty())
        states.push_back({.layer = static_cast<Index>(states.size()) + 1,
                          .visible_units = pretraining.machines().back().visible_units(),
                          .hidden_units = pretraining.machines().back().hidden_units()});
    if (keep != nullptr) *keep = std::move(learned);
    for (std::size_t i = 0; i < states.size(); ++i) {
        states[i].learning_rate = courses[i].learning_rate;
        states[i].errors = std::move(courses[i].errors);
        states[i].gaps = std::move(courses[i].gaps);
        states[i].update_ratio = courses[i].update_ratio;
        states[i].failure = std::move(courses[i].failure);
    }
    return states;
}

#define GRADUS_INSTANTIATE(T)                                                                              \
    template std::vector<MachineState> look_at(const std::vector<Rbm<T>>&, const PretrainingData<T>&,      \
                                               Index);                                                     \
    template std::vector<MachineState> look_at(const std::vector<Rbm<T>>&, const PreparedData<T>&, Index); \
    template std::vector<MachineState> observe_machines(Beginning<T>&, const PreparedData<T>&,             \
                                                        const Recipe&, const Watch&, std::vector<Rbm<T>>*);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
