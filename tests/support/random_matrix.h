// Which numbers does a test use where any will do? Normal ones, from a seed.
#pragma once

#include "gradus/core/matrix.h"
#include "gradus/core/random.h"

namespace gradus::test {

template <class T = double>
Matrix<T> random_matrix(Index rows, Index columns, RandomState& random) {
    Matrix<T> M(rows, columns);
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns; ++j) M(i, j) = static_cast<T>(random.randn());
    return M;
}
template <class T = double>
Matrix<T> random_matrix(Index rows, Index columns, std::uint32_t seed) {
    RandomState random(seed);
    return random_matrix<T>(rows, columns, random);
}

}  // namespace gradus::test
