// How wide is a text on a terminal? A Chinese character takes two columns, an accent none.
#pragma once

#include <string>
#include <string_view>

namespace gradus {

/// The columns of a terminal that `text` (UTF-8) takes: 2 for East Asian wide characters and pictures, 0 for
/// combining marks, else 1; 1 for each byte that is not UTF-8. (Unicode Standard Annex 11.)
int display_width(std::string_view text);

/// The text with spaces up to `width` columns, behind it or before it; longer ones are cut off and end in
/// "~".
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

}  // namespace gradus
