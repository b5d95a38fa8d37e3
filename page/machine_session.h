// A run of a restricted Boltzmann machine in pre-training, looked at like any other.
#pragma once

#include <memory>

#include "page/session.h"

namespace gradus::page {

/// The run of machine `problem.machine`, before its first update; those below it are learned first. Its
/// machine() says {"visible","hidden","visible_units","hidden_units","labels","free_energies":[of the first
/// examples],"dreams":[a row for each visible unit]}: dreams are eight chains of 200 steps of this machine
/// alone. Throws Error for a machine that there is not.
std::unique_ptr<Session> open_machine(Problem problem);

}  // namespace gradus::page
