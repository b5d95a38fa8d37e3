#include "gradus/core/say.h"
#include "gradus/doctor/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gradus/doctor/cures.h"

namespace gradus {
namespace {

// Where no source is named, the number is our choice, made so that the built-in data raise no false alarm.
constexpr double rare = 0.2;        // of an equal share: a class that is rare
constexpr double recognised = 0.5;  // of a rare class
constexpr double gap = 0.05;        // of accuracy or R2, from training to validation, beyond chance
constexpr double chance = 2;        // standard errors

// The cost of training when the validation cost was lowest, and in the end.
std::pair<double, double> training_costs(const Course& history) {
    const auto& points = history.points();
    const auto best = std::ranges::min_element(points, {}, [](const Course::Point& p) {
        return p.validation.value_or(std::numeric_limits<double>::max());
    });
    return {best->cost, points.back().cost};
}

void find_unrelated_labels(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.validation || m.validation->examples < 20 || m.history.points().empty()) return;
    const bool classify = m.recipe.task != Task::regress;
    const double guess = majority(*m.validation);
    const double error = chance * std::sqrt(guess * (1 - guess) / double(m.validation->examples));
    const bool worthless = classify ? m.validation->accuracy <= guess + error : m.validation->r2 < gap;
    const auto [then, now] = training_costs(m.history);
    const bool fits = explained(m.training) > 0.3 || now < 0.8 * then;
    if (!worthless || !fits) return;
    const std::string share =
        classify
            ? m.recipe.task == Task::classify
                  ? say("accuracy {:.2f} on {} validation examples, {:.2f} by the most frequent class alone",
                        m.validation->accuracy, m.validation->examples, guess)
                  : say("accuracy {:.2f} on {} validation examples, {:.2f} by the most frequent answers "
                        "alone",
                        m.validation->accuracy, m.validation->examples, guess)
            : say("R2 {:.3f} on {} validation examples", m.validation->r2, m.validation->examples);
    findings.push_back(
        {.name = "unrelated_labels",
         .weight = 60,
         .sentence =
             say("What is learned is worth nothing on other examples: are the labels those of these rows?"),
         .evidence = say("{}; meanwhile the training cost fell from {:.4g} to {:.4g}", share,
                         m.history.points().front().cost, now),
         .cures = {net(m.recipe, ""), weight_decay(0.1)},
         .benefit = Benefit::gap});
}

void find_imbalance(const Measurements& m, std::vector<Finding>& findings) {
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
         .sentence = say("One class is rare, and the network ignores it."),
         .evidence =
             say_count(right, "class {1} has {2} of {3} examples ({4:.1f}%), and {0} of them is recognised",
                       "class {1} has {2} of {3} examples ({4:.1f}%), and {0} of them are recognised", rarest,
                       counts[rarest], m.training.examples, 100 * share),
         .cures = {balanced()},
         .benefit = Benefit::recall});
}

void find_over_fitting(const Measurements& m, std::vector<Finding>& findings) {
    if (!m.validation || m.validation->examples < 20 || m.retrained) return;
    const bool classify = m.recipe.task != Task::regress;
    const double here = classify ? m.training.accuracy : m.training.r2;
    const double there = classify ? m.validation->accuracy : m.validation->r2;
    const double error =
        classify ? chance * std::sqrt(there * (1 - there) / double(m.validation->examples)) : gap;
    if (!(here - there > gap + error)) return;
    Finding finding{.name = "over_fitting",
                    .weight = 35,
                    .sentence = say("It learns the training examples by heart."),
                    .evidence = classify ? say("accuracy {:.4f} on the {} it was shown, {:.4f} on {} others",
                                               here, m.training.examples, there, m.validation->examples)
                                         : say("R2 {:.4f} on the {} it was shown, {:.4f} on {} others", here,
                                               m.training.examples, there, m.validation->examples),
                    .cures = {weight_decay(0.01), weight_decay(0.1)}};
    const std::string hidden = hidden_layers(m.recipe);
    if (!hidden.empty() && hidden.find("dropout") == std::string::npos && m.recipe.shape.length == 1)
        finding.cures.push_back(net(m.recipe, fmt::format("{}, dropout 0.5", hidden)));
    finding.cures.push_back(net(m.recipe, ""));
    findings.push_back(finding);
}

}  // namespace

std::vector<Finding> result_findings(const Measurements& m) {
    std::vector<Finding> findings;
    find_unrelated_labels(m, findings);
    find_imbalance(m, findings);
    find_over_fitting(m, findings);
    return findings;
}

}  // namespace gradus
