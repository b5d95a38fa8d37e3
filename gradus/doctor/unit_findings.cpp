#include "gradus/core/say.h"
#include "gradus/doctor/doctor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/doctor/cures.h"
#include "gradus/doctor/look_alikes.h"

namespace gradus {
namespace {

// Where no source is named, the number is our choice, made so that the built-in data raise no false alarm.
constexpr double mostly = 0.5;        // of a layer: dead, or saturated at the start
constexpr double all_but = 0.9;       // of a layer, saturated at the end
constexpr double same_answer = 0.01;  // deviation of the outputs, in units of the truth's

std::string unit_list(const std::vector<Index>& units) {
    constexpr std::size_t few = 12;
    std::vector<Index> first(units.begin(),
                             units.begin() + static_cast<std::ptrdiff_t>(std::min(few, units.size())));
    return fmt::format("{}{}", fmt::join(first, " "), units.size() > few ? " ..." : "");
}

// Larger layers, or some where there are none; then other first weights.
std::vector<Cure> larger(const Recipe& recipe) {
    const std::string hidden = hidden_layers(recipe);
    return {net(recipe, hidden.empty() ? "16 tanh" : with_more_units(hidden, 2, 4)),
            net(recipe, hidden.empty() ? "16 tanh, 16 tanh" : with_more_units(hidden, 8, 16)),
            seed(recipe.seed + 1), seed(recipe.seed + 2)};
}

// When the last hidden layer and the output have one unit: how often does the class change along its number?
// Examples of two classes with one number count as a change.
Index changes_along_the_only_unit(const State& state) {
    if (state.last.rows() != 1 || state.outputs.rows() != 1) return 0;
    std::vector<std::pair<double, Index>> along;
    for (Index j = 0; j < state.last.columns(); ++j)
        along.emplace_back(state.last(0, j), state.truth[static_cast<std::size_t>(j)]);
    std::ranges::sort(along);
    Index changes = 0;
    for (std::size_t j = 1; j < along.size(); ++j)
        if (along[j].second != along[j - 1].second) ++changes;
    return changes;
}

std::string same_units(Index units, Index updates) {
    const std::string found = say_count(units, "{} unit, its weights still 0", "{} equal units");
    return updates == 0 ? say("{}; what one learns, all learn", found)  // a saved network
                        : say("{} after {} updates; what one learns, all learn", found, updates);
}

void find_same_weights(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.end) return;
    for (const HiddenLayer& layer : m.end->hidden) {
        if (!layer.same_weights) continue;
        findings.push_back(
            {.name = "same_weights",
             .weight = 92,
             .sentence =
                 say("All units of {} have the same weights: they started alike and stay alike.", layer.name),
             .evidence = same_units(layer.units, m.history.updates()),
             .cures = {init(Initializer::automatic), init(Initializer::normal)}});
        return;
    }
}

void find_dead_units(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.end || has_learned(m)) return;
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        const HiddenLayer& layer = m.end->hidden[h];
        if (double(layer.dead.size()) < mostly * double(layer.units)) continue;
        Finding finding{.name = "dead_units",
                        .weight = 80,
                        .sentence = say("{} of {} units of {} are dead: relu gives 0 for every example.",
                                        layer.dead.size(), layer.units, layer.name),
                        .evidence = say("over {} examples; units {}", m.end->examples, unit_list(layer.dead)),
                        .suspicion = true};
        if (m.start) finding.evidence += say("; before training {}", m.start->hidden[h].dead.size());
        const bool died = m.start && m.start->hidden[h].dead.size() * 2 < layer.dead.size();
        if (died) finding.cures = {rate(m.recipe, 0.1), rate(m.recipe, 0.01)};
        finding.cures.push_back(net(m.recipe, replaced(hidden_layers(m.recipe), "relu", "leaky_relu")));
        if (m.recipe.initializer != Initializer::automatic)
            finding.cures.push_back(init(Initializer::automatic));
        findings.push_back(finding);
        return;
    }
}

void find_saturated(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.end) return;
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        const HiddenLayer& layer = m.end->hidden[h];
        const double before = m.start ? m.start->hidden[h].saturated : 0;
        const bool at_start = before > mostly, at_end = layer.saturated > all_but && !has_learned(m);
        if (!at_start && !at_end) continue;
        Finding finding{
            .name = "saturated_units",
            .weight = at_start ? 75.0 : 66.0,
            .sentence = at_start ? say("The {} units of {} are saturated from the start: hardly any gradient "
                                       "gets through.",
                                       layer.function, layer.name)
                                 : say("The {} units of {} are saturated: hardly any gradient gets through.",
                                       layer.function, layer.name),
            .evidence = say("{:.0f}% of their numbers have {} > 0.99", 100 * layer.saturated,
                            layer.function == "tanh" ? "|a|" : "|2 a - 1|"),
            .suspicion = true};
        if (m.start) finding.evidence += say("; before training {:.0f}%", 100 * before);
        if (m.recipe.initializer != Initializer::automatic)
            finding.cures.push_back(init(Initializer::automatic));
        if (m.recipe.scaling == Scaling::none) finding.cures.push_back(scale(Scaling::standard));
        if (!at_start) finding.cures.push_back(rate(m.recipe, 0.1));
        findings.push_back(finding);
        return;
    }
}

void find_constant_output(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.end || m.failure || has_learned(m)) return;
    const double unit = m.recipe.task == Task::regress ? m.training.rmse : 1;
    if (!(m.end->output_spread < same_answer * unit)) return;
    Finding finding{.name = "constant_output",
                    .weight = 38,
                    .sentence = say("The network gives every example the same answer."),
                    .evidence = say("the standard deviation of its output is {:.2g} over {} examples",
                                    m.end->output_spread, m.end->examples),
                    .suspicion = true};
    if (const double decay = m.recipe.run.optimizer.weight_decay; decay > 0) {
        finding.weight = 69;
        finding.evidence += say("; a weight decay of {:.6g} pulls its weights to zero", decay);
        finding.cures = {weight_decay(0), weight_decay(to_one_digit(decay / 100))};
    }
    if (m.recipe.initializer != Initializer::automatic) finding.cures.push_back(init(Initializer::automatic));
    for (const double factor : {0.1, 10.0}) finding.cures.push_back(rate(m.recipe, factor));
    findings.push_back(finding);
}

void find_too_small(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.end || m.failure || has_learned(m)) return;
    Finding finding{.name = "too_small", .weight = 40, .cures = larger(m.recipe), .suspicion = true};
    const bool classify = m.recipe.task == Task::classify;
    const std::string result = m.recipe.task == Task::regress
                                   ? fmt::format("R2 {:.4f}", m.training.r2)
                                   : say("training accuracy {:.4f}", m.training.accuracy);
    finding.evidence = result;
    if (m.end->last_name == "X") {
        finding.sentence = say("Without hidden layers the network can only draw a straight line.");
    } else {
        finding.sentence =
            say("The network does not fit what it was shown: it is too small, or started badly.");
        if (const Index changes = classify ? changes_along_the_only_unit(*m.end) : 0; changes > 1) {
            finding.sentence = say("The one unit of {} is not enough.", m.end->last_name);
            finding.evidence +=
                say("; along its number the class changes {} times, and one threshold can follow "
                    "one change",
                    changes);
        } else if (const LookAlikes found = classify ? look_alikes(*m.end) : LookAlikes{};
                   !found.sets.empty()) {
            finding.evidence += say("; {}, differ by at most {:.2g} in {}, though their classes differ",
                                    described(found, m.example_names), found.difference, m.end->last_name);
        }
    }
    findings.push_back(finding);
}

}  // namespace

std::vector<Finding> unit_findings(const Measurements& m) {
    std::vector<Finding> findings;
    find_same_weights(m, findings);
    find_dead_units(m, findings);
    find_saturated(m, findings);
    find_constant_output(m, findings);
    find_too_small(m, findings);
    return findings;
}

}  // namespace gradus
