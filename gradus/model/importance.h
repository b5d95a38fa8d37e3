// Which columns does a model need? How much worse it answers when a column says nothing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/model/model.h"

namespace gradus {

/// How much worse without what a column says; below 0: better. Each is a mean over the repeats, and its
/// standard error s / sqrt(repeats) says how far other permutations would move it (not how far other examples
/// would).
struct ColumnImportance {
    std::string column;   ///< its name; of series "channel 1", "channel 2", ...
    Estimate loss = {};   ///< how much the log loss rises; of values: the squared error, in their own units
    Estimate score = {};  ///< how much the accuracy falls; of values: how much the rmse rises
};

/// What is permuted, and how often.
struct ImportanceSettings {
    std::vector<Index> rows = {};  ///< the examples to ask about; empty: all
    int repeats = 5;               ///< permutations of each column
    std::uint32_t seed = 0;        ///< RandomState(seed) draws them, the same for all columns
    Index threads = 1;             ///< at most so many; they change no bit
};

/// The permutation importance of each column (Breiman 2001, section 10; Fisher, Rudin and Dominici 2019):
/// with L the (weighted) mean loss over the n examples and p_1, ..., p_R random permutations of these,
///
///     importance of column c = 1/R sum_r L(X with column c of example p_r(j) in example j, Y) - L(X, Y)
///
/// The largest rise of the loss comes first. All that a column became (its categories, what is seen of a
/// date) is permuted together; of series a channel. What a column shares with others stays there: of two
/// columns that say the same, both seem to matter little. It takes columns * repeats + 1 passes over the
/// examples.
///
/// Of a line that is right, y = w x + b, squared error: 2 w^2 times the variance of x (the mean of (x -
/// mean)^2), on average over the permutations.
///
/// Throws Error (input) unless the data has the model's columns and classes, and where the model sees one
/// channel of a series; (usage) for fewer than two examples or repeats, no thread, or a row
/// outside.
template <class T>
std::vector<ColumnImportance> permutation_importance(const Model<T>& model, const Dataset& data,
                                                     const ImportanceSettings& settings = {});

}  // namespace gradus
