// Why does pre-training not help? Findings about its machines, each by a threshold with a name.
#pragma once

#include <vector>

#include "gradus/doctor/finding.h"
#include "gradus/doctor/machine_state.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// Machines that break down or learn too fast, hidden units that are off or on for every example, free
/// energies of both parts that part, inputs that are no bits on Bernoulli units.
std::vector<Finding> machine_findings(const std::vector<MachineState>& machines, const Recipe& recipe);

}  // namespace gradus
