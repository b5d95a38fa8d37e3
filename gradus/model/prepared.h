// What does a network see of a data set? Matrices: divided, encoded, in its precision.
#pragma once

#include "gradus/data/dataset.h"
#include "gradus/data/features.h"
#include "gradus/model/model.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/run.h"

namespace gradus {

/// A data set as the network sees it: divided into training and validation, its features and its target
/// fitted to the training part, in its precision, one output row for each class. Of a member (ensemble.h) the
/// training part is all folds but its own, which validates; the features, which see no truth, are those of
/// the whole ensemble, fitted to all folds.
template <class T>
struct PreparedData {
    /// Sets a share of the examples aside; or, when `validation` is given, takes its examples instead.
    /// `model` lends its features and target instead of fitted ones (fine-tuning). Throws Error (input) when
    /// no example is left for training, or the model's columns are missing.
    PreparedData(const Dataset& data, const Recipe& recipe, double validation_share,
                 const Dataset* validation = nullptr, const Model<T>* model = nullptr);

    Features features;  ///< fitted_features of the training part
    Target target;      ///< fitted to the training part
    Table sample;       ///< the first three examples of the training part
    Matrix<T> X;        ///< for training
    Matrix<T> Y;        ///< for training
    /// For training: a factor of each loss, of mean 1; times what balances the classes. A batch of m examples
    /// costs 1/m sum w l; all of them, sum w l / sum w. May be empty: all are 1.
    Matrix<T> weights;
    Matrix<T> validation_weights;           ///< for validation, of mean 1; may be empty
    Matrix<double> row_weights;             ///< of the examples for training, as the data says; may be empty
    Matrix<double> validation_row_weights;  ///< the same for validation
    Matrix<T> validation_X;                 ///< empty without validation
    Matrix<T> validation_Y;                 ///< empty without validation
    Matrix<T> unlabelled_X;                 ///< for pre-training; empty without it
    Matrix<double> truth;             ///< what the data says: class numbers, or values in their own units
    Matrix<double> validation_truth;  ///< the same for validation
    bool stops_early = false;         ///< by the validation examples
    std::vector<Range> bins;          ///< the inputs that are bins (Examples::bins)
    /// Processes that share the data: of X and of validation_X each has its share, of all else the whole.
    Ranks* shared_by = nullptr;

    /// To train with.
    [[nodiscard]] Examples<T> training() const {
        return {.X = X, .Y = Y, .weights = weights, .bins = bins, .shared_by = shared_by};
    }
    /// To validate with.
    [[nodiscard]] Examples<T> validation() const {
        return {.X = validation_X,
                .Y = validation_Y,
                .weights = validation_weights,
                .bins = bins,
                .shared_by = shared_by};
    }
    /// Is there anything to validate with?
    [[nodiscard]] bool validates() const { return !validation_X.empty() || !validation_Y.empty(); }
    /// What a run may look at: the validation examples, if they stop it early; else none.
    [[nodiscard]] Examples<T> watched() const { return stops_early ? validation() : Examples<T>{}; }
};

/// Weights (1 x n) over their mean; empty stays empty. Throws Error (input) when they are all 0.
template <class T>
Matrix<T> of_mean_one(View<const double> weights);

/// The truth as the network's outputs should be: of a classification one row of 0 and 1 for each class (for
/// two classes the second's row says all), of a multi-label one for each label, of a regression each target
/// on the scale of its line. Throws Error (usage) for a class number or a number of targets that does not
/// fit.
template <class T>
Matrix<T> targets(View<const double> Y, const Target& target);

/// Throws Error (input) unless the data set has this target's classes, or as many labels or values.
void require_same_target(const Target& target, const Dataset& data);

/// The target of a data set: its classes or labels, or lines fitted to Y.
Target fit_target(const Dataset& data, View<const double> Y, const Recipe& recipe);

/// The division that the recipe asks for; nothing is set aside when its validation is a file. Of a member
/// (ensemble.h) what it is stopped by and judged on is its fold of the rest.
Split division(const Dataset& data, const Recipe& recipe);

/// The recipe's folds of the examples that it does not set aside: of each of these rows, in ascending order,
/// its fold from 0.
std::vector<Index> folds_of(const Dataset& data, const Recipe& recipe);

/// How many examples it sets aside.
Index validation_examples(const Dataset& data, const Recipe& recipe);

/// The features of the data, fitted to these rows as the recipe says.
Features fitted_features(const Dataset& data, std::span<const Index> rows, const Recipe& recipe);

/// What the network sees of the training part of this data.
struct InputRange {
    bool from_0_to_1 = true;  ///< every number of it is
    double variance = 0;      ///< the mean of the inputs' variances: the error of reconstructing the mean
};
InputRange input_range(const Dataset& data, const Recipe& recipe);

/// The target of a task without a truth: the hidden units h1, h2, ..., or the inputs by their names, on the
/// scale of the features.
Target fit_target(const Features& features, const Recipe& recipe);

/// The truth for the network's outputs when it sees X: targets(), or of a reconstruction X itself (drawn into
/// 0 .. 1 where the loss needs probabilities). Of `encode` there is none.
template <class T>
Matrix<T> targets_for(const Target& target, LossKind loss, View<const T> X, View<const double> Y);

/// How many numbers an example of this data becomes when the features are fitted to its training part.
Index input_width(const Dataset& data, const Recipe& recipe);

/// Throws Error (input) when the recipe's division leaves no example for training, or there is only one
/// group, or only one time, where it divides by them.
void require_divisible(const Dataset& data, const Recipe& recipe);

}  // namespace gradus
