// What does a person see? Results on stdout; notes, warnings and progress on stderr.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace gradus::cli {

using Json = nlohmann::ordered_json;

struct TerminalSettings {
    bool json = false;
    bool quiet = false;
    std::string color = "auto";
};

void add_terminal_options(CLI::App& command, TerminalSettings& settings);

class Terminal {
public:
    explicit Terminal(const TerminalSettings& settings);

    /// A line of results on stdout.
    void print_line(std::string_view line);

    /// With --json: one object on one line of stdout; nothing otherwise.
    void print_json(const Json& object);

    /// A note on stderr: a label and a text; nothing with --quiet.
    void note(std::string_view label, std::string_view text);

    /// How far a run is. On a terminal one line that is written again and again, elsewhere a line every ten
    /// seconds.
    void progress(double share, std::string_view text);

    [[nodiscard]] bool json() const { return settings_.json; }

private:
    using Clock = std::chrono::steady_clock;

    void clear_live_line();

    TerminalSettings settings_;
    bool live_;  // stderr is a terminal
    bool colored_;
    bool live_line_shown_ = false;
    Clock::time_point began_ = Clock::now();
    Clock::time_point last_progress_ = Clock::now();
};

/// "error: ..." on stderr.
void print_error(std::string_view sentence);

}  // namespace gradus::cli
