// What did a search find? A page for people: the trials, and what mattered.
#pragma once

#include <string>

#include "gradus/model/tune.h"

namespace gradus {

/// What a trial says besides what was said, as it is typed; empty for the default.
std::string typed(const TunedTrial& trial);

/// The best first; trials that were left on an earlier rung behind, each rung by the loss.
std::vector<Index> in_order(const Tuned& tuned);

/// A change of a logarithm, as TuneEffect has it, in percent: 100 (e^change - 1), and its standard error to
/// first order.
Estimate in_percent(const Estimate& log_ratio);

/// What was taken, by how much its loss is below the default's, or why none was: one sentence.
std::string verdict(const Tuned& tuned);

/// One HTML file about a search, as html_report() makes them: what was taken and why, a row for each trial,
/// the main effects, the recipe as a command line. The same search gives the same bytes.
std::string html_report(const Tuned& tuned, const SearchSpace& space, const std::string& data,
                        const std::string& recipe);

}  // namespace gradus
