// What does the graph of another program compute? Node by node, slowly: the truth for what is made of it.
#pragma once

#include <map>
#include <string>

#include "gradus/export/onnx/operators.h"

namespace gradus::onnx {

/// Values of a graph by their names.
using Arrays = std::map<std::string, Array, std::less<>>;

/// All values of the file's graph for these inputs. Throws Error (input), without a place, that names the
/// first operator or attribute which is not known, or whose inputs do not fit it.
Arrays evaluate(const File& file, Arrays inputs);

/// The version of the file's operators.
Index operators_version(const File& file);

}  // namespace gradus::onnx
