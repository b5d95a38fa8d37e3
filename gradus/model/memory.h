// How much memory will a run take, and how much is there? What cannot be held is refused before it is made.
#pragma once

#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// What a process holds of data that several share: what it has now, or everything.
enum class Held { as_now, all };

/// The bytes that train() takes at its peak, about: for data as wide as `data` but with this many examples,
/// the data included. With `checkpoints`, what it takes to make and write one besides.
double memory_needed(const Dataset& data, const Recipe& recipe, Index examples, bool checkpoints = false,
                     Held held = Held::as_now);

/// Throws Error (input) when more is needed than available. Of data that has all its examples already, only
/// what comes besides is asked for. train() asks by itself.
void require_memory(const Dataset& data, const Recipe& recipe, Index examples, bool checkpoints = false);

}  // namespace gradus
