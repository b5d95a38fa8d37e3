#include "gradus/nn/optimizer.h"

#include <cmath>

namespace gradus {

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

template <class T>
void Sweep<T>::operator()(T* w, const T* gradient, T* v, T* s, Index count) const {
    const bool decoupled = settings.kind == OptimizerKind::adamw;
    const T r = static_cast<T>(learning_rate), mu = static_cast<T>(settings.momentum);
    const T scale = static_cast<T>(gradient_scale), decay = decoupled ? T(0) : static_cast<T>(weight_decay);
    const auto g = [&](Index i) { return gradient[i] * scale + decay * w[i]; };
    const T eps = static_cast<T>(1e-8);

    switch (settings.kind) {
        case OptimizerKind::gd:
            for (Index i = 0; i < count; ++i) w[i] -= r * g(i);
            return;
        case OptimizerKind::momentum:
            for (Index i = 0; i < count; ++i) {
                v[i] = mu * v[i] + g(i);
                w[i] -= r * v[i];
            }
            return;
        case OptimizerKind::nesterov:
            for (Index i = 0; i < count; ++i) {
                const T gi = g(i);
                v[i] = mu * v[i] + gi;
                w[i] -= r * (gi + mu * v[i]);
            }
            return;
        case OptimizerKind::rmsprop:
            for (Index i = 0; i < count; ++i) {
                const T gi = g(i);
                v[i] = T(0.9) * v[i] + T(0.1) * gi * gi;
                w[i] -= r * gi / (std::sqrt(v[i]) + eps);
            }
            return;
        case OptimizerKind::adam:
        case OptimizerKind::adamw:
            break;
    }
    constexpr double b1 = 0.9, b2 = 0.999;
    const T c1 = static_cast<T>(1 / (1 - std::pow(b1, update))),
            c2 = static_cast<T>(1 / (1 - std::pow(b2, update)));
    const T shrink = decoupled ? static_cast<T>(1 - learning_rate * weight_decay) : T(1);
    for (Index i = 0; i < count; ++i) {
        const T gi = g(i);
        v[i] = T(b1) * v[i] + T(1 - b1) * gi;
        s[i] = T(b2) * s[i] + T(1 - b2) * gi * gi;
        w[i] = shrink * w[i] - r * (c1 * v[i]) / (std::sqrt(c2 * s[i]) + eps);
    }
}

template <class T>
double clip_factor(const T* gradient, Index count, double clip_norm) {
    double squares = 0;
    for (Index i = 0; i < count; ++i) squares += double(gradient[i]) * double(gradient[i]);
    const double norm = std::sqrt(squares);
    return norm > clip_norm ? clip_norm / norm : 1;
}

template struct Sweep<float>;
template struct Sweep<double>;
template double clip_factor(const float*, Index, double);
template double clip_factor(const double*, Index, double);

}  // namespace gradus
