#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "gradus/core/elementary.h"
#include "gradus/core/say.h"
#include "gradus/doctor/cures.h"
#include "gradus/doctor/findings.h"
#include "gradus/model/network_text.h"

namespace gradus::findings {
namespace {

constexpr double gap = 0.1;         // of accuracy or R2, from training to validation, beyond chance
constexpr double rare = 2.0 / 3;    // of an equal share of all classes
constexpr double recognised = 0.5;  // of a class
constexpr double chance = 2;        // standard errors of this share

bool gives_values(const Measurements& m) {
    return gives_values(m.recipe.task);
}

std::string judged_by(const Worth& worth) {
    const std::string examples = say_count(worth.examples, "{} example", "{} examples");
    return worth.judged == Judged::validation ? say("on {} set aside", examples)
           : worth.judged == Judged::folds    ? say("by cross-validation, on {}", examples)
           : worth.judged == Judged::others
               ? say("by cross-validation, stopped by the other folds, on {}", examples)
               : say("on the {} that it learned from", examples);
}

// How many standard errors the network lies above what it is compared with.
std::string how_sure(const Paired& test) {
    return say(
        "the difference, example by example, is {:.1f} standard errors; beyond {:.1f} it is more than "
        "chance",
        test.z, test.worse() ? -Paired::significant : Paired::significant);
}

// The confusion of all examples that a network was asked.
Confusion all_answers(const Measurements& m) {
    Confusion all = m.training.confusion;
    if (m.validation && m.validation->confusion.size() == all.size())
        for (std::size_t i = 0; i < all.size(); ++i)
            for (std::size_t j = 0; j < all.size(); ++j) all[i][j] += m.validation->confusion[i][j];
    return all;
}

// Does the probability of some class rank the examples, beyond chance? By the variance of Mann & Whitney
// 1947, which holds where nothing ranks, also for a class of few examples; of many classes the best is
// chance.
bool ranks_a_class(const Measurements& m) {
    double all = 0;
    for (const Ranked& of : m.ranked) all += double(of.members);
    const double classes = double(std::max<std::size_t>(m.ranked.size(), 2));
    const double least = std::hypot(Paired::significant, std::sqrt(2 * gradus::log(classes / 2)));
    return std::ranges::any_of(m.ranked, [&](const Ranked& of) {
        const double n = double(of.members);
        const double error = std::max(of.area.standard_error, std::sqrt((all + 1) / (12 * n * (all - n))));
        return of.area.value - 0.5 > least * error;
    });
}

// So sure of itself where it is wrong that a linear model's probabilities are better.
bool is_too_sure(const Measurements& m) {
    const double more = m.validation->log_loss - m.training.log_loss;
    const double error =
        std::hypot(m.training.standard_error.log_loss, m.validation->standard_error.log_loss);
    return m.recipe.task == Task::classify && m.validation->accuracy < 1 &&
           more > Paired::significant * error && m.linear && m.validation->log_loss > m.linear->log_loss;
}

}  // namespace

namespace {

// The R2 of the network and of a linear model: of examples set aside those that stand in their metrics,
// against the mean of these examples.
std::pair<double, double> r2_of(const Measurements& m) {
    const Worth& w = *m.worth;
    const bool told = w.judged == Judged::validation && m.validation && m.validation->examples == w.examples;
    return {told ? m.validation->r2 : w.network, told && m.linear ? m.linear->r2 : w.linear.value_or(0)};
}

}  // namespace

Found worse_than_linear(const Case& c) {
    const Measurements& m = c.measured;
    if (m.failure || !m.worth || !m.worth->worse_than_linear()) return {};
    const Worth& w = *m.worth;
    return Finding{
        .sentence = gives_values(m) ? say("The network is worse than a linear regression.")
                                    : say("The network is worse than a logistic regression."),
        .evidence = fmt::format(
            "{}; {}",
            gives_values(m)
                ? say("R2 {:.4f} instead of {:.4f}, {}", r2_of(m).first, r2_of(m).second, judged_by(w))
                : say("accuracy {:.4f} instead of {:.4f}, {}", w.network, *w.linear, judged_by(w)),
            how_sure(*w.over_linear)),
        .cures = simpler(m.recipe)};
}

Found no_better(const Case& c) {
    const Measurements& m = c.measured;
    if (m.failure || !m.worth || !m.worth->no_better()) return {};
    const Worth& w = *m.worth;
    const Task task = m.recipe.task;
    const bool clearly_worse = is_unsupervised(task) && w.over_simplest.worse();  // no folds tell more
    if ((w.undecided_by_few() && !clearly_worse) || w.worse_than_linear() || ranks_a_class(m)) return {};
    return Finding{
        .sentence = task == Task::regress   ? say("The network is no better than the mean of the target.")
                    : is_unsupervised(task) ? say("What comes back is no better than the mean of each input.")
                    : task == Task::classify
                        ? say("The network is no better than the most frequent class.")
                        : say("The network is no better than the most frequent answers."),
        .evidence = say("{}; {}",
                        gives_values(m) ? say("R2 {:.4f}, {}", r2_of(m).first, judged_by(w))
                                        : say("accuracy {:.4f} instead of {:.4f}, {}", w.network, w.simplest,
                                              judged_by(w)),
                        how_sure(w.over_simplest)),
        .cures = task == Task::encode ? faster_machines(m.recipe) : simpler(m.recipe)};
}

Found class_imbalance(const Case& c) {
    const Measurements& m = c.measured;
    const Confusion all = all_answers(m);
    if (m.failure || all.size() < 2 || m.recipe.class_weights == ClassWeights::balanced) return {};
    if (m.worth && m.worth->no_better() && !ranks_a_class(m)) return {};
    Index examples = 0;
    std::vector<Index> counts;
    for (const auto& row : all) {
        counts.push_back(std::accumulate(row.begin(), row.end(), Index{0}));
        examples += counts.back();
    }
    for (std::size_t k = 0; k < all.size(); ++k) {
        const double n = double(counts[k]), right = double(all[k][k]);
        if (counts[k] < Worth::fewest || n * double(all.size()) >= rare * double(examples)) continue;
        const bool missed = right + chance * std::sqrt(n * recognised * (1 - recognised)) < recognised * n;
        if (!missed || k >= m.ranked.size()) continue;
        const Estimate& area = m.ranked[k].area;
        const bool by_all = all.size() == 2 && m.worth && m.worth->by_probability.better();
        if (!by_all && !(area.value - 0.5 > Paired::significant * area.standard_error)) continue;
        const std::string name = c.rows != nullptr && k < c.rows->data->class_names.size()
                                     ? c.rows->data->class_names[k]
                                     : std::to_string(k);
        return Finding{
            .sentence = say("One class is rare, and the network ignores it."),
            .evidence =
                say_count(all[k][k],
                          "class {1} has {2} of {3} examples ({4:.1f}%), and {0} of them is recognised; its "
                          "probability "
                          "knows more: the area under its ROC curve is {5:.3f}",
                          "class {1} has {2} of {3} examples ({4:.1f}%), and {0} of them are recognised; its "
                          "probability knows more: the area under its ROC curve is {5:.3f}",
                          name, counts[k], examples, 100 * n / double(examples), area.value),
            .cures = {balanced()},
            .benefit = Benefit::recall};
    }
    return {};
}

Found over_fitting(const Case& c) {
    const Measurements& m = c.measured;
    if (m.failure || !m.validation || m.validation->examples < Worth::fewest) return {};
    if (m.recipe.task == Task::encode) return {};  // machines have a finding of their own
    const Evaluation &shown = m.training, &others = *m.validation;
    const bool values = gives_values(m);
    const double here = values ? shown.r2 : shown.accuracy, there = values ? others.r2 : others.accuracy;
    const double error = values ? std::hypot(shown.standard_error.r2, others.standard_error.r2)
                                : std::hypot(shown.standard_error.accuracy, others.standard_error.accuracy);
    const bool falls = here - there > gap + Paired::significant * error;
    if (!falls && !is_too_sure(m)) return {};
    if (values && outliers_in_target(c)) return {};  // a few rows decide about both, and that is said
    return Finding{
        .sentence =
            m.recipe.split == SplitBy::time
                ? say("The latest rows, set aside, are not like those before (drift), or it memorises "
                      "these (over-fitting).")
                : say("It memorises the training examples (over-fitting)."),
        .evidence = values ? say("R2 {:.4f} on the {} it was shown, {:.4f} on {} others", here,
                                 shown.examples, there, others.examples)
                    : falls
                        ? say("accuracy {:.4f} on the {} it was shown, {:.4f} on {} others", here,
                              shown.examples, there, others.examples)
                        : say("log loss {:.4f} on the {} it was shown, {:.4f} on {} others: a linear model's "
                              "probabilities are better",
                              shown.log_loss, shown.examples, others.log_loss, others.examples),
        .cures = simpler(m.recipe)};
}

}  // namespace gradus::findings
