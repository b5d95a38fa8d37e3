// How long would more processes take? A model of what an update costs, fed with what was measured here
// (docs/scale.md).
#pragma once

#include <vector>

#include "gradus/core/ranks.h"
#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// What is between two processes. As it stands here: a network of 10 Gbit/s.
struct Link {
    double latency = 20e-6;     ///< of a message, seconds
    double bandwidth = 1.25e9;  ///< bytes a second
    bool measured = false;      ///< or as it stands here
};

/// Measures it by letters between ranks 0 and 1, which is told to all; all call it. Of a process alone: as it
/// stands above.
Link measured_link(Ranks& ranks);

/// What training costs one process.
struct TrainingCosts {
    /// Seconds of an update on so many examples.
    struct Update {
        Index examples;
        double seconds;
    };
    std::vector<Update> updates = {};  ///< on the batch, on half of it, a quarter, ..., one example
    double parameter_bytes = 0;        ///< of the network
    Index pieces = 1;                  ///< in which the gradient is handed on
    bool shares_batches = true;        ///< false: so tiny that each process computes all of it
    Index planned_updates = 0;         ///< of one network, if nothing stops it early
    Index networks = 1;                ///< that are trained: several are dealt out,
    bool together = false;             ///< or trained together, one after the other, where data is shared
    Index at_once = 1;                 ///< so many of them by one process

    /// Between two that were measured, a straight line.
    [[nodiscard]] double seconds(double examples) const;
};

/// Trains the recipe's network (of several the first) for a moment on each number of examples. Of several
/// ranks, who all call it, the slowest counts: they share a machine's memory. Of shared data each trains on
/// one batch of it. Throws as train() does.
TrainingCosts measured_costs(const Dataset& data, const Recipe& recipe, Index networks, Ranks& ranks);

/// With m examples in a batch, S pieces, P bytes of parameters, latency a, bandwidth B, and t(n) the seconds
/// of an update on n examples, an update of R processes takes
///
///     t(m / R) (1 + (R - 1) / (3 S)) + 2 P / B + (R - 1 + 2 log2 R) a        for R > 1:
///
/// the passes over their own examples; a third of them, the gradient, waits for the rank before until all are
/// busy; the gradient travels to the last, the new parameters from each to all. Networks that are dealt out
/// take t(m) an update, and R processes train R at_once of them at a time. Those that are trained together
/// take the sum.
struct Prediction {
    Index ranks = 1;
    double update = 0;    ///< seconds
    double training = 0;  ///< seconds of all updates
};
Prediction predicted(const TrainingCosts& costs, const Link& link, Index ranks);

}  // namespace gradus
