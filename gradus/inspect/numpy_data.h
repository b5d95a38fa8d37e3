// Where do X and Y of a NumPy program come from? Functions that make, divide and scale the data.
#pragma once

#include <string>
#include <string_view>

#include "gradus/data/dataset.h"
#include "gradus/data/generators.h"
#include "gradus/data/scaler.h"

namespace gradus {

/// Where a program gets its data.
struct NumpyData {
    std::string words;  ///< of the command line: "moons --noise 0.2"
    /// The function that returns X (features x m) and Y (1 x m class numbers, or targets x m).
    std::string load_data;
};

/// Built-in data, made by the formulas of data/generators.h.
NumpyData numpy_generated(const std::string& name, const GeneratorSettings& settings);

/// Any data, all its numbers written out. Throws Error (input) when they are too many to be read.
NumpyData numpy_written_out(const Dataset& data);

/// The function split(Y), which divides as split() does.
std::string numpy_split(const Dataset& data, double validation_share, std::uint32_t seed);

/// The function scale(X, like), or scale(X) when each example has a scale of its own. Empty for no scaling.
std::string numpy_scale(Scaling scaling);

/// The function one_hot(Y): a row of 0 and 1 for each class.
std::string numpy_one_hot(Index classes);

/// The function balanced_weights(Y): each class counts alike.
std::string numpy_balanced_weights();

}  // namespace gradus
