#include "gradus/export/onnx/recognize.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/nn/architecture.h"
#include "gradus/nn/predictor.h"

namespace gradus::onnx {
namespace {

using Values = std::vector<double>;

bool same(double a, double b) {
    return a == b || std::abs(a - b) <= 1e-6 * std::max(1., std::abs(b)) || (std::isnan(a) && std::isnan(b));
}

bool same(const Values& a, const Values& b) {
    return std::ranges::equal(a, b, [](double x, double y) { return same(x, y); });
}

// What a layer makes of each point.
Values values_of(const std::string& layer) {
    const Network<double> network(1, layer);
    const auto count = static_cast<Index>(probe_points().size());
    Matrix<double> X(1, count);
    std::ranges::copy(probe_points(), X.data());
    Predictor<double> predictor(network, count);
    const View<const double> A = predictor(X.view());
    Values values;
    for (Index j = 0; j < count; ++j) values.push_back(A(0, j));
    return values;
}

struct Activation {
    std::string name;
    bool has_number;  // behind its name, by which all below zero is multiplied
    Values values;    // with 1 as this number
};

std::vector<Activation> all_activations() {
    std::vector<Activation> all;
    for (const LayerKind& kind : layer_table()) {
        const auto layer = read_layers<double>(kind.activation ? kind.name : "identity");
        const LayerDescription described = layer.front()->describe();
        if (!kind.activation || !described.function || kind.name == "identity") continue;
        const bool has_number = !described.settings.empty();
        all.push_back({kind.name, has_number, values_of(has_number ? kind.name + " 1" : kind.name)});
    }
    return all;
}

std::size_t place_of(double z) {
    return static_cast<std::size_t>(std::ranges::find(probe_points(), z) - probe_points().begin());
}

// The text of the activation that has these values; empty if it cannot be.
std::string text_of(const Activation& activation, const Values& values) {
    if (!activation.has_number) return same(values, activation.values) ? activation.name : std::string();
    const std::size_t below = place_of(-1);
    const double number = values[below] / activation.values[below];
    if (!std::isfinite(number) || number < 0 || number > 1e6) return {};
    for (const std::string& digits :
         {fmt::format("{:.5g}", number), fmt::format("{}", static_cast<float>(number))}) {
        Values scaled = activation.values;
        for (std::size_t i = 0; i < scaled.size(); ++i)
            if (probe_points()[i] < 0) scaled[i] *= std::stod(digits);
        if (same(values, scaled)) return activation.name + " " + digits;
    }
    return {};
}

// A line that is cut off below and above: HardSigmoid with any numbers, Clip, relu6.
std::optional<Recognized> cut_line(const Values& values) {
    const Values& z = probe_points();
    const auto [low, high] = std::ranges::minmax(values);
    if (!std::isfinite(low) || !std::isfinite(high) || low == high) return {};
    std::vector<std::size_t> between;  // on the line
    for (std::size_t i = 0; i < z.size(); ++i)
        if (low < values[i] && values[i] < high) between.push_back(i);
    if (between.size() < 2) return {};
    const auto by_place = [&z](std::size_t a, std::size_t b) { return z[a] < z[b]; };
    const auto [first, last] = std::ranges::minmax(between, by_place);
    const double slope = (values[last] - values[first]) / (z[last] - z[first]);
    const double at_0 = values[first] - slope * z[first];
    Values cut;
    for (const double point : z) cut.push_back(std::clamp(slope * point + at_0, low, high));
    if (!same(values, cut)) return {};
    const double height = high - low;
    return Recognized{.text = "hard_sigmoid",  // z / 6 + 1/2
                      .scale = height,
                      .shift = low,
                      .in_scale = 6 * slope / height,
                      .in_shift = 6 * (at_0 - low) / height - 3};
}

}  // namespace

const Values& probe_points() {
    static const Values points = [] {
        Values list;
        for (int i = -60; i <= 60; ++i) list.push_back(i / 8.);
        for (const double z : {1e-4, 10.25, 21., 45., 300.}) list.insert(list.end(), {z, -z});
        return list;
    }();
    return points;
}

std::optional<Recognized> recognize(const Values& values) {
    static const std::vector<Activation> activations = all_activations();
    if (values.size() != probe_points().size()) return {};
    const double at_0 = values[place_of(0)], at_1 = values[place_of(1)];
    Values line;
    for (const double z : probe_points()) line.push_back((at_1 - at_0) * z + at_0);
    if (same(values, line)) {
        const double scale = at_1 - at_0;
        return Recognized{.scale = std::abs(scale - 1) < 1e-12 ? 1 : scale, .shift = at_0};
    }
    for (const Activation& activation : activations)
        if (const std::string text = text_of(activation, values); !text.empty())
            return Recognized{.text = text};
    for (const Activation& activation : activations) {
        if (activation.has_number) continue;
        const Values& f = activation.values;
        const double scale = (at_1 - at_0) / (f[place_of(1)] - f[place_of(0)]);
        const double shift = at_0 - scale * f[place_of(0)];
        if (!std::isfinite(scale) || scale == 0) continue;
        Values back;
        for (const double value : values) back.push_back((value - shift) / scale);
        if (same(back, f)) return Recognized{.text = activation.name, .scale = scale, .shift = shift};
    }
    return cut_line(values);
}

bool is_logarithm(const Values& values) {
    const std::size_t at = place_of(2);
    return values.size() == probe_points().size() &&
           std::ranges::all_of(probe_points(),
                               [&](double z) {
                                   const double value = values[place_of(z)];
                                   return z > 0 ? same(value, std::log(z)) : !std::isfinite(value);
                               }) &&
           same(values[at], std::log(2.));
}

}  // namespace gradus::onnx
