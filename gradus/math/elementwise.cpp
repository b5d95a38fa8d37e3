#include "gradus/math/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/math/elementwise.cpp"
#include "gradus/math/simd/each_target.h"
// each_target.h comes first
#include "gradus/math/simd/functions.h"

// GRADUS_EACH_FUNCTION(X) says X(exp) X(expm1) ... for the functions that are offered for whole matrices.
#ifndef GRADUS_EACH_FUNCTION
#define GRADUS_EACH_FUNCTION(X) \
    X(exp) X(expm1) X(log) X(log1p) X(tanh) X(sigmoid) X(softplus) X(erf) X(normal_cdf) X(normal_density)
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

}  // namespace gradus
#endif
