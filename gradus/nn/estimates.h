// How sure are the metrics? Each with its standard error; examples may have weights.
#pragma once

#include "gradus/nn/metrics.h"

namespace gradus {

/// Fills what a classification has, and what a regression has, of sizes that were checked; the others stay.
template <class T>
void measure_classes(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights);
template <class T>
void measure_labels(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights);
template <class T>
void measure_values(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights);

/// A metric, and how far each example moves it away from its value. These influences are independent, so that
/// the square root of the sum of their squares is the standard error.
struct Influenced {
    double value = 0;
    std::vector<double> influences = {};  ///< of each example

    [[nodiscard]] Estimate estimate() const;
};

/// The mean of metrics of the same examples; NaN are passed over.
class MeanInfluenced {
public:
    void add(const Influenced& metric);
    [[nodiscard]] Estimate estimate() const;  ///< NaN when there was none

private:
    Influenced sum_;
    double count_ = 0;
};

/// As in metrics.h. The area is that of class c against the rest, NaN when it is empty or alone.
template <class T>
Influenced influenced_log_loss(View<const T> P, View<const T> Y, View<const T> weights);
template <class T>
Influenced influenced_area(View<const T> P, const std::vector<Index>& truth, Index c, View<const T> weights);

}  // namespace gradus
