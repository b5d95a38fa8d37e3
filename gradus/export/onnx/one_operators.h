// Which activations are an operator of their own in ONNX?
#pragma once

#include <string_view>
#include <vector>

#include "gradus/export/onnx/operators.h"

namespace gradus::onnx {

/// An activation that is an operator of its own.
struct OneOperator {
    std::string_view kind;                        ///< of the layer
    std::string_view operation;                   ///< of the node
    bool also_double;                             ///< does ONNX Runtime's CPU build compute it in double?
    std::vector<KnownAttribute> attributes = {};  ///< what is not fixed is a setting of the layer
};

/// Of this kind of layer; nullptr when there is none.
const OneOperator* find_one_operator(std::string_view kind);

}  // namespace gradus::onnx
