// How much memory will a run take, and how much is there? What cannot be held is refused before it is made.
#pragma once

#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// The bytes that train() takes at its peak, about: for data as wide as `data` but with this many examples,
/// the data included.
double memory_needed(const Dataset& data, const Recipe& recipe, Index examples);

/// Throws Error (input) when more is needed than available.
void require_memory(const Dataset& data, const Recipe& recipe, Index examples);

}  // namespace gradus
