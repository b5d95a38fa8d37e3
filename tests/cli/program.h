// How is the program tested? As its users meet it: a command line in, two streams and a status out.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace gradus::tests {

/// Where the program runs. By default: no terminal, nobody interrupts, everything is read.
struct Situation {
    bool terminal = false;                      ///< stderr is a terminal of 80 columns
    std::vector<std::string> environment = {};  ///< as in "NO_COLOR=1"
    std::string output_file = {};               ///< takes stdout; nothing is captured then
    bool reader_leaves = false;                 ///< stdout is closed behind its first line
    int signal = 0;                             ///< sent once ...
    std::string at = {};                        ///< ... this text stands in stdout or stderr
    std::optional<std::size_t> disk = {};       ///< no file can have more bytes: then the disk is full
};

struct Outcome {
    int status = -1;  ///< the exit status; -1 when a signal ended the program
    std::string out;
    std::string err;
    double seconds = 0;
    double seconds_after_signal = 0;
    double peak_megabytes = 0;
    int most_threads = 0;  ///< seen at a time
};

/// Runs `gradus` with the words of a command line; 'single quotes' hold a word together.
Outcome run(const std::string& command_line, const Situation& situation = {});
Outcome run_words(std::vector<std::string> words, const Situation& situation = {});

/// The stdout of a run that must end with status 0.
std::string without_error(const std::string& command_line);

std::vector<std::string> lines_of(const std::string& text);

/// Of the lines that --json prints.
std::vector<nlohmann::json> objects_of(const std::string& text);

/// The program runs in a folder of this test's own, which is empty at first. A file there: written, read
/// (empty if there is none), and the names of all of them in order.
void write_here(const std::string& name, const std::string& content);
std::string read_here(const std::string& name);
std::vector<std::string> names_here();

#ifdef GRADUS_SANITIZED
inline constexpr bool sanitized = true;  ///< the program is slow, and large in memory
#else
inline constexpr bool sanitized = false;
#endif

}  // namespace gradus::tests
