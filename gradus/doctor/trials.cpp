#include "gradus/doctor/trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/doctor/machine_findings.h"

namespace gradus {
namespace {

constexpr double helps = 0.9;  // of what it was before: a difference that is worth an option

double median_of(std::vector<double> numbers) {
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::ranges::nth_element(numbers, middle);
    return *middle;
}

// d_j: by how much the second is smaller; as a sign where outliers would drown the rest.
Paired less(const std::vector<double>& now, const std::vector<double>& before, bool signs) {
    std::vector<double> differences;
    for (std::size_t j = 0; j < now.size() && j < before.size(); ++j) {
        const double d = before[j] - now[j];
        differences.push_back(!signs ? d : d > 0 ? 1 : d < 0 ? -1 : 0);
    }
    return paired(differences);
}

// Of each class the examples, and those that were recognised, whether they were set aside or not.
struct Recall {
    std::vector<double> examples = {}, right = {};

    void add(const Confusion& confusion) {
        examples.resize(confusion.size());
        right.resize(confusion.size());
        for (std::size_t k = 0; k < confusion.size(); ++k) {
            examples[k] += double(std::accumulate(confusion[k].begin(), confusion[k].end(), Index{0}));
            right[k] += double(confusion[k][k]);
        }
    }
    [[nodiscard]] double mean() const {
        double sum = 0, classes = 0;
        for (std::size_t k = 0; k < examples.size(); ++k)
            if (examples[k] > 0) {
                sum += right[k] / examples[k];
                ++classes;
            }
        return sum / classes;
    }
};

// The test of two shares (Fleiss 1981, "Statistical methods for rates and proportions", 2.2) for one class.
bool recognises_more(const Recall& now, const Recall& before) {
    for (std::size_t k = 0; k < now.examples.size() && k < before.examples.size(); ++k) {
        const double n = now.examples[k], rise = now.right[k] - before.right[k];
        const double share = (now.right[k] + before.right[k]) / (2 * n);
        if (rise > Paired::significant * std::sqrt(2 * n * share * (1 - share))) return true;
    }
    return false;
}

template <class R>
Recall recall_of(const R& result) {
    Recall recall;
    recall.add(result.training.confusion);
    if (result.validation) recall.add(result.validation->confusion);
    return recall;
}

template <class R>
double loss_of(const R& result) {
    return result.validation ? result.validation->loss : result.training.loss;
}

}  // namespace

template <class T>
Trials<T>::Trials(const Dataset& data, const Dataset* validation, const Measurements& measured,
                  const Model<T>& model, const Watch& watch, const std::function<void(const Cure&)>& trying)
    : data_(data), validation_(validation), measured_(measured), watch_(watch), trying_(trying) {
    if (measured.failure) return;
    before_ =
        result_of(model, PreparedData<T>(data, measured.recipe, measured.recipe.validation, validation));
}

template <class T>
bool Trials<T>::helped(Finding& finding) {
    if (finding.benefit == Benefit::machines) return machines_helped(finding);
    Result best = before_;
    std::string option;
    bool tried = false;
    for (const Cure& cure : finding.cures) {
        if (watch_.stop.stop_requested()) return false;
        if (!treat(cure, measured_.recipe, data_)) continue;
        const Result now = try_cure(cure);
        tried = true;
        if (now.failed() || !is_better(finding.benefit, now, best)) continue;
        best = now;
        option = cure.option();
    }
    if (option.empty()) {
        if (tried) finding.evidence += say("; none of the cures that were tried helped");
        return false;
    }
    finding.hint = option;
    finding.evidence += evidence(finding.benefit, best, before_);
    return true;
}

// Machines alone, without the network behind them: the first cure after which the doctor does not find it
// again.
template <class T>
bool Trials<T>::machines_helped(Finding& finding) {
    for (const Cure& cure : finding.cures) {
        const std::optional<Treatment> treatment = treat(cure, measured_.recipe, data_);
        if (!treatment || watch_.stop.stop_requested()) continue;
        if (trying_) trying_(cure);
        const Recipe& recipe = treatment->recipe;
        const PreparedData<T> prepared(data_, recipe, recipe.validation, validation_);
        Beginning<T> beginning = begin<T>(recipe);
        const std::vector<Finding> again =
            machine_findings(observe_machines(beginning, prepared, recipe, watch_), recipe);
        const bool broke_down = std::ranges::count(again, "machine_broke_down", &Finding::name) > 0;
        if (broke_down || std::ranges::count(again, finding.name, &Finding::name) > 0) continue;
        finding.hint = cure.option();
        finding.evidence += say("; tried: it is gone");
        return true;
    }
    finding.evidence += say("; none of the cures that were tried helped");
    return false;
}

template <class T>
typename Trials<T>::Result Trials<T>::result_of(const Model<T>& model,
                                                const PreparedData<T>& prepared) const {
    const bool validated = !prepared.validation_X.empty();
    Result result{.training = evaluate_in_own_units<T>(model, prepared.X, prepared.Y, prepared.truth,
                                                       prepared.row_weights)};
    if (validated)
        result.validation =
            evaluate_in_own_units<T>(model, prepared.validation_X, prepared.validation_Y,
                                     prepared.validation_truth, prepared.validation_row_weights);
    if (model.target.task == Task::encode) {  // which has no loss
        result.training.loss = result.training.reconstruction_error;
        if (validated) result.validation->loss = result.validation->reconstruction_error;
    }
    const Answers answers = validated
                                ? gradus::answers<T>(model, prepared.validation_X, prepared.validation_Y)
                                : gradus::answers<T>(model, prepared.X, prepared.Y);
    result.losses = answers.losses;
    const Matrix<double>& truth = validated ? prepared.validation_truth : prepared.truth;
    if (model.target.task == Task::regress)
        for (Index j = 0; j < truth.columns(); ++j)
            result.distances.push_back(std::abs(answers.values(0, j) - truth(0, j)));
    return result;
}

template <class T>
typename Trials<T>::Result Trials<T>::try_cure(const Cure& cure) {
    if (trying_) trying_(cure);
    const std::optional<Treatment> treatment = treat(cure, measured_.recipe, data_);
    Result result;
    const auto conclude = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
        if (!trained.interrupted) result = result_of(trained.model, prepared);
    };
    try {
        train<T>(treatment->data ? *treatment->data : data_, treatment->recipe,
                 {.progress = watch_.progress, .stop = watch_.stop}, conclude, {.validation = validation_});
    } catch (const Error&) {
        return {};  // a cure that fails does not help
    }
    return result;
}

template <class T>
bool Trials<T>::is_better(Benefit benefit, const Result& now, const Result& before) const {
    if (benefit == Benefit::nothing || before.failed()) return before.failed() || !now.failed();
    if (benefit == Benefit::recall) {
        const Recall then = recall_of(now), first = recall_of(before);
        return 1 - then.mean() < helps * (1 - first.mean()) && recognises_more(then, first);
    }
    const bool typical = benefit == Benefit::typical;
    const std::vector<double>&mine = typical ? now.distances : now.losses,
          &others = typical ? before.distances : before.losses;
    const bool by_a_tenth =
        typical ? median_of(mine) < helps * median_of(others) : loss_of(now) < helps * loss_of(before);
    const bool must_be_sure = now.validation && now.validation->examples >= Worth::fewest;
    return by_a_tenth && (!must_be_sure || less(mine, others, typical).better());
}

template <class T>
std::string Trials<T>::evidence(Benefit benefit, const Result& now, const Result& before) const {
    const auto sentence = [&](const std::string& what, double after, double first) {
        const std::string then = before.failed() ? say("a failed training") : fmt::format("{:.4g}", first);
        return say("; tried: {} {:.4g} instead of {}", what, after, then);
    };
    if (benefit == Benefit::recall)
        return sentence(say("recall, the mean over the classes,"), recall_of(now).mean(),
                        recall_of(before).mean());
    if (benefit == Benefit::typical)
        return sentence(say("half of the answers are off by at most"), median_of(now.distances),
                        median_of(before.distances));
    if (measured_.recipe.task == Task::encode)
        return sentence(say("reconstruction error"), loss_of(now), loss_of(before));
    return sentence(now.validation ? say("validation loss") : say("training loss"), loss_of(now),
                    loss_of(before));
}

template class Trials<float>;
template class Trials<double>;

}  // namespace gradus
