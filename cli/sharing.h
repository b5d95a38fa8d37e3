// Does each of several processes hold all data, or its share? `gradus-mpi train ... --share` says it.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "cli/training_options.h"

namespace gradus::cli {

/// Does each process hold its share?
enum class Sharing { yes, no };

/// --share, where the program may be one of several.
void add_share_option(CLI::App& command, std::optional<Sharing>& share);

/// Makes the ranks share the table that these options read, where they may: --share yes, or a large file and
/// no --share no. Throws Error (usage) for --share yes where each process needs all.
void settle_sharing(std::optional<Sharing> share, bool has_report, TrainingOptions& options);

/// Several networks are dealt out where every process has the memory for all data, which it holds from now
/// on; else, and with --share yes, they train each network together.
void hold_all_where_dealt_out(const TrainingOptions& options, Problem& problem);

/// Throws Error (input) for --share yes where it shows late that each process holds all: of a .ts file.
void require_shared(std::optional<Sharing> share, const Dataset& data);

}  // namespace gradus::cli
