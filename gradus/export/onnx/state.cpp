#include "gradus/export/onnx/state.h"

#include <span>
#include <type_traits>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/checks.h"

namespace gradus::onnx {

template <class T>
static StateEntry run_entry(const RunState<T>& run) {
    const RandomState::Saved random = run.random.saved();
    StateEntry entry{.updates = run.optimizer.updates,
                     .position = run.position,
                     .epoch = run.epoch,
                     .waiting = run.waiting,
                     .first_cost = run.first_cost,
                     .epoch_cost = run.epoch_cost,
                     .finished = run.finished,
                     .plateau = run.plateau,
                     .random_position = random.position,
                     .has_second = random.has_second,
                     .second = random.second};
    if (run.best) entry.best = {.cost = run.best->cost, .updates = run.best->updates};
    return entry;
}

template <class T>
StateEntry state_entry(const TrainingState<T>& state) {
    StateEntry entry = run_entry(state.run);
    entry.on_all_examples = state.on_all_examples;
    entry.first_kept_updates = state.first_kept_updates;
    entry.first_planned_updates = state.first_planned_updates;
    return entry;
}

template <class T>
static RunState<T> run_of(const StateEntry& entry) {
    RandomState::Saved random{.numbers = std::vector<std::uint32_t>(RandomState::Saved::size),
                              .position = entry.random_position,
                              .has_second = entry.has_second,
                              .second = entry.second};
    const std::optional<RandomState> generator = RandomState::restored(random);
    require(generator.has_value(), say("its state of the random numbers has a wrong position"));
    RunState<T> run;
    run.random = *generator;
    run.position = entry.position;
    run.epoch = entry.epoch;
    run.first_cost = entry.first_cost;
    run.epoch_cost = entry.epoch_cost;
    run.waiting = entry.waiting;
    run.plateau = entry.plateau;
    run.finished = entry.finished;
    run.optimizer.updates = entry.updates;
    if (entry.best) {
        run.best.emplace();
        run.best->cost = entry.best->cost;
        run.best->updates = entry.best->updates;
    }
    return run;
}

template <class T>
TrainingState<T> state_of(const StateEntry& entry) {
    return {.run = run_of<T>(entry),
            .on_all_examples = entry.on_all_examples,
            .first_kept_updates = entry.first_kept_updates,
            .first_planned_updates = entry.first_planned_updates};
}

template <class T>
void add_run_tensors(std::vector<Tensor>& tensors, const RunState<T>& run, const std::string& before) {
    const auto add = [&](const char* name, const auto& numbers) {
        using Number = typename std::remove_cvref_t<decltype(numbers)>::value_type;
        tensors.push_back(tensor_of<Number>(before + name, {static_cast<Index>(numbers.size())},
                                            std::span<const Number>(numbers)));
    };
    const std::vector<std::uint32_t> random = run.random.saved().numbers;
    add("parameters", run.parameters);
    add("statistics", run.statistics);
    add("optimizer", run.optimizer.slots);
    add("random", std::vector<Index>(random.begin(), random.end()));
    add("order", run.order);
    if (run.best) {
        add("best_parameters", run.best->parameters);
        add("best_statistics", run.best->statistics);
    }
}

template <class T>
std::vector<FoldEntry> fold_entries(const TrainingState<T>& state) {
    std::vector<FoldEntry> entries;
    for (const std::optional<FoldState<T>>& fold : state.folds) {
        FoldEntry& entry = entries.emplace_back();
        if (!fold) continue;
        entry = {.updates = fold->updates,
                 .kept_updates = fold->kept_updates,
                 .curve = fold->curve,
                 .run = run_entry(fold->run)};
    }
    return entries;
}

template <class T>
void put_folds(const std::vector<FoldEntry>& entries, TrainingState<T>& state) {
    require(entries.size() <= static_cast<std::size_t>(most_members),
            say("its state has {} folds", entries.size()));
    for (const FoldEntry& entry : entries) {
        state.folds.emplace_back();
        if (!entry.run) continue;
        state.folds.back() = FoldState<T>{.run = run_of<T>(*entry.run),
                                          .curve = entry.curve,
                                          .updates = entry.updates,
                                          .kept_updates = entry.kept_updates};
    }
}

static std::string before_fold(std::size_t k) {
    return "fold_" + std::to_string(k + 1) + "/";
}

template <class T>
std::vector<Tensor> state_tensors(const TrainingState<T>& state) {
    std::vector<Tensor> tensors;
    if (state.folds.empty()) add_run_tensors(tensors, state.run, "");
    for (std::size_t k = 0; k < state.folds.size(); ++k)
        if (state.folds[k]) add_run_tensors(tensors, state.folds[k]->run, before_fold(k));
    return tensors;
}

// The numbers of the tensor called `name`: exactly `size` of them, if that is known.
template <class Numbers>
void read_tensor(const std::vector<Tensor>& tensors, const std::string& name, std::optional<std::size_t> size,
                 Numbers& numbers) {
    using Number = typename Numbers::value_type;
    for (const Tensor& tensor : tensors) {
        if (tensor.name != name) continue;
        require(tensor.type == type_of<Number> &&
                    tensor.raw.size() == size.value_or(tensor.raw.size() / sizeof(Number)) * sizeof(Number),
                say("the tensor \"{}\" of its state does not fit its network", name));
        numbers = numbers_of<Number, Numbers>(tensor);
        return;
    }
    throw Error(Fault::input, {.found = say("its state lacks the tensor \"{}\"", name)});
}

template <class T>
void read_run(const std::vector<Tensor>& tensors, const RunSizes& sizes, const std::string& before,
              RunState<T>& run) {
    read_tensor(tensors, before + "parameters", sizes.parameters, run.parameters);
    read_tensor(tensors, before + "statistics", sizes.statistics, run.statistics);
    read_tensor(tensors, before + "optimizer", sizes.slots, run.optimizer.slots);

    std::vector<Index> numbers;
    read_tensor(tensors, before + "random", RandomState::Saved::size, numbers);
    RandomState::Saved random = run.random.saved();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        random.numbers[i] = static_cast<std::uint32_t>(numbers[i]);
    run.random = *RandomState::restored(random);

    read_tensor(tensors, before + "order", std::nullopt, run.order);
    if (run.best) {
        read_tensor(tensors, before + "best_parameters", sizes.parameters, run.best->parameters);
        read_tensor(tensors, before + "best_statistics", sizes.statistics, run.best->statistics);
    }
}

template <class T>
void read_state(const std::vector<Tensor>& tensors, const Network<T>& network, OptimizerKind optimizer,
                TrainingState<T>& state) {
    const std::size_t parameters = network.parameters().size();
    const RunSizes sizes{.parameters = parameters,
                         .statistics = network.statistics().size(),
                         .slots = static_cast<std::size_t>(optimizer_slots(optimizer)) * parameters};
    if (state.folds.empty()) read_run(tensors, sizes, "", state.run);
    for (std::size_t k = 0; k < state.folds.size(); ++k)
        if (state.folds[k]) read_run(tensors, sizes, before_fold(k), state.folds[k]->run);
    require_state(state, network, optimizer);
}

#define GRADUS_INSTANTIATE(T)                                                                              \
    template StateEntry state_entry(const TrainingState<T>&);                                              \
    template TrainingState<T> state_of(const StateEntry&);                                                 \
    template std::vector<FoldEntry> fold_entries(const TrainingState<T>&);                                 \
    template void put_folds(const std::vector<FoldEntry>&, TrainingState<T>&);                             \
    template std::vector<Tensor> state_tensors(const TrainingState<T>&);                                   \
    template void add_run_tensors(std::vector<Tensor>&, const RunState<T>&, const std::string&);           \
    template void read_tensor(const std::vector<Tensor>&, const std::string&, std::optional<std::size_t>,  \
                              AlignedVector<T>&);                                                          \
    template void read_run(const std::vector<Tensor>&, const RunSizes&, const std::string&, RunState<T>&); \
    template void read_state(const std::vector<Tensor>&, const Network<T>&, OptimizerKind, TrainingState<T>&);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
