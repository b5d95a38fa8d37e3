// How does a network learn not to lean on single units? Dropout (Srivastava et al. 2014).
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// While training, Y = X .* M / (1 - rate), where each element of the mask M is 0 with probability `rate`,
/// else 1; so the mean stays what it was, and a trained network predicts with Y = X. M is a pure function of
/// (seed, step, layer, example, unit). A regularization: it makes over-fitting harder.
template <class T>
class Dropout final : public Layer<T> {
public:
    explicit Dropout(double rate) : rate_(rate) {}
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override {
        return {.kind = "dropout", .settings = {{"rate", rate_, LayerSetting::Said::plainly}}};
    }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
    [[nodiscard]] std::vector<Intermediate<T>> intermediates(const Pass<T>& pass) const override;

private:
    void draw_mask(View<T> mask, const Pass<T>& pass, Range examples) const;

    double rate_;
};

}  // namespace gradus
