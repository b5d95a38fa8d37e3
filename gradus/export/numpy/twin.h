// How would a run look in NumPy? As a program in the tutorial's style that does it again, number by number.
#pragma once

#include <string>

#include "gradus/data/dataset.h"
#include "gradus/export/numpy/data.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// A Python program that needs NumPy alone, does what train(data, recipe) does, and prints the lines of
/// `gradus train`. Its costs are the same to 1e-9 relative when the recipe's precision is double; they have
/// all their digits, but for the tutorial's own run, which prints the tutorial's. Its functions have the
/// tutorial's names.
///
/// `source` says where X and Y come from. Throws Error (input) for a layer that has no twin (numpy_layers.h).
std::string numpy_program(const Dataset& data, const Recipe& recipe, const NumpyData& source);

}  // namespace gradus
