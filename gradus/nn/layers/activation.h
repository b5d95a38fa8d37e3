// Which functions bend the straight line? Number by number, those of activation_formulas.h; column by column,
// softmax.
#pragma once

#include <vector>

#include "gradus/nn/architecture.h"
#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// The work of an activation on numbers that lie one after the other, compiled for an instruction set.
template <class T>
struct ActivationKernel {
    void (*forward)(double alpha, Index count, const T* z, T* a);
    void (*backward)(double alpha, Index count, const T* z, const T* a, const T* dA, T* dZ);
};

/// A function f of single numbers, for this machine.
template <class T>
struct ElementwiseFunction {
    const ActivationKernel<T>* kernel = nullptr;
    double alpha = 0;

    /// a(i) = f(z(i)), and dz(i) = da(i) f'(z(i)).
    void values(Index count, const T* z, T* a) const { kernel->forward(alpha, count, z, a); }
    void slopes(Index count, const T* z, const T* a, const T* da, T* dz) const {
        kernel->backward(alpha, count, z, a, da, dz);
    }
};

/// A layer that computes number by number: any numbers may stand together in a call.
template <class T>
class ElementwiseLayer : public Layer<T> {
public:
    [[nodiscard]] virtual ElementwiseFunction<T> function() const = 0;

    void forward(const Pass<T>& pass, Range examples) const final;
    void backward_input(const Pass<T>& pass, Range examples) const final;
};

/// The rows of the activations in the table of layers, as activation_formulas.h lists them.
std::vector<LayerKind> activation_kinds();

/// A(i, j) = e^Z(i, j) / sum over i of e^Z(i, j): each column becomes a probability distribution. Both have
/// contiguous columns; A may be Z.
template <class T>
void softmax(const View<T>& A, const View<const T>& Z);

/// The same as a layer.
template <class T>
class Softmax final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override { return {"softmax"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
};

}  // namespace gradus
