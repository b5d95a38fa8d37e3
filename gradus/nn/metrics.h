// How good is the network? What people ask for, from its outputs and the truth.
#pragma once

#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

enum class Task { classify, regress };

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

/// Everything that is asked of a model on a set of examples; only the part that belongs to `task` is filled.
struct Evaluation {
    Task task = Task::classify;
    Index examples = 0;
    double loss = 0;
    Confusion confusion = {};
    double accuracy = 0;
    double f1 = 0;
    double rmse = 0;
    double mae = 0;
    double r2 = 0;
};

/// The metrics of the outputs A for the truth Y; the loss is left to the caller.
template <class T>
Evaluation measure(Task task, View<const T> A, View<const T> Y);

}  // namespace gradus
