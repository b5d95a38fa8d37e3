#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/doctor/cures.h"
#include "gradus/doctor/findings.h"
#include "gradus/model/network_text.h"

namespace gradus::findings {
namespace {

constexpr double poor_step = 0.25;    // actual to predicted
constexpr double tiny_update = 1e-6;  // of the weights
constexpr double of_the_fall = 0.05;  // in the last tenth of a run; a straight line: 0.1
constexpr double of_the_rest = 0.02;  // of what is left
constexpr double memorised = 1.2;     // the loss of other examples to that of those shown
constexpr double vanishing = 1e-3;    // gradients of the first weights to those of the last
constexpr double strong = 0.5;        // of the gradient; at rest they are equal
constexpr Index fewest_updates = 10;  // of a run of which anything is said

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

// Learned little, in updates enough to judge by, and did not break down.
bool is_stuck(const Measurements& m) {
    return !m.failure && !has_learned(m) && m.history.updates() >= fewest_updates &&
           !m.history.points().empty();
}

}  // namespace

Found not_finite(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.failure || m.failure->cell.empty()) return {};
    const Failure& failure = *m.failure;
    Finding finding{.sentence = say("The first number that is not finite is {} = {}, at iteration {}.",
                                    failure.cell, failure.value, failure.iteration),
                    .evidence = failure.iteration == 0 ? say("it is there before any update")
                                                       : say("the last cost was {:.4g}, the first {:.4g}",
                                                             failure.last_cost, failure.first_cost)};
    if (failure.example > 0) finding.evidence += say("; it belongs to row {} of the data", failure.example);
    if (failure.cell.starts_with("X["))
        finding.hint = say("look at row {} of the data", failure.example);
    else
        finding.cures = slower(m.recipe);
    return finding;
}

Found exploded(const Case& c) {
    const Measurements& m = c.measured;
    if (!m.failure || !m.failure->cell.empty()) return {};
    return Finding{
        .sentence = say("The learning rate {} is too large: the cost exploded.", rate_text(m.recipe)),
        .evidence = say("from {:.4g} to {:.4g} at iteration {}", m.failure->first_cost, m.failure->last_cost,
                        m.failure->iteration),
        .cures = slower(m.recipe)};
}

Found rate_too_large(const Case& c) {
    const Measurements& m = c.measured;
    if (!is_stuck(m)) return {};
    const double ratio = median_of(early(m), actual_to_predicted);
    const double first = m.history.points().front().cost, last = m.history.points().back().cost;
    const bool rose = last > 1.05 * first;
    if (!(ratio < poor_step) && !rose) return {};
    Finding finding{
        .sentence = say("The learning rate {} is too large: the steps overshoot.", rate_text(m.recipe)),
        .evidence = say("the cost went from {:.4g} to {:.4g}", first, last),
        .cures = slower(m.recipe)};
    if (!std::isnan(ratio))
        finding.evidence +=
            say("; in the first quarter of the run an update changed its batch's cost by {:.2g} "
                "times what the gradient promised (median; near 1 is good)",
                ratio);
    return finding;
}

Found still_falling(const Case& c) {
    const Measurements& m = c.measured;
    const auto& points = m.history.points();
    if (m.failure || has_learned(m) || points.size() < 2) return {};
    const std::size_t last = points.size() - 1, tenth = std::max<std::size_t>(1, points.size() / 10);
    const double first = points.front().cost, now = points[last].cost, fall = points[last - tenth].cost - now;
    if (!(fall > 0) || !(fall > of_the_fall * (first - now) || fall > of_the_rest * now)) return {};
    // Nobody looked at others on the way: what falls now may be learned of these examples alone.
    if (m.validation && !points[last].validation && m.validation->loss > memorised * m.training.loss)
        return {};
    const auto validation = [](const Course::Point& p) { return p.validation.value_or(-double(p.updates)); };
    const auto best = std::ranges::min_element(points, {}, validation);
    if (static_cast<std::size_t>(best - points.begin()) + tenth < last) return {};  // it stopped early
    return Finding{.sentence = say("The cost still falls when the run ends."),
                   .evidence = say("from {:.4g} to {:.4g} in {} updates, and {:.2g} of it in the last tenth",
                                   first, now, m.history.updates(), fall),
                   .cures = faster(m.recipe)};
}

Found rate_too_small(const Case& c) {
    const Measurements& m = c.measured;
    if (!is_stuck(m)) return {};
    const double update = median_of(m.looks, [](const Look& look) { return look.update_ratio; });
    if (!(update < tiny_update)) return {};
    return Finding{.sentence = say("The learning rate {} is too small.", rate_text(m.recipe)),
                   .evidence = say("an update moves the weights by {:.1g} of their size (median)", update),
                   .cures = faster(m.recipe)};
}

Found vanishing_gradients(const Case& c) {
    const Measurements& m = c.measured;
    if (has_learned(m)) return {};
    const double ratio = median_of(early(m), first_to_last);
    if (!(ratio < vanishing)) return {};
    Finding finding{
        .sentence = say("The gradients vanish on their way to the first layer."),
        .evidence = say("those of its weights are {:.1g} times those of the last layer's (median over "
                        "the beginning of the run)",
                        ratio)};
    const std::string hidden = said_layers(m.recipe);
    for (const char* slow : {"sigmoid", "tanh"}) finding.cures.push_back(net(replaced(hidden, slow, "relu")));
    finding.cures.push_back(init(Initializer::automatic));
    return finding;
}

Found strong_decay(const Case& c) {
    const Measurements& m = c.measured;
    const double pull = median_of(m.looks, [](const Look& look) { return look.decay; });
    if (has_learned(m) || !(pull > strong)) return {};
    const double decay = m.recipe.run.optimizer.weight_decay;
    return Finding{
        .sentence = say("A weight decay of {:.6g} is too strong.", decay),
        .evidence = say("it pulls the weights {:.2g} times as much as the gradient (median)", pull),
        .cures = {weight_decay(0), weight_decay(to_one_digit(decay / 100))}};
}

}  // namespace gradus::findings
