// How does a model get into a file that any runtime can run, and back? An ordinary ONNX file.
#pragma once

#include <string>

#include "gradus/model/model.h"

namespace gradus {

/// The bytes of the model's ONNX file: the same model gives the same bytes. Throws Error (input) for what the
/// format, or ONNX Runtime in this precision, cannot hold; require_writable tells before there is a model.
std::string to_onnx(const AnyModel& model);

/// Throws Error (input) when a model of this recipe could not be written: double precision and a layer that
/// ONNX Runtime knows in float only.
void require_writable(const Recipe& recipe);

/// The model in the bytes of an ONNX file: ours, or another program's if it is a chain of layers that we
/// know. Throws Error (input) with `name` as the place.
AnyModel from_onnx(const std::string& bytes, const std::string& name);

/// Writes beside and renames: the file has the old content or the new, whatever happens. Throws Error
/// (input).
void write_model(const std::string& path, const AnyModel& model);

/// Throws Error (input) when there is no such file, or it is not a model.
AnyModel read_model(const std::string& path);

}  // namespace gradus
