// Where do X and Y of a NumPy program come from? The function load_data.
#pragma once

#include <string>

#include "gradus/data/dataset.h"
#include "gradus/data/generators.h"

namespace gradus {

/// Where a program gets its data.
struct NumpyData {
    std::string words;  ///< of the command line: "moons --noise 0.2"
    /// The function that returns X (features x m) and Y (1 x m class numbers, or targets x m); X alone where
    /// nothing is to be predicted.
    std::string load_data;
    /// The function load_unlabelled, which returns X of the rows without a label; empty: there are none.
    std::string load_unlabelled = {};
};

/// Built-in data, made by the formulas of data/generators.h; without its target where that is not wanted.
NumpyData numpy_generated(const std::string& name, const GeneratorSettings& settings,
                          bool with_target = true);

/// Any data, all its numbers written out. Throws Error (input) when they are too many to be read.
NumpyData numpy_written_out(const Dataset& data);

}  // namespace gradus
