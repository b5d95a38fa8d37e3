// How is a step on a tiny network fast? A fast path: all layers in one call, an example in each SIMD lane.
#pragma once

#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "gradus/nn/layers/activation.h"
#include "gradus/nn/loss.h"
#include "gradus/nn/network.h"

namespace gradus {

/// A matrix of a batch, and the same with an example in each lane: row after row, and within a row example
/// after example. It is laid out anew only when it has changed: a full batch is the same in every step.
template <class T>
class BatchLanes {
public:
    BatchLanes(Index rows, Index stride)
        : rows_(rows),
          stride_(stride),
          seen_(static_cast<std::size_t>(rows * stride)),
          lanes_(static_cast<std::size_t>(rows * stride)) {}

    /// The lanes of X.
    const T* operator()(const View<const T>& X) {
        const bool gapless = X.column_step() == rows_ && (X.row_step() == 1 || rows_ == 1);
        if (!gapless || X.columns() != seen_examples_ ||
            std::memcmp(seen_.data(), X.data(), seen_bytes_) != 0)
            lay_out(X, gapless);
        return lanes_.data();
    }
    T* data() { return lanes_.data(); }  ///< the lanes, to be filled

private:
    void lay_out(const View<const T>& X, bool gapless);

    Index rows_;
    Index stride_;  // from one row to the next
    AlignedVector<T> seen_, lanes_;
    Index seen_examples_ = 0;  // of a matrix without gaps
    std::size_t seen_bytes_ = 0;
};

/// One layer, and where its numbers lie.
template <class T>
struct TinyLayer {
    ElementwiseFunction<T> function = {};  ///< without a kernel: the layer is dense
    Index inputs = 0, units = 0;
    const T* parameters = nullptr;
    const T *X = nullptr, *dY = nullptr;
    T *Y = nullptr, *dX = nullptr;
};

/// The gradient of one parameter is the mean over the examples of x times dy: those of a weight's input (of a
/// bias: ones), and of its unit.
template <class T>
struct GradientFactors {
    const T *x, *dy;
};

/// The work on all layers of a network, compiled for this machine's instruction set.
template <class T>
struct TinyKernels;

/// The passes through a network so small that to call its layers one by one takes longer than its arithmetic:
/// dense layers and functions number by number, on a few examples. Computes what the layers do, to the same
/// bits, with one example in each lane of a register; only denormal numbers, which a team flushes to zero,
/// are left as they are.
template <class T>
class TinyPasses {
public:
    /// Nothing where the layers are others, or there is so much arithmetic that this way is not faster: a
    /// question of sizes only. A `loss` that is fused with a single sigmoid is computed here as well.
    static std::unique_ptr<TinyPasses> where_they_suit(const Network<T>& network, Index batch,
                                                       const Loss<T>& loss);

    /// Points the step's views to the numbers here, so that nothing is copied: every Y and dX, and what the
    /// loss begins with. They are no longer contiguous by columns, but for the network's output and its
    /// derivative, which are left alone where they have several units.
    void show(std::span<Pass<T>> passes, View<T>& output_gradient);

    /// What forward of all these layers does, for the examples X; Y is the network's output.
    void forward(const View<const T>& X, const View<T>& Y);

    /// What Loss::value does; nothing where that is left to its class.
    std::span<const double> losses(const View<const T>& Y);
    /// What Loss::gradient does; false where that is left to its class.
    bool output_gradient(const View<const T>& Y);

    /// What backward_input and backward_parameters of all these layers do, the first layer's dX left out.
    void backward(const View<const T>& output_gradient, std::span<T> gradient);

private:
    TinyPasses(const Network<T>& network, Index batch, const Loss<T>& loss);
    void list_factors();

    const TinyKernels<T>* kernels_;
    bool has_loss_;
    Index stride_;  // from one unit to the next
    Index examples_ = 0;
    BatchLanes<T> X_, Y_, dY_;
    AlignedVector<T> exponentials_, losses_;  // of the output, when the loss is computed here
    AlignedVector<T> memory_;
    std::vector<TinyLayer<T>> layers_;
    std::size_t last_backward_;  // the last layer whose backward half is needed
    std::vector<GradientFactors<T>> factors_;
};

}  // namespace gradus
