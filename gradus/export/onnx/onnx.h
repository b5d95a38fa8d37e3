// How does a model get into a file that any runtime can run, and back? An ordinary ONNX file.
#pragma once

#include <string>

#include "gradus/model/model.h"

namespace gradus {

/// Writes a model, or a network alone, to an ordinary ONNX file, beside and renamed: the file has the old
/// content or the new, whatever happens. `features` say what becomes of raw columns before the network sees
/// them (fit_features); without them it sees the numbers as they are. What is empty of a model is completed
/// (model.h). Throws Error (input) for what could not be read back, before anything is written.
///
///     save(network, "xor.onnx");
///     Network<double> same = load<double>("xor.onnx").network;
template <class T>
void save(const Model<T>& model, const std::string& path);
template <class T>
void save(const Network<T>& network, const std::string& path, const Features& features = {});

/// Another program's model may keep weights in a second file. It is read only with `allow_external`: a
/// regular file, no link, of a plain name in the model's own folder. Throws Error (input) when there is no
/// such file, it is not a model, or one in the other precision.
template <class T>
Model<T> load(const std::string& path, bool allow_external = false);

/// The bytes of the model's ONNX file: the same model gives the same bytes. Throws Error (input) for what the
/// format, or ONNX Runtime in this precision, cannot hold, and for what from_onnx would refuse;
/// require_writable tells before there is a model.
std::string to_onnx(const AnyModel& model);

/// Throws Error (input) when a model of this recipe could not be written: double precision and a layer that
/// ONNX Runtime knows in float only.
void require_writable(const Recipe& recipe);

/// The model in the bytes of an ONNX file: ours, or another program's if it is a chain of layers that we
/// know. Throws Error (input) with `name` as the place.
AnyModel from_onnx(const std::string& bytes, const std::string& name);

/// save and load for a model whose precision is known when the program runs.
void write_model(const std::string& path, const AnyModel& model);

AnyModel read_model(const std::string& path, bool allow_external = false);

}  // namespace gradus
