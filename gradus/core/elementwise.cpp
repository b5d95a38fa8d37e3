#include "gradus/core/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/core/elementwise.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/simd/functions.h"

// GRADUS_EACH_FUNCTION(X) says X(exp) X(expm1) ... for the functions that are offered for whole matrices.
#ifndef GRADUS_EACH_FUNCTION
#define GRADUS_EACH_FUNCTION(X) \
    X(exp)                      \
    X(expm1)                    \
    X(log) X(log1p) X(tanh) X(sigmoid) X(softplus) X(sinpi) X(cospi) X(erf) X(normal_cdf) X(normal_density)
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

#define GRADUS_DEFINE(f)                                                                    \
    void f##_float(Index count, const float* x, float* y) {                                 \
        sweep(                                                                              \
            count, [](Numbers<float> x, Numbers<float>& y) HWY_ATTR { y = f(x); }, x, y);   \
    }                                                                                       \
    void f##_double(Index count, const double* x, double* y) {                              \
        sweep(                                                                              \
            count, [](Numbers<double> x, Numbers<double>& y) HWY_ATTR { y = f(x); }, x, y); \
    }
GRADUS_EACH_FUNCTION(GRADUS_DEFINE)
#undef GRADUS_DEFINE

// F on each column of Y and X.
template <class T, class F>
HWY_INLINE void sweep_columns(const View<T>& Y, const View<const T>& X, F f) {
    for (Index j = 0; j < Y.columns(); ++j) sweep(Y.rows(), f, Y.column(j), X.column(j));
}

template <class T>
void copy_all(const View<T>& Y, const View<const T>& X) {
    sweep_columns(Y, X, [](Numbers<T>& y, Numbers<T> x) HWY_ATTR { y = x; });
}

template <class T>
void add_all(const View<T>& Y, const View<const T>& X) {
    sweep_columns(Y, X, [](Numbers<T>& y, Numbers<T> x) HWY_ATTR { y = y + x; });
}

// Y(i, j) += b(i). A short b stays in a register.
template <class T>
void add_to_each(const View<T>& Y, const T* b) {
    const Index rows = Y.rows();
    if (rows > Numbers<T>::count()) {
        add_all<T>(Y, View<const T>(b, rows, Y.columns(), 1, 0));
        return;
    }
    const Numbers<T> all_of_b = load(b, rows);
    for (Index j = 0; j < Y.columns(); ++j) store(load(Y.column(j), rows) + all_of_b, Y.column(j), rows);
}

// A register of sums after the other, so that each is stored once.
template <class T>
void sum_up(T* sums, const View<const T>& X, bool go_on) {
    for (Index i = 0; i < X.rows(); i += Numbers<T>::count()) {
        const Index left = X.rows() - i;
        Numbers<T> sum = go_on ? load(sums + i, left) : Numbers<T>(0);
        for (Index j = 0; j < X.columns(); ++j) sum = sum + load(X.column(j) + i, left);
        store(sum, sums + i, left);
    }
}

template <class T>
void divide_all(T* values, Index count, T divisor) {
    const Numbers<T> d = divisor;
    sweep(
        count, [d](Numbers<T>& x) HWY_ATTR { x = x / d; }, values);
}

// The compiler makes vectors of this by itself.
template <class T>
void read_pixels(T* y, const std::uint8_t* x, Index count) {
    for (Index i = 0; i < count; ++i) y[i] = static_cast<T>(x[i]) / 255;
}

#define GRADUS_DEFINE(T)                                                \
    void pixels_##T(T* y, const std::uint8_t* x, Index count) {         \
        read_pixels(y, x, count);                                       \
    }                                                                   \
    void copy_##T(const View<T>& Y, const View<const T>& X) {           \
        copy_all<T>(Y, X);                                              \
    }                                                                   \
    void add_##T(const View<T>& Y, const View<const T>& X) {            \
        add_all<T>(Y, X);                                               \
    }                                                                   \
    void add_to_columns_##T(const View<T>& Y, const T* b) {             \
        add_to_each<T>(Y, b);                                           \
    }                                                                   \
    void sum_columns_##T(T* sums, const View<const T>& X, bool go_on) { \
        sum_up<T>(sums, X, go_on);                                      \
    }                                                                   \
    void divide_##T(T* values, Index count, T divisor) {                \
        divide_all(values, count, divisor);                             \
    }
GRADUS_DEFINE(float)
GRADUS_DEFINE(double)
#undef GRADUS_DEFINE

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

#define GRADUS_OFFER(f)                                          \
    HWY_EXPORT(f##_float);                                       \
    HWY_EXPORT(f##_double);                                      \
    void f(View<float> Y, View<const float> X) {                 \
        contiguous_runs(HWY_DYNAMIC_DISPATCH(f##_float), X, Y);  \
    }                                                            \
    void f(View<double> Y, View<const double> X) {               \
        contiguous_runs(HWY_DYNAMIC_DISPATCH(f##_double), X, Y); \
    }
GRADUS_EACH_FUNCTION(GRADUS_OFFER)
#undef GRADUS_OFFER

#define GRADUS_OFFER(T)                                           \
    HWY_EXPORT(copy_##T);                                         \
    HWY_EXPORT(add_##T);                                          \
    HWY_EXPORT(pixels_##T);                                       \
    HWY_EXPORT(add_to_columns_##T);                               \
    HWY_EXPORT(sum_columns_##T);                                  \
    HWY_EXPORT(divide_##T);                                       \
    void pixels(T* y, const std::uint8_t* x, Index count) {       \
        HWY_DYNAMIC_DISPATCH(pixels_##T)(y, x, count);            \
    }                                                             \
    void copy(const View<T>& Y, const View<const T>& X) {         \
        HWY_DYNAMIC_DISPATCH(copy_##T)(Y, X);                     \
    }                                                             \
    void add(const View<T>& Y, const View<const T>& X) {          \
        HWY_DYNAMIC_DISPATCH(add_##T)(Y, X);                      \
    }                                                             \
    void add_to_columns(View<T> Y, const T* b) {                  \
        HWY_DYNAMIC_DISPATCH(add_to_columns_##T)(Y, b);           \
    }                                                             \
    void sum_columns(T* sums, View<const T> X, bool go_on) {      \
        HWY_DYNAMIC_DISPATCH(sum_columns_##T)(sums, X, go_on);    \
    }                                                             \
    void divide(T* values, Index count, T divisor) {              \
        HWY_DYNAMIC_DISPATCH(divide_##T)(values, count, divisor); \
    }
GRADUS_OFFER(float)
GRADUS_OFFER(double)
#undef GRADUS_OFFER

}  // namespace gradus
#endif
