// How does a model dream where nothing else was said?
#pragma once

#include "gradus/model/recipe.h"
#include "gradus/nn/dreams.h"

namespace gradus {

/// Steps and labels that suit how the last machine learned: where its chains began anew (dream_steps), three
/// times as many steps, and each sample keeps its class; else as DreamSettings says.
DreamSettings natural_dreams(const Recipe& recipe);

}  // namespace gradus
