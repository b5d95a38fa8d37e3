// How is a command line read? Options whose values are checked, and errors that are one sentence.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/core/spoken.h"
#include "gradus/model/settings.h"

namespace gradus::cli {

/// Parses; false when help or the version was asked for, and printed. Throws Error (usage) with a hint for a
/// command or option that is unknown, missing, without its value, or there twice.
bool parse(CLI::App& app, int argc, char** argv);

/// How often may an option come?
enum class Times { once, any };

/// An option with a value, which `read` checks and keeps. Throws Error (usage) when it comes too often, or
/// with nothing behind it that is no TEXT ("$unset").
CLI::Option* add_value(CLI::App& app, const std::string& option, const std::string& type,
                       const std::string& help, const std::function<void(const std::string&)>& read,
                       Times times = Times::once);

/// "-": of rows and programs that are written, as of those that are read.
inline bool is_standard_output(const std::string& file) {
    return file == "-";
}

/// A file that is written must be none of the others, which the command reads or writes as well (empty: there
/// is none), and no "-". Throws Error (usage).
void require_own_file(const std::string& option, const std::string& file,
                      const std::vector<std::string>& others);

/// The option of a setting: its words, its help and its default come from the table.
CLI::Option* add_setting(CLI::App& app, Choices& to, const Setting& setting);

CLI::Option* add_real(CLI::App& app, const std::string& option, std::optional<double>& to,
                      const std::string& help);

template <class Whole>
CLI::Option* add_whole(CLI::App& app, const std::string& option, std::optional<Whole>& to, Index low,
                       Index high, const std::string& help) {
    return add_value(app, option, "N", help, [&to, option, low, high](const std::string& text) {
        to = static_cast<Whole>(whole_number(option, text, low, high));
    });
}

/// An option whose value is one of an enumeration's names.
template <class Enumeration>
CLI::Option* add_name(CLI::App& app, const std::string& option, std::optional<Enumeration>& to,
                      std::span<const char* const> names, const std::string& help) {
    const std::vector<std::string> texts(names.begin(), names.end());
    const auto read = [&to, option, texts](const std::string& text) {
        to = static_cast<Enumeration>(name_index(option, text, texts));
    };
    return add_value(app, option, "NAME", say("{}: {}", help, one_of(texts)), read);
}

}  // namespace gradus::cli
