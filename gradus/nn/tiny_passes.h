// How is a step on a tiny network fast? A fast path: all layers in one call, an example in each SIMD lane.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "gradus/nn/layers/activation.h"
#include "gradus/nn/loss.h"
#include "gradus/nn/network.h"

namespace gradus {

/// The numbers of one layer, unit after unit; within a unit, example after example.
template <class T>
struct LayerLanes {
    const ElementwiseLayer<T>* elementwise = nullptr;  ///< null: the layer is dense
    T* Y = nullptr;
    T* dX = nullptr;
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
    void show(std::span<Pass<T>> passes, View<T>& output_gradient) const;

    /// What forward of all these layers does, for the examples X.
    void forward(const View<const T>& X, std::span<const Pass<T>> passes);

    /// What Loss::value and Loss::gradient do. Each returns false where the loss is left to its class.
    bool losses(std::span<double> losses, const View<const T>& Y);
    bool output_gradient(const View<const T>& Y);

    /// What backward_input and backward_parameters of all these layers do, the first layer's dX left out.
    void backward(std::span<const Pass<T>> passes);

private:
    TinyPasses(const Network<T>& network, Index batch, bool has_loss);

    const TinyKernels<T>* kernels_;
    bool has_loss_;
    Index stride_;  // from one unit to the next
    AlignedVector<T> memory_;
    T *X_, *Y_, *dY_;
    std::vector<LayerLanes<T>> lanes_;
};

}  // namespace gradus
