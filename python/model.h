// How does Python hold a model, in either precision?
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>
#include <string>

#include "gradus/model/model.h"
#include "gradus/nn/metrics.h"

namespace gradus::python {

namespace nb = nanobind;

/// Answers to single rows of numbers (model.cpp).
class RowAnswers;

/// A model that nobody changes any more: many threads may ask it.
struct FittedModel {
    AnyModel any;                                   ///< in either precision
    mutable std::shared_ptr<RowAnswers> rows = {};  ///< made when needed, by whoever holds Python's lock

    /// What is the same in both.
    [[nodiscard]] const Target& target() const {
        return std::visit([](const auto& model) -> const Target& { return model.target; }, any);
    }
    [[nodiscard]] const Recipe& recipe() const {  ///< how it was trained
        return std::visit([](const auto& model) -> const Recipe& { return model.recipe; }, any);
    }
};

/// A matrix as an array, a row for each of its columns; its memory is the array's, nothing is copied.
template <class T>
auto as_rows(Matrix<T> M) {
    auto owned = std::make_unique<Matrix<T>>(std::move(M));
    T* const data = owned->data();
    const std::size_t rows = static_cast<std::size_t>(owned->columns()),
                      columns = static_cast<std::size_t>(owned->rows());
    const nb::capsule owner(owned.release(),
                            [](void* memory) noexcept { delete static_cast<Matrix<T>*>(memory); });
    return nb::ndarray<nb::numpy, T, nb::ndim<2>>(data, {rows, columns}, owner);
}

/// The metrics by name, each with its standard error beside it: "accuracy", "accuracy_se"; None where there
/// is none.
nb::dict metrics(const Evaluation& evaluation, const Target& target);

}  // namespace gradus::python
