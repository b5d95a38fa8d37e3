// What does a field of a text file say? A number, nothing, or text.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gradus {

/// The double nearest to a decimal number: "7", "-0.5", "+.5", "5.", "1e-3". No number: "inf" and what is too
/// large for a double, "nan", "0x1A", "1,5", "1 000", "" and everything else. What is too small is 0.
std::optional<double> number_in(std::string_view field);

/// Nothing, or one of the words that pandas takes for a missing value (NA, N/A, n/a, NaN, nan, null, NULL,
/// None, <NA>, #N/A, #NA, ...), or one of ? - .
bool is_missing(std::string_view field);

/// Is it UTF-8 without a NUL (RFC 3629)?
bool is_utf8(std::string_view text);

/// For a message: in quotation marks, shortened if long, with what cannot be shown as \x..
std::string in_quotes(std::string_view text);

/// Several, as `"a", "b" and "c"`; of more than `most` the first, `and 5 more`.
std::string in_quotes(std::span<const std::string> texts, std::size_t most = 3);

/// The number that `word` spells from its first to its last letter ("0.5", "1e-3"), or NaN.
double to_number(std::string_view word);

/// The shortest text that reads back as the same number.
std::string to_text(double number);

}  // namespace gradus
