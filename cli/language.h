// In which language does the program speak? English, or Chinese, whose sentences stand in words/zh.po.
#pragma once

#include <CLI/CLI.hpp>

namespace gradus::cli {

/// Chooses the language of all sentences: what --language says, else the first of LC_ALL, LC_MESSAGES and
/// LANG that is not empty (zh_CN.UTF-8 and the like: Chinese). With --json it is English, so that results are
/// read by programs in one way. Before the options are parsed, whose help and errors are said in it.
void choose_language(int argc, char** argv);

/// The option, which was obeyed before: here it has its help, and its value is checked.
void add_language_option(CLI::App& app);

}  // namespace gradus::cli
