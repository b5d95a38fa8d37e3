#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/doctor/cures.h"
#include "gradus/doctor/findings.h"
#include "gradus/doctor/look_alikes.h"
#include "gradus/model/network_text.h"

namespace gradus::findings {
namespace {

constexpr double mostly = 0.5;           // of a layer: dead, or saturated at the start
constexpr double all_but = 0.9;          // of a layer, saturated at the end
constexpr double same_answer = 0.01;     // deviation of the outputs; of values, in that of their truth
constexpr double clearly = 0.05;         // of what could be explained
constexpr Index updates_that_tell = 10;  // of a run of which anything is said

std::string unit_list(const std::vector<Index>& units) {
    constexpr std::size_t few = 12;
    std::vector<Index> first(units.begin(),
                             units.begin() + static_cast<std::ptrdiff_t>(std::min(few, units.size())));
    return fmt::format("{}{}", fmt::join(first, " "), units.size() > few ? " ..." : "");
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

Finding saturated(const Measurements& m, std::size_t h) {
    const HiddenLayer& layer = m.end->hidden[h];
    Finding finding{.evidence = say("{:.0f}% of their numbers have {} > 0.99", 100 * layer.saturated,
                                    layer.function == "tanh" ? "|a|" : "|2 a - 1|"),
                    .cures = {init(Initializer::automatic)}};
    if (m.start) finding.evidence += say("; before training {:.0f}%", 100 * m.start->hidden[h].saturated);
    if (m.recipe.scaling == Scaling::none) finding.cures.push_back(scale(Scaling::standard));
    return finding;
}

// Those that it gives to so many updates: before, outputs are alike because the weights are small.
bool gives_one_answer(const Measurements& m) {
    return m.end && !m.failure && !has_learned(m) && m.end->output_spread < same_answer &&
           (m.history.updates() == 0 || m.history.updates() >= updates_that_tell);
}

Finding one_answer(const Measurements& m) {
    return {
        .sentence = say("The network gives every example the same answer."),
        .evidence = gives_values(m.recipe.task)
                        ? say("the standard deviation of its output is {:.2g} of that of the target, over "
                              "{} examples",
                              m.end->output_spread, m.end->examples)
                        : say("the standard deviation of its output is {:.2g} over {} examples",
                              m.end->output_spread, m.end->examples)};
}

// What the output layer cannot do with what it is given.
void explain_the_last_layer(const Measurements& m, Finding& finding) {
    if (m.end->last_name == "X") {
        finding.sentence =
            m.recipe.encoding == NumberEncoding::ple
                ? say("Without a hidden layer that bends, the network only adds up a curve for each column.")
                : say("Without a hidden layer that bends, the network can only draw a straight line.");
        return;
    }
    if (m.recipe.task != Task::classify) return;
    if (const Index changes = changes_along_the_only_unit(*m.end); changes > 1) {
        finding.sentence = say("The one unit of {} is not enough.", m.end->last_name);
        finding.evidence +=
            say("; along its number the class changes {} times, and one threshold can follow "
                "one change",
                changes);
    } else if (const LookAlikes found = look_alikes(*m.end); !found.sets.empty()) {
        finding.evidence += say("; {}, differ by at most {:.2g} in {}, though their classes differ",
                                described(found, m.example_names), found.difference, m.end->last_name);
    }
}

}  // namespace

Found same_weights(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.end) return {};
    for (const HiddenLayer& layer : m.end->hidden)
        if (layer.same_weights)
            return Finding{
                .sentence = say("All units of {} have the same weights: they started alike and stay alike.",
                                layer.name),
                .evidence = same_units(layer.units, m.history.updates()),
                .cures = {init(Initializer::automatic), init(Initializer::normal)}};
    return {};
}

Found dead_units(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.end || has_learned(m)) return {};
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        const HiddenLayer& layer = m.end->hidden[h];
        if (double(layer.dead.size()) < mostly * double(layer.units)) continue;
        Finding finding{
            .sentence = say("{} of {} units of {} are dead: relu gives 0 for every example.",
                            layer.dead.size(), layer.units, layer.name),
            .evidence = say("over {} examples; units {}", m.end->examples, unit_list(layer.dead))};
        if (m.start) finding.evidence += say("; before training {}", m.start->hidden[h].dead.size());
        const bool died = m.start && m.start->hidden[h].dead.size() * 2 < layer.dead.size();
        if (died) finding.cures = {rate(m.recipe, 0.1), rate(m.recipe, 0.01)};
        finding.cures.push_back(net(replaced(said_layers(m.recipe), "relu", "leaky_relu")));
        finding.cures.push_back(init(Initializer::automatic));
        return finding;
    }
    return {};
}

Found saturated_from_start(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.end || !m.start) return {};
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        if (!(m.start->hidden[h].saturated > mostly)) continue;
        Finding finding = saturated(m, h);
        finding.sentence =
            say("The {} units of {} are saturated from the start: hardly any gradient gets through.",
                m.end->hidden[h].function, m.end->hidden[h].name);
        return finding;
    }
    return {};
}

Found saturated_units(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.end || has_learned(m)) return {};
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        if (!(m.end->hidden[h].saturated > all_but)) continue;
        Finding finding = saturated(m, h);
        finding.sentence = say("The {} units of {} are saturated: hardly any gradient gets through.",
                               m.end->hidden[h].function, m.end->hidden[h].name);
        finding.cures.push_back(rate(m.recipe, 0.1));
        return finding;
    }
    return {};
}

Found constant_by_decay(const Case& c) {
    const Measurements& m = c.measured;
    const double decay = m.recipe.run.optimizer.weight_decay;
    if (!gives_one_answer(m) || decay == 0) return {};
    Finding finding = one_answer(m);
    finding.evidence += say("; a weight decay of {:.6g} pulls its weights to zero", decay);
    finding.cures = {weight_decay(0), weight_decay(to_one_digit(decay / 100))};
    return finding;
}

Found constant_output(const Case& c) {
    const Measurements& m = c.measured;
    if (!gives_one_answer(m)) return {};
    Finding finding = one_answer(m);
    finding.cures = {init(Initializer::automatic), rate(m.recipe, 0.1), rate(m.recipe, 10)};
    return finding;
}

// What chance may add to what the nearest neighbours explain. Two examples are often each other's, so that
// half of the answers say nothing new: the variance is twice that of a share.
static double luck_of_neighbours(const Evaluation& neighbours) {
    if (neighbours.task == Task::regress || neighbours.examples == 0) return 0;
    const double right = neighbours.accuracy, guess = majority(neighbours);
    const double error = std::sqrt(2 * right * (1 - right) / double(neighbours.examples));
    return guess < 1 ? Paired::significant * error / (1 - guess) : 0;
}

Found does_not_fit(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.end || m.failure || has_learned(m)) return {};
    const bool neighbours_know =
        m.neighbours &&
        explained(*m.neighbours) > explained(m.training) + clearly + luck_of_neighbours(*m.neighbours);
    if (m.training.examples >= Worth::fewest && !neighbours_know) return {};
    Finding finding{.sentence = say("The network does not fit what it was shown."),
                    .evidence = gives_values(m.recipe.task)
                                    ? fmt::format("R2 {:.4f}", m.training.r2)
                                    : say("training accuracy {:.4f}", m.training.accuracy),
                    .cures = larger(m.recipe)};
    if (m.worth && m.worth->undecided > 0)
        finding.evidence += say_count(m.worth->undecided, "; {} answer is undecided, p = 0.5",
                                      "; {} answers are undecided, p = 0.5");
    explain_the_last_layer(m, finding);
    if (neighbours_know)
        finding.evidence +=
            gives_values(m.recipe.task)
                ? say("; the nearest other example alone tells it with R2 {:.4f}", m.neighbours->r2)
                : say("; the nearest other example alone tells it with accuracy {:.4f}",
                      m.neighbours->accuracy);
    return finding;
}

}  // namespace gradus::findings
