// Which functions bend the straight line? Each once, with its derivative, for numbers and for formulas alike.
//
// Compiled once for each instruction set (see each_target.h), hence this guard instead of #pragma once.
#if defined(GRADUS_ACTIVATION_FORMULAS_H) == defined(HWY_TARGET_TOGGLE)
#ifdef GRADUS_ACTIVATION_FORMULAS_H
#undef GRADUS_ACTIVATION_FORMULAS_H
#else
#define GRADUS_ACTIVATION_FORMULAS_H
#endif

#include <tuple>

#include "gradus/core/expression.h"
#include "gradus/core/say.h"
#include "gradus/core/simd/functions.h"
#include "gradus/nn/initializer.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {

// An activation has a name, a description for --help, and the initializer that suits it; its value at z, and
// its slope there, where a is the value. V is a register full of numbers, or an Expression. Comparisons are
// written so that a NaN goes through: a NaN hidden by max(z, 0) would be found much later. A number `alpha`
// can be set in a network's text.
#define GRADUS_VALUE   \
    template <class V> \
    HWY_INLINE V value([[maybe_unused]] V z) const
#define GRADUS_SLOPE   \
    template <class V> \
    HWY_INLINE V slope([[maybe_unused]] V z, [[maybe_unused]] V a) const

struct Identity {
    static constexpr const char* name = "identity";
    static constexpr Phrase description = say_later("z");
    static constexpr Initializer suits = Initializer::glorot;
    GRADUS_VALUE { return z; }
    GRADUS_SLOPE { return 1; }
};

struct Sigmoid {
    static constexpr const char* name = "sigmoid";
    static constexpr Phrase description = say_later("1 / (1 + e^-z)");
    static constexpr Initializer suits = Initializer::glorot;
    GRADUS_VALUE { return sigmoid(z); }
    GRADUS_SLOPE { return a * (1 - a); }
};

struct Tanh {
    static constexpr const char* name = "tanh";
    static constexpr Phrase description = say_later("hyperbolic tangent");
    static constexpr Initializer suits = Initializer::glorot;
    GRADUS_VALUE { return tanh(z); }
    GRADUS_SLOPE { return 1 - a * a; }
};

struct Relu {
    static constexpr const char* name = "relu";
    static constexpr Phrase description = say_later("max(z, 0)");
    static constexpr Initializer suits = Initializer::he;
    GRADUS_VALUE { return where(z < 0, 0, z); }
    GRADUS_SLOPE { return where(z > 0, 1, 0); }
};

struct LeakyRelu {
    static constexpr const char* name = "leaky_relu";
    static constexpr Phrase description = say_later("z above zero, 0.01 z below");
    static constexpr Initializer suits = Initializer::he;
    double alpha = 0.01;
    GRADUS_VALUE { return where(z > 0, z, alpha * z); }
    GRADUS_SLOPE { return where(z > 0, 1, alpha); }
};

// Clevert et al. 2015
struct Elu {
    static constexpr const char* name = "elu";
    static constexpr Phrase description = say_later("z above zero, alpha (e^z - 1) below");
    static constexpr Initializer suits = Initializer::he;
    double alpha = 1;
    GRADUS_VALUE { return where(z > 0, z, alpha * expm1(z)); }
    GRADUS_SLOPE { return where(z > 0, 1, a + alpha); }
};

// Keeps mean 0 and variance 1 (Klambauer et al. 2017).
struct Selu {
    static constexpr const char* name = "selu";
    static constexpr Phrase description = say_later("self-normalising elu");
    static constexpr Initializer suits = Initializer::lecun;
    static constexpr double scale = 1.0507009873554804934, steepness = 1.6732632423543772848;
    GRADUS_VALUE { return where(z > 0, scale * z, scale * steepness * expm1(z)); }
    GRADUS_SLOPE { return where(z > 0, scale, a + scale * steepness); }
};

// z Phi(z), exact, not its tanh approximation (Hendrycks and Gimpel 2016)
struct Gelu {
    static constexpr const char* name = "gelu";
    static constexpr Phrase description = say_later("z times the normal distribution function of z");
    static constexpr Initializer suits = Initializer::he;
    GRADUS_VALUE { return z * normal_cdf(z); }
    GRADUS_SLOPE { return normal_cdf(z) + z * normal_density(z); }
};

// Three straight lines (Howard et al. 2019)
struct HardSigmoid {
    static constexpr const char* name = "hard_sigmoid";
    static constexpr Phrase description = say_later("z / 6 + 1/2, between 0 and 1");
    static constexpr Initializer suits = Initializer::glorot;
    GRADUS_VALUE { return where(z < -3, 0, where(z > 3, 1, z / 6 + 0.5)); }
    GRADUS_SLOPE { return where(z > -3, 1, 0) * where(z > 3, 0, 1) / 6; }
};

// Elfwing et al. 2017
struct Silu {
    static constexpr const char* name = "silu";
    static constexpr Phrase description = say_later("z times sigmoid(z)");
    static constexpr Initializer suits = Initializer::he;
    GRADUS_VALUE { return z * sigmoid(z); }
    GRADUS_SLOPE { return sigmoid(z) * (1 - a) + a; }
};

struct Softplus {
    static constexpr const char* name = "softplus";
    static constexpr Phrase description = say_later("log(1 + e^z)");
    static constexpr Initializer suits = Initializer::he;
    GRADUS_VALUE { return softplus(z); }
    GRADUS_SLOPE { return sigmoid(z); }
};

// All of them, in the order of --help.
using Activations =
    std::tuple<Identity, Sigmoid, Tanh, Relu, LeakyRelu, Elu, Selu, Gelu, HardSigmoid, Silu, Softplus>;

#undef GRADUS_VALUE
#undef GRADUS_SLOPE

}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
