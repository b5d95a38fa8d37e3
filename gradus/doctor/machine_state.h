// What has a machine of pre-training learned? Its hidden units and its free energies, over the examples.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/model/training.h"

namespace gradus {

/// A restricted Boltzmann machine when it has learned; and how it came there, where somebody watched.
struct MachineState {
    Index layer = 0;                                       ///< that it is pre-trained for, from 1
    VisibleUnits visible_units = VisibleUnits::bernoulli;  ///< which kind
    HiddenUnits hidden_units = HiddenUnits::bernoulli;     ///< which kind
    Index examples = 0;                                    ///< that were looked at
    std::vector<double> activation = {};  ///< of each hidden unit, the mean over the examples
    std::vector<Index> off = {};          ///< hidden units, from 1, that are off for every example
    std::vector<Index> on = {};           ///< on for every example; Bernoulli units only
    /// Of Bernoulli visible units: the sum of the inputs' variances over that of bits with the same means, p
    /// (1
    /// - p). 1: they are bits.
    double variance_of_bits = 1;
    double free_energy = 0;                            ///< the mean over the training examples
    double free_energy_deviation = 0;                  ///< their standard deviation
    std::optional<double> monitored_free_energy = {};  ///< the mean over the validation examples

    double learning_rate = 0;         ///< of its updates; 0: nobody watched
    std::vector<double> errors = {};  ///< of reconstruction, the mean over each epoch
    std::vector<double> gaps = {};    ///< of free energies, at the end of each epoch
    double update_ratio = 0;          ///< ||dW|| / ||W|| of an update near the end
    std::string failure = {};         ///< why it broke down; empty: it did not
};

/// So little, or so much short of 1, is the most that a unit that is off (on) has for any example. Our
/// choice.
inline constexpr double off_for_all = 0.01;

/// The machines after pre-training, over the first examples of both parts, at most `most` of each.
template <class T>
std::vector<MachineState> look_at(const std::vector<Rbm<T>>& machines, const PretrainingData<T>& data,
                                  Index most = 10'000);

/// The same over the examples with a label, of which no others are copied.
template <class T>
std::vector<MachineState> look_at(const std::vector<Rbm<T>>& machines, const PreparedData<T>& prepared,
                                  Index most = 10'000);

/// Pre-trains as pretrain() does, to the same bits, and watches. Of a machine that breaks down it has the
/// failure, and those above it are not learned. `keep` receives those that are; it may be null.
template <class T>
std::vector<MachineState> observe_machines(Beginning<T>& beginning, const PreparedData<T>& prepared,
                                           const Recipe& recipe, const Watch& watch = {},
                                           std::vector<Rbm<T>>* keep = nullptr);

}  // namespace gradus
