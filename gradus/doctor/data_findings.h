// What is wrong with the data itself? Scales, constants, and a column that knows the answer.
#pragma once

#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/doctor/finding.h"

namespace gradus {

/// Examples as a network sees them, whatever they were read from.
struct Columns {
    std::vector<std::string> names;         ///< of the features
    std::vector<std::string> sources = {};  ///< the column that each comes from; empty: itself
    Matrix<double> X = {};                  ///< features x examples, scaled as the recipe says
    Matrix<double> truth = {};  ///< 1 x examples: class numbers; or targets x examples, in their own units
};

/// Unscaled inputs, a column that predicts the label alone, targets on a scale of their own, columns that
/// never vary.
std::vector<Finding> data_findings(const Columns& data, const Recipe& recipe);

}  // namespace gradus
