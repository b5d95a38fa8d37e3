// How are random units drawn? By uniform numbers that are functions of their place, as dropout's masks are.
#pragma once

#include <cstdint>

#include "gradus/core/matrix.h"

namespace gradus {

/// Which draws: with the example and the unit they give the place of every number. Whoever knows the place
/// knows the number, so a sample is the same however the work is split.
struct Draws {
    std::uint64_t seed = 0;    ///< of a run
    std::uint64_t step = 0;    ///< updates made, or steps of a chain
    std::uint32_t layer = 0;   ///< of a network
    std::uint32_t sample = 0;  ///< which one within the step, from 0
};

/// u(i) is uniform in [0, 1), for the units i = 0 .. count - 1 of this example. Philox with the counter
/// {i / 8, example, step, 2^32 layer + sample} and the key {seed, stream} gives 256 bits for eight units,
/// 32 for each, the lower half of a word first; u is the upper 24 of them over 2^24, in float and in double.
template <class T>
void uniform_numbers(T* u, Index count, const Draws& draws, Index example, std::uint64_t stream = 1);

/// S(i, j) is 1 with probability P(i, j), else 0: u < P. Column j belongs to example first + j. All matrices
/// here have contiguous columns, and S may be P.
template <class T>
void sample_bernoulli(const View<T>& S, const View<const T>& P, const Draws& draws, Index first);

/// Each column of S has one 1, in row i with probability P(i, j), the columns of P being distributions: the
/// first i where u(0) < P(0, j) + ... + P(i, j).
template <class T>
void sample_one_of(const View<T>& S, const View<const T>& P, const Draws& draws, Index first);

/// S(i, j) = M(i, j) + n, with n normal of variance 1 (Box and Muller 1958): sqrt(-2 log(1 - u)) cos(2 pi w)
/// with w from stream 2.
template <class T>
void sample_normal(const View<T>& S, const View<const T>& M, const Draws& draws, Index first);

/// S(i, j) = max(0, Z(i, j) + sqrt(sigmoid(Z(i, j))) n): a noisy rectified linear unit (Nair and Hinton
/// 2010).
template <class T>
void sample_rectified(const View<T>& S, const View<const T>& Z, const Draws& draws, Index first);

}  // namespace gradus
