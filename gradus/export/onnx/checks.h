// Do the parts of a model fit each other? The same answer before writing and after reading.
#pragma once

#include "gradus/model/model.h"

namespace gradus::onnx {

/// Throws Error (input), without a place, unless a network of this text and input can be kept in a file.
void require_network(const std::string& text, Shape in);

/// Throws Error (input), without a place, when one example takes more memory or time than any network that
/// Gradus can train.
template <class T>
void require_bearable(const Network<T>& network);

/// And when features, target, metrics or the self-test do not belong to the network.
template <class T>
void require_consistent(const Model<T>& model);

/// Throws Error (input), without a place, for a state that no run of this network and optimizer can be in.
template <class T>
void require_state(const TrainingState<T>& state, const Network<T>& network, OptimizerKind optimizer);

}  // namespace gradus::onnx
