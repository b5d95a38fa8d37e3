#include "gradus/doctor/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/doctor/data_findings.h"
#include "gradus/doctor/doctor.h"
#include "gradus/doctor/look_alikes.h"
#include "gradus/doctor/neighbours.h"
#include "gradus/model/linear_baseline.h"

namespace gradus {
namespace {

constexpr double helps = 0.9;  // of what it was before: a difference that is worth an option

template <class T>
Columns columns_of(const PreparedData<T>& prepared, Index most) {
    const Index count = std::min(prepared.training().count(), most), all = prepared.training().count();
    std::vector<Index> chosen;
    for (Index j = 0; j < count; ++j) chosen.push_back(j * all / count);
    const Batch<T> batch(prepared.training(), chosen);
    const bool classify = prepared.target.task == Task::classify;
    Columns columns{.names = prepared.features.names(),
                    .sources = prepared.features.sources(),
                    .X = Matrix<double>(batch.X.rows(), count),
                    .truth = Matrix<double>(classify ? 1 : batch.Y.rows(), count)};
    std::copy_n(batch.X.data(), batch.X.rows() * count, columns.X.data());
    if (classify) {
        const std::vector<Index> classes = classes_of<T>(batch.Y);
        std::copy_n(classes.begin(), count, columns.truth.data());
    } else {
        const Matrix<double> truth = in_own_units<T>(prepared.target, batch.Y);
        std::copy_n(truth.data(), truth.rows() * count, columns.truth.data());
    }
    return columns;
}

// Where the neighbours do not do better either, nobody knows that a larger network would. So few examples
// that each is a case of its own have no neighbours to ask.
void ask_the_neighbours(const Measurements& measured, const Columns& columns,
                        std::vector<Finding>& findings) {
    constexpr Index few = 20;
    constexpr double clearly = 0.05;  // of what could be explained; our choice
    const auto too_small = std::ranges::find(findings, "too_small", &Finding::name);
    if (too_small == findings.end() || columns.X.columns() < few) return;
    const Evaluation told = told_by_neighbours(columns, measured.recipe.task);
    if (explained(told) > explained(measured.training) + clearly) {
        too_small->evidence +=
            told.task == Task::regress
                ? say("; the nearest other example alone tells it with R2 {:.4f}", told.r2)
                : say("; the nearest other example alone tells it with accuracy {:.4f}", told.accuracy);
    } else {
        findings.erase(too_small);
    }
}

// The findings of both kinds, in order. A breakdown is cured at its root where the data show one.
std::vector<Finding> all_findings(const Measurements& measured, const Columns& columns) {
    std::vector<Finding> findings = judge(measured), of_data = data_findings(columns, measured.recipe);
    for (Finding& finding : findings)
        if (measured.failure && !finding.cures.empty())
            for (const Finding& cause : of_data)
                if (cause.name == "unscaled_input")
                    finding.cures.insert(finding.cures.begin(), cause.cures.begin(), cause.cures.end());
    ask_the_neighbours(measured, columns, findings);
    findings.insert(findings.end(), of_data.begin(), of_data.end());
    std::ranges::stable_sort(findings, std::greater{}, &Finding::weight);
    for (Finding& finding : findings)
        if (finding.hint.empty() && !finding.cures.empty()) finding.hint = finding.cures.front().option;
    return findings;
}

// What should become smaller, as a number with its name.
struct Score {
    Benefit benefit;
    std::string name;
    double value = std::numeric_limits<double>::infinity();

    [[nodiscard]] std::string text() const {
        return std::isinf(value) ? say("a failed training")
                                 : fmt::format("{:.4g}", benefit == Benefit::recall ? 1 - value : value);
    }
};

double mean_recall(const Evaluation& part) {
    double sum = 0, classes = 0;
    for (std::size_t c = 0; c < part.confusion.size(); ++c) {
        const auto& row = part.confusion[c];
        const Index examples = std::accumulate(row.begin(), row.end(), Index{0});
        if (examples == 0) continue;
        sum += double(row[c]) / double(examples);
        ++classes;
    }
    return sum / classes;
}

Score score(Benefit benefit, const Evaluation& training, const std::optional<Evaluation>& validation) {
    const Evaluation& part = validation ? *validation : training;
    if (benefit == Benefit::recall)
        return {benefit, say("recall, the mean over the classes,"), 1 - mean_recall(part)};
    if (benefit == Benefit::gap)
        return {benefit, say("validation loss above the training loss by"), part.loss - training.loss};
    return {benefit, validation ? say("validation loss") : say("training loss"), part.loss};
}

template <class T>
class Trials {
public:
    Trials(const Dataset& data, const Measurements& measured, const Watch& watch,
           const std::function<void(const Cure&)>& trying)
        : data_(data), measured_(measured), watch_(watch), trying_(trying) {}

    // Tries the cures of a finding; false when it was only a suspicion and nothing helped.
    bool confirm(Finding& finding) {
        if (finding.cures.empty()) return !finding.suspicion;
        Score before = score(finding.benefit, measured_.training, measured_.validation);
        if (measured_.failure) before.value = std::numeric_limits<double>::infinity();
        Score best = before;
        std::string option;
        for (const Cure& cure : finding.cures) {
            const Score now = try_cure(cure, finding.benefit);
            if (watch_.stop.stop_requested()) return true;
            if (!(now.value < helps * best.value)) continue;
            best = now;
            option = cure.option;
        }
        if (option.empty()) {
            finding.evidence += say("; none of the cures that were tried helped");
            return !finding.suspicion;
        }
        finding.hint = option;
        finding.evidence += say("; tried: {} {} instead of {}", best.name, best.text(), before.text());
        return true;
    }

private:
    Score try_cure(const Cure& cure, Benefit benefit) {
        if (trying_) trying_(cure);
        Recipe recipe = measured_.recipe;
        recipe.retrain = false;
        cure.apply(recipe);
        try {
            const Trained<T> trained =
                train<T>(data_, recipe, {.progress = watch_.progress, .stop = watch_.stop});
            if (trained.interrupted) return {.benefit = benefit, .name = {}};
            return score(benefit, trained.model.training, trained.model.validation);
        } catch (const Error&) {
            return {.benefit = benefit,
                    .name = {}};  // a cure that fails, or does not fit the data, does not help
        }
    }

    const Dataset& data_;
    const Measurements& measured_;
    const Watch& watch_;
    const std::function<void(const Cure&)>& trying_;
};

template <class T>
std::optional<Evaluation> linear_evaluation(const PreparedData<T>& prepared, const Recipe& recipe) {
    const std::optional<LinearBaseline<T>> linear = linear_baseline(prepared, recipe);
    return linear ? std::optional(linear->evaluation) : std::nullopt;
}

}  // namespace

template <class T>
Diagnosis diagnose(const Dataset& data, const Recipe& recipe, const Watch& watch,
                   const std::function<void(const Cure&)>& trying) {
    const Observed<T> observed = observe<T>(data, recipe, watch);
    Diagnosis diagnosis{
        .findings = {}, .measured = observed.measured, .linear = {}, .interrupted = observed.interrupted};
    if (diagnosis.interrupted) return diagnosis;
    const PreparedData<T> prepared(data, recipe, recipe.validation);
    constexpr Index most = 10'000;
    diagnosis.findings = all_findings(diagnosis.measured, columns_of(prepared, most));
    Trials<T> trials(data, diagnosis.measured, watch, trying);
    std::vector<Finding>& findings = diagnosis.findings;
    while (!findings.empty() && !trials.confirm(findings.front())) findings.erase(findings.begin());
    std::erase_if(findings, [&](const Finding& f) { return f.suspicion && &f != &findings.front(); });
    if (!diagnosis.measured.failure) diagnosis.linear = linear_evaluation(prepared, recipe);
    diagnosis.interrupted = watch.stop.stop_requested();
    return diagnosis;
}

// Did it do better on the data that it comes from?
static void find_other_data(const Evaluation& before, const Evaluation& now, const std::string& origin,
                            std::vector<Finding>& findings) {
    constexpr double gap = 0.05, chance = 2;  // standard errors
    const bool classify = now.task != Task::regress;
    const double then = classify ? before.accuracy : before.r2, here = classify ? now.accuracy : now.r2;
    const double error = classify ? chance * std::sqrt(then * (1 - then) / double(now.examples)) : 0;
    if (before.examples == 0 || !(then - here > gap + error)) return;
    findings.push_back({.name = "other_data",
                        .weight = 90,
                        .sentence = say("The network is worse here than on the data that it comes from."),
                        .evidence = classify ? say("accuracy {:.4f} on {} examples of {}, {:.4f} on these {}",
                                                   then, before.examples, origin, here, now.examples)
                                             : say("R2 {:.4f} on {} examples of {}, {:.4f} on these {}", then,
                                                   before.examples, origin, here, now.examples),
                        .hint = "gradus train DATA --from MODEL"});
}

template <class T>
Diagnosis diagnose(const Model<T>& model, const Dataset& data, const Recipe& recipe) {
    const PreparedData<T> prepared(data, recipe, 0, nullptr, &model);
    const Examples<T> examples = prepared.training();
    const Evaluation now = evaluate<T>(model.network, examples.X, examples.Y, recipe.run.loss, recipe.task,
                                       Asked::classes, of_mean_one<T>(prepared.row_weights));
    Diagnosis diagnosis{
        .findings = {},
        .measured = {.recipe = recipe,
                     .example_names = example_names(data, split(data, 0, RandomState()).training),
                     .training = now,
                     .end = look_at(model.network, examples, recipe.task)},
        .linear = linear_evaluation(prepared, recipe),
        .saved = true};
    constexpr Index most = 10'000;
    std::vector<Finding>& findings = diagnosis.findings;
    findings = all_findings(diagnosis.measured, columns_of(prepared, most));
    if (model.origin.fingerprint == fingerprint(data)) return diagnosis;
    std::erase_if(findings, [](const Finding& f) { return f.name == "too_small"; });  // not for these
    find_other_data(model.validation.value_or(model.training), now, model.origin.data, findings);
    std::ranges::stable_sort(findings, std::greater{}, &Finding::weight);
    return diagnosis;
}

std::string verdict(const Diagnosis& diagnosis) {
    if (diagnosis.measured.failure) return say("the training failed");
    const Evaluation& network = diagnosis.score();
    const std::string where = diagnosis.saved                 ? ""
                              : diagnosis.measured.validation ? say("validation ")
                                                              : say("training ");
    const bool classify = network.task != Task::regress;
    const auto quality = [classify](const Evaluation& e) { return classify ? e.accuracy : e.r2; };
    double best = classify ? majority(network) : 0;
    std::string text =
        network.task == Task::regress ? say("{}R2 {:.4f}; by the mean alone 0", where, network.r2)
        : network.task == Task::classify
            ? say("{}accuracy {:.4f}; by the most frequent class alone {:.4f}", where, network.accuracy, best)
            : say("{}accuracy {:.4f}; by the most frequent answers alone {:.4f}", where, network.accuracy,
                  best);
    if (diagnosis.linear) {
        best = std::max(best, quality(*diagnosis.linear));
        text += classify ? say(", by a logistic regression {:.4f}", quality(*diagnosis.linear))
                         : say(", by a linear regression {:.4f}", quality(*diagnosis.linear));
    }
    const bool better = quality(network) > best + (classify ? 0 : 0.01);
    return text + (!better                      ? say(": the network is no better")
                   : diagnosis.findings.empty() ? say(": the network beats both baselines")
                                                : say(": the network is better"));
}

template <class T>
std::vector<Finding> check(const Recipe& recipe, const Course& history, const Trained<T>& trained,
                           const PreparedData<T>& prepared) {
    const Index seen =
        trained.model.updates * (recipe.run.batch == 0 ? prepared.training().count() : recipe.run.batch);
    const Index most = std::clamp<Index>(seen / 100, 100, 10'000);
    const Measurements measured{
        .recipe = recipe,
        .example_names = {},
        .training = trained.model.training,
        .validation = trained.model.validation,
        .retrained = recipe.retrain && trained.model.validation,
        .history = history,
        .machines = look_at(trained.model.machines, prepared, most),
        .end = look_at(trained.model.network, prepared.training(), recipe.task, most)};
    return all_findings(measured, columns_of(prepared, most));
}

template Diagnosis diagnose(const Model<float>&, const Dataset&, const Recipe&);
template Diagnosis diagnose(const Model<double>&, const Dataset&, const Recipe&);
template Diagnosis diagnose<float>(const Dataset&, const Recipe&, const Watch&,
                                   const std::function<void(const Cure&)>&);
template Diagnosis diagnose<double>(const Dataset&, const Recipe&, const Watch&,
                                    const std::function<void(const Cure&)>&);
template std::vector<Finding> check(const Recipe&, const Course&, const Trained<float>&,
                                    const PreparedData<float>&);
template std::vector<Finding> check(const Recipe&, const Course&, const Trained<double>&,
                                    const PreparedData<double>&);

}  // namespace gradus
