// Which ONNX operators compute a layer? One row for each kind of layer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/export/onnx/graph.h"
#include "gradus/nn/network.h"
#include "gradus/nn/words.h"

namespace gradus::onnx {

/// What a row of the table has at hand to write its layer.
struct LayerInGraph {
    GraphBuilder& graph;
    std::string title;  ///< for the result: "conv_3"
    Words words;        ///< the layer's text behind its name
    Shape in, out;
    std::string x;                        ///< the input
    std::vector<Tensor> learned;          ///< parameters, then statistics, each in the order of files
    std::vector<std::string> names = {};  ///< receives the names that the learned tensors get

    /// Adds learned tensor i with this shape, and gives its name.
    std::string tensor(std::size_t i, std::vector<Index> dims);
};

enum class Rank {
    any,     ///< [N, C] or [N, C, L]: the layer works on either
    vector,  ///< [N, C]
    series,  ///< [N, C, L]
};

/// A kind of layer in ONNX. Residual connections are the graph's own business: their rows write nothing.
struct LayerMapping {
    std::string_view kind;  ///< its name in the table of layers
    Rank takes;
    Rank gives;
    bool also_double;                     ///< does ONNX Runtime's CPU build compute it in double?
    std::string (*write)(LayerInGraph&);  ///< gives the name of the result
};

/// The row of this kind of layer; nullptr when there is none.
const LayerMapping* find_mapping(std::string_view kind);

/// Adds all layers of a network behind the flow `x` (features of the network's input shape), and gives the
/// flow of its outputs, [N, K]. `learned` receives the names of all its tensors: layer after layer the
/// parameters, then the statistics. Throws Error (input) for a layer that the format cannot hold.
template <class T>
Flow write_layers(GraphBuilder& graph, const Network<T>& network, Flow x, std::vector<std::string>& learned);

/// Takes the network's parameters and statistics from tensors with these names, in the order of write_layers.
/// Throws Error (input), without a place, when one is missing or has another size.
template <class T>
void read_learned(const std::vector<Tensor>& tensors, const std::vector<std::string>& names,
                  Network<T>& network);

/// The numbers of a parameter in the order of files: row by row, of a convolution (rows x channels x window).
template <class T>
Tensor to_tensor(const std::string& name, const Parameter& parameter, std::span<const T> numbers);

/// The reverse. Throws Error (input) when it is not so many numbers of this type.
template <class T>
void from_tensor(const Tensor& tensor, const Parameter& parameter, std::span<T> numbers);

}  // namespace gradus::onnx
