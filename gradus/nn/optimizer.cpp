#include "gradus/nn/optimizer.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/nn/optimizer.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/elementary.h"
#include "gradus/core/simd/functions.h"
#include "gradus/nn/update_rule.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

// The formulas of optimizer.h, for registers full of numbers and for Expressions alike: what v and s become,
// and by how much w is moved. An optimizer that has no v or no s does not remember it. g has been scaled, and
// includes the decay; `decoupled`: it does not, w itself has shrunk.
template <OptimizerKind>
struct Rule;

template <>
struct Rule<OptimizerKind::gd> {
    template <class V>
    static HWY_INLINE V step(const UpdateNumbers<V>& n, V g, V /*v*/, V /*s*/) {
        return n.rate * g;
    }
};

template <>
struct Rule<OptimizerKind::momentum> {
    template <class V>
    static HWY_INLINE V v(const UpdateNumbers<V>& n, V g, V v) {
        return n.momentum * v + g;
    }
    template <class V>
    static HWY_INLINE V step(const UpdateNumbers<V>& n, V /*g*/, V v, V /*s*/) {
        return n.rate * v;
    }
};

template <>
struct Rule<OptimizerKind::nesterov> {
    template <class V>
    static HWY_INLINE V v(const UpdateNumbers<V>& n, V g, V v) {
        return n.momentum * v + g;
    }
    template <class V>
    static HWY_INLINE V step(const UpdateNumbers<V>& n, V g, V v, V /*s*/) {
        return n.rate * (g + n.momentum * v);
    }
};

template <>
struct Rule<OptimizerKind::rmsprop> {
    template <class V>
    static HWY_INLINE V s(const UpdateNumbers<V>& /*n*/, V g, V s) {
        return 0.9 * s + 0.1 * g * g;
    }
    template <class V>
    static HWY_INLINE V step(const UpdateNumbers<V>& n, V g, V /*v*/, V s) {
        return n.rate * g / (sqrt(s) + n.epsilon);
    }
};

template <>
struct Rule<OptimizerKind::adam> {
    template <class V>
    static HWY_INLINE V v(const UpdateNumbers<V>& n, V g, V v) {
        return n.beta1 * v + n.rest1 * g;
    }
    template <class V>
    static HWY_INLINE V s(const UpdateNumbers<V>& n, V g, V s) {
        return n.beta2 * s + n.rest2 * g * g;
    }
    template <class V>
    static HWY_INLINE V step(const UpdateNumbers<V>& n, V /*g*/, V v, V s) {
        return n.rate * (n.unbiased1 * v) / (sqrt(n.unbiased2 * s) + n.epsilon);
    }
};

template <>
struct Rule<OptimizerKind::adamw> : Rule<OptimizerKind::adam> {
    static constexpr bool decoupled = true;
};

// ---- What all have in common

template <class R>
concept HasV = requires(UpdateNumbers<float> n) {
    R::v(n, 0.F, 0.F);
};
template <class R>
concept HasS = requires(UpdateNumbers<float> n) {
    R::s(n, 0.F, 0.F);
};
template <class R>
constexpr bool is_decoupled = requires {
    R::decoupled;
};

// The correction of a moment that began with 0. Two powers for each update would be a fifth of a tiny step:
// only who has both moments pays for them.
template <class R>
double unbiased(double beta, Index t) {
    return HasV<R> && HasS<R> ? 1 / (1 - gradus::pow(beta, double(t))) : 1;
}

// First what it remembers, then the parameter.
template <class R, class T>
void update(const Sweep<T>& how, T* w, const T* gradient, T* first, T* second, Index count) {
    using V = Numbers<T>;
    const auto& [settings, learning_rate, weight_decay, gradient_scale, t] = how;
    const double b1 = settings.beta1, b2 = settings.beta2;
    const UpdateNumbers<V> n{.rate = learning_rate,
                             .momentum = settings.momentum,
                             .beta1 = b1,
                             .beta2 = b2,
                             .rest1 = 1 - b1,
                             .rest2 = 1 - b2,
                             .unbiased1 = unbiased<R>(b1, t),
                             .unbiased2 = unbiased<R>(b2, t),
                             .epsilon = settings.epsilon};
    const V scale = gradient_scale, decay = is_decoupled<R> ? 0 : weight_decay;
    const V shrink = is_decoupled<R> ? 1 - learning_rate * weight_decay : 1;
    const auto move = [&](V& w, V g, V& v, V& s) HWY_ATTR {
        g = g * scale + decay * w;
        if constexpr (HasV<R>) v = R::v(n, g, v);
        if constexpr (HasS<R>) s = R::s(n, g, s);
        w = (is_decoupled<R> ? shrink * w : w) - R::step(n, g, v, s);
    };
    if constexpr (HasV<R> && HasS<R>) {
        sweep(count, move, w, gradient, first, second);
    } else if constexpr (HasV<R>) {
        sweep(
            count,
            [&](V& w, V g, V& v) HWY_ATTR {
                V none = 0;
                move(w, g, v, none);
            },
            w, gradient, first);
    } else if constexpr (HasS<R>) {
        sweep(
            count,
            [&](V& w, V g, V& s) HWY_ATTR {
                V none = 0;
                move(w, g, none, s);
            },
            w, gradient, first);
    } else {
        sweep(
            count,
            [&](V& w, V g) HWY_ATTR {
                V none = 0;
                move(w, g, none, none);
            },
            w, gradient);
    }
}

// f of the rule of this kind.
template <std::size_t i = 0, class F>
void with_rule(OptimizerKind kind, F f) {
    constexpr auto candidate = static_cast<OptimizerKind>(i);
    if (kind == candidate) return f(Rule<candidate>());
    if constexpr (i + 1 < optimizer_names.size()) with_rule<i + 1>(kind, f);
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
    with_rule(sweep.settings.kind, [&]<class R>(R) { update<R>(sweep, w, g, v, s, count); });
}
void update_double(const Sweep<double>& sweep, double* w, const double* g, double* v, double* s,
                   Index count) {
    with_rule(sweep.settings.kind, [&]<class R>(R) { update<R>(sweep, w, g, v, s, count); });
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

using HWY_NAMESPACE::HasS, HWY_NAMESPACE::HasV;  // the same for each instruction set

Index optimizer_slots(OptimizerKind kind) {
    Index slots = 0;
    HWY_NAMESPACE::with_rule(kind, [&]<class R>(R) { slots = Index{HasV<R>} + Index{HasS<R>}; });
    return slots;
}

std::vector<Update> update_rule(OptimizerKind kind, const UpdateNumbers<Expression>& numbers) {
    const auto name = [](const char* text) { return Expression::name(text); };
    const Expression W = name("W"), g = name("dW"), v = name("v"), s = name("s");
    std::vector<Update> updates;
    HWY_NAMESPACE::with_rule(kind, [&]<class R>(R) {
        if constexpr (HasV<R>) updates.push_back({"v", R::v(numbers, g, v)});
        if constexpr (HasS<R>) updates.push_back({"s", R::s(numbers, g, s)});
        updates.push_back({"W", W - R::step(numbers, g, v, s)});
    });
    return updates;
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
