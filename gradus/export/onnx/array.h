// What flows through an ONNX graph? Numbers or texts, with their dimensions.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gradus/export/onnx/file.h"

namespace gradus::onnx {

/// The last dimension fastest. Numbers of any type are kept in double: those of float are rounded to float,
/// whole ones are right up to 2^53.
struct Array {
    Type type = Type::none;
    std::vector<Index> dims = {};
    std::vector<double> numbers = {};
    std::vector<std::string> texts = {};

    [[nodiscard]] bool is_text() const { return type == Type::string; }
    [[nodiscard]] Index size() const {  ///< the product of the dimensions
        return static_cast<Index>(is_text() ? texts.size() : numbers.size());
    }
    [[nodiscard]] Index rank() const { return static_cast<Index>(dims.size()); }
    /// Dimension `axis`, from behind if it is negative.
    [[nodiscard]] Index dim(Index axis) const {
        return dims[static_cast<std::size_t>(axis < 0 ? axis + rank() : axis)];
    }
    double& operator[](Index i) { return numbers[static_cast<std::size_t>(i)]; }
    double operator[](Index i) const { return numbers[static_cast<std::size_t>(i)]; }
};

/// The product. Throws Error (input), without a place, beyond what any model here may have.
Index product_of(std::span<const Index> dims);

/// Throws Error (input), without a place.
[[noreturn]] void refuse(const std::string& found, const std::string& expected = {});

Array array_of(const Tensor& tensor);
/// Whole numbers, as one dimension.
Array integers(const std::vector<Index>& numbers);
/// Zeros.
Array array_of(Type type, std::vector<Index> dims);

/// What all operators of a graph may take together: memory grows with what is really in the file.
class Work {
public:
    /// So many numbers are in the file.
    void allow(double numbers) { there_ += numbers; }
    /// Throws Error (input), without a place, when it becomes too much: numbers that are made, and
    /// multiplications.
    void spend(double numbers, double multiplications = 0);

    bool exact = false;  ///< nothing is rounded to float

private:
    double there_ = 0, numbers_ = 0, multiplications_ = 0;
};

}  // namespace gradus::onnx
