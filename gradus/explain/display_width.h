// How wide is a text on a terminal? A Chinese character takes two columns, an accent none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// The columns of a terminal that `text` (UTF-8) takes: 2 for East Asian wide characters and pictures, 0 for
/// combining marks, else 1; 1 for each byte that is not UTF-8. (Unicode Standard Annex 11.)
int display_width(std::string_view text);

/// The text with spaces up to `width` columns, behind it or before it; longer ones are cut off and end in
/// "~".
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

/// A part of a text that stays on one line: a word, or a Chinese character with the punctuation behind it.
struct Piece {
    std::string text = {};
    bool behind_blank = false;  ///< of a word: it had one before it
};
std::vector<Piece> pieces_of(std::string_view text);

/// The label and the text behind it in lines of at most `width` columns; the others begin below the text.
std::string behind_label(const std::string& label, std::string_view text, int width = 80);

}  // namespace gradus
