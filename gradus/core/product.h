// How are two matrices multiplied? One product for the whole library.
#pragma once

#include <type_traits>

#include "gradus/core/matrix.h"

namespace gradus {

/// Each step of a sum is a b + c. What does a machine do that cannot round this once (fused multiply-add)?
enum class Rounding {
    fastest,  ///< it rounds twice: other bits than the other machines
    once,     ///< it does as they do, in software: the same bits, more slowly by far
};

/// For a layer with these parameters: up to 1000 of them, and it has the same bits on every machine.
template <class Parameters>
constexpr Rounding rounding_for(const Parameters& parameters) {
    return parameters.size() <= 1000 ? Rounding::once : Rounding::fastest;
}

/// C = A B, with C (M x N), A (M x K), B (K x N). Every element is the sum over k = 0 .. K-1, in this order,
/// so its bits do not depend on how the rows and columns of C are divided among callers. A and B may be views
/// of any strides (a transposed view is a transposed factor) and may overlap each other; C must overlap
/// neither.
void product(const View<float>& C, const View<const float>& A, const View<const float>& B,
             Rounding rounding = Rounding::fastest);
void product(const View<double>& C, const View<const double>& A, const View<const double>& B,
             Rounding rounding = Rounding::fastest);

/// Where a sum is taken in several calls: does this one go on with what the result holds, and by what is it
/// divided behind the last number (1: not at all)?
struct SumEnds {
    bool go_on = false;
    Index divisor = 1;
};

/// C = A B / divisor, or C = (C + A B) / divisor. Wherever a sum is cut, it has the bits of one call.
void product(const View<float>& C, const View<const float>& A, const View<const float>& B, SumEnds ends,
             Rounding rounding = Rounding::fastest);
void product(const View<double>& C, const View<const double>& A, const View<const double>& B, SumEnds ends,
             Rounding rounding = Rounding::fastest);

/// C = C + A B: the sums in C go on with k = 0 .. K-1.
void add_product(const View<float>& C, const View<const float>& A, const View<const float>& B,
                 Rounding rounding = Rounding::fastest);
void add_product(const View<double>& C, const View<const double>& A, const View<const double>& B,
                 Rounding rounding = Rounding::fastest);

/// The same, where C is a Matrix.
template <class T, class Factor = View<const T>>
void product(Matrix<T>& C, const std::type_identity_t<Factor>& A, const std::type_identity_t<Factor>& B,
             Rounding rounding = Rounding::fastest) {
    product(C.view(), A, B, rounding);
}
template <class T, class Factor = View<const T>>
void add_product(Matrix<T>& C, const std::type_identity_t<Factor>& A, const std::type_identity_t<Factor>& B,
                 Rounding rounding = Rounding::fastest) {
    add_product(C.view(), A, B, rounding);
}

}  // namespace gradus
