// What is learned from? Examples with their truth, and how they are divided.
#pragma once

#include <string>
#include <vector>

#include "gradus/math/matrix.h"
#include "gradus/math/random.h"

namespace gradus {

/// Examples in columns, with the names of everything. With class names, the truth is one row of class numbers
/// (0, 1, ...); without, it is one row of values for each target.
struct Dataset {
    std::string name;
    Matrix<double> X;  ///< features x examples
    Matrix<double> Y;  ///< 1 x examples, or targets x examples
    std::vector<std::string> feature_names;
    std::vector<std::string> target_names;
    std::vector<std::string> class_names;

    [[nodiscard]] Index examples() const { return X.columns(); }
    [[nodiscard]] Index features() const { return X.rows(); }
    [[nodiscard]] bool has_classes() const { return !class_names.empty(); }
};

/// Numbers of examples, each part in ascending order.
struct Split {
    std::vector<Index> training;
    std::vector<Index> validation;
};

/// Sets a share of the examples aside for validation: the first of one random permutation; from every class
/// the same share, rounded, so that the parts resemble each other.
Split split(const Dataset& data, double validation_share, RandomState random);

/// How many examples such a division leaves for training.
Index training_examples(const Dataset& data, double validation_share);

/// The columns of M with these numbers, in this order.
Matrix<double> select(View<const double> M, const std::vector<Index>& columns);

}  // namespace gradus
