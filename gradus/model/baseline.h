// What does somebody reach who looks at the labels alone?
#pragma once

#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// What needs no network: the share of the most frequent class; of a multi-label the accuracy of each label's
/// more frequent answer (the mean over the labels); for a regression, the rmse of the mean; by the
/// weights of the data. Throws Error (usage) for a task that is not the data's.
double baseline(const Dataset& data, Task task);
/// The same for the recipe's task; of a reconstruction the error of each input's mean (input_range), of
/// `encode` 0.
double baseline(const Dataset& data, const Recipe& recipe);

}  // namespace gradus
