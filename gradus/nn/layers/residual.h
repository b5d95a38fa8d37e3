// How can a network be deep and still learn? Residual connections (He et al. 2016): "residual(64 relu, 64)"
// is X + f(X).
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// Marks where a residual connection leaves: Y = X. On the way back, Pass::other is the dY of the end that it
/// belongs to: dX = dY + other.
template <class T>
class ResidualBegin final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override { return {.kind = "residual(", .nesting = 1}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
};

/// Marks where it joins again: Y = X + other, where Pass::other is the X of its beginning; dX = dY.
template <class T>
class ResidualEnd final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override { return {.kind = ")", .nesting = -1}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
};

}  // namespace gradus
