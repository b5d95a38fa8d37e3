// How is a command line read? Options whose values are checked, and errors that are one sentence.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/error.h"
#include "gradus/math/matrix.h"

namespace gradus::cli {

/// Parses, and prints help or the version when asked. Throws Error (usage) with a hint when an option is
/// unknown, lacks its value, or comes twice.
void parse(CLI::App& app, int argc, char** argv);

/// `text` as a finite number. Throws Error (usage).
double real_number(const std::string& option, const std::string& text);

/// `text` as a whole number in [low, high]. Throws Error (usage).
Index whole_number(const std::string& option, const std::string& text, Index low, Index high);

/// The place of `text` among the names. Throws Error (usage) that lists them.
std::size_t name_index(const std::string& option, const std::string& text,
                       const std::vector<std::string>& names);

CLI::Option* add_real(CLI::App& app, const std::string& option, std::optional<double>& to,
                      const std::string& help);

template <class Whole>
CLI::Option* add_whole(CLI::App& app, const std::string& option, std::optional<Whole>& to, Index low,
                       Index high, const std::string& help) {
    const auto read = [&to, option, low, high](const std::string& text) {
        to = static_cast<Whole>(whole_number(option, text, low, high));
    };
    return app.add_option_function<std::string>(option, read, help)->type_name("N");
}

/// An option whose value is one of an enumeration's names.
template <class Enumeration>
CLI::Option* add_name(CLI::App& app, const std::string& option, std::optional<Enumeration>& to,
                      std::span<const char* const> names, const std::string& help) {
    const std::vector<std::string> texts(names.begin(), names.end());
    const auto read = [&to, option, texts](const std::string& text) {
        to = static_cast<Enumeration>(name_index(option, text, texts));
    };
    return app.add_option_function<std::string>(option, read, help + ": " + one_of(texts))->type_name("NAME");
}

}  // namespace gradus::cli
