// What happens on Ctrl-C? The run is asked to stop; a second time, the program ends at once.
#pragma once

#include <stop_token>

namespace gradus::cli {

/// From its construction on, SIGINT, SIGTERM and what batch systems send before a job's time is over
/// (SIGUSR1, SIGUSR2) request a stop instead of ending the program.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    [[nodiscard]] static std::stop_token token();

    /// 128 and the signal's number: 130 for SIGINT, 143 for SIGTERM; 0 when there was none.
    [[nodiscard]] static int exit_status();
    /// Has any of the ranks received one? All call it together.
    [[nodiscard]] static bool anywhere();
    /// The status of what was stopped: the same, or 143 where it was another rank that somebody asked to
    /// stop.
    [[nodiscard]] static int stopped_status() { return exit_status() == 0 ? 143 : exit_status(); }
};

}  // namespace gradus::cli
