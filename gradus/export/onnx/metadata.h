// What does a model file hold besides the graph? Entries "gradus.<what>", each a JSON text.
#pragma once

#include <vector>

#include "gradus/export/onnx/file.h"
#include "gradus/model/model.h"

namespace gradus::onnx {

/// All of a model that is not a long list of numbers, in this order:
///
/// gradus.format    1: the number of this list
/// gradus.network   the network's text, the shape of an example, the names of the tensors that it learned
/// gradus.recipe    every choice about the run, but for the threads
/// gradus.features  scaling, columns of numbers (fill, offset, divisor, edges of bins), columns of
///                  text (categories)
/// gradus.target    task, names, classes, the lines of a regression
/// gradus.origin    the data's name, examples and fingerprint, and what tells its rows again
/// gradus.history   updates, costs, metrics, the baseline
/// gradus.self_test the first examples and the network's outputs for them
/// gradus.members   of an ensemble: the history of each further network
/// gradus.folds     of an ensemble that is not finished: all of each fold's run that its tensors do not hold
/// gradus.state     of a run that is not finished: all that its tensors (training_info) do not hold
/// gradus.machines  of pre-training: the sizes and units of each, and its self-test; their numbers are
/// tensors gradus.pretraining  of a state within pre-training: the machine that is being learned, and its run
///
/// `learned`: the names of the network's tensors in the graph.
template <class T>
std::vector<Entry> to_metadata(const Model<T>& model, const std::vector<std::string>& learned);

/// What the metadata says. The network's numbers are zero, the state's vectors empty.
template <class T>
struct Described {
    Model<T> model;
    std::vector<std::string> learned = {};  ///< names of tensors
    Matrix<T> outputs = {};                 ///< of the self-test
};

/// Is it a model in double precision?
bool is_double(const std::vector<Entry>& metadata);

/// Throws Error (input), without a place, for what no model can be, and for a network that has more
/// parameters than there are bytes of tensors.
template <class T>
Described<T> from_metadata(const std::vector<Entry>& metadata, std::size_t bytes_of_tensors);

}  // namespace gradus::onnx
