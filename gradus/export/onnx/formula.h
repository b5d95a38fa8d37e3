// How does a formula become ONNX operators? One for each of its operations.
#pragma once

#include <string>

#include "gradus/core/expression.h"
#include "gradus/export/onnx/graph.h"

namespace gradus::onnx {

/// Adds the nodes that compute a formula of Z where Z is the value `x`, and gives the name of the result,
/// which begins with `title`.
std::string write_formula(GraphBuilder& graph, const Expression& formula, const std::string& x,
                          const std::string& title);

/// Does ONNX Runtime's CPU build compute it in double?
bool computes_in_double(const Expression& formula);

}  // namespace gradus::onnx
