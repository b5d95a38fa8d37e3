// How is a training told, line by line? What `gradus train` prints, and who trains from another language.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/model/training.h"
#include "gradus/nn/metrics.h"
#include "gradus/nn/pretraining.h"
#include "gradus/nn/run.h"

namespace gradus {

/// Updates from one line about the cost to the next: 100, or ten, a hundred, ... times as many, so that there
/// are at most a thousand.
Index updates_between_lines(Index iterations);

/// "Cost after iteration# 100: 0.347426", of an update in a run of so many; nothing where there is no line.
std::optional<std::string> iteration_line(const Event& event, Index between);

/// "Cost after epoch# 10: 0.347426  validation: 0.412345", every tenth epoch and the last; else nothing.
std::optional<std::string> epoch_line(const Event& event);

/// "Pretraining layer# 1 epoch# 10: reconstruction 0.021300", every tenth epoch and the last; else nothing.
std::optional<std::string> pretraining_line(const PretrainingEvent& event);

/// "Cost of member# 1: 0.347426  on its fold: 0.412345", of an ensemble; else "Cost of fold# 1: ...".
std::string member_line(const MemberEvent& event, const Recipe& recipe);

/// Six digits behind the point; with an exponent where these would say little: below 1e-4, and from 1e15 on.
std::string six_decimals_or_exponent(double number);

/// "training    400 examples   accuracy 0.9950 +- 0.004   f1 0.9949   loss 0.021345"
std::string metrics_line(const std::string& part, const Evaluation& evaluation);

/// Of a classification a line each: log loss, calibration error, area under the ROC curve where there is one.
std::vector<std::string> probability_lines(const Evaluation& evaluation);

/// A metric by the name that --json and Python have for it.
struct NamedMetric {
    std::string name;       ///< as in "roc_auc"
    double value;           ///< NaN where there is none: the R2 of one example compares with nothing
    double standard_error;  ///< of the value; NaN for one example
};

/// The metrics of the evaluation's task, in the order in which they are told.
std::vector<NamedMetric> named_metrics(const Evaluation& evaluation);

}  // namespace gradus
