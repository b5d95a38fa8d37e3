// How is a run serialized that is not finished? The vectors of its RunState as tensors, all else in an entry.
#pragma once

#include <vector>

#include "gradus/export/onnx/entries.h"

namespace gradus::onnx {

/// All of the state that its tensors do not hold.
template <class T>
StateEntry state_entry(const TrainingState<T>& state);

/// The reverse; the vectors are empty. Throws Error (input), without a place, for what no run can be in.
template <class T>
TrainingState<T> state_of(const StateEntry& entry);

/// The state's vectors as tensors.
template <class T>
std::vector<Tensor> state_tensors(const TrainingState<T>& state);

/// The reverse, for this network and optimizer. Throws Error (input), without a place, when one is missing or
/// has the wrong size.
template <class T>
void read_state(const std::vector<Tensor>& tensors, const Network<T>& network, OptimizerKind optimizer,
                TrainingState<T>& state);

}  // namespace gradus::onnx
