// What do other programs call it? An option of scikit-learn, Keras or PyTorch leads to ours.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <string_view>

namespace gradus::cli {

/// What to type instead of an option that `command` does not have: "--learning-rate" for "--lr". Empty: not
/// known.
std::string our_word_for(std::string_view option, const CLI::App& command);

}  // namespace gradus::cli
