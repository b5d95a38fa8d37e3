// Do these examples fit this network? Asked at every door that takes matrices, before anything is read.
#pragma once

#include "gradus/core/matrix.h"
#include "gradus/nn/network.h"

namespace gradus {

/// Throws Error (usage) for a network without layers: it was moved from.
template <class T>
void require_whole(const Network<T>& network);

/// Throws Error (usage) unless X (in x n) has a row for each input: "X has 4 rows, the network has 2 inputs
/// (hint: examples are columns: X.transposed())".
template <class T>
void require_inputs(const Network<T>& network, View<const T> X);

/// And unless Y (out x n) has a row for each output and a column for each of the n examples, of which there
/// is at least one.
template <class T>
void require_fits(const Network<T>& network, View<const T> X, View<const T> Y);

}  // namespace gradus
