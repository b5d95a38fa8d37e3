// How are several networks trained and averaged? By folds: each learns from all but one, stops by that one
// and is judged on it.
#pragma once

#include "gradus/model/training.h"

namespace gradus {

/// The recipe of one member of an ensemble, or of the network of one fold, counted from 1: the seed S +
/// number (modulo 2^32), the fold of this number for validation (division in prepared.h), no second run. What
/// train() makes of it is one network, as an ensemble has it; so a member can be explained and exported like
/// any run. Throws Error (usage) when the recipe has no such fold.
Recipe member_recipe(const Recipe& recipe, Index number);

/// Trains by a recipe with folds: `ensemble` networks, whose mean is the model; or, to judge the recipe,
/// those of `folds`, and then one network on all examples, for as many updates as these kept in the mean
/// (without early stopping as long as the recipe says). train() calls it; so an ensemble is trained by
///
///     const Recipe recipe = make_recipe({.ensemble = 5}, data);
///     const Model<float> model = train<float>(data, recipe).model;
///     const Evaluation& honest = *model.out_of_fold;
///
/// The networks are trained side by side on the recipe's threads; how many there are changes no bit. An
/// example's out-of-fold answer is that of the one network which was trained without its fold; examples that
/// the recipe sets aside (Recipe::validation, Start::validation) are judged only. A regression's member
/// learns on the scale of its own training part, and is then brought to that of all examples; its out-of-fold
/// answers are clipped to the targets that it has seen. Throws as train() does.
template <class T>
Trained<T> train_by_folds(const Dataset& data, const Recipe& recipe, const Watch& watch,
                          const Conclude<T>& conclude, const Start<T>& start);

}  // namespace gradus
