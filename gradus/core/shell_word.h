// How is a text typed on a command line? As one word, in quotes where a shell needs them; and the reverse.
#pragma once

#include <string>
#include <vector>

namespace gradus {

/// `text` as one word of a POSIX shell's command line: letters, digits and a few signs as they are; what has
/// blanks or other letters than ASCII between "double quotes", what has signs that mean something there
/// between 'single quotes', and control characters as $'\n' (bash, zsh, POSIX 2024), so that it is one line.
std::string shell_word(const std::string& text);

/// The texts whose `shell_word`s stand in `line`, between blanks.
std::vector<std::string> shell_words(const std::string& line);

}  // namespace gradus
