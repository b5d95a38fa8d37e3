// Which functions are applied number by number, over whole columns?
#pragma once

#include <cstdint>

#include "gradus/core/matrix.h"

namespace gradus {

/// f(count, x, y, ...) for each run of numbers that lie one after the other in all of the views, which have
/// one shape and contiguous columns: once for all numbers where no column is followed by a gap, else once for
/// each column.
template <class F, class T, class... U>
void contiguous_runs(F f, View<T> X, View<U>... others) {
    const auto gapless = [&X](const auto& V) { return V.column_step() == X.rows(); };
    if (gapless(X) && (gapless(others) && ...)) {
        f(X.rows() * X.columns(), X.data(), others.data()...);
    } else {
        for (Index j = 0; j < X.columns(); ++j) f(X.rows(), X.column(j), others.column(j)...);
    }
}

// Y(i, j) = f(X(i, j)) for contiguous columns, in vector registers of the machine's width. Y may be X. Errors
// and limits: gradus/core/simd/functions.h.
#define GRADUS_FUNCTION(f)                      \
    void f(View<float> Y, View<const float> X); \
    void f(View<double> Y, View<const double> X);
GRADUS_FUNCTION(exp)
GRADUS_FUNCTION(expm1)
GRADUS_FUNCTION(log)
GRADUS_FUNCTION(log1p)
GRADUS_FUNCTION(tanh)
GRADUS_FUNCTION(sigmoid)
GRADUS_FUNCTION(softplus)
GRADUS_FUNCTION(sinpi)
GRADUS_FUNCTION(cospi)
GRADUS_FUNCTION(erf)
GRADUS_FUNCTION(normal_cdf)
GRADUS_FUNCTION(normal_density)
#undef GRADUS_FUNCTION

/// Y(i, j) = f(X(i, j)) for contiguous columns.
template <class T, class F>
void map(View<T> Y, View<const T> X, F f) {
    for (Index j = 0; j < Y.columns(); ++j) {
        T* y = Y.column(j);
        const T* x = X.column(j);
        for (Index i = 0; i < Y.rows(); ++i) y[i] = f(x[i]);
    }
}

/// y(i) = x(i) / 255: the grey of a pixel, from 0 to 1.
void pixels(float* y, const std::uint8_t* x, Index count);
void pixels(double* y, const std::uint8_t* x, Index count);

/// Y(i, j) = X(i, j), for contiguous columns; those of X may overlap.
void copy(const View<float>& Y, const View<const float>& X);
void copy(const View<double>& Y, const View<const double>& X);

/// Y(i, j) += X(i, j), for contiguous columns.
void add(const View<float>& Y, const View<const float>& X);
void add(const View<double>& Y, const View<const double>& X);

/// Y(i, j) += b(i), for contiguous columns.
void add_to_columns(View<float> Y, const float* b);
void add_to_columns(View<double> Y, const double* b);

/// sums(i) = X(i, 0) + X(i, 1) + ..., in this order, for contiguous columns; or the sums go on with them.
void sum_columns(float* sums, View<const float> X, bool go_on = false);
void sum_columns(double* sums, View<const double> X, bool go_on = false);

/// values(i) /= divisor.
void divide(float* values, Index count, float divisor);
void divide(double* values, Index count, double divisor);

}  // namespace gradus
