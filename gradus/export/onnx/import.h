// What of another program's ONNX file can be a network here? A chain of layers that we know.
#pragma once

#include "gradus/export/onnx/file.h"
#include "gradus/model/model.h"

namespace gradus::onnx {

/// The model in a file of another program: one input [N, C] or [N, C, L] of float or double, and a chain of
/// operators, each of which is a layer (or a change of shape between layers). It has columns "1", "2", ...,
/// which are neither scaled nor filled, and predicts the output's numbers: "<output>_0", "<output>_1", ...
/// Throws Error (input), without a place, that lists all operators and attributes which are not known here,
/// or says at which one the chain breaks.
AnyModel import_model(const File& file);

/// The model in these bytes, as from_onnx, with what lies in files beside it.
AnyModel read_with(const std::string& bytes, const std::string& name, ExternalFiles external);

}  // namespace gradus::onnx
