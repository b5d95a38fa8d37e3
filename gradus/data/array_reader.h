// How do the numbers of an array become columns? One after another, each place of an example a column.
#pragma once

#include <string>

#include "gradus/core/ranks.h"
#include "gradus/data/byte_source.h"
#include "gradus/data/table.h"

namespace gradus {

/// How an array lies in a file, behind its header.
struct ArrayLayout {
    Index rows = 0;
    Index columns = 1;
    std::size_t item_size = 1;  ///< bytes of a number
    double (*number)(const char* bytes) = nullptr;
    bool by_columns = false;  ///< column after column rather than row after row (Fortran)
};

/// Reads all numbers and finds the end. Memory grows with what is really there, whatever the header tells.
/// Throws Error (input) when there are fewer or more bytes, for infinite numbers, and for arrays that are
/// empty or have more than 1,000,000 columns. Several ranks share the table (shared_table.h), and all call
/// it.
Table read_array(ByteSource& bytes, const ArrayLayout& layout, Ranks* ranks = nullptr);

/// Exactly so many bytes of a header; throws Error (input) when the file ends before.
std::string read_header(ByteSource& bytes, std::size_t size);

}  // namespace gradus
