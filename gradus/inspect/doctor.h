// Why does it not learn? Findings that follow from measured values, each by a threshold with a name.
#pragma once

#include <vector>

#include "gradus/inspect/finding.h"
#include "gradus/inspect/measurements.h"

namespace gradus {

/// What the numbers of a run say, the most important first. What was not measured is not judged.
std::vector<Finding> judge(const Measurements& measured);

/// The share of what could be explained beyond the simplest answer: of a classification (accuracy - a) / (1 -
/// a) with the share a of the most frequent class; of a regression R2.
double explained(const Evaluation& evaluation);

/// The share of the most frequent class, by the rows of the confusion.
double majority(const Evaluation& evaluation);

}  // namespace gradus
