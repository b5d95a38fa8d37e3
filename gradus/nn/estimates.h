// How sure are the metrics? Each with how far every example moves it; examples may have weights.
#pragma once

#include <vector>

#include "gradus/nn/metrics.h"

namespace gradus {

/// How much each example counts, and all of them.
struct Counts {
    std::vector<double> of = {};
    double total = 0;
};

/// Without weights (1 x examples) each counts 1.
template <class T>
Counts counts_of(Index examples, View<const T> weights);

/// A metric, and how far each example moves it away from its value, to first order (its influence: Hampel
/// 1974; of a class's area under the ROC curve: DeLong et al. 1988). Examples are independent, so the
/// standard error is the root of the sum of the squares.
struct Metric {
    double value = 0;
    std::vector<double> moved = {};

    /// NaN has the standard error NaN.
    [[nodiscard]] Estimate estimate() const;
};

/// a - b of two models on the same examples (paired): what an example does to both, it does not do to their
/// difference, whose influences are the differences of the influences.
Estimate difference(const Metric& a, const Metric& b);

/// Of two models that are equally good, one pair in twenty differs by more standard errors than this: the
/// quantile 0.975 of Student's t with n - 1 degrees of freedom (Abramowitz and Stegun 26.7.5), 2 from 60
/// examples on.
double standard_errors_of_chance(Index examples);

struct ClassMetrics {
    Metric accuracy, f1, log_loss, roc_auc;
};
struct ValueMetrics {
    Metric rmse, mae, r2;
};

/// The mean of a number of each example.
Metric mean_metric(std::vector<double> values, const Counts& counts);
/// The mean over examples and rows of (a - y)^2.
template <class T>
Metric squared_error_metric(View<const T> A, View<const T> Y, const Counts& counts);

/// Of sizes that were checked. What of a classification was not asked for is NaN.
template <class T>
ClassMetrics class_metrics(View<const T> A, View<const T> Y, const Counts& counts, Asked asked);
template <class T>
ValueMetrics value_metrics(View<const T> A, View<const T> Y, const Counts& counts);

/// Of each label of a multi-label, as Evaluation says; and the mean of such metrics, NaN left out.
template <class T>
std::vector<ClassMetrics> label_metrics(View<const T> A, View<const T> Y, const Counts& counts, Asked asked);
ClassMetrics mean_of(const std::vector<ClassMetrics>& labels);

/// As log_loss() and roc_auc() say.
template <class T>
Metric log_loss_metric(View<const T> P, View<const T> Y, const Counts& counts);
template <class T>
Metric roc_auc_metric(View<const T> P, View<const T> Y, const Counts& counts);

/// Throws Error (usage) as measure() does.
template <class T>
void require_measurable(Task task, View<const T> A, View<const T> Y, View<const T> weights);

}  // namespace gradus
