// How is a data set divided for cross-validation? Into folds: each row lies in one, rows that belong together
// in the same.
#pragma once

#include <vector>

#include "gradus/core/random.h"
#include "gradus/data/dataset.h"
#include "gradus/data/division.h"

namespace gradus {

/// The fold, from 0 to count - 1, of each of these rows (numbers of examples, each once). Rows that belong
/// together (Dataset::together) are a unit.
///
/// `random` (stratified): units by their size, the largest first, those of one size by the class of their
/// first row, those of one class in the order of one random permutation of all examples; each goes to the
/// fold that has the smallest share of its classes' rows (the sum over its rows of the fold's share of the
/// row's class; values and multi-labels: of all rows), of several such folds to that with the fewest rows.
/// Where every row is by itself, the folds differ by at most one row of each class, and by at most one row in
/// all.
///
/// `time`: consecutive stretches of time (division.h says when a row was); rows of the same time are a unit,
/// or groups, each as late as its latest row. Nothing is drawn.
///
/// Throws Error (usage) for a count below 2 and as require_valid does; (input) when there are fewer units
/// than folds.
std::vector<Index> folds(const Dataset& data, const std::vector<Index>& rows, Index count, RandomState random,
                         SplitBy by = SplitBy::random);

}  // namespace gradus
