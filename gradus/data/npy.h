// What is in a file of numpy.save? An array of numbers.
#pragma once

#include "gradus/core/ranks.h"
#include "gradus/data/byte_source.h"
#include "gradus/data/table.h"

namespace gradus {

/// Reads NPY files of the versions 1, 2 and 3
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8
/// b1 of either byte order. One dimension is a column; of two, the second counts the columns; of three
/// (examples x channels x length) each channel comes after the other, and the table has `channels` and
/// `length`. Three or four dimensions of u1 are images (examples x height x width, perhaps x colours): each
/// pixel is a column, with the divisor 255, and a note says so. Fortran order for one and two dimensions. NaN
/// is a missing number. Throws Error (input) for other types and shapes and for what read_array
/// refuses. Several ranks share the table, as read_array says.
Table read_npy(ByteSource& bytes, Ranks* ranks = nullptr);

}  // namespace gradus
