// How are the machines of pre-training serialized? Their parameters as tensors, all else in entries.
#pragma once

#include <vector>

#include "gradus/export/onnx/entries.h"

namespace gradus::onnx {

/// "gradus.machines", and "gradus.pretraining" where a state stands in it; none without machines.
template <class T>
std::vector<Entry> machine_entries(const Model<T>& model);

/// "machine_1", ..., and the vectors of a machine's run, "pretraining_parameters", ...
template <class T>
std::vector<Tensor> machine_tensors(const Model<T>& model);

/// The reverse, for a model whose network and state have been read. Throws Error (input), without a place,
/// when the machines do not fit its network, or fail their self-test.
template <class T>
void read_machines(const std::vector<Entry>& metadata, const std::vector<Tensor>& tensors, Model<T>& model);

/// Throws Error (input), without a place, unless the machines belong to the layers of the network, and a
/// state within pre-training to them.
template <class T>
void require_machines(const Model<T>& model);

}  // namespace gradus::onnx
