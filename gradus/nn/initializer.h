// Where does learning start? The distributions of the first weights.
#pragma once

#include <array>
#include <cstdint>

#include "gradus/core/random.h"
#include "gradus/nn/layer.h"

namespace gradus {

enum class Initializer {
    automatic,  ///< what suits the activation that follows: he, lecun or glorot
    normal,     ///< N(0, 1), the tutorial's
    uniform,    ///< U(-1, 1)
    glorot,     ///< U(-r, r) with r = sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010)
    he,         ///< N(0, 2 / fan_in) (He et al. 2015)
    lecun,      ///< N(0, 1 / fan_in) (LeCun et al. 1998)
    zeros,      ///< 0: no two units ever become different
};
inline constexpr std::array initializer_names{"auto", "normal", "uniform", "glorot", "he", "lecun", "zeros"};

/// Which weights a network begins with: two that are alike give the same bits.
struct FirstWeights {
    std::uint32_t seed = 0;  ///< of the RandomState that draws them, NumPy's random.seed
    Initializer initializer = Initializer::automatic;  ///< their distribution
};

/// Draws W (rows x columns) row by row, as NumPy fills a matrix; where it has a window, (rows x channels x
/// window). What is no weight begins as its layer says.
template <class T>
void initialize(View<T> W, const Parameter& parameter, Initializer initializer, RandomState& random);

}  // namespace gradus
