// What do many inputs look like, side by side? A sheet of pictures, or of curves.
#pragma once

#include "gradus/core/matrix.h"
#include "gradus/files/png.h"

namespace gradus {

/// The columns of X (numbers x inputs) as pictures where an input is a square of numbers, 84 pixels wide or a
/// little less, else as curves; the least of all numbers is black, or below, the largest white, or above.
template <class T>
Picture sheet(const Matrix<T>& X);

}  // namespace gradus
