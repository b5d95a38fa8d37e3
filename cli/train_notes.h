// What is said about a training beside its results: what judges it, what it does not do, what became of the
// columns.
#pragma once

#include <optional>

#include "cli/terminal.h"
#include "cli/training_options.h"

namespace gradus::cli {

/// Validation examples of their own, or those that the recipe sets aside.
Index validation_examples(const Problem& problem);

/// The folds, or why validation does not stop the run, though it was asked for; and --patience where it stops
/// nothing.
void note_what_judges(Terminal& terminal, const Problem& problem, const std::optional<Index>& patience);

/// How many rows serve the pre-training alone.
void note_unlabelled(Terminal& terminal, const Problem& problem);

/// Categories of the validation file that training did not know, columns that stay double, and those without
/// effect.
void note_columns(Terminal& terminal, const Problem& problem, const Features& features, const Target& target);

}  // namespace gradus::cli
