// What does a sentence of the program advise, and is it a command line?
#pragma once

#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {

/// A command line that a hint stands for: the options that it names take the place of those that were typed.
struct Advice {
    std::string hint;                ///< as it was printed
    std::vector<std::string> words;  ///< what to type
};

/// The words of a text as a shell takes them: blanks separate, quotes hold together.
std::vector<std::string> shell_words(const std::string& text);

/// What can be typed of all that a run of these words printed: of hints in brackets, and of lines "type" and
/// "gradus doctor ... tries what could help". A hint may name several options of which one is enough;
/// placeholders (FILE, N) cannot be typed, and are left out, as is what only says which option to leave out.
std::vector<Advice> advice_in(const std::string& printed, const std::vector<std::string>& words);

}  // namespace gradus::tests
