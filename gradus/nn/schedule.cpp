#include "gradus/nn/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gradus/core/elementary.h"

namespace gradus {

static double cosine(double t, double T) {
    return (1 + cos(std::numbers::pi * t / T)) / 2;
}

static double warmup_cosine(Index t, Index T) {
    const Index warmup = std::max<Index>(1, std::lround(0.05 * double(T)));
    return t < warmup ? double(t + 1) / double(warmup) : cosine(double(t - warmup), double(T - warmup));
}

double schedule_factor(Schedule schedule, Index t, Index T) {
    switch (schedule) {
        case Schedule::constant:
        case Schedule::plateau:
            return 1;
        case Schedule::step:
            return 4 * t >= 3 * T ? 0.01 : 2 * t >= T ? 0.1 : 1;
        case Schedule::cosine:
            return cosine(double(t), double(T));
        case Schedule::warmup_cosine:
            return warmup_cosine(t, T);
    }
    return 1;  // a number that is no schedule: the compiler asks for a case of each
}

void Plateau::see(double cost) {
    constexpr Index patience = 10;
    if (epochs++ == 0 || cost < lowest) {
        lowest = cost;
        waiting = 0;
    } else if (++waiting == patience) {
        factor /= 10;
        waiting = 0;
    }
}

}  // namespace gradus
