// What does Python say about a training? Settings as they would be typed, and who is told how it goes.
#pragma once

#include <nanobind/nanobind.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gradus/model/recipe.h"
#include "gradus/model/training.h"
#include "gradus/model/trial.h"
#include "python/attention.h"
#include "python/data.h"
#include "python/model.h"

namespace gradus::python {

/// Ids of settings, and what somebody would type.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// Everything about a run but the data.
struct Orders {
    Settings settings = {};
    std::optional<Index> threads = {};      ///< at most so many; empty: one for each core
    const NamedData* validation = nullptr;  ///< examples to validate with
    const FittedModel* from = nullptr;      ///< its weights, features and recipe: further updates
    nb::object say = {};                    ///< is called with each line, as the program prints them
    nb::object progress = {};  ///< is called now and then with updates done, planned, and the cost
};

/// The recipe for this data, all that could be wrong with it asked for. Several may have to be tried, so the
/// interpreter's lock is not held; interrupted, it is the one without a trial.
TriedRecipe tried_for(const NamedData& data, const Orders& orders, Attention& attention);
/// The same without what was tried.
Recipe recipe_for(const NamedData& data, const Orders& orders, Attention& attention);

/// What a run tells Python: it looks for signals, and calls orders.progress.
Watch watch_for(const Orders& orders, Attention& attention);

/// What was given, or an object that is not there for None.
nb::object given(const nb::object& object);

}  // namespace gradus::python
