#pragma once

#include "gradus/nn/initializer.h"

namespace gradus::test {

/// For a network whose numbers a test sets itself, or wants to be 0.
inline constexpr FirstWeights from_zero{.initializer = Initializer::zeros};

}  // namespace gradus::test
