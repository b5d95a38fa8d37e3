// How sure are the metrics? Each with its standard error; examples may have weights.
#pragma once

#include "gradus/nn/metrics.h"

namespace gradus {

/// Fills what a classification has, and what a regression has, of sizes that were checked; the others stay.
template <class T>
void measure_classes(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights);
template <class T>
void measure_values(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights);

}  // namespace gradus
