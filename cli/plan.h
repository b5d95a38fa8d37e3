// What would more processes bring? `gradus-mpi train|seeds|tune ... --plan` says it, and trains nothing.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/terminal.h"
#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus::cli {

/// --plan, where the program may be one of several.
void add_plan_option(CLI::App& command, bool& plan);

/// Measures, and prints what 1 to 1024 processes would take for so many networks. All ranks call it. Returns
/// the exit status.
int print_plan(Terminal& terminal, const Dataset& data, const Recipe& recipe, Index networks);

}  // namespace gradus::cli
