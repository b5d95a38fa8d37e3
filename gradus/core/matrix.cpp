#include "gradus/core/matrix.h"

#include <string>

#include "gradus/core/error.h"

namespace gradus {

std::size_t matrix_size(Index rows, Index columns) {
    constexpr Index most = Index{1} << 36;
    const auto fail = [&](const std::string& expected) {
        throw Error(Fault::usage,
                    {.place = "Matrix",
                     .found = std::to_string(rows) + " rows and " + std::to_string(columns) + " columns",
                     .expected = expected});
    };
    if (rows < 0 || columns < 0) fail("none below 0");
    if (columns > 0 && rows > most / columns) fail("at most " + std::to_string(most) + " numbers in all");
    return static_cast<std::size_t>(rows * columns);
}

void require_row_length(Index row, std::size_t found, Index expected) {
    if (static_cast<Index>(found) == expected) return;
    throw Error(Fault::usage,
                {.place = "Matrix",
                 .found = "row " + std::to_string(row + 1) + " has " + std::to_string(found) + " numbers",
                 .expected = std::to_string(expected) + ", as many as in the first row"});
}

}  // namespace gradus
