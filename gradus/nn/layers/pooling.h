// How is a series made shorter? Pooling: the largest or the mean number under a window, and flatten, which
// makes a vector.
#pragma once

#include "gradus/nn/layer.h"
#include "gradus/nn/layers/convolution.h"

namespace gradus {

enum class Pool { max, mean };

/// Y[c, t] = the largest (the first of equals), or the mean, of the window's numbers of channel c; padding
/// counts in neither. Without a window ("globalmaxpool"), over the whole series.
template <class T, Pool pool>
class Pooling final : public Layer<T> {
public:
    explicit Pooling(Window window) : window_(window) {}
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override;
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;

private:
    Window window_;
};

/// The same over all positions at once.
template <class T, Pool pool>
class GlobalPooling final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override {
        return {pool == Pool::max ? "globalmaxpool" : "globalavgpool"};
    }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
};

/// A series of C channels and L positions becomes a vector of C L numbers, channel after channel.
template <class T>
class Flatten final : public Layer<T> {
public:
    static LayerPointer<T> read(Words& words);

    [[nodiscard]] LayerDescription describe() const override { return {"flatten"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override;
    void forward(const Pass<T>& pass, Range examples) const override;
    void backward_input(const Pass<T>& pass, Range examples) const override;
};

}  // namespace gradus
