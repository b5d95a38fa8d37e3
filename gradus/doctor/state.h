// What do the units of a network do with the examples? Dead, saturated, identical, or alive.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "gradus/nn/metrics.h"
#include "gradus/nn/run.h"

namespace gradus {

/// A layer of hidden units behind a relu, tanh or sigmoid, over all examples that were looked at.
struct HiddenLayer {
    std::string name;           ///< of its numbers, in the tutorial's manner: "A1"
    std::string function;       ///< "relu"
    Index units = 0;            ///< of a series: channels
    std::vector<Index> dead;    ///< relu: the units, counted from 1, that are 0 for every example
    double saturated = 0;       ///< tanh: the share of its numbers with |a| > 0.99; sigmoid: |2 a - 1| > 0.99
    bool same_weights = false;  ///< all its units have the same weights (a single one: none but zeros)
};

/// A network over examples.
struct State {
    Index examples = 0;               ///< that were looked at
    std::vector<HiddenLayer> hidden;  ///< the first layer first
    /// The largest standard deviation of an output over the examples; of values, in that of their truth.
    double output_spread = 0;
    std::string last_name{"X"};  ///< of what the output layer looks at: "A1"; "X" without hidden layers

    // Of the first `most_kept` examples:
    Matrix<double> last;       ///< what the output layer looks at, before dropout
    Matrix<double> outputs;    ///< A of the last layer
    std::vector<Index> truth;  ///< their classes, if the task is to classify

    static constexpr Index most_kept = 1000;  ///< examples whose numbers are kept
};

/// Looks at evenly spaced examples, at most `most` of them. The network is not changed: a copy computes.
template <class T>
State look_at(const Network<T>& network, const Examples<T>& examples, Task task,
              Index most = std::numeric_limits<Index>::max());

/// The name of layer i's output in the tutorial's manner: Z1 behind the first layer that learns, A1 behind
/// its activation.
template <class T>
std::string output_name(const Network<T>& network, std::size_t i);

/// Examples j, j + step, ... as a batch of their own; bytes are read.
template <class T>
struct Batch {
    Matrix<T> X;        ///< in x m
    Matrix<T> Y;        ///< out x m
    Matrix<T> weights;  ///< 1 x m, or empty

    /// Copies these columns.
    Batch(const Examples<T>& examples, const std::vector<Index>& columns);
};

}  // namespace gradus
