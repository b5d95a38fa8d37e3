// How does every unit look at every input? The dense layer, Y = W X + b.
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/words.h"

namespace gradus {

/// Y = W X + b with W (units x in), b (units x 1). Parameters: W column by column, then b; one slice is one
/// column.
template <class T>
class Dense final : public Layer<T> {
public:
    static constexpr Index most_units = Index{1} << 24;

    explicit Dense(Index units) : units_(units) {}
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override {
        return {.kind = "dense", .settings = {{"units", units_, LayerSetting::Said::plainly}}};
    }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
    void backward_parameters(const Pass<T>& pass, Range slices) const override;

private:
    Index units_;
};

}  // namespace gradus
