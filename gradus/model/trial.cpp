#include "gradus/model/trial.h"

#include <array>
#include <limits>
#include <mutex>

#include "gradus/core/error.h"
#include "gradus/model/defaults.h"
#include "gradus/model/ensemble.h"
#include "gradus/model/memory.h"
#include "gradus/model/settings.h"
#include "gradus/model/sweep.h"

namespace gradus {
namespace {

constexpr Index tried_folds = 2;

struct FoldLoss {
    double loss = 0;  // the sum over the rows
    double rows = 0;
};

template <class T>
FoldLoss loss_of_fold(const Dataset& data, const Recipe& recipe, const Watch& watch) {
    try {
        const Trained<T> trained = train<T>(data, recipe, watch);
        if (!trained.model.validation) return {};
        const auto rows = double(trained.model.validation->examples);
        return {.loss = trained.model.validation->loss * rows, .rows = rows};
    } catch (const Error& error) {
        if (error.fault() != Fault::training) throw;
        return {.loss = std::numeric_limits<double>::infinity(), .rows = 1};
    }
}

}  // namespace

TriedRecipe tried_recipe(const Choices& said, const Dataset& data, Index threads, const Watch& watch) {
    const Recipe plain = make_recipe(said, data);
    const bool open = !said.encoding && plain.ensemble >= tried_folds && !is_unsupervised(plain.task);
    if (!open || !suits_bins(said, data)) return {.recipe = plain};
    const Recipe in_bins = make_recipe(over({.encoding = NumberEncoding::ple}, said), data);
    require_memory(data, in_bins, data.examples());
    std::mutex mutex;
    Watch of_fold{.stop = watch.stop};
    if (watch.progress)
        of_fold.progress = [&](const Event& event, Index planned) {
            const std::scoped_lock lock(mutex);
            watch.progress(event, planned);
        };
    std::array<FoldLoss, 2 * tried_folds> all;
    const Index at_once = runs_at_once(data, in_bins, threads);
    const auto try_one = [&](Index i) {
        Recipe one = member_recipe(i % 2 == 0 ? in_bins : plain, i / 2 + 1);
        one.run.threads = 1;
        all[static_cast<std::size_t>(i)] = one.precision == Precision::single
                                               ? loss_of_fold<float>(data, one, of_fold)
                                               : loss_of_fold<double>(data, one, of_fold);
    };
    side_by_side(std::ssize(all), at_once, try_one, watch.stop);
    if (watch.stop.stop_requested()) return {.recipe = plain};
    FoldLoss with, without;
    for (std::size_t i = 0; i < all.size(); ++i) {
        FoldLoss& sum = i % 2 == 0 ? with : without;
        sum = {.loss = sum.loss + all[i].loss, .rows = sum.rows + all[i].rows};
    }
    if (with.rows == 0 || without.rows == 0) return {.recipe = plain};
    const Trial trial{
        .folds = tried_folds, .plain = without.loss / without.rows, .in_bins = with.loss / with.rows};
    return {.recipe = trial.in_bins < trial.plain ? in_bins : plain, .trial = trial};
}

}  // namespace gradus
