// Which models must ONNX Runtime agree with us about? One for each layer, activation, way of scaling and
// task.
#pragma once

#include <string>
#include <vector>

#include "gradus/model/model.h"

namespace gradus::test {

/// A model, and rows for which it is asked.
struct OnnxCase {
    std::string name;
    AnyModel model;
    Table table;
};

/// What `gradus predict` prints of a file is what ONNX Runtime says of its rows: the file, how it was
/// learned, and the table that was read.
struct OnnxFileCase {
    std::string name;
    std::string csv;
    AnyModel model;
    Table table;
};
std::vector<OnnxFileCase> onnx_file_cases();

/// In float, and in double where ONNX Runtime can compute it.
std::vector<OnnxCase> onnx_cases();

}  // namespace gradus::test
