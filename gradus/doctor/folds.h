// What do small data say when every example may be asked? Cross-validation.
#pragma once

#include <stop_token>

#include "gradus/data/dataset.h"
#include "gradus/doctor/worth.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// The examples with these numbers, as a data set of their own.
Dataset rows_of(const Dataset& data, const std::vector<Index>& rows);

/// The worth of the recipe's network on all examples: each is asked of one of five networks, which was
/// trained (and stopped early) without it; the linear model likewise (Stone 1974, "Cross-validatory choice").
/// Rows that belong together lie in one fold. Nothing where a training fails or is interrupted.
template <class T>
std::optional<Worth> worth_by_folds(const Dataset& data, const Recipe& recipe, const std::stop_token& stop);

}  // namespace gradus
