// What is a column taken for before its first field is seen, where a model has learned one of this name?
#pragma once

#include <string>
#include <vector>

#include "gradus/data/column_builder.h"

namespace gradus {

/// `start`, and what `known` says: 03/04/2024 and 1.500 are what they were where the model learned, unless a
/// rule of `start`, or another field, says otherwise.
ColumnStart known_start(const std::string& name, ColumnStart start, const std::vector<KnownColumn>& known);

}  // namespace gradus
