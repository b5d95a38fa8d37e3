// How are many runs made side by side? Seeds, folds, trials: each on one thread, the results in order.
#pragma once

#include <functional>
#include <stop_token>

#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// Calls work(0), ..., work(count - 1), each once, on at most so many threads; returns when all have ended.
/// No further one is begun after a stop, or when one throws: then the first exception is thrown again. What
/// work(i) keeps must be its own, so that the number of threads changes no result. Throws Error (usage) for a
/// count below 0, no thread, or an empty function.
void side_by_side(Index count, Index threads, const std::function<void(Index i)>& work,
                  const std::stop_token& stop = {});

/// How many such runs fit into the free memory at a time: at least one, at most so many threads.
Index runs_at_once(const Dataset& data, const Recipe& recipe, Index threads);

}  // namespace gradus
