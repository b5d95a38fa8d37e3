// How are results written? As lines for people, as JSON for programs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/terminal.h"
#include "cli/training_options.h"
#include "gradus/data/dataset.h"
#include "gradus/doctor/finding.h"
#include "gradus/model/model.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/metrics.h"
#include "gradus/report/lines.h"

namespace gradus::cli {

/// Every metric, and beside it its standard error: "accuracy", "accuracy_se". null: there is none. `names`
/// are those of the classes, or of the labels of a multi-label, which have an object each. "weighted": the
/// metrics count weights; "confusion" counts examples.
Json to_json(const Evaluation& evaluation, const std::vector<std::string>& names);

/// The names of a target's classes; of a multi-label, of its labels.
const std::vector<std::string>& names_of(const Target& target);
const std::vector<std::string>& names_of(const Dataset& data);

/// "accuracy 0.6120, by the most frequent class alone"; of values: "rmse ..., by the mean alone"
std::string baseline_note(Task task, double baseline);

/// "accuracy 0.9667 (validation), by a logistic regression"; of values: "rmse ..., by a linear regression".
/// `part` is whose examples they are.
std::string linear_note(const Evaluation& linear, const std::string& part);

/// All updates behind a model, and how many of them its networks have kept; of an ensemble the sums.
template <class T>
std::pair<Index, Index> updates_of(const Model<T>& model);

/// "mpg, the last column (--target names another): a regression"
std::string target_sentence(const Dataset& data, const DataOptions& source);

/// Which columns of DATA a model does not know, neither as features nor otherwise (`known`).
void note_unused(Terminal& terminal, const Encoder& encoder, const std::vector<std::string>& known = {});

/// A note when the model has learned from these rows, or from some that are equal to them.
template <class T>
void note_seen(Terminal& terminal, const Model<T>& model, const Dataset& data);

/// Was the target said, or is it simply the last column?
bool is_target_named(const DataOptions& source);

/// What will be done, before it is done: data, target, network, recipe, baseline.
void announce(Terminal& terminal, const Problem& problem, const DataOptions& source);

/// The doctor's short form: a line for each of the most important findings, and how to ask for cures; one
/// line when there are none.
void note_findings(Terminal& terminal, const std::vector<Finding>& findings, const std::string& words);

}  // namespace gradus::cli
