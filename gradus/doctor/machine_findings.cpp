#include "gradus/doctor/machine_findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/doctor/cures.h"

namespace gradus {
namespace {

// Where no source is named, the number is our choice, made so that healthy machines raise no false alarm.
constexpr double many = 0.25;      // of the hidden units: off for every example, or on
constexpr double risen = 1.2;      // times the lowest reconstruction error; and by
constexpr double of_first = 0.05;  // of the first
constexpr double far_too_far =
    0.1;                        // of the weights in one update; 0.001 is a rule of thumb (Hinton 2010, 7)
constexpr double parted = 0.5;  // standard deviations of the free energy (the gap: Hinton 2010, 6)
constexpr double hardly_bits = 0.5;  // of the variance of bits with the same means

Cure machine_rate(double rate) {
    return {"pretrain_learning_rate", to_text(to_one_digit(rate))};
}

std::vector<Cure> slower_machine(const MachineState& machine) {
    std::vector<Cure> cures;
    for (const double factor : {0.3, 0.1, 0.01})
        cures.push_back(machine_rate(factor * machine.learning_rate));
    const double usual = pretraining_rate(machine.visible_units, machine.hidden_units);
    if (usual <= machine.learning_rate / 10) cures.insert(cures.begin(), machine_rate(usual));
    return cures;
}

Cure machine_decay(const Recipe& recipe) {
    const double decay = recipe.pretraining.weight_decay > 0 ? 10 * recipe.pretraining.weight_decay : 0.002;
    return {"pretrain_weight_decay", to_text(to_one_digit(decay))};
}

Cure sparse(const Recipe& recipe) {
    const double target = recipe.pretraining.sparsity == 0.1 ? 0.2 : 0.1;
    return {"sparsity", to_text(target)};
}

std::string unit_names(const std::vector<Index>& units) {
    constexpr std::size_t few = 12;
    const std::vector<Index> first(units.begin(),
                                   units.begin() + static_cast<std::ptrdiff_t>(std::min(few, units.size())));
    return fmt::format("{}{}", fmt::join(first, " "), units.size() > few ? " ..." : "");
}

void find_broken(const MachineState& machine, std::vector<Finding>& findings) {
    if (machine.failure.empty()) return;
    findings.push_back(
        {.name = "machine_broke_down",
         .weight = 98,
         .sentence = say("The pre-training of layer {} breaks down: its learning rate is too "
                         "large.",
                         machine.layer),
         .evidence = say("with the rate {}; {}", to_text(machine.learning_rate), machine.failure),
         .cures = slower_machine(machine)});
}

void find_fast(const MachineState& machine, std::vector<Finding>& findings) {
    if (machine.errors.empty() || !machine.failure.empty()) return;
    const auto lowest = std::ranges::min_element(machine.errors);
    const bool rises = machine.errors.back() > risen * *lowest &&
                       machine.errors.back() > *lowest + of_first * machine.errors.front();
    if (!rises && !(machine.update_ratio > far_too_far)) return;
    findings.push_back(
        {.name = "machine_rate_too_large",
         .weight = 85,
         .sentence = say("The learning rate of layer {}'s pre-training is too large.", machine.layer),
         .evidence =
             rises ? say("the reconstruction error was {:.4g} in epoch {} of {}, and is {:.4g} in the end",
                         *lowest, lowest - machine.errors.begin() + 1, machine.errors.size(),
                         machine.errors.back())
                   : say("an update moves the weights by {:.2g} of their size; 0.001 is usual",
                         machine.update_ratio),
         .cures = slower_machine(machine)});
}

void find_idle(const MachineState& machine, const Recipe& recipe, std::vector<Finding>& findings) {
    const auto units = double(machine.activation.size());
    const bool off = double(machine.off.size()) >= many * units,
               on = double(machine.on.size()) >= many * units;
    std::vector<Cure> cures{sparse(recipe)};
    if (machine.learning_rate > 0)
        for (Cure& cure : slower_machine(machine)) cures.push_back(std::move(cure));
    const auto add = [&](const char* name, const std::string& sentence, const std::vector<Index>& which) {
        findings.push_back(
            {.name = name,
             .weight = 74,
             .sentence = sentence,
             .evidence = say("over {} examples; units {}", machine.examples, unit_names(which)),
             .cures = cures});
    };
    if (units > 0 && off)
        add("dead_hidden_units",
            say("{} of {} hidden units of layer {}'s machine are off for every example: they say nothing.",
                machine.off.size(), units, machine.layer),
            machine.off);
    if (units > 0 && on)
        add("always_on_hidden_units",
            say("{} of {} hidden units of layer {}'s machine are on for every example: they say nothing.",
                machine.on.size(), units, machine.layer),
            machine.on);
}

void find_over_fitting(const MachineState& machine, const Recipe& recipe, std::vector<Finding>& findings) {
    if (!machine.monitored_free_energy || !machine.failure.empty()) return;
    const double gap = *machine.monitored_free_energy - machine.free_energy;
    if (!(gap > parted * machine.free_energy_deviation)) return;
    const auto narrowest = std::ranges::min_element(machine.gaps);
    if (!machine.gaps.empty() && !(gap > *narrowest + parted * machine.free_energy_deviation)) return;
    std::string evidence =
        say("free energy {:.4g} of the training examples (standard deviation {:.3g}), {:.4g} of "
            "the validation examples",
            machine.free_energy, machine.free_energy_deviation, *machine.monitored_free_energy);
    std::vector<Cure> cures{machine_decay(recipe), sparse(recipe)};
    if (!machine.gaps.empty()) {
        const Index epoch = narrowest - machine.gaps.begin() + 1;
        evidence += say("; the gap was {:.3g} after {} epochs", *narrowest, epoch);
        if (epoch < recipe.pretraining.epochs)
            cures.insert(cures.begin(), {"pretrain_epochs", std::to_string(epoch)});
    }
    findings.push_back(
        {.name = "free_energy_gap",
         .weight = 62,
         .sentence =
             say("The machine of layer {} fits the training examples only: it over-fits.", machine.layer),
         .evidence = evidence,
         .cures = cures});
}

// Of the first machine: what is between 0 and 1 stands for the probability of a bit.
void find_no_bits(const MachineState& machine, const Recipe& recipe, std::vector<Finding>& findings) {
    if (machine.layer != 1 || machine.visible_units != VisibleUnits::bernoulli || machine.examples == 0)
        return;
    if (!(machine.variance_of_bits < hardly_bits)) return;
    Cure cure{"visible", "gaussian", {{"scale", "standard"}}};
    if (recipe.pretraining.kind == Pretrain::dbn)
        cure = {"pretrain", "rbm", {{"visible", "gaussian"}, {"scale", "standard"}}};
    findings.push_back({.name = "no_bits",
                        .weight = 76,
                        .sentence = say("The inputs are no bits, and the visible units are Bernoulli."),
                        .evidence = say("the inputs' variance is {:.2f} of that of bits with the same means",
                                        machine.variance_of_bits),
                        .cures = {cure}});
}

}  // namespace

std::vector<Finding> machine_findings(const std::vector<MachineState>& machines, const Recipe& recipe) {
    std::vector<Finding> findings;
    for (const MachineState& machine : machines) {
        find_broken(machine, findings);
        find_fast(machine, findings);
        find_idle(machine, recipe, findings);
        find_over_fitting(machine, recipe, findings);
        find_no_bits(machine, recipe, findings);
    }
    for (Finding& finding : findings) finding.benefit = Benefit::machines;
    return findings;
}

}  // namespace gradus
