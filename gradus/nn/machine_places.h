// Which layers of a network can be learned as restricted Boltzmann machines?
#pragma once

#include <vector>

#include "gradus/nn/network.h"
#include "gradus/nn/rbm.h"

namespace gradus {

/// The places of the dense layers.
template <class T>
std::vector<std::size_t> dense_layers(const Network<T>& network);

/// A dense layer with its activation, as a machine.
struct MachinePlace {
    std::size_t layer = 0;                              ///< of the network: the dense one
    HiddenUnits hidden_units = HiddenUnits::bernoulli;  ///< sigmoid: Bernoulli, relu: rectified
};

/// Which dense layers of a network are learned as machines.
enum class Stack {
    below_the_output,  ///< all but the last, which is the output
    whole,             ///< all: the last hidden units are the output
    unrolled,          ///< the first half; the others go the same way back (Hinton and Salakhutdinov 2006):
                       ///< they begin with W transposed and c of their machine
};

/// The dense layers that are learned as machines, of which there must be some: with sigmoid or relu units,
/// and dropout between them; a series may become a vector before them (flatten). Throws Error (usage) that
/// names every layer of another kind.
template <class T>
std::vector<MachinePlace> machine_places(const Network<T>& network, Stack stack = Stack::below_the_output);

}  // namespace gradus
