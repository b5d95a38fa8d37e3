// How are a layer's numbers kept on one scale while it learns? Batch normalization (Ioffe and Szegedy 2015).
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// For each channel, over all examples and positions of the batch: Y = gamma (X - mean) / sqrt(variance +
/// eps) + beta, with eps = 1e-5. Predicts with running values: running = 0.9 running + 0.1 batch (the
/// variance with n - 1). One unit of the coupling is one channel; parameters: gamma (1 at first), then beta
/// (0).
template <class T>
class BatchNormalization final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override { return {"batchnorm"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void couple_forward(const Pass<T>& pass, Range units, Index round) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void couple_backward(const Pass<T>& pass, Range units, Index round) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
    [[nodiscard]] std::vector<Intermediate<T>> intermediates(const Pass<T>& pass) const override;
    void backward_parameters(const Pass<T>& pass, Range slices) const override;
};

}  // namespace gradus
