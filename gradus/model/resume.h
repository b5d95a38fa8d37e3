// Does a run go on from where it was stopped, or from another model? What that asks of the recipe.
#pragma once

#include "gradus/core/error.h"
#include "gradus/data/dataset.h"
#include "gradus/model/model.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// The recipe of a checkpoint, for its data. Throws Error (input) that names what was said differently now,
/// or says that the data is not the same.
/// `place` is who speaks.
Recipe resumed_recipe(const AnyModel& checkpoint, const Choices& said, const Dataset& data,
                      const std::string& place = setting("resume"));

/// The recipe for training a model further on this data: its network and precision stay. Throws Error (input)
/// when its outputs do not fit the data, or a network or precision was chosen.
Recipe fine_tuning_recipe(const AnyModel& model, const Choices& said, const Dataset& data,
                          const std::string& place = setting("from"));

/// The recipe for further updates of a model on this data, no example set aside: its own where nothing is
/// said. Throws as fine_tuning_recipe does, and for data with other classes.
Recipe further_recipe(const AnyModel& model, const Choices& said, const Dataset& data,
                      const std::string& place);

/// A model that can be measured on this data: one of another program gets its target from the data.
template <class T>
Model<T> with_target(const Model<T>& model, const Dataset& data);

}  // namespace gradus
