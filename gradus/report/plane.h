// Which part of the plane of two inputs is shown?
#pragma once

#include <algorithm>

#include "gradus/core/matrix.h"

namespace gradus {

/// One side of it, divided into places.
struct PlaneSide {
    double low, high;
    Index places;

    /// The middle of a place, counted from the low end.
    [[nodiscard]] double at(Index place) const {
        return low + (high - low) * (double(place) + 0.5) / double(places);
    }
};

/// What the examples (columns of X, at least one) span in this input, and half as much again.
template <class T>
PlaneSide plane_side(const View<const T>& X, Index input, Index places) {
    double low = double(X(input, 0)), high = low;
    for (Index j = 0; j < X.columns(); ++j) {
        low = std::min(low, double(X(input, j)));
        high = std::max(high, double(X(input, j)));
    }
    const double margin = high > low ? (high - low) / 4 : 1;
    return {.low = low - margin, .high = high + margin, .places = places};
}

}  // namespace gradus
