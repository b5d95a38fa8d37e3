// What could a network reach on these examples? About what the nearest neighbour knows (leave-one-out).
#pragma once

#include "gradus/core/matrix.h"
#include "gradus/nn/metrics.h"

namespace gradus {

/// Examples as a network sees them.
struct Columns {
    Matrix<double> X = {};      ///< features x examples
    Matrix<double> truth = {};  ///< 1 x examples: class numbers; or targets x examples, in their own units
};

/// What is right when each example's truth is told by that of its nearest other one (Euclidean distance, of
/// at most 500 evenly spaced examples; two at least): accuracy and confusion, or R2. With many examples it
/// errs at most twice as often as the best that could be done (Cover & Hart 1967, "Nearest neighbor pattern
/// classification"): who is clearly worse misses something that the examples say.
Evaluation told_by_neighbours(const Columns& data, Task task);

}  // namespace gradus
