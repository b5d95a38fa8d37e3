#include "gradus/nn/layers/activation.h"

#include <algorithm>
#include <cmath>

#include "gradus/math/elementwise.h"

namespace gradus {

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
void Activation<T, F>::forward(const Pass<T>& pass, Range examples) const {
    map(pass.Y.columns(examples), pass.X.columns(examples), [this](T z) { return f_.value(z); });
}

template <class T, class F>
void Activation<T, F>::backward_input(const Pass<T>& pass, Range examples) const {
    for (Index j = examples.begin; j < examples.end; ++j) {
        const T *z = pass.X.column(j), *a = pass.Y.column(j), *dA = pass.dY.column(j);
        T* dZ = pass.dX.column(j);
        for (Index i = 0; i < pass.X.rows(); ++i) dZ[i] = dA[i] * f_.slope(z[i], a[i]);
    }
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
    const Index units = pass.X.rows();
    for (Index j = examples.begin; j < examples.end; ++j) {
        const T* z = pass.X.column(j);
        T* a = pass.Y.column(j);
        const T largest = *std::max_element(z, z + units);  // so that no exponential overflows
        T sum = 0;
        for (Index i = 0; i < units; ++i) sum += a[i] = std::exp(z[i] - largest);
        divide(a, units, sum);
    }
}

template <class T>
void Softmax<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const Index units = pass.X.rows();
    for (Index j = examples.begin; j < examples.end; ++j) {
        const T *a = pass.Y.column(j), *dA = pass.dY.column(j);
        T* dZ = pass.dX.column(j);
        T sum = 0;
        for (Index i = 0; i < units; ++i) sum += dA[i] * a[i];
        for (Index i = 0; i < units; ++i) dZ[i] = a[i] * (dA[i] - sum);
    }
}

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
