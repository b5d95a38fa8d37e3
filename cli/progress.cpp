#include "cli/progress.h"

#include <fmt/format.h>

#include <cmath>

#include "gradus/core/say.h"

namespace gradus::cli {

using namespace std::chrono_literals;

static std::string bar(double share) {
    constexpr int width = 16;
    const auto filled = static_cast<std::size_t>(share * width);
    return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "] ";
}

std::string duration_text(double seconds) {
    constexpr double longest = 1e9;  // 30 years
    if (!(seconds < longest)) return say("very long");
    const auto all = std::lround(seconds);
    if (all < 60) return say("{} s", all);
    if (all < 3600) return say("{} min {} s", all / 60, all % 60);
    return say("{} h {} min", all / 3600, all / 60 % 60);
}

// Where an update takes a microsecond, a look at the clock at each would show.
bool Progress::is_time() {
    if (++calls_ < wait_) return false;
    calls_ = 0;
    const Clock::time_point now = Clock::now();
    wait_ = now - looked_ < 1ms ? 2 * wait_ : now - looked_ > 20ms ? 1 : wait_;
    looked_ = now;
    const auto pause = terminal_.live() ? Clock::duration(100ms) : Clock::duration(5s);
    if (now - shown_ < pause) return false;
    shown_ = now;
    return true;
}

void Progress::report(double done, double all, const std::optional<double>& cost) {
    if (terminal_.quiet()) return;
    if (!first_done_) {
        first_done_ = done;
        began_ = looked_ = shown_ = Clock::now();
    }
    if (!is_time()) return;
    const double elapsed = std::chrono::duration<double>(shown_ - began_).count();
    const double rate = (done - *first_done_) / elapsed;
    std::string text = fmt::format("{:3.0f} %  ", std::floor(100 * done / all));
    if (cost) text += fmt::format("cost {:.6f}  ", *cost);
    text += fmt::format("{:.{}f} ", rate, rate < 10 ? 1 : 0) +
            say("{}/s  {} left", unit_, duration_text((all - done) / rate));
    if (terminal_.live()) {
        terminal_.show_live_line(bar(done / all) + text);
    } else {
        terminal_.note("progress", text);
    }
}

}  // namespace gradus::cli
