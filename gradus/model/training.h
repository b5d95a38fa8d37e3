// What does `gradus train` do? Divide the data, scale it, build the network, run, measure.
#pragma once

#include <functional>
#include <optional>
#include <stop_token>

#include "gradus/data/dataset.h"
#include "gradus/data/scaler.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/run.h"

namespace gradus {

/// A dataset as the network sees it: divided, scaled, in its precision, one output row for each class.
template <class T>
struct PreparedData {
    PreparedData(const Dataset& data, const Recipe& recipe, double validation_share);

    Scaler scaler;
    Matrix<T> X, Y, weights;               ///< for training
    Matrix<T> validation_X, validation_Y;  ///< empty without validation

    [[nodiscard]] Examples<T> training() const { return {.X = X, .Y = Y, .weights = weights}; }
    [[nodiscard]] Examples<T> validation() const { return {.X = validation_X, .Y = validation_Y}; }
};

/// Who watches a run. The observer sees iteration 0, report_every, 2 report_every, ..., and the end of every
/// epoch; the time that it takes does not count. `progress` sees every update, of the second run as well.
struct Watch {
    std::function<void(const Event&)> observe = {};
    std::function<void(const Event&, Index planned_updates)> progress = {};
    std::function<void(Index updates)> retraining = {};  ///< a second run begins, on all examples
    Index report_every = 100;
    std::stop_token stop = {};
};

/// A trained network and how good it is.
template <class T>
struct Trained {
    Network<T> network;
    Scaler scaler = {};
    Index updates = 0;         ///< made, in the run that the network comes from
    Index kept_updates = 0;    ///< behind its parameters: fewer when an earlier state was the best
    Evaluation training = {};  ///< empty after an interruption, as the next
    std::optional<Evaluation> validation = {};  ///< by the network that never saw these examples
    double seconds = 0;                         ///< wall time of the updates
    bool interrupted = false;
};

/// Who looks at the end: at what was learned, with the data as the network saw it.
template <class T>
using Conclude = std::function<void(const Trained<T>&, const PreparedData<T>&)>;

/// Trains by the recipe. Throws Error when the network does not fit the data, or when training fails.
template <class T>
Trained<T> train(const Dataset& data, const Recipe& recipe, const Watch& watch = {},
                 const Conclude<T>& conclude = {});

/// Throws Error (input) when the validation share leaves no example for training.
void require_training_examples(const Dataset& data, const Recipe& recipe);

/// A network with the recipe's first weights, and the random state behind them.
template <class T>
struct Beginning {
    Network<T> network;
    RandomState random;
};
template <class T>
Beginning<T> begin(const Recipe& recipe);

/// Was it learned? Every example classified correctly; for a regression, R2 of at least 0.99.
bool solved(const Evaluation& evaluation);

/// What needs no network: the share of the most frequent class; for a regression, the rmse of the mean.
double baseline(const Dataset& data, Task task);

}  // namespace gradus
