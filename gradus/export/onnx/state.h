// How is a run serialized that is not finished? The vectors of its RunState as tensors, all else in an entry.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/export/onnx/entries.h"

namespace gradus::onnx {

/// All of the state that its tensors do not hold.
template <class T>
StateEntry state_entry(const TrainingState<T>& state);

/// The reverse; the vectors are empty. Throws Error (input), without a place, for what no run can be in.
template <class T>
TrainingState<T> state_of(const StateEntry& entry);

/// Of a state that has folds, one after the other; and the reverse.
template <class T>
std::vector<FoldEntry> fold_entries(const TrainingState<T>& state);
template <class T>
void put_folds(const std::vector<FoldEntry>& entries, TrainingState<T>& state);

/// The state's vectors as tensors.
template <class T>
std::vector<Tensor> state_tensors(const TrainingState<T>& state);

/// The reverse, for this network and optimizer. Throws Error (input), without a place, when one is missing or
/// has the wrong size.
template <class T>
void read_state(const std::vector<Tensor>& tensors, const Network<T>& network, OptimizerKind optimizer,
                TrainingState<T>& state);

// The same of a run by itself, whose tensors have a name of their own in front; for machines.h.

template <class T>
void add_run_tensors(std::vector<Tensor>& tensors, const RunState<T>& run, const std::string& before);

/// The numbers of the tensor called `name`: exactly `size` of them, if that is known.
template <class Numbers>
void read_tensor(const std::vector<Tensor>& tensors, const std::string& name, std::optional<std::size_t> size,
                 Numbers& numbers);

/// How many numbers a run's vectors have, as far as that is known.
struct RunSizes {
    std::size_t parameters = 0;
    std::optional<std::size_t> statistics = {};
    std::size_t slots = 0;
};
template <class T>
void read_run(const std::vector<Tensor>& tensors, const RunSizes& sizes, const std::string& before,
              RunState<T>& run);

}  // namespace gradus::onnx
