// Can these layers be a network? Asked before any memory is taken.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "gradus/nn/initializer.h"
#include "gradus/nn/layer.h"

namespace gradus {

/// Throws Error (usage) for an input of no numbers or of too many, for no layers, or one that is null.
template <class T>
void require_layers(Shape in, std::span<const LayerPointer<T>> layers);

/// For the beginning of each residual connection the place of its end, and the other way round; for other
/// layers their own. Throws Error (usage) where one is not closed, or not open.
template <class T>
std::vector<std::size_t> residual_partners(std::span<const LayerPointer<T>> layers);

/// What suits the weights of layer i, of layers with these plans: see Network::initializer_of.
template <class T>
Initializer suitable_initializer(std::span<const LayerPointer<T>> layers, std::span<const LayerPlan> plans,
                                 std::size_t i);

/// Throws Error (input) unless a residual connection gives what it takes.
template <class T>
void require_same(Shape input, Shape output, std::span<const LayerPointer<T>> layers);

}  // namespace gradus
