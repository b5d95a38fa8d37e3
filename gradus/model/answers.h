// What does a model say to each example, and how wrong is it? Example by example, in the user's terms.
#pragma once

#include <vector>

#include "gradus/model/model.h"

namespace gradus {

/// A model's answers to n examples.
struct Answers {
    /// Probabilities (classes x n, labels x n), predictions in own units (targets x n, inputs x n), or hidden
    /// units (hidden x n).
    Matrix<double> values = {};
    std::vector<Index> classes = {};  ///< of a classification: those predicted
    std::vector<double> losses = {};  ///< of each example, on the scale of the outputs; of `encode` its
                                      ///< reconstruction error

    [[nodiscard]] bool empty() const { return losses.empty(); }  ///< of no examples
};

/// The answers to encoded examples X with truth Y (as PreparedData makes them). Throws Error (usage) when the
/// sizes do not fit.
template <class T>
Answers answers(const Model<T>& model, Same<T> X, Same<T> Y);

/// The same of examples that several processes may share, who then all call it.
template <class T>
Answers answers(const Model<T>& model, const Examples<T>& examples);

/// The same from outputs A (out x n) that are there already; the losses are those of the outputs alone.
template <class T>
Answers answers_of(const Model<T>& model, Same<T> A, Same<T> Y);

/// The answers to these rows of a data set. Throws Error (input) unless it has the model's columns and
/// classes.
template <class T>
Answers answers(const Model<T>& model, const Dataset& data, const std::vector<Index>& rows);

}  // namespace gradus
