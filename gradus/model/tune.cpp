#include "gradus/model/tune.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

#include "gradus/core/elementary.h"
#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/few_rows.h"
#include "gradus/data/generators.h"
#include "gradus/model/answers.h"
#include "gradus/model/dealing.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/memory.h"
#include "gradus/model/network_text.h"
#include "gradus/model/prepared.h"
#include "gradus/model/settings.h"
#include "gradus/model/training.h"

namespace gradus {

template <class Archive, Is<FoldScore> Value>
void parts(Archive& archive, Value& score) {
    auto& [losses, wrong, weight, failed] = score;
    archive(losses, wrong, weight, failed);
}

namespace {

constexpr Index usual_folds = 5, fewest_to_judge = 20;

// How wrong an answer is, on one scale for all recipes.
class Scale {
public:
    Scale(const Dataset& data, const Recipe& usual)
        : task_(usual.task), absolute_(usual.run.loss != LossKind::mean_squared) {
        for (Index i = 0; task_ == Task::regress && i < data.Y.rows(); ++i) {
            const auto n = double(data.examples());
            double mean = 0, squares = 0;
            for (Index j = 0; j < data.examples(); ++j) mean += data.Y(i, j) / n;
            for (Index j = 0; j < data.examples(); ++j)
                squares += (data.Y(i, j) - mean) * (data.Y(i, j) - mean) / n;
            variances_.push_back(squares > 0 ? squares : 1);
        }
    }

    [[nodiscard]] double loss(const Answers& answers, View<const double> truth, Index j) const {
        constexpr double least = 1e-7;  // of a float beside 1
        if (task_ == Task::classify)
            return -gradus::log(std::max(answers.values(static_cast<Index>(truth(0, j)), j), least));
        double sum = 0;
        for (Index i = 0; i < truth.rows(); ++i) {
            const double a = answers.values(i, j), y = truth(i, j);
            if (task_ == Task::regress) {
                const double missed = (a - y) * (a - y) / variances_[static_cast<std::size_t>(i)];
                sum += absolute_ ? std::sqrt(missed) : missed;
            } else {
                sum -= gradus::log(std::max(y >= 0.5 ? a : 1 - a, least));
            }
        }
        return sum / double(truth.rows());
    }

    [[nodiscard]] bool counts() const { return task_ != Task::regress; }  // are answers right or wrong?

    [[nodiscard]] double wrong(const Answers& answers, View<const double> truth, Index j) const {
        if (task_ == Task::classify)
            return answers.classes[static_cast<std::size_t>(j)] == static_cast<Index>(truth(0, j)) ? 0 : 1;
        double sum = 0;
        for (Index i = 0; i < truth.rows(); ++i)
            sum += (answers.values(i, j) >= 0.5) == (truth(i, j) >= 0.5) ? 0 : 1;
        return sum / double(truth.rows());
    }

private:
    Task task_;
    bool absolute_;
    std::vector<double> variances_;
};

// The score of one fold; nothing when it was interrupted.
template <class T>
std::optional<FoldScore> fold_score(const Dataset& data, const Recipe& member, const Scale& scale,
                                    const std::stop_token& stop) {
    FoldScore score;
    const auto conclude = [&](const Trained<T>& trained, const PreparedData<T>& prepared) {
        const Answers said = answers<T>(trained.model, prepared.validation_X, prepared.validation_Y);
        const Matrix<double>& truth = prepared.validation_truth;
        const Matrix<double>& weights = prepared.validation_row_weights;
        for (Index j = 0; j < truth.columns(); ++j) {
            const double weight = weights.empty() ? 1 : weights(0, j);
            score.losses.push_back(static_cast<float>(weight * scale.loss(said, truth, j)));
            if (scale.counts())
                score.wrong.push_back(static_cast<float>(weight * scale.wrong(said, truth, j)));
            score.weight += weight;
        }
    };
    try {
        if (train<T>(data, member, {.stop = stop}, conclude).interrupted) return std::nullopt;
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        return FoldScore{.failed = true};
    }
    return score;
}

// What is to be trained: the fold of one trial.
struct Job {
    std::size_t trial;
    Index fold;
};

class Search {
public:
    Search(const Choices& said, const Dataset& data, const Recipe& usual, const SearchSpace& space,
           const TuneSettings& settings)
        : said_(said),
          data_(data),
          usual_(usual),
          space_(space),
          settings_(settings),
          scale_(data, usual),
          fixed_(said) {
        if (usual.task == Task::encode || usual.task == Task::reconstruct) return;
        fixed_ = over({.encoding = usual.encoding}, said_);
        if (make_recipe(fixed_, data).network == usual.network) return;
        fixed_.hidden = hidden_layers(usual.network);  // that of a rival (defaults.h)
        fixed_.learning_rate = usual.run.optimizer.learning_rate;
    }

    Tuned operator()() {
        draw_trials();
        const Index folds = fold_count(judged_.front());
        sizes_.resize(static_cast<std::size_t>(folds));
        for (const Index fold : folds_of(data_, judged_.front())) ++sizes_[static_cast<std::size_t>(fold)];
        plan_rungs(folds);
        count_jobs();
        if (settings_.progress) settings_.progress(0, all_);
        std::vector<std::size_t> alive(tuned_.trials.size());
        std::iota(alive.begin(), alive.end(), std::size_t{0});
        for (std::size_t rung = 0; rung < tuned_.rungs.size(); ++rung) {
            if (!judge(alive, tuned_.rungs[rung])) {
                tuned_.interrupted = true;
                return std::move(tuned_);
            }
            for (const std::size_t i : alive) ++tuned_.trials[i].rungs;
            if (rung + 1 < tuned_.rungs.size()) halve(alive);
        }
        choose(alive);
        return std::move(tuned_);
    }

private:
    bool add(const Drawn& drawn) {
        TunedTrial trial{.number = std::ssize(tuned_.trials) + 1, .drawn = drawn};
        Choices encoded = fixed_;
        for (const auto& [id, value] : drawn)
            if (id == "encode") setting_called(id).read(encoded = said_, value);
        const Recipe plain = drawn.empty() ? usual_ : make_recipe(encoded, data_);
        trial.said = choices_of(drawn, hidden_layers(plain.network));
        const Choices all = over(encoded, trial.said);
        if (drawn.empty()) {
            trial.recipe = usual_;
        } else {
            trial.recipe = make_recipe(all, data_);
            trial.recipe.source = usual_.source;
        }
        Recipe judged = judged_recipe(all, data_, trial.recipe);
        if (!texts_.insert(to_text(trial.recipe)).second) return false;
        require_memory(data_, judged, data_.examples());
        tuned_.trials.push_back(std::move(trial));
        judged_.push_back(std::move(judged));
        return true;
    }

    // What is refused (an optimizer without that momentum) or says nothing new is drawn again.
    void draw_trials() {
        add({});
        RandomState random(settings_.seed);
        std::optional<Error> refused;
        constexpr Index most_in_vain = 200;
        for (Index in_vain = 0; std::ssize(tuned_.trials) < settings_.trials && in_vain < most_in_vain;
             ++in_vain) {
            try {
                if (add(draw(space_, random))) in_vain = -1;
            } catch (const Error& error) {
                if (!refused) refused = error;
            }
        }
        if (refused && tuned_.trials.size() == 1 && settings_.trials > 1) throw Error(*refused);
    }

    // Few examples say little: the first rung judges by a hundred, where there are as many.
    void plan_rungs(Index folds) {
        constexpr Index enough = 100;
        const Index examples = std::max<Index>(1, std::accumulate(sizes_.begin(), sizes_.end(), Index{0}));
        const Index fewest = std::min(folds, (enough * folds + examples - 1) / examples);
        for (const Index some : {folds / 4, folds / 2, folds})
            if (const Index count = std::max(some, fewest);
                tuned_.rungs.empty() || tuned_.rungs.back() < count)
                tuned_.rungs.push_back(count);
    }

    void count_jobs() {
        Index alive = std::ssize(tuned_.trials), before = 0;
        for (const Index folds : tuned_.rungs) {
            all_ += double(alive * (folds - before));
            before = folds;
            alive = half(alive);
        }
    }

    static Index half(Index trials) { return (trials + 1) / 2; }

    // False when it was interrupted.
    bool judge(const std::vector<std::size_t>& alive, Index folds) {
        std::vector<Job> jobs;
        for (const std::size_t i : alive) {
            std::vector<FoldScore>& scores = tuned_.trials[i].folds;
            const auto begun = static_cast<Index>(scores.size());
            scores.resize(static_cast<std::size_t>(folds));
            for (Index fold = begun; fold < folds; ++fold) jobs.push_back({i, fold});
        }
        Index at_once = settings_.workers;
        for (const std::size_t i : alive)
            at_once = std::min(at_once, runs_at_once(data_, judged_[i], at_once));
        const auto job = [&](Index i) -> const Job& { return jobs[static_cast<std::size_t>(i)]; };
        return deal_out<FoldScore>(
            settings_.ranks, {.count = std::ssize(jobs),
                              .threads = at_once,
                              .stop = settings_.stop,
                              .work = [&](Index i, const auto&,
                                          const std::stop_token& stop) { return score_of(job(i), stop); },
                              .keep = [&](Index i, FoldScore score) { keep(job(i), score); }});
    }

    [[nodiscard]] const FoldScore* known(const Job& job) const {
        return settings_.known ? settings_.known(tuned_.trials[job.trial].number, job.fold + 1) : nullptr;
    }

    [[nodiscard]] std::optional<FoldScore> score_of(const Job& job, const std::stop_token& stop) const {
        if (const FoldScore* before = known(job)) {
            require_whole(*before, tuned_.trials[job.trial].number, job.fold);
            return *before;
        }
        Recipe member = member_recipe(judged_[job.trial], job.fold + 1);
        member.run.threads = 1;
        return member.precision == Precision::single ? fold_score<float>(data_, member, scale_, stop)
                                                     : fold_score<double>(data_, member, scale_, stop);
    }

    void keep(const Job& job, FoldScore& score) {
        TunedTrial& trial = tuned_.trials[job.trial];
        FoldScore& to = trial.folds[static_cast<std::size_t>(job.fold)];
        to = std::move(score);
        if (settings_.keep && known(job) == nullptr) settings_.keep(trial.number, job.fold + 1, to);
        if (settings_.progress) settings_.progress(++done_, all_);
    }

    void require_whole(const FoldScore& known, Index trial, Index fold) const {
        const Index losses = std::ssize(known.losses), answers = std::ssize(known.wrong);
        const Index size = sizes_[static_cast<std::size_t>(fold)], counted = scale_.counts() ? size : 0;
        if (known.failed || (losses == size && answers == counted)) return;
        throw Error(Fault::input, {.place = say("trial {}, fold {}", trial, fold + 1),
                                   .found = say("{} losses, {} answers", losses, answers),
                                   .expected = say("{} and {}", size, counted)});
    }

    // The better half goes on, of equals the first; and the default, which all are compared with.
    void halve(std::vector<std::size_t>& alive) const {
        std::ranges::stable_sort(alive, {}, [&](std::size_t i) { return tuned_.trials[i].loss(); });
        const auto kept = static_cast<std::size_t>(half(std::ssize(alive)));
        const bool usual_falls =
            std::find(alive.begin() + std::ptrdiff_t(kept), alive.end(), std::size_t{0}) != alive.end();
        alive.resize(kept);
        if (usual_falls) alive.back() = 0;
        std::ranges::sort(alive);
    }

    void choose(const std::vector<std::size_t>& alive) {
        const auto loss_at = [&](Index at) { return tuned_.trials[static_cast<std::size_t>(at)].loss(); };
        for (const std::size_t i : alive) {
            const TunedTrial& trial = tuned_.trials[i];
            const auto place = static_cast<Index>(i);
            if (trial.loss() < loss_at(tuned_.lowest)) tuned_.lowest = place;
            if (replaces(trial, tuned_.trials.front()) && trial.loss() < loss_at(tuned_.best))
                tuned_.best = place;
        }
    }

    const Choices& said_;
    const Dataset& data_;
    const Recipe& usual_;
    const SearchSpace& space_;
    const TuneSettings& settings_;
    Scale scale_;
    Choices fixed_;  // said, and what the default recipe took of its rivals
    Tuned tuned_;
    std::vector<Recipe> judged_;   // of each trial, with folds
    std::set<std::string> texts_;  // of the recipes so far
    std::vector<Index> sizes_;     // of the folds
    double done_ = 0, all_ = 0;
};

double square_sum(const std::vector<double>& values, double mean) {
    double sum = 0;
    for (const double x : values) sum += (x - mean) * (x - mean);
    return sum;
}

Estimate mean_with_error(const std::vector<double>& values) {
    const auto n = double(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    return {.value = mean, .standard_error = n > 1 ? std::sqrt(square_sum(values, mean) / (n - 1) / n) : 0};
}

}  // namespace

double TunedTrial::loss(Index of_folds) const {
    double sum = 0, weight = 0;
    for (const FoldScore& fold : std::span(folds).first(static_cast<std::size_t>(of_folds))) {
        if (fold.failed) return std::numeric_limits<double>::infinity();
        for (const float x : fold.losses) sum += double(x);
        weight += fold.weight;
    }
    return sum / weight;
}

static Estimate paired_gain(const TunedTrial& trial, const TunedTrial& usual,
                            std::vector<float> FoldScore::*numbers) {
    std::vector<double> examples, folds;
    double weight = 0, sum = 0;
    for (std::size_t k = 0; k < std::min(trial.folds.size(), usual.folds.size()); ++k) {
        const FoldScore &a = trial.folds[k], &b = usual.folds[k];
        const auto never = std::numeric_limits<double>::infinity();
        if (a.failed || b.failed) return {.value = a.failed ? -never : never, .standard_error = 0};
        double of_fold = 0;
        for (std::size_t j = 0; j < (a.*numbers).size(); ++j) {
            examples.push_back(double((b.*numbers)[j]) - double((a.*numbers)[j]));
            of_fold += examples.back();
        }
        folds.push_back(of_fold / a.weight);
        weight += a.weight;
        sum += of_fold;
    }
    if (examples.empty()) return {.value = 0, .standard_error = 0};
    const auto n = double(examples.size());
    const double by_examples = mean_with_error(examples).standard_error * n / weight;
    return {.value = sum / weight,
            .standard_error = std::max(by_examples, mean_with_error(folds).standard_error)};
}

Estimate gain(const TunedTrial& trial, const TunedTrial& usual) {
    return paired_gain(trial, usual, &FoldScore::losses);
}

Estimate fewer_wrong(const TunedTrial& trial, const TunedTrial& usual) {
    return paired_gain(trial, usual, &FoldScore::wrong);
}

bool replaces(const TunedTrial& trial, const TunedTrial& usual) {
    const Estimate less = gain(trial, usual), fewer = fewer_wrong(trial, usual);
    if (!(less.value > 0 && less.value >= significant_gain * less.standard_error)) return false;
    constexpr double fewer_by = 2;  // a better loss alone may be a matter of how sure an answer is
    const bool counts =
        std::ranges::any_of(trial.folds, [](const FoldScore& fold) { return !fold.wrong.empty(); });
    return !counts || (fewer.value > 0 && fewer.value >= fewer_by * fewer.standard_error);
}

Recipe judged_recipe(const Choices& said, const Dataset& data, const Recipe& recipe) {
    if (fold_count(recipe) > 0) return recipe;
    return make_recipe(over(said, {.validation = 0, .folds = usual_folds}), data);
}

Tuned tune(const Choices& said, const Dataset& data, const Recipe& usual, const SearchSpace& space,
           const TuneSettings& settings) {
    const auto require = [](bool fits, const std::string& found, const std::string& expected) {
        if (!fits) throw Error(Fault::usage, {.place = "tune", .found = found, .expected = expected});
    };
    require(settings.trials >= 1, say("{} trials", settings.trials), say("at least 1"));
    require(settings.workers >= 1, say("{} workers", settings.workers), say("at least 1"));
    if (data.examples() < fewest_to_judge || too_few_different_rows(data) > 0)
        throw Error(
            Fault::input,
            {.place = file_of(data),
             .found = say_count(data.examples(), "{} row", "{} rows"),
             .expected = say("at least {} different ones: a recipe is judged by rows that it has not seen",
                             fewest_to_judge),
             .hint = is_truth_table(data) ? say("{}, or gradus seeds", "--examples 200 --noise 0.3") : ""});
    return Search(said, data, usual, space, settings)();
}

}  // namespace gradus
