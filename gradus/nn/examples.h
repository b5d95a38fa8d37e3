// What does a network learn from? Examples in columns, with their truth.
#pragma once

#include <cstdint>
#include <span>

#include "gradus/core/matrix.h"
#include "gradus/core/ranks.h"

namespace gradus {

/// What a full bin of a piecewise-linear encoding holds (in_bin of quantile_bins.h).
inline constexpr double full_bin = 0.5;

/// A view that is kept: of a matrix with a name, never of one that is gone when the statement ends.
template <class T>
struct Kept : View<const T> {
    Kept() = default;
    /// Of numbers that outlive it.
    Kept(View<const T> view) : View<const T>(view) {}  // NOLINT(google-explicit-constructor)
    /// The same of a view to write to.
    Kept(View<T> view) : View<const T>(view) {}  // NOLINT(google-explicit-constructor)
    /// Of a matrix that has a name.
    Kept(const Matrix<T>& matrix) : View<const T>(matrix.view()) {}  // NOLINT(google-explicit-constructor)
    Kept(const Matrix<T>&& temporary) = delete;                      // NOLINT(google-explicit-constructor)
};

/// Examples in columns, which must outlive whoever uses them.
template <class T>
struct Examples {
    Kept<T> X = {};        ///< in x n
    Kept<T> Y = {};        ///< out x n; empty where nothing is known of the truth
    Kept<T> weights = {};  ///< 1 x n: factors of the losses; empty: all 1
    /// in x n, in the place of an empty X: images, whose pixels are read as value / 255 when they are needed.
    /// A quarter of the memory, and the same bits.
    Kept<std::uint8_t> bytes = {};
    /// Runs of rows of X that are bins, ascending: of each example the first of a run are full_bin, the next
    /// is any number, the others are 0. A dense first layer is faster for knowing (bin_passes.h).
    std::span<const Range> bins = {};
    /// Processes that share them: X has this rank's share() of the examples, Y and the weights are of all.
    Ranks* shared_by = nullptr;

    /// How many.
    [[nodiscard]] Index count() const {
        return shared_by != nullptr ? Y.columns() : bytes.empty() ? X.columns() : bytes.columns();
    }
    /// Numbers of each.
    [[nodiscard]] Index inputs() const { return bytes.empty() ? X.rows() : bytes.rows(); }
};

}  // namespace gradus
