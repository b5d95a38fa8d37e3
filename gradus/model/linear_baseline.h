// What would a model without hidden layers reach? A network is worth something when it beats this, and the
// baseline that needs no model.
#pragma once

#include <optional>

#include "gradus/model/prepared.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/metrics.h"

namespace gradus {

/// A linear model of a data set.
template <class T>
struct LinearBaseline {
    Model<T> model;         ///< one layer, with the data's features and target
    Evaluation evaluation;  ///< on the validation examples; where there are none, on the training examples
};

/// A logistic regression (of values: a linear one) of the same features, with the recipe's loss; but bins
/// (quantile_bins.h), which would make curves of its lines, get the weight 0. The output layer alone, from
/// zero weights, by Adam with rate 0.05 and a cosine schedule, in batches of at most 256. At most 500
/// updates, and at most so many that they take about as long as 2 * 10^8 multiplications and additions: cheap
/// beside any network. Measured on the validation examples; where there are none, on the training examples.
/// Nothing when the costs are not finite, as of inputs that are not scaled.
template <class T>
std::optional<LinearBaseline<T>> linear_baseline(const PreparedData<T>& prepared, const Recipe& recipe);

}  // namespace gradus
