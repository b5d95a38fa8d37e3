// What is in a file of examples? A table: rows, and columns of numbers or of text.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "gradus/math/matrix.h"

namespace gradus {

/// Stands for a number that is not there.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// One column. It holds numbers if all of its fields that are present are numbers, otherwise text.
struct Column {
    static constexpr std::int32_t no_text = -1;

    std::string name;                 ///< from the header; without one its number, from 1
    std::vector<double> numbers;      ///< of each row; NaN where it is missing
    std::vector<std::int32_t> codes;  ///< of text: the place of each row's text among `texts`, or no_text
    std::vector<std::string> texts;   ///< those that occur, in the order of their first occurrence

    [[nodiscard]] bool is_text() const { return !codes.empty(); }
};

/// Rows are examples. Arrays are tables as well: each place of an example is a column.
struct Table {
    std::string name;  ///< of the file, for messages
    Index rows = 0;
    std::vector<Column> columns;
    Index channels = 0;  ///< of an array of series (examples x channels x length); otherwise 0
    Index length = 0;
    double factor = 1;  ///< what the numbers are multiplied with before anything else: 1/255 for pixels
};

}  // namespace gradus
