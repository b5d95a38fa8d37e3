#include "gradus/core/say.h"
#include "gradus/doctor/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/doctor/cures.h"

namespace gradus {
namespace {

// Where no source is named, the number is our choice, made so that the built-in data raise no false alarm.
constexpr double poor_step = 0.25;    // actual to predicted: below, the step is too long (Nocedal and Wright
                                      // 2006, "Numerical Optimization", algorithm 4.1)
constexpr double tiny_update = 1e-6;  // of the weights; about 1e-3 is usual (Karpathy, CS231n, part 3)
constexpr double still_falling = 0.05;  // of the whole fall, in the last tenth of a run; a straight line: 0.1
constexpr double vanishing = 1e-3;      // gradients of the first weights to those of the last
constexpr double strong_decay = 0.5;    // of the gradient; at rest they are equal

double median(std::vector<double> numbers) {
    if (numbers.empty()) return std::nan("");
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::ranges::nth_element(numbers, middle);
    return *middle;
}

double median_of(const std::vector<Look>& looks, double (*number)(const Look&)) {
    std::vector<double> numbers;
    for (const Look& look : looks)
        if (const double x = number(look); !std::isnan(x)) numbers.push_back(x);
    return median(numbers);
}

// Of the looks in the first quarter of a run, at least of the first ten.
std::vector<Look> early(const Measurements& m) {
    std::vector<Look> looks;
    for (const Look& look : m.looks)
        if (look.iteration < 10 || look.iteration * 4 < m.history.updates()) looks.push_back(look);
    return looks;
}

double actual_to_predicted(const Look& look) {
    return look.predicted < 0 ? look.actual / look.predicted : std::nan("");
}

double first_to_last(const Look& look) {
    return look.gradients.size() > 1 && look.gradients.back() > 0
               ? look.gradients.front() / look.gradients.back()
               : std::nan("");
}

std::string rate_text(const Recipe& recipe) {
    return fmt::format("{:g}", recipe.run.optimizer.learning_rate);
}

void find_failure(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.failure) return;
    const Failure& failure = *m.failure;
    Finding finding{.name = "not_finite", .weight = 100};
    if (failure.cell.empty()) {
        finding.name = "rate_too_large";
        finding.sentence = say("The learning rate {} is too large: the cost exploded.", rate_text(m.recipe));
        finding.evidence = say("from {:.4g} to {:.4g} at iteration {}", failure.first_cost, failure.last_cost,
                               failure.iteration);
    } else {
        finding.sentence = say("The first number that is not finite is {} = {}, at iteration {}.",
                               failure.cell, failure.value, failure.iteration);
        finding.evidence = failure.iteration == 0 ? say("it is there before any update")
                                                  : say("the last cost was {:.4g}, the first {:.4g}",
                                                        failure.last_cost, failure.first_cost);
        if (failure.example > 0)
            finding.evidence += say("; it belongs to row {} of the data", failure.example);
    }
    if (failure.cell.starts_with("X["))
        finding.hint = say("look at row {} of the data", failure.example);
    else
        finding.cures = slower(m.recipe);
    findings.push_back(finding);
}

// Is the last cost above the first?
void find_rate_too_large(const Measurements& m, std::vector<Finding>& findings) {
    if (m.failure || has_learned(m) || m.history.points().empty()) return;
    const double ratio = median_of(early(m), actual_to_predicted);
    const double first = m.history.points().front().cost, last = m.history.points().back().cost;
    const bool rose = last > 1.05 * first;
    if (!(ratio < poor_step) && !rose) return;
    Finding finding{
        .name = "rate_too_large",
        .weight = 70,
        .sentence = say("The learning rate {} is too large: the steps overshoot.", rate_text(m.recipe)),
        .evidence = say("the cost went from {:.4g} to {:.4g}", first, last),
        .cures = slower(m.recipe),
        .suspicion = true};
    if (!std::isnan(ratio))
        finding.evidence +=
            say("; in the first quarter of the run an update changed its batch's cost by {:.2g} "
                "times what the gradient promised (median; near 1 is good)",
                ratio);
    findings.push_back(finding);
}

void find_rate_too_small(const Measurements& m, std::vector<Finding>& findings) {
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
        .sentence = say("The cost still falls when the run ends: the learning rate {} is too small, "
                        "or the run too short.",
                        rate_text(m.recipe)),
        .evidence = say("from {:.4g} to {:.4g} in {} updates, and {:.2g} of it in the last tenth", first,
                        last, m.history.updates(), before - last),
        .cures = faster(m.recipe),
        .suspicion = true};
    if (!std::isnan(update))
        finding.evidence += say("; an update moves the weights by {:.1g} of their size (median)", update);
    findings.push_back(finding);
}

void find_vanishing(const Measurements& m, std::vector<Finding>& findings) {
    if (has_learned(m)) return;
    const double ratio = median_of(early(m), first_to_last);
    if (!(ratio < vanishing)) return;
    Finding finding{
        .name = "vanishing_gradients",
        .weight = 65,
        .sentence = say("The gradients vanish on their way to the first layer."),
        .evidence = say("those of its weights are {:.1g} times those of the last layer's (median over "
                        "the beginning of the run)",
                        ratio),
        .suspicion = true};
    const std::string hidden = hidden_layers(m.recipe);
    for (const auto& [from, to] : {std::pair("sigmoid", "relu"), std::pair("tanh", "relu")})
        if (replaced(hidden, from, to) != hidden)
            finding.cures.push_back(net(m.recipe, replaced(hidden, from, to)));
    if (m.recipe.initializer != Initializer::automatic) finding.cures.push_back(init(Initializer::automatic));
    findings.push_back(finding);
}

void find_strong_decay(const Measurements& m, std::vector<Finding>& findings) {
    const double pull = median_of(m.looks, [](const Look& look) { return look.decay; });
    if (has_learned(m) || !(pull > strong_decay)) return;
    const double decay = m.recipe.run.optimizer.weight_decay;
    findings.push_back(
        {.name = "strong_decay",
         .weight = 68,
         .sentence = say("A weight decay of {:.6g} is too strong.", decay),
         .evidence = say("it pulls the weights {:.2g} times as much as the gradient (median)", pull),
         .cures = {weight_decay(0), weight_decay(to_one_digit(decay / 100))},
         .suspicion = true});
}

}  // namespace

std::vector<Finding> step_findings(const Measurements& m) {
    std::vector<Finding> findings;
    find_failure(m, findings);
    find_rate_too_large(m, findings);
    find_rate_too_small(m, findings);
    find_vanishing(m, findings);
    find_strong_decay(m, findings);
    return findings;
}

}  // namespace gradus
