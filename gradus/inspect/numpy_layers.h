// What is each layer in NumPy? Its mathematics as lines of a Python program.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gradus/inspect/python_text.h"
#include "gradus/nn/layer.h"

namespace gradus {

/// A layer in its place in a network.
struct NumpyPlace {
    std::string text;  ///< its words: "dropout 0.2"
    Shape in = {};
    Shape out = {};
    python::Names names = {};  ///< what its lines may name, see NumpyLayer
};

/// The lines of a layer, with names to fill in ($x):
///
/// x, y      the matrices that enter and leave (channels x m, or channels x length x m); dx, dy: their
///           derivatives
/// shape     of what leaves, "8 x 40"
/// inputs    the name, or the number, of the channels that enter
/// units     the same of those that leave
/// n         the number behind its parameters: W$n
/// layer     its number in the network, from 0
/// training  the condition that holds while training
/// other     for the beginning of a residual connection what leaves its end, for the end what enters its
///           beginning
///
/// What forward assigns, the way back may use.
struct NumpyLayer {
    std::string forward = {};
    std::string backward_input = {};            ///< assigns d$x
    std::string backward_parameters = {};       ///< assigns dW$n, ...; divides by m
    std::vector<std::string> definitions = {};  ///< functions and constants of the program that it needs
    std::vector<std::string> shapes = {};       ///< of its parameters, in the order of LayerPlan::parameters
    std::string fan_in = {}, fan_out = {};
};

/// One row for every layer of layer_table(): its name, the letter of what leaves it (with none it leaves what
/// entered), and its lines.
struct NumpyLayerKind {
    std::string name;
    std::string letter;
    NumpyLayer (*write)(const NumpyPlace& place);
};
std::span<const NumpyLayerKind> numpy_layer_table();

/// The row for a layer's text. Throws Error (input) for a layer that is not in the table.
const NumpyLayerKind& find_numpy_layer(const std::string& text);

}  // namespace gradus
