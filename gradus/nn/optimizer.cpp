#include "gradus/nn/optimizer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/optimizer.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/elementary.h"
#include "gradus/core/simd/functions.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// The formulas of optimizer.h. V is a register full of numbers.
template <class T>
void update(const Sweep<T>& how, T* w, const T* gradient, T* v, T* s, Index count) {
    using V = Numbers<T>;
    const auto& [settings, learning_rate, weight_decay, gradient_scale, t] = how;
    const bool decoupled = settings.kind == OptimizerKind::adamw;
    const V r = learning_rate, mu = settings.momentum, eps = settings.epsilon;
    const V scale = gradient_scale, decay = decoupled ? 0 : weight_decay;
    const auto scaled = [scale, decay](V g, V w) HWY_ATTR { return g * scale + decay * w; };

    switch (settings.kind) {
        case OptimizerKind::gd:
            return sweep(
                count, [=](V& w, V g) HWY_ATTR { w = w - r * scaled(g, w); }, w, gradient);
        case OptimizerKind::momentum:
            return sweep(
                count,
                [=](V& w, V g, V& v) HWY_ATTR {
                    v = mu * v + scaled(g, w);
                    w = w - r * v;
                },
                w, gradient, v);
        case OptimizerKind::nesterov:
            return sweep(
                count,
                [=](V& w, V g, V& v) HWY_ATTR {
                    g = scaled(g, w);
                    v = mu * v + g;
                    w = w - r * (g + mu * v);
                },
                w, gradient, v);
        case OptimizerKind::rmsprop:
            return sweep(
                count,
                [=](V& w, V g, V& s) HWY_ATTR {
                    g = scaled(g, w);
                    s = 0.9 * s + 0.1 * g * g;
                    w = w - r * g / (sqrt(s) + eps);
                },
                w, gradient, v);
        case OptimizerKind::adam:
        case OptimizerKind::adamw:
            break;
    }
    const double b1 = settings.beta1, b2 = settings.beta2;
    const V keep_v = b1, take_v = 1 - b1, keep_s = b2, take_s = 1 - b2;
    const V c1 = 1 / (1 - gradus::pow(b1, double(t))), c2 = 1 / (1 - gradus::pow(b2, double(t)));
    const V shrink = decoupled ? 1 - learning_rate * weight_decay : 1;
    sweep(
        count,
        [=](V& w, V g, V& v, V& s) HWY_ATTR {
            g = scaled(g, w);
            v = keep_v * v + take_v * g;
            s = keep_s * s + take_s * g * g;
            w = shrink * w - r * (c1 * v) / (sqrt(c2 * s) + eps);
        },
        w, gradient, v, s);
}

template <class T>
double squares(const T* g, Index count) {
    constexpr Index sums = 16;
    double all[sums] = {};
    Index i = 0;
    for (; i + sums <= count; i += sums)
        for (Index k = 0; k < sums; ++k) all[k] += double(g[i + k]) * double(g[i + k]);
    for (Index k = 0; i + k < count; ++k) all[k] += double(g[i + k]) * double(g[i + k]);
    for (Index half = sums / 2; half > 0; half /= 2)
        for (Index k = 0; k < half; ++k) all[k] += all[k + half];
    return all[0];
}

void update_float(const Sweep<float>& sweep, float* w, const float* g, float* v, float* s, Index count) {
    update(sweep, w, g, v, s, count);
}
void update_double(const Sweep<double>& sweep, double* w, const double* g, double* v, double* s,
                   Index count) {
    update(sweep, w, g, v, s, count);
}

double squares_float(const float* g, Index count) {
    return squares(g, count);
}
double squares_double(const double* g, Index count) {
    return squares(g, count);
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(update_float);
HWY_EXPORT(update_double);
HWY_EXPORT(squares_float);
HWY_EXPORT(squares_double);

Index optimizer_slots(OptimizerKind kind) {
    switch (kind) {
        case OptimizerKind::gd:
            return 0;
        case OptimizerKind::momentum:
        case OptimizerKind::nesterov:
        case OptimizerKind::rmsprop:
            return 1;
        case OptimizerKind::adam:
        case OptimizerKind::adamw:
            break;
    }
    return 2;
}

template <>
void Sweep<float>::operator()(float* w, const float* g, float* v, float* s, Index count) const {
    HWY_DYNAMIC_DISPATCH(update_float)(*this, w, g, v, s, count);
}
template <>
void Sweep<double>::operator()(double* w, const double* g, double* v, double* s, Index count) const {
    HWY_DYNAMIC_DISPATCH(update_double)(*this, w, g, v, s, count);
}

template <>
double sum_of_squares(const float* g, Index count) {
    return HWY_DYNAMIC_DISPATCH(squares_float)(g, count);
}
template <>
double sum_of_squares(const double* g, Index count) {
    return HWY_DYNAMIC_DISPATCH(squares_double)(g, count);
}

template struct Sweep<float>;
template struct Sweep<double>;

}  // namespace gradus
#endif
