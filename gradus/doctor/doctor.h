// Why does it not learn? Findings that follow from measured values, each by a threshold with a name.
#pragma once

#include <vector>

#include "gradus/doctor/finding.h"
#include "gradus/doctor/measurements.h"

namespace gradus {

/// What the numbers of a run say, the most important first. What was not measured is not judged.
std::vector<Finding> judge(const Measurements& measured);

/// The parts of judge(): how the steps went, what the units do, what the result is worth.
std::vector<Finding> step_findings(const Measurements& measured);
std::vector<Finding> unit_findings(const Measurements& measured);
std::vector<Finding> result_findings(const Measurements& measured);

/// Is nearly everything explained? Then nothing that is odd about a run has kept it from learning. True, too,
/// where nothing was evaluated.
bool has_learned(const Measurements& measured);

/// The share of what could be explained beyond the simplest answer: of a classification (accuracy - a) / (1 -
/// a) with the share a of the most frequent class; of a regression R2.
double explained(const Evaluation& evaluation);

/// The share of the most frequent class, by the rows of the confusion; of a multi-label, of the more frequent
/// answer to each label, the mean.
double majority(const Evaluation& evaluation);

}  // namespace gradus
