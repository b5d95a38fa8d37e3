// Which examples can the output layer not tell apart? Those that look alike to the hidden units before it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/doctor/state.h"

namespace gradus {

/// What the activations say about the examples that a classification did not learn.
struct LookAlikes {
    std::vector<Index> undecided;  ///< examples whose true class has less than 3/4 of the probability
    double lowest = 1;             ///< see `highest`
    double highest = 0;  ///< the probability of class 1 over them; with many outputs, of the true class
    /// Examples of different classes, at least one of them undecided. From member to member, no number of the
    /// layer before the output differs by more than a twentieth of the layer's range.
    std::vector<std::vector<Index>> sets;
    double difference = 0;  ///< the largest such difference in all sets
    /// Of all pairs of different classes, the least difference in the number that differs most; 0 for more
    /// than 100 examples.
    double least_difference = 0;

    [[nodiscard]] Index alike() const;  ///< members of all sets
};

/// The names of these examples, "(0,1)", if they and their features are few; else none.
std::vector<std::string> example_names(const Dataset& data, const std::vector<Index>& rows);

/// "(0,1) and (1,1), near p = 0.50"; without names, how many look alike.
std::string described(const LookAlikes& found, std::span<const std::string> names);

/// For a classification: of the examples that the state has kept.
LookAlikes look_alikes(const State& state);

}  // namespace gradus
