// How does the learning rate change during a run? A factor for each update.
#pragma once

#include <array>

#include "gradus/core/matrix.h"

namespace gradus {

/// With t = 0 .. T-1 the number of the update and T the updates that the run may make:
enum class Schedule {
    constant,       ///< 1
    step,           ///< 1, from T/2 on 1/10, from 3T/4 on 1/100 (He et al. 2016)
    cosine,         ///< (1 + cos(pi t / T)) / 2 (Loshchilov and Hutter 2017)
    warmup_cosine,  ///< (t + 1) / w for the first w = T/20 updates (at least one), then cosine over the rest
    plateau,        ///< divided by 10 whenever 10 epochs in a row bring no lower cost
};
inline constexpr std::array schedule_names{"constant", "step", "cosine", "warmup-cosine", "plateau"};

/// The factor of update t of T; plateau depends on the costs, its factor here is 1.
double schedule_factor(Schedule schedule, Index t, Index T);

/// Remembers the lowest cost, and how long ago it was. A value: part of a run's state.
struct Plateau {
    double factor = 1;  ///< of the learning rate
    double lowest = 0;  ///< cost so far
    Index epochs = 0;   ///< seen so far
    Index waiting = 0;  ///< epochs since the lowest cost

    /// An epoch ended with this cost.
    void see(double cost);
};

}  // namespace gradus
