// What would a doctor do? Measure a run, judge it, try the cures, and compare with what needs no network.
#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "gradus/doctor/cures.h"
#include "gradus/doctor/finding.h"
#include "gradus/doctor/measurements.h"
#include "gradus/model/training.h"

namespace gradus {

/// Findings, the most important first; a healthy run has none.
struct Diagnosis {
    std::vector<Finding> findings;       ///< the most important first
    std::vector<Finding> harmless = {};  ///< signs of which no cure helped: no faults
    Measurements measured;               ///< what they are judged by
    bool interrupted = false;            ///< by Watch::stop
    bool saved = false;                  ///< of a network that was there before: nothing was trained

    /// On the validation examples; without them, on those for training.
    [[nodiscard]] const Evaluation& score() const {
        return measured.validation ? *measured.validation : measured.training;
    }
};

/// Trains by the recipe while measuring, and trains again with each cure that says something new, until one
/// helps: it becomes the hint of its finding. Other findings have none. Where fewer than 200 examples are set
/// aside and do not tell whether the network is worth anything, all are asked (folds.h). `trying` is told
/// before each run with a cure; `validation` are examples set aside in a file.
template <class T>
Diagnosis diagnose(const Dataset& data, const Recipe& recipe, const Watch& watch = {},
                   const std::function<void(const Cure&)>& trying = {}, const Dataset* validation = nullptr);

/// What a saved network does with this data, no example set aside: its units, its answers, the data as it
/// sees them. Nothing is trained but the linear baseline, so no option is advised.
template <class T>
Diagnosis diagnose(const Model<T>& model, const Dataset& data, const Recipe& recipe);

/// Does the network beat both baselines, the simplest answer and a linear model? One sentence.
std::string verdict(const Diagnosis& diagnosis);

/// The short form, of a run that is over (the first, with its validation examples): from its costs and what
/// it learned, without a further run; but what an ensemble's folds may flatter is asked once more
/// (stopped_by_other_folds), unless `stop`. What diagnose() finds of the same run, but for what only a cure
/// could prove.
template <class T>
std::vector<Finding> check(const Dataset& data, const Recipe& recipe, const Course& history,
                           const Trained<T>& trained, const PreparedData<T>& prepared,
                           const Dataset* validation = nullptr, const std::stop_token& stop = {});

}  // namespace gradus
