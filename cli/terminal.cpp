#include "cli/terminal.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "cli/arguments.h"
#include "cli/language.h"
#include "gradus/core/letters.h"
#include "gradus/core/say.h"

namespace gradus::cli {

static std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// Of the terminal behind stderr, in characters.
static std::size_t line_width() {
    winsize size{};
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void add_terminal_options(CLI::App& command, TerminalSettings& settings) {
    command.option_defaults()->group(say("Output"));
    command.add_flag("--json", settings.json, say("results as one JSON object on each line"))
        ->disable_flag_override();
    command.add_flag("--quiet", settings.quiet, say("no notes and no progress"))->disable_flag_override();
    const auto read = [&settings](const std::string& text) {
        name_index("--color", text, {"auto", "always", "never"});
        settings.color = text;
    };
    add_value(command, "--color", "NAME",
              say("of the notes: auto, always or never; auto: on a terminal, unless NO_COLOR is set"), read)
        ->default_str("auto");
    add_language_option(command);
    command.get_help_ptr()->group(say("Output"));
}

Terminal::Terminal(const TerminalSettings& settings)
    : settings_(settings), live_(isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb") {
    const bool wanted = live_ && environment("NO_COLOR").empty();
    colored_ = settings.color == "always" || (settings.color == "auto" && wanted);
}

void Terminal::print_line(std::string_view line) {
    if (settings_.json) return;
    clear_live_line();
    print_to_stdout(fmt::format("{}\n", line));
}

void Terminal::print_json(const Json& object) {
    if (settings_.json) print_json_text(object.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Terminal::print_json_text(std::string_view object) {
    if (!settings_.json) return;
    clear_live_line();
    print_to_stdout(std::string(object) + "\n");
}

void Terminal::note(Phrase title, std::string_view text) {
    const std::string label = say(title);
    if (title.english == std::string_view("note")) notes_.emplace_back(text);
    if (settings_.quiet) return;
    clear_live_line();
    const std::string shown = visible(text);  // names may hold ends of lines
    const std::string line = colored_ ? fmt::format("\x1b[36m{:<9}\x1b[0m {}\n", label, shown)
                                      : fmt::format("{:<9} {}\n", label, shown);
    std::fputs(line.c_str(), stderr);
}

void Terminal::show_live_line(std::string line) {
    line.resize(std::min(line.size(), line_width() - 1));
    std::fputs(("\r\x1b[K" + line).c_str(), stderr);
    live_line_shown_ = true;
}

void Terminal::clear_live_line() {
    if (!live_line_shown_) return;
    std::fputs("\r\x1b[K", stderr);
    live_line_shown_ = false;
}

void print_to_stdout(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
    if (errno == EPIPE) throw ReaderGone();
    throw Error(Fault::input,
                {.place = say("standard output"),
                 .found = say("cannot be written ({})", std::generic_category().message(errno))});
}

void print_error(std::string_view sentence) {
    std::fputs((visible(say("error: {}", sentence)) + "\n").c_str(), stderr);
}

}  // namespace gradus::cli
