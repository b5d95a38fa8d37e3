#include "gradus/data/table.h"

#include <array>
#include <charconv>
#include <cmath>

#include "gradus/data/number.h"
#include "gradus/error.h"

namespace gradus {

std::string text_of(double number) {
    if (number == 0) return "0";  // not "-0"
    const bool whole = std::abs(number) < 1e15 && std::trunc(number) == number;
    std::array<char, 32> text{};
    const auto result = whole ? std::to_chars(text.begin(), text.end(), number, std::chars_format::fixed)
                              : std::to_chars(text.begin(), text.end(), number);
    return {text.begin(), result.ptr};
}

void require_numbers(const Table& table, const Column& column, const std::string& hint) {
    if (!column.is_text()) return;
    throw Error(Fault::input,
                {.place = table.name + ":" + std::to_string(column.first_text_line),
                 .found = "column " + in_quotes(column.name) + " holds " + in_quotes(column.first_text),
                 .expected = "a number",
                 .hint = hint});
}

}  // namespace gradus
