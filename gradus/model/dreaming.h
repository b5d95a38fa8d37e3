// How does a model dream where nothing else was said?
#pragma once

#include "gradus/model/recipe.h"
#include "gradus/nn/dreams.h"

namespace gradus {

/// Steps and labels that suit how the last machine learned. Of dbn, whose chains began anew for ten times
/// `cd` steps: three times as many, and each sample keeps its class. Else as DreamSettings says.
DreamSettings natural_dreams(const Recipe& recipe);

}  // namespace gradus
