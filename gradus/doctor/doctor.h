// Why does it not learn? Findings that follow from measured values, each by a threshold with a name.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gradus/data/division.h"
#include "gradus/doctor/finding.h"
#include "gradus/doctor/measurements.h"

namespace gradus {

/// The rows of a data set, divided as a run saw them. It points to the data, which must outlive it.
struct Rows {
    const Dataset* data = nullptr;
    const Dataset* validation = nullptr;  ///< of a file; null: there is none
    Split parts = {};                     ///< of `data`
    std::vector<Index> asked = {};        ///< of those to learn from: evenly spaced, at most 10,000

    /// Columns that somebody named, not places of a picture or a series.
    [[nodiscard]] bool has_columns() const {
        return !data->table.is_array && data->table.length <= 1 && data->table.image.empty();
    }
};
Rows divided_rows(const Dataset& data, const Recipe& recipe, const Dataset* validation = nullptr);
/// None is set aside.
Rows all_rows_of(const Dataset& data);

/// What a finding is judged by: a run, and its data, if that was looked at.
struct Case {
    const Measurements& measured;
    const Rows* rows = nullptr;
};

/// A kind of finding: a row of the doctor's table.
struct FindingKind {
    const char* name;                             ///< for programs
    double weight;                                ///< the heavier, the more important
    Certainty certainty;                          ///< by itself
    std::optional<Finding> (*find)(const Case&);  ///< findings.h has the statistic of each
};

/// All of them, the most important first.
std::span<const FindingKind> finding_kinds();

/// What the numbers say, the most important first. What was not measured is not judged.
std::vector<Finding> judge(const Case& patient);

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
