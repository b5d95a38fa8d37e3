// When do several processes that train together stop, and when do they save? Only where all do.
#pragma once

#include <chrono>
#include <vector>

#include "gradus/core/ranks.h"

namespace gradus {

/// Asked by each rank after each update. Somebody's wish to stop, and that of rank 0 to save, come true on
/// all of them behind the same update: they tell each other about five times a second by the clock of rank 0,
/// so seldom that it costs nothing. A process alone has its wish at once.
class Agreement {
public:
    struct Decision {
        bool stop, save;
    };

    explicit Agreement(Ranks* ranks) : ranks_(ranks) {}

    Decision operator()(bool stop, bool save);

private:
    using Clock = std::chrono::steady_clock;
    Ranks* ranks_;
    double updates_ = 1, left_ = 1;  // from one meeting to the next; until the next
    Clock::time_point met_ = Clock::now();
    std::vector<double> said_;
};

}  // namespace gradus
