// Which options say how to train? The same for train, seeds and whatever else starts a run.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include "cli/terminal.h"
#include "gradus/data/generators.h"
#include "gradus/model/recipe.h"

namespace gradus::cli {

struct TrainingOptions {
    std::string data;
    Choices choices;
    GeneratorSettings generator;
    std::optional<Index> threads;  ///< at most so many; empty: all cores
    TerminalSettings terminal;

    /// The data that is named. Throws Error when there is none of that name.
    [[nodiscard]] Dataset load() const;

    /// `threads`, or the number of cores.
    [[nodiscard]] Index most_threads() const;
};

void add_training_options(CLI::App& command, TrainingOptions& options);

}  // namespace gradus::cli
