// How much memory and how many threads does a step of training take? Sizes that no machine has are refused
// before they are planned.
#pragma once

#include "gradus/nn/network.h"

namespace gradus {

/// The numbers of one example that are kept for the way back: inputs and outputs of all layers, their
/// scratch.
template <class T>
Index numbers_per_example(const Network<T>& network);

/// Throws Error (usage) for a batch below 1 or a network that was moved from, Error (input) when it needs
/// more than 2^36 numbers.
template <class T>
void require_step_memory(const Network<T>& network, Index batch);

/// How many threads, of at most so many, are worth a trial: each must have a good piece of arithmetic between
/// two meetings.
template <class T>
Index useful_threads(const Network<T>& network, Index batch, Index most);

}  // namespace gradus
