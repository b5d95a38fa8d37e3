// How do the seeds end, and why? Runs that ended alike are a group; its reason is measured.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/doctor/look_alikes.h"
#include "gradus/model/training.h"

namespace gradus {

/// How the run of one seed ended.
struct Outcome {
    std::uint32_t seed = 0;                     ///< of the weights and the order
    bool solved = false;                        ///< see solved() in training.h
    double cost = 0;                            ///< infinite when training failed
    Index examples = 0;                         ///< that it learned from
    Index wrong = 0;                            ///< of them, for a classification or a multi-label
    double r2 = 0;                              ///< for a regression
    LookAlikes look_alikes = {};                ///< for a classification
    std::string last_name = {};                 ///< of the numbers that look alike: "A1"
    std::vector<std::string> dead = {};         ///< hidden layers all of whose units are dead
    bool constant = false;                      ///< one answer for all examples
    std::optional<Evaluation> validation = {};  ///< of the examples set aside, where there are some
};

/// Trains with this seed. Throws Error as train() does, but for a training that fails; (usage) without a
/// truth.
template <class T>
Outcome try_seed(const Dataset& data, Recipe recipe, std::uint32_t seed, const Watch& watch = {});

/// Trains with the seeds 0 .. count - 1, each on one thread and so many at a time as fit into the memory, at
/// most `threads`; several ranks, who all call it, deal them out. `tried` is called after each, by one thread
/// at a time. Nothing when it was stopped.
std::optional<std::vector<Outcome>> try_seeds(const Dataset& data, const Recipe& recipe, Index count,
                                              Index threads, const std::stop_token& stop = {},
                                              const std::function<void()>& tried = {},
                                              Ranks* ranks = nullptr);

/// Seeds that ended alike.
struct OutcomeGroup {
    bool solved = false;                    ///< all of them, or none
    double cost = 0;                        ///< the median
    std::string reason;                     ///< why they did not, in words
    std::vector<std::uint32_t> seeds = {};  ///< in ascending order
};

/// Solved runs are one group; the others belong together while their costs, in ascending order, have no gap.
/// The largest group comes first. `names` are those of
/// example_names().
std::vector<OutcomeGroup> group(std::vector<Outcome> outcomes, Task task, std::span<const std::string> names);

/// What the activations say about runs that ended alike: "2 of 4 examples look alike to the hidden units:
/// ...".
std::string reason_of(std::span<const Outcome> members, Task task, std::span<const std::string> names);

}  // namespace gradus
