// What does --help look like? Groups of options with their defaults, in lines of at most 80 characters.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace gradus::cli {

/// Two columns: a label, and an explanation that is wrapped.
std::string help_row(const std::string& label, const std::string& text);

/// The layout of all help texts; an option's default (default_str) stands in brackets behind it.
class HelpLayout final : public CLI::FormatterBase {
public:
    std::string make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const override;
};

}  // namespace gradus::cli
