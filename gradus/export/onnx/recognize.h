// Which activation is this function? Whatever operators compute it: its values decide.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gradus::onnx {

/// Where functions are compared.
const std::vector<double>& probe_points();

/// scale f(in_scale z + in_shift) + shift; no text: f(z) = z.
struct Recognized {
    std::string text = {};  ///< of the layer: "leaky_relu 0.2"
    double scale = 1, shift = 0;
    double in_scale = 1, in_shift = 0;
};

/// The activation of the table of layers that has these values at the points. Nothing if none has.
std::optional<Recognized> recognize(const std::vector<double>& values);

/// Are these the values of the logarithm?
bool is_logarithm(const std::vector<double>& values);

}  // namespace gradus::onnx
