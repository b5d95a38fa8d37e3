// Which functions bend the straight line? Their names and formulas here; value beside derivative in
// activation.cpp.
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// z
struct Identity {
    static constexpr const char *name = "identity", *formula = "Z", *derivative = "1";
};

/// 1 / (1 + e^-z)
struct Sigmoid {
    static constexpr const char *name = "sigmoid", *formula = "1 / (1 + exp(-Z))",
                                *derivative = "A .* (1 - A)";
};

/// (e^z - e^-z) / (e^z + e^-z)
struct Tanh {
    static constexpr const char *name = "tanh", *formula = "tanh(Z)", *derivative = "1 - A.^2";
};

/// max(z, 0)
struct Relu {
    static constexpr const char *name = "relu", *formula = "max(Z, 0)", *derivative = "Z > 0";
};

/// z where z > 0, else alpha z
struct LeakyRelu {
    static constexpr const char *name = "leaky_relu", *formula = "Z > 0 ? Z : alpha Z",
                                *derivative = "Z > 0 ? 1 : alpha";
    double alpha = 0.01;
};

/// z where z > 0, else alpha (e^z - 1) (Clevert et al. 2015)
struct Elu {
    static constexpr const char *name = "elu", *formula = "Z > 0 ? Z : alpha (exp(Z) - 1)",
                                *derivative = "Z > 0 ? 1 : A + alpha";
    double alpha = 1;
};

/// lambda z where z > 0, else lambda alpha (e^z - 1): keeps mean 0 and variance 1 (Klambauer et al. 2017)
struct Selu {
    static constexpr const char *name = "selu", *formula = "lambda (Z > 0 ? Z : alpha (exp(Z) - 1))",
                                *derivative = "Z > 0 ? lambda : A + lambda alpha";
    static constexpr double lambda = 1.0507009873554804934, alpha = 1.6732632423543772848;
};

/// z Phi(z), exact, not its tanh approximation (Hendrycks and Gimpel 2016)
struct Gelu {
    static constexpr const char *name = "gelu", *formula = "Z .* Phi(Z)",
                                *derivative = "Phi(Z) + Z .* phi(Z)";
};

/// z sigmoid(z) (Elfwing et al. 2017)
struct Silu {
    static constexpr const char *name = "silu", *formula = "Z .* sigmoid(Z)",
                                *derivative = "sigmoid(Z) .* (1 - A) + A";
};

/// log(1 + e^z)
struct Softplus {
    static constexpr const char *name = "softplus", *formula = "log(1 + exp(Z))",
                                *derivative = "1 / (1 + exp(-Z))";
};

/// A layer that computes number by number: any numbers may stand together in a call.
template <class T>
class ElementwiseLayer : public Layer<T> {
public:
    /// a(i) = f(z(i)), and dz(i) = da(i) f'(z(i)).
    virtual void values(Index count, const T* z, T* a) const = 0;
    virtual void slopes(Index count, const T* z, const T* a, const T* da, T* dz) const = 0;

    void forward(const Pass<T>& pass, Range examples) const final;
    void backward_input(const Pass<T>& pass, Range examples) const final;
};

/// A = f(Z) number by number; F, one of the above, says which f.
template <class T, class F>
class Activation final : public ElementwiseLayer<T> {
public:
    explicit Activation(F f = {}) : f_(f) {}
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] std::string text() const override;
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void values(Index count, const T* z, T* a) const override;
    void slopes(Index count, const T* z, const T* a, const T* da, T* dz) const override;

private:
    F f_;
};

/// A(i, j) = e^Z(i, j) / sum over i of e^Z(i, j): each column becomes a probability distribution.
template <class T>
class Softmax final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] std::string text() const override { return "softmax"; }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
};

}  // namespace gradus
