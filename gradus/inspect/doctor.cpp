#include "gradus/inspect/doctor.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/inspect/cures.h"
#include "gradus/inspect/look_alikes.h"

namespace gradus {
namespace {

// Where no source is named, the number is our choice, made so that the built-in data raise no false alarm.
constexpr double learned = 0.9;  // so much explained: whatever else is odd, it did not keep it from learning
constexpr double poor_step = 0.25;  // actual to predicted: below, the step is too long (Nocedal and Wright
                                    // 2006, "Numerical Optimization", algorithm 4.1)
constexpr double tiny_update =
    1e-6;  // of the weights; about 1e-3 is usual (Karpathy, CS231n, "Neural Networks 3")
constexpr double still_falling = 0.05;  // of the whole fall, in the last tenth of a run; a straight line: 0.1
constexpr double mostly = 0.5;          // of a layer: dead, or saturated at the start
constexpr double all_but = 0.9;         // of a layer, saturated at the end
constexpr double vanishing = 1e-3;      // gradients of the first weights to those of the last
constexpr double same_answer = 0.01;    // deviation of the outputs, in units of the truth's
constexpr double strong_decay = 0.5;    // of the gradient; at rest they are equal
constexpr double rare = 0.2;            // of an equal share: a class that is rare
constexpr double recognised = 0.5;      // of a rare class
constexpr double gap = 0.05;            // of accuracy or R2, from training to validation, beyond chance
constexpr double chance = 2;            // standard errors

double median(std::vector<double> numbers) {
    if (numbers.empty()) return std::nan("");
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::ranges::nth_element(numbers, middle);
    return *middle;
}

// Of the looks in the first quarter of a run, at least of the first ten.
std::vector<Look> early(const Measurements& m) {
    std::vector<Look> looks;
    for (const Look& look : m.looks)
        if (look.iteration < 10 || look.iteration * 4 < m.history.updates()) looks.push_back(look);
    return looks;
}

double median_of(const std::vector<Look>& looks, double (*number)(const Look&)) {
    std::vector<double> numbers;
    for (const Look& look : looks)
        if (const double x = number(look); !std::isnan(x)) numbers.push_back(x);
    return median(numbers);
}

double actual_to_predicted(const Look& look) {
    return look.predicted < 0 ? look.actual / look.predicted : std::nan("");
}

double first_to_last(const Look& look) {
    return look.gradients.size() > 1 && look.gradients.back() > 0
               ? look.gradients.front() / look.gradients.back()
               : std::nan("");
}

bool has_learned(const Measurements& m) {
    return m.training.examples == 0 || explained(m.training) >= learned;
}

std::string rate_text(const Recipe& recipe) {
    return fmt::format("{:g}", recipe.run.optimizer.learning_rate);
}

using Findings = std::vector<Finding>;

void find_failure(const Measurements& m, Findings& findings) {
    if (!m.failure) return;
    const Failure& failure = *m.failure;
    Finding finding{.name = "not_finite", .weight = 100, .sentence = "", .evidence = "", .hint = ""};
    if (failure.cell.empty()) {
        finding.name = "rate_too_large";
        finding.sentence =
            fmt::format("The learning rate {} is too large: the cost exploded.", rate_text(m.recipe));
        finding.evidence = fmt::format("from {:.4g} to {:.4g} at iteration {}", failure.first_cost,
                                       failure.last_cost, failure.iteration);
    } else {
        finding.sentence = fmt::format("The first number that is not finite is {} = {}, at iteration {}.",
                                       failure.cell, failure.value, failure.iteration);
        finding.evidence = failure.iteration == 0 ? "it is there before any update"
                                                  : fmt::format("the last cost was {:.4g}, the first {:.4g}",
                                                                failure.last_cost, failure.first_cost);
        if (failure.example > 0)
            finding.evidence += fmt::format("; it belongs to row {} of the data", failure.example);
    }
    if (failure.cell.starts_with("X["))
        finding.hint = fmt::format("look at row {} of the data", failure.example);
    else
        finding.cures = slower(m.recipe);
    findings.push_back(finding);
}

void find_same_weights(const Measurements& m, Findings& findings) {
    if (!m.end) return;
    for (const HiddenLayer& layer : m.end->hidden) {
        if (!layer.same_weights) continue;
        findings.push_back(
            {.name = "same_weights",
             .weight = 92,
             .sentence = fmt::format(
                 "All units of {} have the same weights: they started alike and stay alike.", layer.name),
             .evidence = fmt::format("{} {} after {} updates; what one learns, all learn", layer.units,
                                     layer.units == 1 ? "unit, its weights still 0" : "equal units",
                                     m.history.updates()),
             .hint = "",
             .cures = {init(Initializer::automatic), init(Initializer::normal)}});
        return;
    }
}

std::string unit_list(const std::vector<Index>& units) {
    constexpr std::size_t few = 12;
    std::vector<Index> first(units.begin(),
                             units.begin() + static_cast<std::ptrdiff_t>(std::min(few, units.size())));
    return fmt::format("{}{}", fmt::join(first, " "), units.size() > few ? " ..." : "");
}

void find_dead_units(const Measurements& m, Findings& findings) {
    if (!m.end || has_learned(m)) return;
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        const HiddenLayer& layer = m.end->hidden[h];
        if (double(layer.dead.size()) < mostly * double(layer.units)) continue;
        Finding finding{
            .name = "dead_units",
            .weight = 80,
            .sentence = fmt::format("{} of {} units of {} are dead: relu gives 0 for every example.",
                                    layer.dead.size(), layer.units, layer.name),
            .evidence = fmt::format("over {} examples; units {}", m.end->examples, unit_list(layer.dead)),
            .hint = "",
            .suspicion = true};
        if (m.start) finding.evidence += fmt::format("; before training {}", m.start->hidden[h].dead.size());
        const bool died = m.start && m.start->hidden[h].dead.size() * 2 < layer.dead.size();
        if (died) finding.cures = {rate(m.recipe, 0.1), rate(m.recipe, 0.01)};
        finding.cures.push_back(net(m.recipe, replaced(hidden_layers(m.recipe), "relu", "leaky_relu")));
        if (m.recipe.initializer != Initializer::automatic)
            finding.cures.push_back(init(Initializer::automatic));
        findings.push_back(finding);
        return;
    }
}

void find_saturated(const Measurements& m, Findings& findings) {
    if (!m.end) return;
    for (std::size_t h = 0; h < m.end->hidden.size(); ++h) {
        const HiddenLayer& layer = m.end->hidden[h];
        const double before = m.start ? m.start->hidden[h].saturated : 0;
        const bool at_start = before > mostly, at_end = layer.saturated > all_but && !has_learned(m);
        if (!at_start && !at_end) continue;
        Finding finding{
            .name = "saturated_units",
            .weight = at_start ? 75.0 : 66.0,
            .sentence = fmt::format("The {} units of {} are saturated{}: hardly any gradient gets through.",
                                    layer.function, layer.name, at_start ? " from the start" : ""),
            .evidence =
                fmt::format("{:.0f}% of their numbers are within 1% of an end", 100 * layer.saturated),
            .hint = "",
            .suspicion = true};
        if (m.start) finding.evidence += fmt::format("; before training {:.0f}%", 100 * before);
        if (m.recipe.initializer != Initializer::automatic)
            finding.cures.push_back(init(Initializer::automatic));
        if (m.recipe.scaling == Scaling::none) finding.cures.push_back(scale(Scaling::standard));
        if (!at_start) finding.cures.push_back(rate(m.recipe, 0.1));
        findings.push_back(finding);
        return;
    }
}

// Is the last cost above the first?
void find_rate_too_large(const Measurements& m, Findings& findings) {
    if (m.failure || has_learned(m) || m.history.points().empty()) return;
    const double ratio = median_of(early(m), actual_to_predicted);
    const double first = m.history.points().front().cost, last = m.history.points().back().cost;
    const bool rose = last > 1.05 * first;
    if (!(ratio < poor_step) && !rose) return;
    Finding finding{.name = "rate_too_large",
                    .weight = 70,
                    .sentence = fmt::format("The learning rate {} is too large: the steps overshoot.",
                                            rate_text(m.recipe)),
                    .evidence = fmt::format("the cost went from {:.4g} to {:.4g}", first, last),
                    .hint = "",
                    .cures = slower(m.recipe),
                    .suspicion = true};
    if (!std::isnan(ratio))
        finding.evidence += fmt::format(
            "; in the first quarter of the run an update changed its batch's cost by {:.2g} "
            "times what the gradient promised (median; near 1 is good)",
            ratio);
    findings.push_back(finding);
}

void find_rate_too_small(const Measurements& m, Findings& findings) {
    const auto& points = m.history.points();
    if (m.failure || has_learned(m) || points.size() < 10) return;
    const double first = points.front().cost, last = points.back().cost;
    const double before = points[points.size() - 1 - points.size() / 10].cost;
    const double update = median_of(m.looks, [](const Look& look) { return look.update_ratio; });
    const bool falling = first > last && before - last > still_falling * (first - last);
    const bool stopped = m.validation && m.history.updates() > 0 && points.back().validation && !falling;
    if (!falling && !(update < tiny_update && !stopped)) return;
    Finding finding{
        .name = "rate_too_small",
        .weight = 50,
        .sentence = fmt::format("The cost still falls when the run ends: the learning rate {} is too small, "
                                "or the run too short.",
                                rate_text(m.recipe)),
        .evidence = fmt::format("from {:.4g} to {:.4g} in {} updates, and {:.2g} of it in the last tenth",
                                first, last, m.history.updates(), before - last),
        .hint = "",
        .cures = faster(m.recipe),
        .suspicion = true};
    if (!std::isnan(update))
        finding.evidence +=
            fmt::format("; an update moves the weights by {:.1g} of their size (median)", update);
    findings.push_back(finding);
}

void find_vanishing(const Measurements& m, Findings& findings) {
    if (has_learned(m)) return;
    const double ratio = median_of(early(m), first_to_last);
    if (!(ratio < vanishing)) return;
    Finding finding{.name = "vanishing_gradients",
                    .weight = 65,
                    .sentence = "The gradients vanish on their way to the first layer.",
                    .evidence = fmt::format(
                        "those of its weights are {:.1g} times those of the last layer's (median over "
                        "the beginning of the run)",
                        ratio),
                    .hint = "",
                    .suspicion = true};
    const std::string hidden = hidden_layers(m.recipe);
    for (const auto& [from, to] : {std::pair("sigmoid", "relu"), std::pair("tanh", "relu")})
        if (replaced(hidden, from, to) != hidden)
            finding.cures.push_back(net(m.recipe, replaced(hidden, from, to)));
    if (m.recipe.initializer != Initializer::automatic) finding.cures.push_back(init(Initializer::automatic));
    findings.push_back(finding);
}

// The cost of training when the validation cost was lowest, and in the end.
std::pair<double, double> training_costs(const History& history) {
    const auto& points = history.points();
    const auto best = std::ranges::min_element(points, {}, [](const History::Point& p) {
        return p.validation.value_or(std::numeric_limits<double>::max());
    });
    return {best->cost, points.back().cost};
}

void find_unrelated_labels(const Measurements& m, Findings& findings) {
    if (!m.validation || m.validation->examples < 20 || m.history.points().empty()) return;
    const bool classify = m.recipe.task == Task::classify;
    const double guess = majority(*m.validation);
    const double error = chance * std::sqrt(guess * (1 - guess) / double(m.validation->examples));
    const bool worthless = classify ? m.validation->accuracy <= guess + error : m.validation->r2 < gap;
    const auto [then, now] = training_costs(m.history);
    const bool fits = explained(m.training) > 0.3 || now < 0.8 * then;
    if (!worthless || !fits) return;
    const std::string share =
        classify
            ? fmt::format(
                  "accuracy {:.2f} on {} validation examples, {:.2f} by the most frequent "
                  "class alone",
                  m.validation->accuracy, m.validation->examples, guess)
            : fmt::format("R2 {:.3f} on {} validation examples", m.validation->r2, m.validation->examples);
    findings.push_back(
        {.name = "unrelated_labels",
         .weight = 60,
         .sentence =
             "What is learned is worth nothing on other examples: are the labels those of these rows?",
         .evidence = fmt::format("{}; meanwhile the training cost fell from {:.4g} to {:.4g}", share,
                                 m.history.points().front().cost, now),
         .hint = "",
         .cures = {net(m.recipe, ""), weight_decay(0.1)},
         .benefit = Benefit::gap});
}

void find_imbalance(const Measurements& m, Findings& findings) {
    const Confusion& confusion = m.training.confusion;
    if (confusion.size() < 2 || m.recipe.class_weights == ClassWeights::balanced) return;
    std::size_t rarest = 0;
    std::vector<Index> counts;
    for (std::size_t c = 0; c < confusion.size(); ++c) {
        counts.push_back(std::accumulate(confusion[c].begin(), confusion[c].end(), Index{0}));
        if (counts[c] > 0 && (counts[rarest] == 0 || counts[c] < counts[rarest])) rarest = c;
    }
    const double share = double(counts[rarest]) / double(m.training.examples);
    const Index right = confusion[rarest][rarest];
    if (share >= rare / double(confusion.size()) || double(right) >= recognised * double(counts[rarest]))
        return;
    findings.push_back(
        {.name = "class_imbalance",
         .weight = 55,
         .sentence = "One class is rare, and the network ignores it.",
         .evidence =
             fmt::format("class {} has {} of {} examples ({:.1f}%), and {} of them {} recognised", rarest,
                         counts[rarest], m.training.examples, 100 * share, right, right == 1 ? "is" : "are"),
         .hint = "",
         .cures = {balanced()},
         .benefit = Benefit::recall});
}

void find_constant_output(const Measurements& m, Findings& findings) {
    if (!m.end || m.failure || has_learned(m)) return;
    const double unit = m.recipe.task == Task::classify ? 1 : m.training.rmse;
    if (!(m.end->output_spread < same_answer * unit)) return;
    Finding finding{.name = "constant_output",
                    .weight = 38,
                    .sentence = "The network gives every example the same answer.",
                    .evidence = fmt::format("the standard deviation of its output is {:.2g} over {} examples",
                                            m.end->output_spread, m.end->examples),
                    .hint = "",
                    .suspicion = true};
    if (const double decay = m.recipe.run.optimizer.weight_decay; decay > 0) {
        finding.weight = 69;
        finding.evidence += fmt::format("; a weight decay of {:g} pulls its weights to zero", decay);
        finding.cures = {weight_decay(0), weight_decay(to_one_digit(decay / 100))};
    }
    if (m.recipe.initializer != Initializer::automatic) finding.cures.push_back(init(Initializer::automatic));
    for (const double factor : {0.1, 10.0}) finding.cures.push_back(rate(m.recipe, factor));
    findings.push_back(finding);
}

void find_strong_decay(const Measurements& m, Findings& findings) {
    const double pull = median_of(m.looks, [](const Look& look) { return look.decay; });
    if (has_learned(m) || !(pull > strong_decay)) return;
    const double decay = m.recipe.run.optimizer.weight_decay;
    findings.push_back(
        {.name = "strong_decay",
         .weight = 68,
         .sentence = fmt::format("A weight decay of {:g} is too strong.", decay),
         .evidence = fmt::format("it pulls the weights {:.2g} times as much as the gradient (median)", pull),
         .hint = "",
         .cures = {weight_decay(0), weight_decay(to_one_digit(decay / 100))},
         .suspicion = true});
}

// Larger layers, or some where there are none; then other first weights.
std::vector<Cure> larger(const Recipe& recipe) {
    const std::string hidden = hidden_layers(recipe);
    return {net(recipe, hidden.empty() ? "16 tanh" : with_more_units(hidden, 2, 4)),
            net(recipe, hidden.empty() ? "16 tanh, 16 tanh" : with_more_units(hidden, 8, 16)),
            seed(recipe.seed + 1), seed(recipe.seed + 2)};
}

// When the last hidden layer has one unit: how often does the class change along its number? Examples of two
// classes with one number count as a change.
Index changes_along_the_only_unit(const State& state) {
    if (state.last.rows() != 1) return 0;
    std::vector<std::pair<double, Index>> along;
    for (Index j = 0; j < state.last.columns(); ++j)
        along.emplace_back(state.last(0, j), state.truth[static_cast<std::size_t>(j)]);
    std::ranges::sort(along);
    Index changes = 0;
    for (std::size_t j = 1; j < along.size(); ++j)
        if (along[j].second != along[j - 1].second) ++changes;
    return changes;
}

void find_too_small(const Measurements& m, Findings& findings) {
    if (!m.end || m.failure || has_learned(m)) return;
    Finding finding{.name = "too_small",
                    .weight = 40,
                    .sentence = "",
                    .evidence = "",
                    .hint = "",
                    .cures = larger(m.recipe),
                    .suspicion = true};
    const bool classify = m.recipe.task == Task::classify;
    const std::string result = classify ? fmt::format("training accuracy {:.4f}", m.training.accuracy)
                                        : fmt::format("R2 {:.4f}", m.training.r2);
    finding.evidence = result;
    if (m.end->last_name == "X") {
        finding.sentence = "Without hidden layers the network can only draw a straight line.";
    } else {
        finding.sentence = "The network does not fit what it was shown: it is too small, or started badly.";
        if (const Index changes = classify ? changes_along_the_only_unit(*m.end) : 0; changes > 1) {
            finding.sentence = fmt::format("The one unit of {} is not enough.", m.end->last_name);
            finding.evidence += fmt::format(
                "; along its number the class changes {} times, and one threshold can follow "
                "one change",
                changes);
        } else if (const LookAlikes found = classify ? look_alikes(*m.end) : LookAlikes{};
                   !found.sets.empty()) {
            finding.evidence +=
                fmt::format("; {}, differ by at most {:.2g} in {}, though their classes differ",
                            described(found, m.example_names), found.difference, m.end->last_name);
        }
    }
    findings.push_back(finding);
}

void find_over_fitting(const Measurements& m, Findings& findings) {
    if (!m.validation || m.validation->examples < 20 || m.retrained) return;
    const bool classify = m.recipe.task == Task::classify;
    const double here = classify ? m.training.accuracy : m.training.r2;
    const double there = classify ? m.validation->accuracy : m.validation->r2;
    const double error =
        classify ? chance * std::sqrt(there * (1 - there) / double(m.validation->examples)) : gap;
    if (!(here - there > gap + error)) return;
    Finding finding{.name = "over_fitting",
                    .weight = 35,
                    .sentence = "It learns the training examples by heart.",
                    .evidence = fmt::format("{} {:.4f} on the {} it was shown, {:.4f} on {} others",
                                            classify ? "accuracy" : "R2", here, m.training.examples, there,
                                            m.validation->examples),
                    .hint = "",
                    .cures = {weight_decay(0.01), weight_decay(0.1)}};
    const std::string hidden = hidden_layers(m.recipe);
    if (!hidden.empty() && hidden.find("dropout") == std::string::npos && m.recipe.shape.length == 1)
        finding.cures.push_back(net(m.recipe, hidden + ", dropout 0.5"));
    finding.cures.push_back(net(m.recipe, ""));
    findings.push_back(finding);
}

}  // namespace

double majority(const Evaluation& evaluation) {
    Index most = 0;
    for (const auto& row : evaluation.confusion)
        most = std::max(most, std::accumulate(row.begin(), row.end(), Index{0}));
    return double(most) / double(evaluation.examples);
}

double explained(const Evaluation& evaluation) {
    if (evaluation.task == Task::regress) return evaluation.r2;
    const double guess = majority(evaluation);
    return guess < 1 ? (evaluation.accuracy - guess) / (1 - guess) : 1;
}

std::vector<Finding> judge(const Measurements& m) {
    Findings findings;
    for (const auto find :
         {find_failure, find_same_weights, find_dead_units, find_saturated, find_rate_too_large,
          find_vanishing, find_unrelated_labels, find_constant_output, find_strong_decay, find_imbalance,
          find_rate_too_small, find_too_small, find_over_fitting})
        find(m, findings);
    std::ranges::stable_sort(findings, std::greater{}, &Finding::weight);
    return findings;
}

}  // namespace gradus
