// What were the numbers in one iteration? All matrices of all phases, as the engine computed them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/explain/phases.h"
#include "gradus/nn/run.h"

namespace gradus {

/// A matrix (rows x columns), or three indices for series (channels x length x examples) and for the weights
/// of a convolution (filters x channels x window). Row by row: the last index moves fastest.
struct Tensor {
    std::string name;            ///< as in the formulas: "W1"
    std::vector<Index> shape;    ///< two or three extents
    std::vector<double> values;  ///< in double, whatever the run computes in
    bool of_examples = false;    ///< the last index is the example of the batch

    [[nodiscard]] Index rows() const {
        return static_cast<Index>(values.size()) / columns();
    }                                                             ///< of a matrix
    [[nodiscard]] Index columns() const { return shape.back(); }  ///< of a matrix; the last extent
};

/// A matrix by its name; `of_examples`: a column is an example.
template <class T>
Tensor to_tensor(std::string name, const View<const T>& M, bool of_examples = false);

/// A phase with its numbers: first its results in the order of the plan, then what it reads that no phase of
/// this iteration has computed (X and Y, the parameters before the update). Beside J, each example's loss L.
/// The results of an update are all parameters after it, and what the optimizer remembers: vW1, sW1.
struct Phase : PhasePlan {
    std::vector<Tensor> tensors;  ///< results first
};

/// One iteration: of a network, or of a machine in pre-training (machine_trace.h).
struct Trace {
    std::optional<Index> machine = {};  ///< its number, from 0; empty: it is about the network
    Index iteration = 0;                ///< its number, from 0: so many updates were made before it
    Index epoch = 0;                    ///< it belongs to, from 0
    double cost = 0;                    ///< of its batch, before the update
    double learning_rate = 0;           ///< of its update
    std::vector<Index> examples;        ///< of the batch, by their numbers in the training examples, from 0
    std::vector<Phase> phases;          ///< in the order of computing
    /// Of the cost of this batch: sum of dW .* (W after - W before), over all. (Of a machine 0: its update
    /// does not follow the derivative of the cost that it shows.)
    double predicted_change = 0;
    double actual_change = 0;  ///< its cost with the parameters after the update, less `cost`
    std::string failure;       ///< empty; else why training fails here: then the phases behind J are left out

    /// The tensor with this name, in the first phase that has it; nullptr when there is none.
    [[nodiscard]] const Tensor* find(std::string_view name) const;
};

/// The iteration that a run would make from `state`, with its numbers in the precision T. Nothing is changed:
/// the run works on copies. `network` says which layers there are; the parameters are those of the state.
///
///     Run<double> run(network, examples, settings);
///     const Trace t = trace<double>(network, examples, settings, run.state());  // of what run.next() will
///     do
template <class T>
Trace trace(const Network<T>& network, const Examples<T>& training, const RunSettings& settings,
            RunState<T> state);

}  // namespace gradus
