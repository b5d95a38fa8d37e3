// What must be true before a training begins?
#pragma once

#include "gradus/model/training.h"

namespace gradus {

/// Throws Error (usage) for a recipe, an interval of reports or a start that do not fit the data or each
/// other, Error (input) for data that is not valid.
template <class T>
void require_training_fits(const Dataset& data, const Recipe& recipe, const Watch& watch,
                           const Start<T>& start);

/// Throws Error (usage), told at `place`, for data whose examples have no labels of their own.
void require_multilabel(const std::string& place, const Dataset& data);

}  // namespace gradus
