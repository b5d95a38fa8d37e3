// How do other programs compute a layer? One row for each kind: its operators in ONNX, its lines in NumPy.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gradus/export/onnx/layers.h"

namespace gradus {

enum class Rank {
    any,     ///< [N, C] or [N, C, L]: the layer works on either
    vector,  ///< [N, C]
    series,  ///< [N, C, L]
};

/// Lines of NumPy for a layer. In them stand for
///
///     {x} {y} {other}    the matrices that enter and leave, channels x m or channels x length x m; for the
///                        beginning of a residual connection what leaves its end, for the end what enters its
///                        beginning. d{y} and d{x} are their derivatives
///     {n}                the number behind the layer's parameters: W{n}
///     {rate} ...         each of the layer's settings, by its name
///     {moves}            stride, pad and dilation of a window
///     {over} {over_out}  the axes of all but the channels of {x} and of {y}; {units}: of all but the
///     examples {shape} {entering} the sizes of {y}, in words; how many numbers of an example enter {layer}
///     which layer of the network it is, from 0
struct NumpyForm {
    std::string_view letter = {};  ///< of what leaves; none: it is what enters
    std::string_view forward = {};
    std::string_view backward = {};  ///< may use what forward assigns
    std::string_view gradient = {};  ///< of the parameters
};

/// A kind of layer elsewhere. Residual connections are an ONNX graph's own business: their rows write
/// nothing.
struct LayerForm {
    std::string_view kind;  ///< its name in the table of layers
    Rank takes;
    Rank gives;
    bool also_double;                               ///< does ONNX Runtime's CPU build compute it in double?
    std::string (*operators)(onnx::LayerInGraph&);  ///< adds them, and gives the name of the result
    NumpyForm numpy = {};
};

/// The row of this layer; that of a function of single numbers follows from its formula. Nothing when there
/// is none.
std::optional<LayerForm> find_form(const LayerDescription& layer);

/// The same. Throws Error (input) when there is none.
LayerForm require_form(const LayerDescription& layer);

}  // namespace gradus
