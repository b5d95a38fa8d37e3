// How does a number become its place among the others? Bins between quantiles (piecewise-linear encoding).
#pragma once

#include <algorithm>
#include <vector>

namespace gradus {

/// The edges of bins that hold about as many of these numbers each: their quantiles 0, 1/32, ..., 32/32,
/// between two numbers by linear interpolation (method 7 of Hyndman and Fan 1996, the default of NumPy and
/// R), each once, ascending. None where there are fewer than three, or three different numbers: what has two
/// values says no more in bins. NaN is passed over.
std::vector<double> quantile_edges(std::vector<double> numbers);

/// What a division by it makes half of the distance of the edges; the same rounding as in the graph.
template <class T>
T twice_width(T low, T high) {
    return 2 * (high - low);
}

/// How far x is into the bin from `low` to `high`: 0 up to its lower edge, 0.5 from its upper edge on, a line
/// between them (Gorishniy et al. 2022). Both ends hold exactly, so behind the bin that x lies in all are 0,
/// and before it all are 0.5.
template <class T>
T in_bin(T x, T low, T high) {
    return std::clamp((x - low) / twice_width(low, high), T(0), T(0.5));
}

}  // namespace gradus
