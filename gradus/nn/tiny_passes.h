// How is a step on a tiny network more than overhead? All layers in one call, the examples side by side.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "gradus/nn/layers/activation.h"
#include "gradus/nn/network.h"

namespace gradus {

/// The numbers of one layer, unit after unit; within a unit, example after example.
template <class T>
struct LayerLanes {
    const ElementwiseLayer<T>* elementwise = nullptr;  ///< null: the layer is dense
    T* Y = nullptr;
    T* dX = nullptr;
};

/// The passes through a network so small that to call its layers one by one takes longer than its arithmetic:
/// dense layers and functions number by number, on a few examples. Computes what the layers do, to the same
/// bits, with one example in each lane of a register.
template <class T>
class TinyPasses {
public:
    /// Nothing where the layers are others, or there is so much arithmetic that this way is not faster: a
    /// question of sizes only.
    static std::optional<TinyPasses> where_they_suit(const Network<T>& network, Index batch);

    /// What forward of all these layers does.
    void forward(std::span<const Pass<T>> passes);

    /// What backward_input and backward_parameters of all these layers do, the first layer's dX left out.
    void backward(std::span<const Pass<T>> passes);

private:
    TinyPasses(const Network<T>& network, Index batch);

    AlignedVector<T> memory_;
    T* X_;
    T* dY_;
    std::vector<LayerLanes<T>> lanes_;
};

}  // namespace gradus
