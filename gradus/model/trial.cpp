#include "gradus/model/trial.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <mutex>
#include <numeric>
#include <optional>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/model/answers.h"
#include "gradus/model/dealing.h"
#include "gradus/model/defaults.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/memory.h"
#include "gradus/model/parcels.h"
#include "gradus/model/prepared.h"
#include "gradus/nn/estimates.h"

namespace gradus {
namespace {

constexpr std::size_t tried_folds = 2;

// Of the rows of a fold, or of several, as the run weighs them; one that is infinite where training failed.
using Losses = std::vector<double>;

// A network, unless its training failed, and what it says to its fold.
template <class T>
struct TriedMember {
    std::optional<MemberNews<T>> trained = {};
    Losses losses = {std::numeric_limits<double>::infinity()};
};

template <class Archive, Of<TriedMember> Value>
void parts(Archive& archive, Value& tried) {
    auto& [trained, losses] = tried;
    archive(trained, losses);
}

// Nothing where it was stopped.
template <class T>
std::optional<TriedMember<T>> try_member(const Dataset& data, const Recipe& recipe, const Watch& watch) {
    TriedMember<T> tried;
    const auto conclude = [&tried](const Trained<T>& trained, const PreparedData<T>& prepared) {
        tried.losses = answers<T>(trained.model, prepared.validation()).losses;
        for (Index j = 0; j < prepared.validation_weights.columns(); ++j)
            tried.losses[static_cast<std::size_t>(j)] *= double(prepared.validation_weights(0, j));
    };
    try {
        const Trained<T> trained = train<T>(data, recipe, watch, conclude);
        if (trained.interrupted) return {};
        tried.trained = news_of(trained.model, trained.seconds);
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
    }
    return tried;
}

double mean(const Losses& losses) {
    return std::accumulate(losses.begin(), losses.end(), 0.0) / double(losses.size());
}

// By more than so many standard errors of the difference? Fewer losses: training failed.
bool is_lower(const Losses& first, Losses second, double standard_errors) {
    if (first.size() != second.size()) return first.size() > second.size();
    std::ranges::transform(second, first, second.begin(), std::minus());
    const Counts counts = counts_of<double>(std::ssize(first), {});
    const Estimate gain = mean_metric(std::move(second), counts).estimate();
    return gain.value > standard_errors * gain.standard_error;
}

// The members of each trial, one after the other; nothing where it was stopped.
template <class T>
std::optional<std::vector<TriedMember<T>>> try_members(const std::vector<Trial>& trials, const Dataset& data,
                                                       Index threads, const Watch& watch) {
    std::vector<TriedMember<T>> all(tried_folds * trials.size());
    const auto place = [&](Index job) {  // the last takes longest: it is first
        return all.size() - 1 - static_cast<std::size_t>(job);
    };
    Ranks* const together = data.table.shared_by;
    const auto try_one = [&](Index job, const auto& /*meanwhile*/, const std::stop_token& stop) {
        const std::size_t i = place(job);
        Recipe one = member_recipe(trials[i / tried_folds].recipe, static_cast<Index>(i % tried_folds) + 1);
        one.run.threads = together != nullptr ? threads : 1;
        return try_member<T>(data, one, {.progress = watch.progress, .stop = stop, .ranks = together});
    };
    const Jobs<TriedMember<T>> jobs{
        .count = std::ssize(all),
        .threads = threads,
        .stop = watch.stop,
        .together = together,
        .work = try_one,
        .keep = [&](Index job, TriedMember<T> member) { all[place(job)] = std::move(member); }};
    if (!deal_out(watch.ranks, jobs)) return {};
    return all;
}

// The first has to be taken in the beginning; `tried` receives the decision.
template <class T>
void decide(TriedRecipe& tried, std::vector<Trial> trials, const Dataset& data, Index threads,
            const Watch& watch) {
    auto members_of_all = try_members<T>(trials, data, threads, watch);
    if (!members_of_all) return;
    std::vector<TriedMember<T>>& all = *members_of_all;
    std::size_t taken = 0;
    Losses best;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        Losses losses = all[tried_folds * i].losses;
        const Losses& more = all[tried_folds * i + 1].losses;
        losses.insert(losses.end(), more.begin(), more.end());
        trials[i].loss = mean(losses);
        const double margin = i == 1 ? 0 : 1;  // in standard errors: what takes longest must be surely better
        if (i > 0 && !is_lower(losses, best, margin)) continue;
        best = std::move(losses);
        taken = i;
    }
    tried.recipe = trials[taken].recipe;
    tried.folds = tried_folds;
    tried.trials = std::move(trials);
    std::vector<MemberNews<T>> members;
    for (std::size_t k = 0; k < tried_folds; ++k) {
        std::optional<MemberNews<T>>& trained = all[tried_folds * taken + k].trained;
        if (!trained) break;
        members.push_back(std::move(*trained));
    }
    tried.members = std::move(members);
}

}  // namespace

TriedRecipe tried_recipe(const Choices& said, const Dataset& data, Index threads, const Watch& watch) {
    TriedRecipe tried{.recipe = make_recipe(said, data)};
    const std::vector<Choices> rivals = rivals_of_default(said, data);
    if (tried.recipe.ensemble < Index{tried_folds} || is_unsupervised(tried.recipe.task) || rivals.empty())
        return tried;
    std::vector<Trial> trials{{.recipe = tried.recipe}};
    for (const Choices& rival : rivals) trials.push_back({.recipe = make_recipe(rival, data)});
    for (const Trial& trial : trials) {
        require_memory(data, trial.recipe, data.examples());
        threads = std::min(threads, runs_at_once(data, trial.recipe, threads));
    }
    std::mutex mutex;
    Watch of_fold{.stop = watch.stop, .ranks = watch.ranks};
    if (watch.progress)
        of_fold.progress = [&](const Event& event, Index planned) {
            const std::scoped_lock lock(mutex);
            watch.progress(event, planned);
        };
    if (tried.recipe.precision == Precision::single)
        decide<float>(tried, std::move(trials), data, threads, of_fold);
    else
        decide<double>(tried, std::move(trials), data, threads, of_fold);
    return tried;
}

}  // namespace gradus
