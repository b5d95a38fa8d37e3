// What does a person see? Results on stdout; notes, warnings and progress on stderr.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/say.h"

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
    ~Terminal() { clear_live_line(); }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    /// A line of results on stdout; nothing with --json.
    void print_line(std::string_view line);

    /// With --json: one object on one line of stdout; nothing otherwise.
    void print_json(const Json& object);
    void print_json_text(std::string_view object);

    /// A note on stderr: a label and a text; nothing with --quiet.
    void note(Phrase label, std::string_view text);
    /// The texts of those called "note" so far, also with --quiet.
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

    /// The one line at the bottom of a terminal that is written again and again; its end is cut off where it
    /// does not fit. For a Terminal that is live().
    void show_live_line(std::string line);

    [[nodiscard]] bool quiet() const { return settings_.quiet; }
    [[nodiscard]] bool live() const { return live_; }  ///< stderr is a terminal that obeys escapes

private:
    void clear_live_line();

    TerminalSettings settings_;
    std::vector<std::string> notes_;
    bool live_;
    bool colored_;
    bool live_line_shown_ = false;
};

/// Nobody reads stdout any more, as behind `| head`: nothing is wrong, and nothing is left to do.
class ReaderGone : public std::exception {};

/// Writes at once. Throws Error (input) when it cannot: a full disk; ReaderGone when the pipe is closed.
void print_to_stdout(std::string_view text);

/// "error: ..." on stderr, one line whatever the sentence quotes.
void print_error(std::string_view sentence);

}  // namespace gradus::cli
