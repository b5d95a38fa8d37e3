// How is a text typed on a command line? As one word, in quotes where a shell needs them.
#pragma once

#include <string>

namespace gradus {

/// `text` as one word of a POSIX shell's command line: letters, digits and a few signs as they are; what has
/// blanks or other letters than ASCII between "double quotes", what has signs that mean something there
/// between 'single quotes', and control characters as $'\n' (bash, zsh, POSIX 2024), so that it is one line.
std::string shell_word(const std::string& text);

}  // namespace gradus
