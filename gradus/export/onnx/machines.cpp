#include "gradus/export/onnx/machines.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/state.h"
#include "gradus/nn/free_energy.h"

namespace gradus::onnx {
namespace {

template <class T>
double tested_energy(const Rbm<T>& machine) {
    Matrix<T> half(machine.visible(), 1);
    std::fill_n(half.data(), half.rows(), T(0.5));
    return free_energies<T>(machine, half).front();
}

template <class T>
void require_tested(const Rbm<T>& machine, double expected, std::size_t number) {
    constexpr double tolerance = std::is_same_v<T, double> ? 1e-9 : 1e-4;
    const double found = tested_energy(machine);
    require(std::abs(found - expected) <= tolerance * std::max(1.0, std::abs(expected)),
            say("the self-test of its machine {} fails: the free energy is {}, it was {} when the model was "
                "saved",
                number, found, expected));
}

std::string tensor_name(std::size_t machine) {
    return "machine_" + std::to_string(machine + 1);
}

// The places that the network has for machines; a network that cannot be pre-trained has none.
template <class T>
std::vector<MachinePlace> places_of(const Model<T>& model) {
    try {
        return machine_places(model.network, stack_of(model.target.task));
    } catch (const Error&) {
        return {};
    }
}

}  // namespace

template <class T>
void require_machines(const Model<T>& model) {
    const std::vector<Rbm<T>>& machines = model.machines;
    const auto fit = [](bool holds) { require(holds, say("its machines do not fit its network")); };
    const std::vector<MachinePlace> places =
        machines.empty() ? std::vector<MachinePlace>{} : places_of(model);
    fit(machines.size() <= places.size());
    for (std::size_t i = 0; i < machines.size(); ++i) {
        const std::size_t layer = places[i].layer;
        fit(machines[i].visible() - machines[i].labels() == model.network.in_of(layer).size() &&
            (machines[i].labels() == 0 ||
             (i + 1 == places.size() &&
              machines[i].labels() == static_cast<Index>(model.target.classes.size()))) &&
            machines[i].hidden() == model.network.plan(layer).out.size() &&
            machines[i].hidden_units() == places[i].hidden_units);
    }
    if (!model.state || !model.state->pretraining) return;
    const auto& state = *model.state->pretraining;
    fit(0 <= state.machine && state.run && static_cast<std::size_t>(state.machine) + 1 == machines.size());
}

template <class T>
std::vector<Entry> machine_entries(const Model<T>& model) {
    if (model.machines.empty()) return {};
    std::vector<MachineEntry> machines;
    for (const Rbm<T>& machine : model.machines)
        machines.push_back({.visible = machine.visible(),
                            .hidden = machine.hidden(),
                            .labels = machine.labels(),
                            .visible_units = machine.visible_units(),
                            .hidden_units = machine.hidden_units(),
                            .free_energy = tested_energy(machine)});
    std::vector<Entry> entries{entry("gradus.machines", machines)};
    if (!model.state || !model.state->pretraining) return entries;
    const auto& [machine, run] = *model.state->pretraining;
    entries.push_back(entry("gradus.pretraining",
                            PretrainingEntry{.machine = machine, .run = state_entry<T>({.run = *run})}));
    return entries;
}

template <class T>
std::vector<Tensor> machine_tensors(const Model<T>& model) {
    std::vector<Tensor> tensors;
    for (std::size_t i = 0; i < model.machines.size(); ++i) {
        const std::span<const T> numbers = model.machines[i].parameters();
        tensors.push_back(tensor_of<T>(tensor_name(i), {static_cast<Index>(numbers.size())}, numbers));
    }
    if (model.state && model.state->pretraining)
        add_run_tensors(tensors, *model.state->pretraining->run, "pretraining_");
    return tensors;
}

template <class T>
void read_machines(const std::vector<Entry>& metadata, const std::vector<Tensor>& tensors, Model<T>& model) {
    if (!has(metadata, "gradus.machines")) return;
    const auto entries = parsed<std::vector<MachineEntry>>(metadata, "gradus.machines");
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const MachineEntry& said = entries[i];
        AlignedVector<T> numbers;
        read_tensor(tensors, tensor_name(i), std::nullopt, numbers);
        const auto count = static_cast<Index>(numbers.size());
        require(said.visible > 0 && said.hidden > 0 && said.visible <= count / said.hidden &&
                    said.hidden * said.visible + said.hidden + said.visible == count,
                say("its machine {} has another number of parameters", i + 1));
        Rbm<T> machine(said.visible, said.hidden, said.visible_units, said.hidden_units, said.labels);
        std::ranges::copy(numbers, machine.parameters().begin());
        require_tested(machine, said.free_energy, i + 1);
        model.machines.push_back(std::move(machine));
    }
    if (model.state && has(metadata, "gradus.pretraining")) {
        const auto entry = parsed<PretrainingEntry>(metadata, "gradus.pretraining");
        require(entry.run.has_value() && !model.machines.empty(), say("its pre-training stands nowhere"));
        RunState<T> run = state_of<T>(*entry.run).run;
        const std::size_t parameters = model.machines.back().parameters().size();
        read_run(tensors, {.parameters = parameters, .statistics = std::nullopt, .slots = parameters},
                 "pretraining_", run);
        model.state->pretraining = {.machine = entry.machine, .run = std::move(run)};
    }
    require_machines(model);
}

#define GRADUS_INSTANTIATE(T)                                                                      \
    template std::vector<Entry> machine_entries(const Model<T>&);                                  \
    template std::vector<Tensor> machine_tensors(const Model<T>&);                                 \
    template void read_machines(const std::vector<Entry>&, const std::vector<Tensor>&, Model<T>&); \
    template void require_machines(const Model<T>&);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus::onnx
