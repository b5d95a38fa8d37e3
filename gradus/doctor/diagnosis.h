// What would a doctor do? Measure a run, judge it, try the cures, and compare with what needs no network.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gradus/doctor/finding.h"
#include "gradus/doctor/measurements.h"
#include "gradus/model/training.h"

namespace gradus {

/// Findings, the most important first; a healthy run has none.
struct Diagnosis {
    std::vector<Finding> findings;  ///< the most important first
    Measurements measured;          ///< what they are judged by
    /// By a logistic or linear regression, on the examples of score(); empty where none could be trained.
    std::optional<Evaluation> linear;
    bool interrupted = false;  ///< by Watch::stop
    bool saved = false;        ///< of a network that was there before: nothing was trained

    /// On the validation examples; without them, on those for training.
    [[nodiscard]] const Evaluation& score() const {
        return measured.validation ? *measured.validation : measured.training;
    }
};

/// Trains by the recipe while measuring, and trains again with each cure of the most important finding, so
/// that its hint is the one that helped most. `trying` is told before each of these runs.
template <class T>
Diagnosis diagnose(const Dataset& data, const Recipe& recipe, const Watch& watch = {},
                   const std::function<void(const Cure&)>& trying = {});

/// What a saved network does with this data, no example set aside: its units, its answers, the data as it
/// sees them. Nothing is trained but the linear baseline. Of what the network cannot do on the data that it
/// comes from, the first cure is the hint, untried; on other data, training it further is.
template <class T>
Diagnosis diagnose(const Model<T>& model, const Dataset& data, const Recipe& recipe);

/// Does the network beat both baselines, the simplest answer and a linear model? One sentence.
std::string verdict(const Diagnosis& diagnosis);

/// The short form, of a training that is over: from its costs and what it learned, without a further run. It
/// looks at so few examples that it takes about a hundredth of the training's time.
template <class T>
std::vector<Finding> check(const Recipe& recipe, const Course& history, const Trained<T>& trained,
                           const PreparedData<T>& prepared);

}  // namespace gradus
