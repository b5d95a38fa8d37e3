// How do raw columns become what the network sees, and its outputs what people ask for, inside the graph?
#pragma once

#include "gradus/data/features.h"
#include "gradus/export/onnx/graph.h"
#include "gradus/model/model.h"

namespace gradus::onnx {

/// Has the graph one input "features"? Yes for series and when all columns are numbers that a float can hold;
/// otherwise there is one [N, 1] for each column, called like it: of text, of double for a column in_double,
/// and of seconds since 1970 in double for dates.
bool has_one_input(const Features& features, Shape shape, Type type);

/// The shape of an example in this input, whose mask is not there yet.
Shape input_shape(const Features& features, Shape shape);

/// Adds the inputs and the arithmetic of `features` (features.h). Gives what a network of input `shape` sees.
Flow write_features(GraphBuilder& graph, const Features& features, Shape shape);

/// The names of the graph's outputs; a column may have taken the usual ones.
struct OutputNames {
    std::string label = {};
    std::string probabilities = {};
    std::string prediction = {};
};
OutputNames reserve_outputs(GraphBuilder& graph, const Target& target);

/// Adds what follows behind the network's outputs: `label` [N] and `probabilities` [N, K] of a classifier;
/// `label` [N, K] (0 or 1, int64) and `probabilities` [N, K] of a multi-label; or the `prediction` [N, T] of
/// a regression in its targets' own units, the `reconstruction` [N, inputs] of each input in its column's,
/// the `hidden` units [N, H] of the task encode.
void write_outputs(GraphBuilder& graph, const Target& target, const Flow& outputs, const OutputNames& names);

}  // namespace gradus::onnx
