// How do the layers of a network stand in an ONNX graph? One behind the other, with their tensors.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gradus/export/onnx/graph.h"
#include "gradus/nn/network.h"

namespace gradus::onnx {

/// What a form (layer_forms.h) has at hand to write its layer.
struct LayerInGraph {
    GraphBuilder& graph;
    std::string title;  ///< for the result: "conv_3"
    LayerDescription layer;
    Shape in, out;
    std::string x;                        ///< the input
    std::vector<Tensor> learned;          ///< parameters, then statistics, each in the order of files
    std::vector<std::string> names = {};  ///< receives the names that the learned tensors get

    /// Adds learned tensor i with this shape, and gives its name.
    std::string tensor(std::size_t i, std::vector<Index> dims);
};

/// Adds all layers of a network behind the flow `x` (features of the network's input shape), and gives the
/// flow of its outputs, [N, K]. `learned` receives the names of all its tensors: layer after layer the
/// parameters, then the statistics. All names begin with `before`. Throws Error (input) for a layer that the
/// format cannot hold.
template <class T>
Flow write_layers(GraphBuilder& graph, const Network<T>& network, Flow x, std::vector<std::string>& learned,
                  const std::string& before = {});

/// Takes the network's parameters and statistics from tensors with these names, in the order of write_layers.
/// Throws Error (input), without a place, when one is missing or has another size.
template <class T>
void read_learned(const std::vector<Tensor>& tensors, std::span<const std::string> names,
                  Network<T>& network);

/// The numbers of a parameter in the order of files: row by row, of a convolution (rows x channels x window).
template <class T>
Tensor to_tensor(const std::string& name, const Parameter& parameter, std::span<const T> numbers);

/// The reverse. Throws Error (input) when it is not so many numbers of this type.
template <class T>
void from_tensor(const Tensor& tensor, const Parameter& parameter, std::span<T> numbers);

}  // namespace gradus::onnx
