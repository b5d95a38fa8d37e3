#include "gradus/nn/layers/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/layers/activation.cpp"
#include "gradus/core/say.h"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/elementwise.h"
#include "gradus/nn/layers/activation_formulas.h"

#include <functional>
#include <span>
#include <tuple>
#include <utility>

#ifndef GRADUS_ACTIVATION_KERNELS  // once for all instruction sets
#define GRADUS_ACTIVATION_KERNELS
namespace gradus {

template <class F>
concept HasAlpha = requires(F f) {
    f.alpha = 1.0;
};

template <class F>
F with_alpha(double alpha) {
    F f;
    if constexpr (HasAlpha<F>) f.alpha = alpha;
    return f;
}

}  // namespace gradus
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

template <class T, class F>
struct On {
    using V = Numbers<T>;
    static void forward(double alpha, Index count, const T* z, T* a) {
        const F f = with_alpha<F>(alpha);
        sweep(
            count, [f](V z, V& a) HWY_ATTR { a = f.value(z); }, z, a);
    }
    static void backward(double alpha, Index count, const T* z, const T* a, const T* dA, T* dZ) {
        const F f = with_alpha<F>(alpha);
        sweep(
            count, [f](V z, V a, V dA, V& dZ) HWY_ATTR { dZ = dA * f.slope(z, a); }, z, a, dA, dZ);
    }
};

// Softmax: its numbers are those of one column.
struct OverColumn {};
template <class T>
struct On<T, OverColumn> {
    using V = Numbers<T>;
    static void forward(double /*alpha*/, Index units, const T* z, T* a) {
        const T most = largest(z, units);  // so that no exponential overflows
        sweep(
            units, [most](V z, V& a) HWY_ATTR { a = exp(z - most); }, z, a);
        const T total = sum(
            units, [](V a) HWY_ATTR { return a; }, a);
        sweep(
            units, [total](V& a) HWY_ATTR { a = a / total; }, a);
    }
    static void backward(double /*alpha*/, Index units, const T* /*z*/, const T* a, const T* dA, T* dZ) {
        const T total = sum(
            units, [](V a, V dA) HWY_ATTR { return dA * a; }, a, dA);
        sweep(
            units, [total](V a, V dA, V& dZ) HWY_ATTR { dZ = a * (dA - total); }, a, dA, dZ);
    }
};

template <class T, class... F>
std::span<const ActivationKernel<T>> kernels_of(std::tuple<F...>* /*of these*/) {
    static constexpr ActivationKernel<T> all[] = {{On<T, F>::forward, On<T, F>::backward}...,
                                                  {On<T, OverColumn>::forward, On<T, OverColumn>::backward}};
    return all;
}
std::span<const ActivationKernel<float>> kernels_float() {
    return kernels_of<float>(static_cast<Activations*>(nullptr));
}
std::span<const ActivationKernel<double>> kernels_double() {
    return kernels_of<double>(static_cast<Activations*>(nullptr));
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(kernels_float);
HWY_EXPORT(kernels_double);

using HWY_NAMESPACE::Activations;  // their names and formulas are the same for each instruction set

// Those of this machine; softmax stands behind the others.
template <class T>
static std::span<const ActivationKernel<T>> kernels() {
    if constexpr (std::is_same_v<T, float>) {
        return HWY_DYNAMIC_DISPATCH(kernels_float)();
    } else {
        return HWY_DYNAMIC_DISPATCH(kernels_double)();
    }
}

template <class T>
void ElementwiseLayer<T>::forward(const Pass<T>& pass, Range examples) const {
    contiguous_runs(std::bind_front(&ElementwiseFunction<T>::values, function()), pass.X.columns(examples),
                    pass.Y.columns(examples));
}

template <class T>
void ElementwiseLayer<T>::backward_input(const Pass<T>& pass, Range examples) const {
    contiguous_runs(std::bind_front(&ElementwiseFunction<T>::slopes, function()), pass.X.columns(examples),
                    pass.Y.columns(examples), pass.dY.columns(examples), pass.dX.columns(examples));
}

namespace {

// Z, and the A that it becomes.
const Expression Z = Expression::name("Z"), A = Expression::name("A");

template <class F>
double alpha_of(F f) {
    if constexpr (HasAlpha<F>) return f.alpha;
    return 0;
}

// A = f(Z) number by number; F is activation number i of the list.
template <class T, std::size_t i>
class Activation final : public ElementwiseLayer<T> {
    using F = std::tuple_element_t<i, Activations>;

public:
    explicit Activation(F f) : f_(f) {}

    static LayerPointer<T> read(Words& words) {
        F f;
        if constexpr (HasAlpha<F>) {
            if (words.number_follows())
                f.alpha =
                    words.number(say("a slope of 0 to 100"), [](double x) { return 0 <= x && x <= 100; });
        }
        return std::make_shared<Activation>(f);
    }

    [[nodiscard]] LayerDescription describe() const override {
        LayerDescription description{.kind = F::name, .function = Function{f_.value(Z), f_.slope(Z, A)}};
        if constexpr (HasAlpha<F>) {
            using enum LayerSetting::Said;
            description.settings.push_back({"alpha", f_.alpha, f_.alpha == F{}.alpha ? no : plainly});
        }
        return description;
    }

    [[nodiscard]] LayerPlan plan(Shape in) const override {
        return {.out = in,
                .forward = {{"A", to_text(f_.value(Z))}},
                .backward = {{"dZ", "dA .* (" + to_text(f_.slope(Z, A)) + ")"}}};
    }

    [[nodiscard]] ElementwiseFunction<T> function() const override {
        return {.kernel = &kernels<T>()[i], .alpha = alpha_of(f_)};
    }

private:
    F f_;
};

template <std::size_t i>
LayerKind kind() {
    using F = std::tuple_element_t<i, Activations>;
    return {.name = F::name,
            .arguments = HasAlpha<F> ? "[ALPHA]" : "",
            .description = F::description,
            .activation = true,
            .suits = F::suits,
            .read_float = Activation<float, i>::read,
            .read_double = Activation<double, i>::read};
}

}  // namespace

std::vector<LayerKind> activation_kinds() {
    return []<std::size_t... i>(std::index_sequence<i...>) {
        return std::vector<LayerKind>{kind<i>()...};
    }
    (std::make_index_sequence<std::tuple_size_v<Activations>>());
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
void softmax(const View<T>& A, const View<const T>& Z) {
    const auto column = kernels<T>().back().forward;
    for (Index j = 0; j < Z.columns(); ++j) column({}, Z.rows(), Z.column(j), A.column(j));
}

template <class T>
void Softmax<T>::forward(const Pass<T>& pass, Range examples) const {
    softmax<T>(pass.Y.columns(examples), pass.X.columns(examples));
}

template <class T>
void Softmax<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const auto column = kernels<T>().back().backward;
    for (Index j = examples.begin; j < examples.end; ++j)
        column({}, pass.X.rows(), pass.X.column(j), pass.Y.column(j), pass.dY.column(j), pass.dX.column(j));
}

template class ElementwiseLayer<float>;
template class ElementwiseLayer<double>;
template void softmax(const View<float>&, const View<const float>&);
template void softmax(const View<double>&, const View<const double>&);
template class Softmax<float>;
template class Softmax<double>;

}  // namespace gradus
#endif
