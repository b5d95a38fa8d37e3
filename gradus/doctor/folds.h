// What do small data say when every example may be asked? Cross-validation.
#pragma once

#include <stop_token>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/doctor/worth.h"
#include "gradus/model/model.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// The examples with these numbers, as a data set of their own.
Dataset rows_of(const Dataset& data, const std::vector<Index>& rows);

/// What the networks and the linear models of folds say to the same examples.
struct FoldAnswers {
    Answers network, linear;
};

/// The answers of the recipe's network to all examples: each is asked of one of five networks, which was
/// trained (and stopped early) without it; the linear model likewise (Stone 1974, "Cross-validatory choice").
/// Rows that belong together lie in one fold. Nothing where a training fails or is interrupted.
template <class T>
std::optional<FoldAnswers> ask_by_folds(const Dataset& data, const Recipe& recipe,
                                        const std::stop_token& stop);

/// The out-of-fold answers of an ensemble or a cross-validation, without the flattery of early stopping: each
/// network, stopped by the very fold that it is judged on, stands where that fold's noise suits it best. Here
/// each is trained once more, for as many epochs as the *other* folds found best in the mean of their
/// learning curves (nested choice: Varma & Simon 2006, "Bias in error estimation when using cross-validation
/// for model selection"). A network that had stopped counts with its last cost. In the order of folds_of().
/// Empty where a curve has no validation costs, or a training fails or is interrupted.
template <class T>
Answers stopped_by_other_folds(const Dataset& data, const Recipe& recipe,
                               const std::vector<std::vector<CurvePoint>>& curves,
                               const std::stop_token& stop);

}  // namespace gradus
