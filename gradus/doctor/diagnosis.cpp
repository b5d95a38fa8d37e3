#include "gradus/doctor/diagnosis.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/doctor/doctor.h"
#include "gradus/doctor/folds.h"
#include "gradus/doctor/look_alikes.h"
#include "gradus/doctor/machine_findings.h"
#include "gradus/doctor/trials.h"
#include "gradus/model/linear_baseline.h"
#include "gradus/model/network_text.h"

namespace gradus {
namespace {

constexpr Index few_enough = 2000;  // examples, to train five networks with them

// A breakdown is cured at its root where the data show one.
void share_cures(std::vector<Finding>& findings) {
    const auto cause = std::ranges::find(findings, "unscaled_input", &Finding::name);
    if (cause == findings.end()) return;
    for (Finding& finding : findings)
        if (finding.weight == 100 && !finding.cures.empty())
            finding.cures.insert(finding.cures.begin(), cause->cures.begin(), cause->cures.end());
}

// Keeps what holds: a suspicion or a sign if a cure helps, a symptom if nothing else explained it. Trials end
// with the first cure that helps.
template <class T>
std::vector<Finding> confirmed(std::vector<Finding> findings, Trials<T>& trials,
                               std::vector<Finding>& harmless) {
    std::vector<Finding> kept;
    std::string hint;  // of the cause that was found
    for (Finding& finding : findings) {
        if (finding.of_worth()) {
            kept.push_back(finding);
            continue;
        }
        const bool free = finding.benefit == Benefit::nothing;
        const bool helped = (free || hint.empty()) && trials.helped(finding);
        const bool is_symptom =
            finding.certainty == Certainty::symptom || finding.certainty == Certainty::sign;
        const bool explained = !hint.empty() && is_symptom;
        if (explained || (finding.certainty == Certainty::suspicion && !helped)) continue;
        if (finding.certainty == Certainty::sign && !helped) {
            harmless.push_back(finding);
            continue;
        }
        if (helped && !free) hint = finding.hint;
        kept.push_back(finding);
    }
    for (Finding& finding : kept)
        if (finding.of_worth() && hint.empty()) {
            trials.helped(finding);
        } else if (finding.of_worth()) {
            finding.hint = hint;
        }
    return kept;
}

// What it is worth.
template <class T>
void measure(const Model<T>& model, const PreparedData<T>& prepared, const Recipe& recipe,
             Measurements& measured) {
    if (is_unsupervised(recipe.task)) return measure_reconstruction(model, prepared, measured);
    const std::optional<LinearBaseline<T>> linear = linear_baseline(prepared, recipe);
    measure_results(model, prepared, linear ? &*linear : nullptr, measured);
}

// Of few that were set aside: do they not tell, or did they also choose when the network stopped?
bool is_doubtful(const Worth& worth, const Recipe& recipe) {
    const bool flattered =
        recipe.run.patience > 0 && worth.examples < Worth::enough && worth.perhaps_flattered();
    return worth.undecided_by_few() || flattered;
}

// So few were set aside that they do not tell.
Finding undecided(const Worth& worth, Task task) {
    if (is_unsupervised(task))
        return {.name = "undecided",
                .sentence = say_count(
                    worth.examples,
                    "{} validation example does not tell what comes back from the mean of each input.",
                    "{} validation examples do not tell what comes back from the mean of each input.")};
    return {
        .name = "undecided",
        .sentence =
            task == Task::regress
                ? say_count(worth.examples,
                            "{} validation example is too few to tell the network from the mean.",
                            "{} validation examples are too few to tell the network from the mean.")
            : task == Task::multilabel
                ? say_count(worth.examples,
                            "{} validation example is too few to tell the network from the most frequent "
                            "answers.",
                            "{} validation examples are too few to tell the network from the most "
                            "frequent answers.")
                : say_count(
                      worth.examples,
                      "{} validation example is too few to tell the network from the most frequent class.",
                      "{} validation examples are too few to tell the network from the most "
                      "frequent class.")};
}

// When nothing else was found.
void add_undecided(std::vector<Finding>& findings, const Measurements& measured) {
    if (findings.empty() && measured.worth && measured.worth->undecided_by_few() &&
        !measured.worth->likely_better())
        findings.push_back(undecided(*measured.worth, measured.recipe.task));
}

}  // namespace

template <class T>
Diagnosis diagnose(const Dataset& data, const Recipe& recipe, const Watch& watch,
                   const std::function<void(const Cure&)>& trying, const Dataset* validation) {
    const Observed<T> observed = observe<T>(data, recipe, watch, validation);
    Diagnosis diagnosis{.findings = {}, .measured = observed.measured, .interrupted = observed.interrupted};
    if (diagnosis.interrupted) return diagnosis;
    Measurements& measured = diagnosis.measured;
    if (!measured.failure) {
        const PreparedData<T> prepared(data, recipe, recipe.validation, validation);
        measure<T>(observed.model, prepared, recipe, measured);
        if (!is_unsupervised(recipe.task) && is_doubtful(*measured.worth, recipe) &&
            data.examples() <= few_enough)
            if (const auto asked = ask_by_folds<T>(data, recipe, watch.stop))
                judge_by_folds(recipe.task, asked->network, asked->linear, data.Y,
                               static_cast<Index>(data.class_names.size()), Judged::folds, data.weights,
                               measured);
    }
    const Rows rows = divided_rows(data, recipe, validation);
    std::vector<Finding> findings = judge({measured, &rows});
    share_cures(findings);
    Trials<T> trials(data, validation, measured, observed.model, watch, trying);
    diagnosis.findings = confirmed(std::move(findings), trials, diagnosis.harmless);
    if (is_unsupervised(recipe.task)) add_undecided(diagnosis.findings, measured);  // there are no folds
    diagnosis.interrupted = watch.stop.stop_requested();
    return diagnosis;
}

// Did it do better on the data that it comes from?
static void find_other_data(const Evaluation& before, const Evaluation& now, const std::string& origin,
                            std::vector<Finding>& findings) {
    constexpr double gap = 0.05;
    if (is_unsupervised(now.task)) {
        const double then = before.reconstruction_error, here = now.reconstruction_error;
        const double error =
            std::hypot(before.standard_error.reconstruction_error, now.standard_error.reconstruction_error);
        if (before.examples > 0 && here - then > gap * then + Paired::significant * error)
            findings.push_back(
                {.name = "other_data",
                 .weight = 90,
                 .sentence = say("The network is worse here than on the data that it comes from."),
                 .evidence = say("reconstruction error {:.4g} on {} examples of {}, {:.4g} on these {}", then,
                                 before.examples, origin, here, now.examples)});
        return;
    }
    const bool classify = now.task != Task::regress;
    const double then = classify ? before.accuracy : before.r2, here = classify ? now.accuracy : now.r2;
    const double error =
        classify ? Paired::significant * std::sqrt(then * (1 - then) / double(now.examples)) : 0;
    if (before.examples == 0 || !(then - here > gap + error)) return;
    findings.push_back({.name = "other_data",
                        .weight = 90,
                        .sentence = say("The network is worse here than on the data that it comes from."),
                        .evidence = classify ? say("accuracy {:.4f} on {} examples of {}, {:.4f} on these {}",
                                                   then, before.examples, origin, here, now.examples)
                                             : say("R2 {:.4f} on {} examples of {}, {:.4f} on these {}", then,
                                                   before.examples, origin, here, now.examples)});
}

// The data without columns that a model does not look at, if it has such: they explain nothing of it.
static std::optional<Dataset> as_seen(const Dataset& data, const Features& features) {
    const std::vector<std::string> names = features.sources();
    const auto is_unseen = [&](const Column& column) { return std::ranges::count(names, column.name) == 0; };
    const auto unseen = std::ranges::count_if(data.table.columns, is_unseen);
    if (unseen == 0 || unseen == std::ssize(data.table.columns))
        return {};  // another program's have no names
    Dataset seen = data;
    std::erase_if(seen.table.columns, is_unseen);
    return seen;
}

template <class T>
Diagnosis diagnose(const Model<T>& model, const Dataset& data, const Recipe& recipe) {
    const PreparedData<T> prepared(data, recipe, 0, nullptr, &model);
    const std::optional<Dataset> seen = as_seen(data, model.features);
    const Rows rows = all_rows_of(seen ? *seen : data);
    Diagnosis diagnosis{.findings = {},
                        .measured = {.recipe = recipe,
                                     .example_names = example_names(data, rows.parts.training),
                                     .machines = look_at(model.machines, prepared)},
                        .saved = true};
    Measurements& measured = diagnosis.measured;
    Model<T> asked = model;
    asked.recipe.run.loss = recipe.run.loss;
    asked.target = prepared.target;
    if (recipe.task != Task::encode) measured.end = look_at(model.network, prepared.training(), recipe.task);
    measure<T>(asked, prepared, recipe, measured);
    std::vector<Finding>& findings = diagnosis.findings;
    findings = judge({measured, &rows});
    const bool other_data = model.origin.fingerprint != fingerprint(data);
    if (other_data)
        find_other_data(model.validation.value_or(model.training), measured.training, model.origin.data,
                        findings);
    std::erase_if(findings, [&](const Finding& f) {
        return f.certainty == Certainty::suspicion || (other_data && f.name == "does_not_fit");
    });
    std::ranges::stable_sort(findings, std::greater{}, &Finding::weight);
    return diagnosis;
}

// How the network stands beside them: by the paired tests; of too few examples, by the plain numbers.
static std::string beside_baselines(const Diagnosis& diagnosis) {
    const Measurements& m = diagnosis.measured;
    const Worth& worth = *m.worth;
    const bool tells = worth.judged != Judged::training && worth.examples >= Worth::fewest;
    constexpr double tiny = 1e-9;
    if (worth.undecided > 0 && worth.network <= worth.simplest + tiny)
        return say(": undecided answers (p = 0.5) are half right, so the network is no better");
    const bool over_simplest = tells ? !worth.no_better() : worth.network > worth.simplest + tiny;
    if (worth.worse_than_linear()) return say(": the network is worse than the linear model");
    if (!over_simplest) return say(": the network is no better");
    if (m.recipe.task == Task::regress && tells && !worth.over_simplest.better())
        return say(": by absolute errors, which a few large targets do not decide, the network is better");
    if (worth.linear && hidden_layers(m.recipe.network).empty())
        return say(": the network is a linear model itself");
    const bool over_linear =
        !worth.linear || (tells ? worth.over_linear->better() : worth.network > *worth.linear + tiny);
    if (!over_linear) return say(": the network is not distinguishable from the linear model");
    return diagnosis.findings.empty() ? say(": the network beats both baselines")
                                      : say(": the network is better");
}

static std::string verdict_of_reconstruction(const Diagnosis& diagnosis) {
    const Evaluation& network = diagnosis.score();
    const Worth& worth = *diagnosis.measured.worth;
    const double of_means = network.r2 < 1 ? network.reconstruction_error / (1 - network.r2) : 0;
    const bool better = worth.examples < Worth::fewest ? worth.network > 0 : worth.over_simplest.better();
    const std::string told = diagnosis.saved
                                 ? say("reconstruction error {:.4f}", network.reconstruction_error)
                             : diagnosis.measured.validation
                                 ? say("validation reconstruction error {:.4f}", network.reconstruction_error)
                                 : say("training reconstruction error {:.4f}", network.reconstruction_error);
    return better
               ? say("{}; by the mean of each input alone {:.4f}: what comes back is better", told, of_means)
               : say("{}; by the mean of each input alone {:.4f}: what comes back is no better", told,
                     of_means);
}

std::string verdict(const Diagnosis& diagnosis) {
    if (diagnosis.measured.failure) return say("the training failed");
    const Evaluation& network = diagnosis.score();
    if (is_unsupervised(network.task)) return verdict_of_reconstruction(diagnosis);
    const Worth& worth = *diagnosis.measured.worth;
    const std::string where = diagnosis.saved                 ? ""
                              : diagnosis.measured.validation ? say("validation ")
                                                              : say("training ");
    const bool classify = network.task != Task::regress;
    std::string text =
        network.task == Task::regress    ? say("{}R2 {:.4f}; by the mean alone 0", where, network.r2)
        : network.task == Task::classify ? say("{}accuracy {:.4f}; by the most frequent class alone {:.4f}",
                                               where, network.accuracy, worth.simplest)
                                         : say("{}accuracy {:.4f}; by the most frequent answers alone {:.4f}",
                                               where, network.accuracy, worth.simplest);
    if (const auto& linear = diagnosis.measured.linear)
        text += classify ? say(", by a logistic regression {:.4f}", linear->accuracy)
                         : say(", by a linear regression {:.4f}", linear->r2);
    if (worth.judged == Judged::folds)
        text += classify ? say("; asked of all {} examples by cross-validation {:.4f}, {:.4f} and {:.4f}",
                               worth.examples, worth.network, worth.simplest, worth.linear.value_or(0))
                         : say("; asked of all {} examples by cross-validation {:.4f}, 0 and {:.4f}",
                               worth.examples, worth.network, worth.linear.value_or(0));
    return text + beside_baselines(diagnosis);
}

// By the out-of-fold answers; where these could be flattered, by answers that no fold's own noise has
// chosen.
template <class T>
static void measure_by_folds(const Dataset& data, const Recipe& recipe, const Trained<T>& trained,
                             const PreparedData<T>& prepared, const std::stop_token& stop,
                             Measurements& measured) {
    const Matrix<double>& truth = prepared.truth;
    const std::span<const double> weights(prepared.row_weights.data(),
                                          static_cast<std::size_t>(prepared.row_weights.columns()));
    const auto classes = static_cast<Index>(trained.model.target.classes.size());
    judge_by_folds(recipe.task, trained.fold_answers, trained.fold_linear, truth, classes, Judged::folds,
                   weights, measured);
    if (recipe.run.patience == 0 || !measured.worth->perhaps_flattered()) return;
    const Answers honest = stopped_by_other_folds<T>(data, recipe, trained.fold_curves, stop);
    if (!honest.empty())
        judge_by_folds(recipe.task, honest, trained.fold_linear, truth, classes, Judged::others, weights,
                       measured);
}

template <class T>
std::vector<Finding> check(const Dataset& data, const Recipe& recipe, const Course& history,
                           const Trained<T>& trained, const PreparedData<T>& prepared,
                           const Dataset* validation, const std::stop_token& stop) {
    Measurements measured{.recipe = recipe,
                          .training = trained.model.training,
                          .validation = trained.model.validation,
                          .history = history,
                          .machines = look_at(trained.model.machines, prepared, State::most_kept)};
    if (recipe.task != Task::encode)
        measured.end = look_at(trained.model.network, prepared.training(), recipe.task, State::most_kept);
    if (is_unsupervised(recipe.task)) {
        measure_reconstruction(trained.model, prepared, measured);
    } else {
        measure_results(trained.model, prepared, trained.linear ? &*trained.linear : nullptr, measured);
        if (!trained.fold_answers.empty()) measure_by_folds(data, recipe, trained, prepared, stop, measured);
    }
    const Rows rows = divided_rows(data, recipe, validation);
    std::vector<Finding> findings = judge({measured, &rows});
    std::erase_if(findings, [](const Finding& f) { return f.certainty == Certainty::suspicion; });
    add_undecided(findings, measured);
    return findings;
}

template Diagnosis diagnose(const Model<float>&, const Dataset&, const Recipe&);
template Diagnosis diagnose(const Model<double>&, const Dataset&, const Recipe&);
template Diagnosis diagnose<float>(const Dataset&, const Recipe&, const Watch&,
                                   const std::function<void(const Cure&)>&, const Dataset*);
template Diagnosis diagnose<double>(const Dataset&, const Recipe&, const Watch&,
                                    const std::function<void(const Cure&)>&, const Dataset*);
template std::vector<Finding> check(const Dataset&, const Recipe&, const Course&, const Trained<float>&,
                                    const PreparedData<float>&, const Dataset*, const std::stop_token&);
template std::vector<Finding> check(const Dataset&, const Recipe&, const Course&, const Trained<double>&,
                                    const PreparedData<double>&, const Dataset*, const std::stop_token&);

}  // namespace gradus
