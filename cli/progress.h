// How far is it? On a terminal one line that is written again and again, elsewhere a plain line now and then.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/terminal.h"

namespace gradus::cli {

/// The progress of one piece of work, from the first report on.
class Progress {
public:
    /// `unit` is what is counted, in the plural: "updates".
    Progress(Terminal& terminal, std::string unit) : terminal_(terminal), unit_(std::move(unit)) {}

    /// `done` of `all` are done. May be called as often as you like: it looks at the clock now and then.
    void report(double done, double all, const std::optional<double>& cost = {});

private:
    using Clock = std::chrono::steady_clock;

    [[nodiscard]] bool is_time();

    Terminal& terminal_;
    std::string unit_;
    std::optional<double> first_done_ = {};  ///< at the first report: there the clock starts
    Clock::time_point began_ = {};
    Clock::time_point looked_ = {};
    Clock::time_point shown_ = {};
    long calls_ = 0;  ///< since the last look at the clock
    long wait_ = 1;   ///< so many calls until the next
};

/// "45 s", "3 min 20 s", "2 h 5 min"
std::string duration_text(double seconds);

}  // namespace gradus::cli
