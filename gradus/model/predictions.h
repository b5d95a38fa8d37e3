// What does a model say about rows, as text? A field for each answer, with the digits that mean something.
#pragma once

#include <string>
#include <vector>

#include "gradus/model/model.h"

namespace gradus {

/// The lines of CSV that `gradus predict` writes, from outputs (out x n) of the model. Model and outputs must
/// outlive it.
template <class T>
class Predictions {
public:
    /// `with_values`: behind a class or labels what each of them has; `raw`: the outputs themselves, and no
    /// answer in words.
    Predictions(const Model<T>& model, const Matrix<T>& outputs, bool with_values, bool raw);

    /// The names of the columns; of a model of another program those of its outputs.
    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
    /// Begins a row with a class, or the labels that it has?
    [[nodiscard]] bool has_answer() const { return !raw_ && (classifies() || has_labels()); }
    [[nodiscard]] std::string answer(Index row) const;
    /// The numbers behind the answer: probabilities, or values in own units.
    [[nodiscard]] const Matrix<double>& values() const { return values_; }
    /// Do they stand for more digits than a T has?
    [[nodiscard]] bool leaves_in_double() const { return model_.target.in_double; }

    [[nodiscard]] std::string header() const;         ///< with the end of the line
    [[nodiscard]] std::string line(Index row) const;  ///< so, too

private:
    [[nodiscard]] bool is_foreign() const { return model_.target.names.empty(); }
    [[nodiscard]] bool classifies() const { return model_.target.task == Task::classify; }
    [[nodiscard]] bool has_labels() const { return model_.target.task == Task::multilabel; }
    [[nodiscard]] std::string field(Index i, Index row) const;
    void name_columns();

    const Model<T>& model_;
    const Matrix<T>& outputs_;
    bool raw_;
    std::vector<Index> classes_;
    Matrix<double> values_;
    std::vector<std::string> columns_;
};

}  // namespace gradus
