#include "cli/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "cli/arguments.h"

namespace gradus::cli {

void add_terminal_options(CLI::App& command, TerminalSettings& settings) {
    command.add_flag("--json", settings.json, "results as one JSON object on each line");
    command.add_flag("--quiet", settings.quiet, "no notes and no progress on stderr");
    const auto read = [&settings](const std::string& text) {
        name_index("--color", text, {"auto", "always", "never"});
        settings.color = text;
    };
    command.add_option_function<std::string>("--color", read, "of the notes: auto, always or never (auto)")
        ->type_name("WHEN");
}

Terminal::Terminal(const TerminalSettings& settings)
    : settings_(settings), live_(isatty(STDERR_FILENO) == 1) {
    const char* no_color =
        std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nobody writes the environment
    const bool wanted = live_ && (no_color == nullptr || *no_color == '\0');
    colored_ = settings.color == "always" || (settings.color == "auto" && wanted);
}

void Terminal::print_line(std::string_view line) {
    if (settings_.json) return;
    clear_live_line();
    fmt::print("{}\n", line);
    if (live_) std::fflush(stdout);
}

void Terminal::print_json(const Json& object) {
    if (!settings_.json) return;
    clear_live_line();
    fmt::print("{}\n", object.dump(-1, ' ', false, Json::error_handler_t::replace));
    if (live_) std::fflush(stdout);
}

void Terminal::note(std::string_view label, std::string_view text) {
    if (settings_.quiet) return;
    clear_live_line();
    if (colored_) {
        fmt::print(stderr, "\x1b[36m{:<9}\x1b[0m {}\n", label, text);
    } else {
        fmt::print(stderr, "{:<9} {}\n", label, text);
    }
}

void Terminal::progress(double share, std::string_view text) {
    using namespace std::chrono_literals;
    if (settings_.quiet) return;
    const Clock::time_point now = Clock::now();
    if (now - last_progress_ < (live_ ? Clock::duration(100ms) : Clock::duration(10s))) return;
    last_progress_ = now;
    const double elapsed = std::chrono::duration<double>(now - began_).count();
    const double left = share > 0 ? elapsed / share - elapsed : 0;
    if (live_) {
        constexpr int width = 24;
        const int filled = static_cast<int>(share * width);
        fmt::print(stderr, "\r\x1b[K[{:#<{}}{:.<{}}] {:3.0f} %  {}  {:.0f} s left", "", filled, "",
                   width - filled, 100 * share, text, left);
        std::fflush(stderr);
        live_line_shown_ = true;
    } else {
        fmt::print(stderr, "{:<9} {:.0f} %  {}  {:.0f} s left\n", "progress", 100 * share, text, left);
    }
}

void Terminal::clear_live_line() {
    if (!live_line_shown_) return;
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
    live_line_shown_ = false;
}

void print_error(std::string_view sentence) {
    fmt::print(stderr, "error: {}\n", sentence);
}

}  // namespace gradus::cli
