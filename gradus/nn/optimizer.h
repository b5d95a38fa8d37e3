// How do the parameters move? One sweep over parameters and gradient.
#pragma once

#include <array>

#include "gradus/core/matrix.h"

namespace gradus {

/// With w a parameter, g its gradient, r the learning rate, t = 1, 2, ... the number of the update:
enum class OptimizerKind {
    gd,        ///< w -= r g
    momentum,  ///< v = mu v + g,  w -= r v
    nesterov,  ///< v = mu v + g,  w -= r (g + mu v)
    rmsprop,   ///< s = 0.9 s + 0.1 g^2,  w -= r g / (sqrt(s) + eps) (Hinton 2012)
    adam,      ///< v = b1 v + (1 - b1) g, s = b2 s + (1 - b2) g^2,
               ///< w -= r (v / (1 - b1^t)) / (sqrt(s / (1 - b2^t)) + eps) (Kingma and Ba 2015)
    adamw,     ///< w -= r decay w, then as adam (Loshchilov and Hutter 2019)
};
inline constexpr std::array optimizer_names{"gd", "momentum", "nesterov", "rmsprop", "adam", "adamw"};

/// Every choice about the update.
struct OptimizerSettings {
    OptimizerKind kind = OptimizerKind::adam;  ///< the formula
    double learning_rate = 0.001;              ///< r; of a parameter Parameter::rate times that
    double momentum = 0.9;                     ///< mu; momentum and nesterov only
    double weight_decay = 0;  ///< g += decay w before all else, for weights, not for biases (L2
                              ///< regularization); adamw: see there
    double beta1 = 0.9;       ///< b1; adam and adamw only
    double beta2 = 0.999;     ///< b2; adam and adamw only
    double epsilon = 1e-8;    ///< eps; rmsprop, adam and adamw
    double clip_norm = 0;     ///< gradient clipping: g *= clip / ||g|| when the norm over all parameters is
                              ///< larger; 0: never
};

/// Does OptimizerSettings::momentum mean anything to it?
constexpr bool has_momentum(OptimizerKind kind) {
    return kind == OptimizerKind::momentum || kind == OptimizerKind::nesterov;
}

/// Do OptimizerSettings::beta1 and beta2?
constexpr bool has_betas(OptimizerKind kind) {
    return kind == OptimizerKind::adam || kind == OptimizerKind::adamw;
}

/// Does OptimizerSettings::epsilon?
constexpr bool has_epsilon(OptimizerKind kind) {
    return kind == OptimizerKind::rmsprop || has_betas(kind);
}

/// Does it divide by the size of past gradients? Then the rate is about how far a weight moves.
constexpr bool is_adaptive(OptimizerKind kind) {
    return has_epsilon(kind);
}

/// Does the decay pull the weights themselves, beside the gradient (decoupled weight decay)?
constexpr bool has_decoupled_decay(OptimizerKind kind) {
    return kind == OptimizerKind::adamw;
}

/// How many numbers an optimizer remembers for each parameter: v, s or both.
Index optimizer_slots(OptimizerKind kind);

/// Updates the parameters w in place. v and s hold a number for each, zero at first; they are null where the
/// optimizer has fewer slots.
template <class T>
struct Sweep {
    OptimizerSettings settings;  ///< of all updates
    double learning_rate;        ///< of this update
    double weight_decay;         ///< of these parameters
    double gradient_scale;       ///< from clipping
    Index update;                ///< t: 1 for the first

    /// Moves `count` parameters.
    void operator()(T* w, const T* g, T* v, T* s, Index count) const;
};

/// g(0)^2 + g(1)^2 + ..., in one order on every machine: 16 sums, of the numbers i, i + 16, ..., then these
/// in pairs.
template <class T>
double sum_of_squares(const T* g, Index count);

}  // namespace gradus
