// What is a finding? A sentence, the numbers it rests on, and what to type.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "gradus/model/recipe.h"

namespace gradus {

/// One way to help: an option as it is typed, and what it does to a recipe.
struct Cure {
    std::string option;                  ///< "--learning-rate 0.03"
    std::function<void(Recipe&)> apply;  ///< does the same to a recipe
};

/// What should become smaller when a cure is tried.
enum class Benefit {
    loss,    ///< on the validation examples; without them, on those for training
    recall,  ///< 1 - the mean over the classes of the share that is recognised, on the same
    gap,     ///< the validation loss less the training loss: over-fitting
};

/// Something that keeps a network from learning, or spoils what it learns.
struct Finding {
    std::string name;                 ///< for programs: "dead_units"
    double weight = 0;                ///< the heavier, the more important; from 0 to 100
    std::string sentence = {};        ///< what is wrong
    std::string evidence = {};        ///< the measured numbers that say so
    std::string hint = {};            ///< the option to type
    std::vector<Cure> cures = {};     ///< candidates for the hint, the likeliest first; may be empty
    bool suspicion = false;           ///< the numbers alone do not prove it: it holds if a cure helps
    Benefit benefit = Benefit::loss;  ///< what a cure must make smaller
};

}  // namespace gradus
