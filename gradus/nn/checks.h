// May training begin? Asked once, at the doors, in the words of who calls: settings, labels, states.
#pragma once

#include <string>

#include "gradus/core/say.h"
#include "gradus/nn/run.h"

namespace gradus {

/// Each throws Error (usage) that names the member: "RunSettings::epochs is 0, expected at least 1".
void require_valid(const OptimizerSettings& settings);
void require_valid(const RunSettings& settings);

/// Throws Error (usage) for a loss that means nothing after this last layer: the cross-entropy of a single
/// output, or of numbers that are no probabilities.
void require_loss_fits(LossKind loss, const std::string& last_layer, Index outputs);

/// Throws Error (usage) for a batch or threads that no step has, Error (input) for memory that no machine
/// has.
template <class T>
void require_step(const Network<T>& network, LossKind loss, const OptimizerSettings& optimizer, Index batch,
                  Index threads);

/// Throws Error (usage) unless a batch has an example for each rank, and every layer lets them share it.
template <class T>
void require_ranks(const Ranks& ranks, const Network<T>& network, Index batch);

/// Throws Error (usage) where the parameters of the network lie elsewhere than they were planned for.
[[noreturn]] void refuse_moved_network();

/// Throws Error (usage): no backward has come since the last update.
[[noreturn]] void refuse_update_without_gradient();

/// Throws Error (usage) unless X has from 1 to `most` examples of this network; `who` was planned for so
/// many.
template <class T>
void require_batch(const Network<T>& network, const View<const T>& X, Index most, Phrase who);

/// Throws Error (usage) unless these belong to the examples that went forward last.
template <class T>
void require_truth_fits(const Network<T>& network, Index examples, const View<const T>& Y,
                        const View<const T>& weights);

/// Throws Error (usage) unless a matrix called `name` has the sizes that are expected.
void require_shape(const std::string& name, Index rows, Index columns, Index expected_rows,
                   Index expected_columns);

/// Throws Error (usage) unless it is finite and not below 0.
void require_learning_rate(double rate);

/// Throws Error (input), at `name`, unless every number is finite, every example has a truth and a weight
/// where there are any, and there is an example. Nothing is said about rows.
template <class T>
void require_examples(const Examples<T>& examples, const std::string& name);

/// Throws Error, at `name`, unless the rows fit the network, and the truth the loss: probabilities where it
/// is a cross-entropy.
template <class T>
void require_examples_fit(const Network<T>& network, LossKind loss, const Examples<T>& examples,
                          const std::string& name);

/// Throws Error (input) unless the state has the sizes of this step, and fits a run over so many examples.
template <class T>
void require_state_fits(const RunState<T>& state, Step<T>& step, Index examples, Index batch);

/// The same of an optimizer's state alone.
template <class T>
void require_state_fits(const OptimizerState<T>& state, std::size_t slots);

}  // namespace gradus
