// How good is the network? What people ask for, from its outputs and the truth.
#pragma once

#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

enum class Task { classify, regress };

/// A metric, and its standard error as an estimate from these examples: how far other examples of the same
/// kind would move it, one time in three farther. Where no formula is named, to first order (the delta
/// method).
struct Estimate {
    double value = 0;
    double standard_error = 0;

    bool operator==(const Estimate&) const = default;
};

/// The class of each example: with one output, 1 where p >= 0.5; with several, the largest (the first of
/// equals).
template <class T>
std::vector<Index> classes_of(View<const T> A);

/// confusion[i][j]: how many examples of class i were taken for class j.
using Confusion = std::vector<std::vector<Index>>;
Confusion confusion(const std::vector<Index>& truth, const std::vector<Index>& predicted, Index classes);

/// The share of examples on the diagonal.
double accuracy(const Confusion& confusion);

/// Mean over the classes of 2 TP / (2 TP + FP + FN), 0 for a class that neither occurs nor is predicted.
double macro_f1(const Confusion& confusion);

/// The mean over outputs of sqrt(mean (a - y)^2), and of mean |a - y|; the inner means are over examples.
template <class T>
double root_mean_squared_error(View<const T> A, View<const T> Y);
template <class T>
double mean_absolute_error(View<const T> A, View<const T> Y);

/// 1 - sum (a - y)^2 / sum (y - mean y)^2, the mean over outputs. An output whose truth never varies counts
/// as 1 when it is predicted exactly, else as 0.
template <class T>
double r_squared(View<const T> A, View<const T> Y);

/// The metrics below count each example with its weight, when weights (1 x n) are given; P are probabilities
/// (classes x n, or 1 x n: of the second of two), Y the truth in the same form.
///
/// mean -log p of the true class, p kept above the precision's epsilon.
template <class T>
Estimate log_loss(View<const T> P, View<const T> Y, View<const T> weights = {});

/// The area under the ROC curve: how often an example of the class gets a higher p than one of another class,
/// equal ones counting one half. Of more than two classes the mean, each against the rest, over those that
/// occur and are not alone; NaN when there is none, or there are more than 100 classes. Its standard error:
/// DeLong et al. 1988, to first order.
template <class T>
Estimate roc_auc(View<const T> P, View<const T> Y, View<const T> weights = {});

/// The expected calibration error (Guo et al. 2017): sum over 15 equal bins of the largest p of
/// |its mean - the share of right answers| * the bin's share of the examples. Its standard error: 200 draws
/// of the bins.
template <class T>
Estimate calibration_error(View<const T> P, View<const T> Y, View<const T> weights = {});

/// The standard error of each metric that has the same name.
struct StandardErrors {
    double accuracy = 0;  ///< binomial: sqrt(a (1 - a) / n)
    double f1 = 0;
    double log_loss = 0;
    double roc_auc = 0;
    double calibration_error = 0;
    double rmse = 0;
    double mae = 0;
    double r2 = 0;

    bool operator==(const StandardErrors&) const = default;
};

/// Everything that is asked of a model on a set of examples; only the part that belongs to `task` is filled.
struct Evaluation {
    Task task = Task::classify;
    Index examples = 0;
    double loss = 0;
    Confusion confusion = {};  ///< of examples, whatever their weights
    double accuracy = 0;
    double f1 = 0;
    double log_loss = 0;
    double roc_auc = 0;  ///< NaN where there is none
    double calibration_error = 0;
    double rmse = 0;
    double mae = 0;
    double r2 = 0;
    StandardErrors standard_error = {};
};

/// The metrics of the outputs A for the truth Y; the loss is left to the caller.
template <class T>
Evaluation measure(Task task, View<const T> A, View<const T> Y, View<const T> weights = {});

}  // namespace gradus
