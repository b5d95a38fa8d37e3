#include "gradus/core/matrix.h"

#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

std::size_t matrix_size(Index rows, Index columns) {
    constexpr Index most = Index{1} << 36;
    const auto fail = [&](const std::string& expected) {
        throw Error(
            Fault::usage,
            {.place = "Matrix", .found = say("{} rows and {} columns", rows, columns), .expected = expected});
    };
    if (rows < 0 || columns < 0) fail(say("none below 0"));
    if (columns > 0 && rows > most / columns) fail(say("at most {} numbers in all", most));
    return static_cast<std::size_t>(rows * columns);
}

void require_row_length(Index row, std::size_t found, Index expected) {
    if (static_cast<Index>(found) == expected) return;
    throw Error(Fault::usage, {.place = "Matrix",
                               .found = say("row {} has {} numbers", row + 1, found),
                               .expected = say("{}, as many as in the first row", expected)});
}

}  // namespace gradus
