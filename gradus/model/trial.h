// Which of two recipes suits the data, where its columns alone do not say? Both are tried on some folds.
#pragma once

#include <optional>

#include "gradus/model/recipe.h"
#include "gradus/model/training.h"

namespace gradus {

/// What was tried: the mean loss of the rows of some folds, each answered by a network that was trained
/// without its fold.
struct Trial {
    Index folds = 0;     ///< so many
    double plain = 0;    ///< with the columns alone; infinite where training failed
    double in_bins = 0;  ///< with their bins besides (NumberEncoding::ple)
};

/// A recipe, and what decided about it.
struct TriedRecipe {
    Recipe recipe = {};               ///< what is to be trained
    std::optional<Trial> trial = {};  ///< nothing where nothing was open
};

/// make_recipe, but where a table is learned by an ensemble and nobody said whether its numbers become bins
/// (Choices::encoding), both are tried: the first members of the two ensembles are trained as the ensemble
/// would train them, side by side on so many threads, which change no bit; the lower loss decides. Network
/// and learning rate, where they were not said, follow. Of `watch` only `stop` and `progress` count, the
/// latter called by one thread at a time; stopped, the answer is make_recipe's. Throws Error as it does.
TriedRecipe tried_recipe(const Choices& said, const Dataset& data, Index threads, const Watch& watch = {});

}  // namespace gradus
