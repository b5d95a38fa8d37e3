// How good is the network? What people ask for, from its outputs and the truth.
#pragma once

#include <span>
#include <type_traits>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// What is learned of an example?
enum class Task {
    classify,     ///< its class
    regress,      ///< values
    multilabel,   ///< which of several labels it has: none, some or all
    encode,       ///< no truth: the hidden units that machines learned from the examples alone
    reconstruct,  ///< itself: the truth is the input (an autoencoder)
};

/// Are the examples learned without a truth beside them?
constexpr bool is_unsupervised(Task task) {
    return task == Task::encode || task == Task::reconstruct;
}

/// A metric, and its standard error as an estimate from these examples: how far other examples of the same
/// kind would move it, one time in three farther. Where no formula is named, to first order (the delta
/// method).
struct Estimate {
    double value = 0;           ///< of the metric
    double standard_error = 0;  ///< of the value

    bool operator==(const Estimate&) const = default;
};

/// The class of each example: with one output, 1 where p >= 0.5; with several, the largest (the first of
/// equals; a NaN is larger than nothing). Throws Error (usage) for outputs of no rows.
template <class T>
std::vector<Index> classes_of(View<const T> A);
template <class T>
std::vector<Index> classes_of(const Matrix<T>& A) {
    return classes_of(A.view());
}

/// The reverse, as a softmax is trained on it: a column for each of the class numbers 0, 1, ..., classes - 1,
/// with a 1 in the row of its class and 0 elsewhere. Throws Error (usage) for a number outside.
template <class T>
Matrix<T> one_hot(std::span<const Index> class_numbers, Index classes);

/// confusion[i][j]: how many examples of class i were taken for class j. Throws Error (usage) unless there
/// are as many predictions as truths, all of them in [0, classes).
using Confusion = std::vector<std::vector<Index>>;
Confusion confusion(const std::vector<Index>& truth, const std::vector<Index>& predicted, Index classes);

/// Examples of a class that were taken for another.
struct Mistake {
    Index truth = 0;       ///< their class
    Index prediction = 0;  ///< the other
    Index count = 0;       ///< how many
};
/// All that occur, the most frequent first.
std::vector<Mistake> mistakes_of(const Confusion& confusion);

/// The share of examples on the diagonal; 0 of none. This and the next throw Error (usage) unless the table
/// is square, with a class at least.
double accuracy(const Confusion& confusion);

/// Mean over the classes of 2 TP / (2 TP + FP + FN), 0 for a class that neither occurs nor is predicted.
double macro_f1(const Confusion& confusion);

/// A view whose T follows from another argument, so that a Matrix may be given as well.
template <class T>
using Same = View<const std::type_identity_t<T>>;

/// The mean over outputs of sqrt(mean (a - y)^2), and of mean |a - y|; the inner means are over examples.
/// These two and the next throw Error (usage) for A (outputs x examples) and Y of different sizes, or empty;
/// of NaN they are NaN.
template <class T>
double root_mean_squared_error(View<const T> A, Same<T> Y);
template <class T>
double root_mean_squared_error(const Matrix<T>& A, Same<T> Y) {
    return root_mean_squared_error(A.view(), Y);
}
template <class T>
double mean_absolute_error(View<const T> A, Same<T> Y);
template <class T>
double mean_absolute_error(const Matrix<T>& A, Same<T> Y) {
    return mean_absolute_error(A.view(), Y);
}

/// 1 - sum (a - y)^2 / sum (y - mean y)^2, the mean over outputs. An output whose truth never varies counts
/// as 1 when it is predicted exactly, else as 0.
template <class T>
double r_squared(View<const T> A, Same<T> Y);
template <class T>
double r_squared(const Matrix<T>& A, Same<T> Y) {
    return r_squared(A.view(), Y);
}

/// The metrics below count each example with its weight, when weights (1 x n) are given; P are probabilities
/// (classes x n, or 1 x n: of the second of two), Y the truth in the same form. They
/// throw the Errors that are listed at measure().
///
/// mean -log p of the true class (the cross-entropy), p kept above the precision's epsilon. Throws Error
/// (usage) for a p outside [0, 1] as well.
template <class T>
Estimate log_loss(View<const T> P, Same<T> Y, Same<T> weights = {});

/// The area under the ROC curve: how often an example of the class gets a higher p than one of another class,
/// equal ones counting one half. Of more than two classes the mean, each against the rest, over those that
/// occur and are not alone; NaN when there is none, or there are more than 100 classes. Its standard error:
/// DeLong et al. 1988, to first order.
template <class T>
Estimate roc_auc(View<const T> P, Same<T> Y, Same<T> weights = {});

/// The examples whose largest p lies in one of 15 equal intervals, (k / 15, (k + 1) / 15]: a point of the
/// reliability diagram.
struct CalibrationBin {
    Index examples = 0;      ///< how many
    double share = 0;        ///< of the weights of all examples
    double probability = 0;  ///< the mean of their largest p; 0 of no examples
    double right = 0;        ///< the share of right answers among them; 0 of no examples
    double gap = 0;          ///< share * (probability - right)
    double squares = 0;      ///< the sum of the squares of the examples' parts in the gap
};
inline constexpr int calibration_bin_count = 15;
template <class T>
std::vector<CalibrationBin> calibration_bins(View<const T> P, Same<T> Y, Same<T> weights = {});

/// The expected calibration error (Guo et al. 2017): sum over 15 equal bins of the largest p of
/// |its mean - the share of right answers| * the bin's share of the examples. Its standard error: 200 draws
/// of the bins.
template <class T>
Estimate calibration_error(View<const T> P, Same<T> Y, Same<T> weights = {});

/// The standard error of each metric that has the same name.
struct StandardErrors {
    double accuracy = 0;              ///< binomial: sqrt(a (1 - a) / n); with weights, to first order
    double f1 = 0;                    ///< to first order
    double log_loss = 0;              ///< s / sqrt(n), s the standard deviation of the examples' losses
    double roc_auc = 0;               ///< DeLong's
    double calibration_error = 0;     ///< by drawing
    double rmse = 0;                  ///< to first order
    double mae = 0;                   ///< s / sqrt(n), s the standard deviation of the examples' |a - y|
    double r2 = 0;                    ///< to first order
    double reconstruction_error = 0;  ///< s / sqrt(n), s the standard deviation of the examples' errors
    double free_energy = 0;           ///< s / sqrt(n), s the standard deviation of the examples' energies

    bool operator==(const StandardErrors&) const = default;
};

/// Everything that is asked of a model on a set of examples; only the part that belongs to `task` is filled.
/// A multi-label has the metrics of a classification: for each label those of the two answers "has it" and
/// "has it not", but F1 of "has it" alone, 2 TP / (2 TP + FP + FN), 0 where no example has it nor is said to;
/// and in all the mean over the labels (of the ROC AUC: over those that have one). So 1 - accuracy is the
/// Hamming loss.
struct Evaluation {
    Task task = Task::classify;           ///< which part is filled
    Index examples = 0;                   ///< how many were asked
    double loss = 0;                      ///< mean over the examples
    bool weighted = false;                ///< do examples count with weights? In the confusion they do not
    Confusion confusion = {};             ///< of a classification: of examples, whatever their weights
    double accuracy = 0;                  ///< of a classification, and so the following
    double f1 = 0;                        ///< macro_f1
    double log_loss = 0;                  ///< of the probabilities
    double roc_auc = 0;                   ///< NaN where there is none
    double calibration_error = 0;         ///< of the probabilities
    double rmse = 0;                      ///< of a regression: root_mean_squared_error
    double mae = 0;                       ///< of a regression: mean_absolute_error
    double r2 = 0;                        ///< of a regression: r_squared
    double reconstruction_error = 0;      ///< unsupervised: the mean over examples and inputs of (a - y)^2
    double free_energy = 0;               ///< encode: the mean over the examples, in the first machine (nats)
    StandardErrors standard_error = {};   ///< of the metrics above
    std::vector<Evaluation> labels = {};  ///< of a multi-label: each; its confusion is [[TN, FP], [FN, TP]]
};

/// Which metrics of a classification? Those of the predicted classes alone, also the log loss, or those of
/// the probabilities as well that sort the examples. What was not asked for is NaN.
enum class Asked { classes, log_loss, everything };

/// The metrics of the outputs A for the truth Y; the loss is left to the caller. The standard errors of a
/// multi-label know that the labels of an example go together; that of its calibration error is the mean of
/// the labels', which is an upper bound.
///
/// Throws Error (usage) unless A and Y have the same size, which is not 0; weights, if any, are 1 x examples,
/// finite, at least 0 and not all 0; and, but for a regression or a reconstruction, every number of Y is from
/// 0 to 1; nor for `encode`, which has no truth. Throws Error (input) for an output that is not finite.
template <class T>
Evaluation measure(Task task, View<const T> A, Same<T> Y, Same<T> weights = {},
                   Asked asked = Asked::everything);
template <class T>
Evaluation measure(Task task, const Matrix<T>& A, Same<T> Y, Same<T> weights = {},
                   Asked asked = Asked::everything) {
    return measure(task, A.view(), Y, weights, asked);
}

/// Two models on the same examples: metrics of the first minus those of the second, each with the standard
/// error of this difference (paired: it follows from how far each example moves the difference, so that what
/// is hard for both models does not count). Only the part that belongs to `task` is filled.
struct Comparison {
    Task task = Task::classify;          ///< which part is filled
    Index examples = 0;                  ///< how many were asked
    Estimate accuracy = {};              ///< of a classification or a multi-label, and so the following
    Estimate f1 = {};                    ///< as in Evaluation
    Estimate log_loss = {};              ///< of the probabilities
    Estimate roc_auc = {};               ///< NaN where there is none
    Estimate rmse = {};                  ///< of a regression
    Estimate mae = {};                   ///< of a regression
    Estimate r2 = {};                    ///< of a regression
    Estimate reconstruction_error = {};  ///< of a reconstruction
};

/// Compares the outputs A and B for the truth Y. Throws Error as measure() does.
template <class T>
Comparison compare(Task task, View<const T> A, Same<T> B, Same<T> Y, Same<T> weights = {});
template <class T>
Comparison compare(Task task, const Matrix<T>& A, Same<T> B, Same<T> Y, Same<T> weights = {}) {
    return compare(task, A.view(), B, Y, weights);
}

}  // namespace gradus
