#include "gradus/nn/layers/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/layers/activation.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/elementwise.h"
#include "gradus/core/number.h"
#include "gradus/core/simd/functions.h"

#include <functional>
#include <tuple>

#ifndef GRADUS_ACTIVATION_KERNELS  // once for all instruction sets
#define GRADUS_ACTIVATION_KERNELS
namespace gradus {

// A layer's work on numbers that lie one after the other: for softmax one column, for the others any.
template <class T, class F>
struct Kernel {
    void (*forward)(F f, Index count, const T* z, T* a);
    void (*backward)(F f, Index count, const T* z, const T* a, const T* dA, T* dZ);
};
struct OverColumn {};
template <class T>
using Kernels = std::tuple<Kernel<T, Identity>, Kernel<T, Sigmoid>, Kernel<T, Tanh>, Kernel<T, Relu>,
                           Kernel<T, LeakyRelu>, Kernel<T, Elu>, Kernel<T, Selu>, Kernel<T, Gelu>,
                           Kernel<T, Silu>, Kernel<T, Softplus>, Kernel<T, OverColumn>>;

}  // namespace gradus
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// A = f(z) and, below it, f'(z), where a = f(z) is known. V is a register full of numbers. Comparisons are
// written so that a NaN goes through: a NaN hidden by max(z, 0) would be found much later.
template <class V>
struct Formula {
    static HWY_INLINE V value(Identity, V z) { return z; }
    static HWY_INLINE V slope(Identity, V /*z*/, V /*a*/) { return 1; }

    static HWY_INLINE V value(Sigmoid, V z) { return sigmoid(z); }
    static HWY_INLINE V slope(Sigmoid, V /*z*/, V a) { return a * (1 - a); }

    static HWY_INLINE V value(Tanh, V z) { return tanh(z); }
    static HWY_INLINE V slope(Tanh, V /*z*/, V a) { return 1 - a * a; }

    static HWY_INLINE V value(Relu, V z) { return where(z < 0, 0, z); }
    static HWY_INLINE V slope(Relu, V z, V /*a*/) { return where(z > 0, 1, 0); }

    static HWY_INLINE V value(LeakyRelu f, V z) { return where(z > 0, z, f.alpha * z); }
    static HWY_INLINE V slope(LeakyRelu f, V z, V /*a*/) { return where(z > 0, 1, f.alpha); }

    static HWY_INLINE V value(Elu f, V z) { return where(z > 0, z, f.alpha * expm1(z)); }
    static HWY_INLINE V slope(Elu f, V z, V a) { return where(z > 0, 1, a + f.alpha); }

    static HWY_INLINE V value(Selu f, V z) {
        return where(z > 0, f.lambda * z, f.lambda * f.alpha * expm1(z));
    }
    static HWY_INLINE V slope(Selu f, V z, V a) { return where(z > 0, f.lambda, a + f.lambda * f.alpha); }

    static HWY_INLINE V value(Gelu, V z) { return z * normal_cdf(z); }
    static HWY_INLINE V slope(Gelu, V z, V /*a*/) { return normal_cdf(z) + z * normal_density(z); }

    static HWY_INLINE V value(Silu, V z) { return z * sigmoid(z); }
    static HWY_INLINE V slope(Silu, V z, V a) { return sigmoid(z) * (1 - a) + a; }

    static HWY_INLINE V value(Softplus, V z) { return softplus(z); }
    static HWY_INLINE V slope(Softplus, V z, V /*a*/) { return sigmoid(z); }
};

template <class T, class F>
struct On {
    using V = Numbers<T>;
    static void forward(F f, Index count, const T* z, T* a) {
        sweep(
            count, [f](V z, V& a) HWY_ATTR { a = Formula<V>::value(f, z); }, z, a);
    }
    static void backward(F f, Index count, const T* z, const T* a, const T* dA, T* dZ) {
        sweep(
            count, [f](V z, V a, V dA, V& dZ) HWY_ATTR { dZ = dA * Formula<V>::slope(f, z, a); }, z, a, dA,
            dZ);
    }
};

// Softmax
template <class T>
struct On<T, OverColumn> {
    using V = Numbers<T>;
    static void forward(OverColumn /*f*/, Index units, const T* z, T* a) {
        const T most = largest(z, units);  // so that no exponential overflows
        sweep(
            units, [most](V z, V& a) HWY_ATTR { a = exp(z - most); }, z, a);
        const T total = sum(
            units, [](V a) HWY_ATTR { return a; }, a);
        sweep(
            units, [total](V& a) HWY_ATTR { a = a / total; }, a);
    }
    static void backward(OverColumn /*f*/, Index units, const T* /*z*/, const T* a, const T* dA, T* dZ) {
        const T total = sum(
            units, [](V a, V dA) HWY_ATTR { return dA * a; }, a, dA);
        sweep(
            units, [total](V a, V dA, V& dZ) HWY_ATTR { dZ = a * (dA - total); }, a, dA, dZ);
    }
};

template <class T, class... F>
constexpr std::tuple<Kernel<T, F>...> all(std::tuple<Kernel<T, F>...> /*of these*/) {
    return {Kernel<T, F>{On<T, F>::forward, On<T, F>::backward}...};
}
const Kernels<float>& kernels_float() {
    static constexpr Kernels<float> kernels = all(Kernels<float>());
    return kernels;
}
const Kernels<double>& kernels_double() {
    static constexpr Kernels<double> kernels = all(Kernels<double>());
    return kernels;
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(kernels_float);
HWY_EXPORT(kernels_double);

// The kernel of F for this machine.
template <class T, class F>
static const Kernel<T, F>& kernel() {
    if constexpr (std::is_same_v<T, float>) {
        return std::get<Kernel<T, F>>(HWY_DYNAMIC_DISPATCH(kernels_float)());
    } else {
        return std::get<Kernel<T, F>>(HWY_DYNAMIC_DISPATCH(kernels_double)());
    }
}

template <class F>
concept HasAlpha = requires(F f) {
    f.alpha = 1.0;
};

template <class T, class F>
LayerPointer<T> Activation<T, F>::read(Words& words) {
    F f;
    if constexpr (HasAlpha<F>) {
        if (words.number_follows())
            f.alpha = words.number("a slope of 0 to 100", [](double x) { return 0 <= x && x <= 100; });
    }
    return std::make_shared<Activation>(f);
}

template <class T, class F>
std::string Activation<T, F>::text() const {
    if constexpr (HasAlpha<F>) {
        if (f_.alpha != F{}.alpha) return std::string(F::name) + " " + to_text(f_.alpha);
    }
    return F::name;
}

template <class T, class F>
LayerPlan Activation<T, F>::plan(Shape in) const {
    return {.out = in,
            .forward = {{"A", F::formula}},
            .backward = {{"dZ", std::string("dA .* (") + F::derivative + ")"}}};
}

template <class T, class F>
void Activation<T, F>::values(Index count, const T* z, T* a) const {
    kernel<T, F>().forward(f_, count, z, a);
}

template <class T, class F>
void Activation<T, F>::slopes(Index count, const T* z, const T* a, const T* da, T* dz) const {
    kernel<T, F>().backward(f_, count, z, a, da, dz);
}

template <class T>
void ElementwiseLayer<T>::forward(const Pass<T>& pass, Range examples) const {
    contiguous_runs(std::bind_front(&ElementwiseLayer::values, this), pass.X.columns(examples),
                    pass.Y.columns(examples));
}

template <class T>
void ElementwiseLayer<T>::backward_input(const Pass<T>& pass, Range examples) const {
    contiguous_runs(std::bind_front(&ElementwiseLayer::slopes, this), pass.X.columns(examples),
                    pass.Y.columns(examples), pass.dY.columns(examples), pass.dX.columns(examples));
}

template <class T>
LayerPointer<T> Softmax<T>::read(Words& /*words*/) {
    return std::make_shared<Softmax>();
}

template <class T>
LayerPlan Softmax<T>::plan(Shape in) const {
    return {.out = in,
            .forward = {{"A", "exp(Z) / colsum(exp(Z))"}},
            .backward = {{"dZ", "A .* (dA - colsum(dA .* A))"}}};
}

template <class T>
void Softmax<T>::forward(const Pass<T>& pass, Range examples) const {
    const auto column = kernel<T, OverColumn>().forward;
    for (Index j = examples.begin; j < examples.end; ++j)
        column({}, pass.X.rows(), pass.X.column(j), pass.Y.column(j));
}

template <class T>
void Softmax<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const auto column = kernel<T, OverColumn>().backward;
    for (Index j = examples.begin; j < examples.end; ++j)
        column({}, pass.X.rows(), pass.X.column(j), pass.Y.column(j), pass.dY.column(j), pass.dX.column(j));
}

template class ElementwiseLayer<float>;
template class ElementwiseLayer<double>;
template class Softmax<float>;
template class Softmax<double>;
#define GRADUS_INSTANTIATE(F)            \
    template class Activation<float, F>; \
    template class Activation<double, F>;
GRADUS_INSTANTIATE(Identity)
GRADUS_INSTANTIATE(Sigmoid)
GRADUS_INSTANTIATE(Tanh)
GRADUS_INSTANTIATE(Relu)
GRADUS_INSTANTIATE(LeakyRelu)
GRADUS_INSTANTIATE(Elu)
GRADUS_INSTANTIATE(Selu)
GRADUS_INSTANTIATE(Gelu)
GRADUS_INSTANTIATE(Silu)
GRADUS_INSTANTIATE(Softplus)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
#endif
