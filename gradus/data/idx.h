// What is in an IDX file, as MNIST has them? Images, or their labels.
#pragma once

#include "gradus/core/ranks.h"
#include "gradus/data/byte_source.h"
#include "gradus/data/table.h"

namespace gradus {

/// Reads unsigned bytes (0, 0, 8, the number of dimensions; each dimension in four bytes, the largest first;
/// the bytes; http://yann.lecun.com/exdb/mnist). The first dimension counts the examples. One dimension is a
/// column of labels; of several, each pixel is a column, row after row, with the divisor 255. Throws Error
/// (input) for another header or type and for what read_array refuses. Several ranks share the table, as
/// read_array says.
Table read_idx(ByteSource& bytes, Ranks* ranks = nullptr);

}  // namespace gradus
