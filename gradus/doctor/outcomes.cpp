#include "gradus/doctor/outcomes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/model/dealing.h"
#include "gradus/model/parcels.h"

namespace gradus {

template <class Archive, Is<LookAlikes> Value>
void parts(Archive& archive, Value& found) {
    auto& [undecided, lowest, highest, sets, difference, least_difference] = found;
    archive(undecided, lowest, highest, sets, difference, least_difference);
}

template <class Archive, Is<Outcome> Value>
void parts(Archive& archive, Value& outcome) {
    auto& [seed, solved, cost, examples, wrong, r2, look_alikes, last_name, dead, constant, validation] =
        outcome;
    archive(seed, solved, cost, examples, wrong, r2, look_alikes, last_name, dead, constant, validation);
}

template <class T>
Outcome try_seed(const Dataset& data, Recipe recipe, std::uint32_t seed, const Watch& watch) {
    if (is_unsupervised(recipe.task))
        throw Error(Fault::usage, {.found = say("without a truth nobody can say which seeds solve it")});
    recipe.seed = seed;
    recipe.run.mask_seed = seed;
    Outcome outcome{.seed = seed};
    const auto conclude = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
        const State state =
            look_at(trained.model.network, prepared.training(), recipe.task, State::most_kept);
        outcome.last_name = state.last_name;
        outcome.dead.clear();  // of the first run, where there is a second
        outcome.constant = state.output_spread < 1e-3;
        for (const HiddenLayer& layer : state.hidden)
            if (static_cast<Index>(layer.dead.size()) == layer.units) outcome.dead.push_back(layer.name);
        if (recipe.task == Task::classify) outcome.look_alikes = look_alikes(state);
    };
    try {
        const Trained<T> trained = train<T>(data, recipe, watch, conclude);
        const Evaluation& result = trained.model.training;
        outcome.validation = trained.model.validation;
        outcome.solved = solved(result);
        outcome.cost = result.loss;
        outcome.examples = result.examples * std::max<Index>(1, static_cast<Index>(result.labels.size()));
        outcome.r2 = result.r2;
        outcome.wrong = std::lround((1 - result.accuracy) * double(outcome.examples));
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        outcome.cost = std::numeric_limits<double>::infinity();
    }
    return outcome;
}

std::optional<std::vector<Outcome>> try_seeds(const Dataset& data, const Recipe& recipe, Index count,
                                              Index threads, const std::stop_token& stop,
                                              const std::function<void()>& tried, Ranks* ranks) {
    std::vector<Outcome> outcomes(static_cast<std::size_t>(count));
    const auto try_one = [&](Index i, const auto&, const std::stop_token& now) -> std::optional<Outcome> {
        const auto seed = static_cast<std::uint32_t>(i);
        const Watch watch{.stop = now};
        Outcome outcome = recipe.precision == Precision::single ? try_seed<float>(data, recipe, seed, watch)
                                                                : try_seed<double>(data, recipe, seed, watch);
        if (now.stop_requested()) return {};
        return outcome;
    };
    const auto keep = [&](Index i, Outcome outcome) {
        outcomes[static_cast<std::size_t>(i)] = std::move(outcome);
        if (tried) tried();
    };
    const bool all = deal_out<Outcome>(ranks, {.count = count,
                                               .threads = runs_at_once(data, recipe, threads),
                                               .stop = stop,
                                               .work = try_one,
                                               .keep = keep});
    if (!all) return {};
    return outcomes;
}

namespace {

std::string range_text(Index low, Index high) {
    return low == high ? std::to_string(high) : say("{} to {}", low, high);
}

// The extremes of what the members' activations say.
struct Summary {
    Index fewest_undecided = std::numeric_limits<Index>::max(), most_undecided = 0;
    Index fewest_alike = std::numeric_limits<Index>::max();
    Index fewest_wrong = std::numeric_limits<Index>::max(), most_wrong = 0;
    double lowest = 1, highest = 0, difference = 0, least_difference = std::numeric_limits<double>::max();
    bool dead = true, constant = true;

    explicit Summary(std::span<const Outcome> members) {
        for (const Outcome& outcome : members) {
            const LookAlikes& found = outcome.look_alikes;
            const auto undecided = static_cast<Index>(found.undecided.size());
            fewest_undecided = std::min(fewest_undecided, undecided);
            most_undecided = std::max(most_undecided, undecided);
            fewest_alike = std::min(fewest_alike, found.alike());
            fewest_wrong = std::min(fewest_wrong, outcome.wrong);
            most_wrong = std::max(most_wrong, outcome.wrong);
            lowest = std::min(lowest, found.lowest);
            highest = std::max(highest, found.highest);
            difference = std::max(difference, found.difference);
            least_difference = std::min(least_difference, found.least_difference);
            dead = dead && !outcome.dead.empty();
            constant = constant && outcome.constant;
        }
    }
};

// Few examples, which can be named: who looks like whom, in how many of the runs.
std::string named_reason(std::span<const Outcome> members, const Summary& all,
                         std::span<const std::string> names) {
    struct Kind {
        LookAlikes of_all;
        Index seeds = 0;
    };
    std::map<std::vector<std::vector<Index>>, Kind> kinds;
    for (const Outcome& outcome : members) {
        Kind& kind = kinds[outcome.look_alikes.sets];
        if (kind.seeds++ == 0) kind.of_all = outcome.look_alikes;
        kind.of_all.lowest = std::min(kind.of_all.lowest, outcome.look_alikes.lowest);
        kind.of_all.highest = std::max(kind.of_all.highest, outcome.look_alikes.highest);
    }
    std::vector<std::string> texts;
    for (const auto& [sets, kind] : kinds) {
        texts.push_back(described(kind.of_all, names));
        if (kinds.size() > 1)
            texts.back() = say_count(kind.seeds, "{1} in {0} seed", "{1} in {0} seeds", texts.back());
    }
    return say("{} of {} examples look alike to the hidden units: {} ({} differs by at most {:.4f})",
               range_text(all.fewest_undecided, all.most_undecided), members.front().examples,
               fmt::format("{}", fmt::join(texts, say(", or "))), members.front().last_name, all.difference);
}

std::string solved_reason(std::span<const Outcome> members, const Summary& all, Task task) {
    if (task == Task::regress) return say("R2 is at least 0.99");
    if (task == Task::multilabel) return say("every label of every example is right");
    std::string reason = say("every example is classified correctly");
    if (all.least_difference > 0 && members.front().last_name != "X")
        reason += say(
            ": no two of different classes look alike to the hidden units ({} differs by at least {:.4f})",
            members.front().last_name, all.least_difference);
    return reason;
}

}  // namespace

std::string reason_of(std::span<const Outcome> members, Task task, std::span<const std::string> names) {
    const Summary all(members);
    const Outcome& one = members.front();
    if (one.solved) return solved_reason(members, all, task);
    if (std::isinf(one.cost))
        return say("training failed: a cost or weight was no longer a finite number, or far too large");
    std::string cause;
    if (all.dead)
        cause = say(": all units of {} are dead, 0 for every example", one.dead.front());
    else if (all.constant)
        cause = say(": every example gets the same answer");
    if (task == Task::regress) {
        const auto [worst, best] = std::ranges::minmax(members, {}, &Outcome::r2);
        return worst.r2 == best.r2 ? say("R2 reaches {:.4f}, not 0.99{}", best.r2, cause)
                                   : say("R2 reaches {:.4f} to {:.4f}, not 0.99{}", worst.r2, best.r2, cause);
    }
    const bool alike = all.fewest_alike >= all.most_undecided && all.most_undecided > 0;
    if (cause.empty() && alike && !names.empty() && one.last_name != "X")
        return named_reason(members, all, names);
    if (cause.empty() && all.fewest_alike > 0 && one.last_name != "X") {
        const auto [least, most] =
            std::ranges::minmax(members, {}, [](const Outcome& o) { return o.look_alikes.alike(); });
        cause = say(": in {}, {} look like an example of another class", one.last_name,
                    range_text(least.look_alikes.alike(), most.look_alikes.alike()));
    }
    const std::string wrong = range_text(all.fewest_wrong, all.most_wrong);
    return task == Task::classify
               ? say("{} of {} examples are on the wrong side{}", wrong, one.examples, cause)
               : say("{} of {} answers to labels are wrong{}", wrong, one.examples, cause);
}

std::vector<OutcomeGroup> group(std::vector<Outcome> outcomes, Task task,
                                std::span<const std::string> names) {
    std::ranges::sort(outcomes, [](const Outcome& a, const Outcome& b) {
        if (a.solved != b.solved) return a.solved;
        return a.cost != b.cost ? a.cost < b.cost : a.seed < b.seed;
    });
    constexpr double gap = 0.05;
    std::vector<std::vector<Outcome>> parts;
    for (const Outcome& outcome : outcomes) {
        const bool alike = !parts.empty() && parts.back().back().solved == outcome.solved &&
                           (outcome.solved ||
                            outcome.cost <= parts.back().back().cost + gap * (1 + parts.back().back().cost));
        if (!alike) parts.emplace_back();
        parts.back().push_back(outcome);
    }
    std::vector<OutcomeGroup> groups;
    for (const std::vector<Outcome>& part : parts) {
        OutcomeGroup group{.solved = part.front().solved,
                           .cost = part[part.size() / 2].cost,
                           .reason = reason_of(part, task, names)};
        for (const Outcome& outcome : part) group.seeds.push_back(outcome.seed);
        std::ranges::sort(group.seeds);
        groups.push_back(group);
    }
    std::ranges::stable_sort(
        groups, [](const OutcomeGroup& a, const OutcomeGroup& b) { return a.seeds.size() > b.seeds.size(); });
    return groups;
}

template Outcome try_seed<float>(const Dataset&, Recipe, std::uint32_t, const Watch&);
template Outcome try_seed<double>(const Dataset&, Recipe, std::uint32_t, const Watch&);

}  // namespace gradus
