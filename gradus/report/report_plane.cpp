// What does a network of two inputs answer over their plane, and what does it look like?

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "gradus/core/say.h"
#include "gradus/nn/predictor.h"
#include "gradus/report/html.h"
#include "gradus/report/plane.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr Index places = 48, most_dots = 300, most_drawn = 12;
constexpr int strengths = 6;
// Of Okabe and Ito: the colour-blind tell them apart.
constexpr std::array colours{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442"};

const char* colour_of(Index k) {
    return colours[static_cast<std::size_t>(k) % colours.size()];
}

// Where x lies in the picture.
double picture(const PlaneSide& side, double x) {
    return (x - side.low) / (side.high - side.low) * double(side.places);
}

// A colour, and how strongly it is shown.
struct Shade {
    Index colour;
    int strength;
};

template <class T>
Shade shade_of(const View<const T>& P, Index j, double low, double high, bool classes) {
    if (P.rows() > 1) {
        Index best = 0;
        for (Index i = 1; i < P.rows(); ++i)
            if (P(i, j) > P(best, j)) best = i;
        return {best, static_cast<int>(std::lround(strengths * std::clamp(double(P(best, j)), 0.0, 1.0)))};
    }
    const double part = classes ? double(P(0, j)) : (double(P(0, j)) - low) / (high > low ? high - low : 1);
    return {part < 0.5 ? 0 : 1, static_cast<int>(std::lround(2 * strengths * std::abs(part - 0.5)))};
}

// Neighbours of the same shade in a row are one stroke; those of one shade are one path.
template <class T>
std::string ground(const Network<T>& network, const PlaneSide& across, const PlaneSide& upwards,
                   bool classes) {
    Matrix<T> X(2, places * places);
    for (Index j = 0; j < X.columns(); ++j) {
        X(0, j) = static_cast<T>(across.at(j % places));
        X(1, j) = static_cast<T>(upwards.at(places - 1 - j / places));
    }
    Predictor<T> predict(network, X.columns());
    const View<const T> P = predict(X);
    double low = double(P(0, 0)), high = low;
    for (Index j = 0; j < P.columns(); ++j) {
        low = std::min(low, double(P(0, j)));
        high = std::max(high, double(P(0, j)));
    }
    std::vector<std::string> strokes(static_cast<std::size_t>(P.rows() + 1) * (strengths + 1));
    for (Index j = 0; j < P.columns(); ++j) {
        const auto [colour, strength] = shade_of<T>(P, j, low, high, classes);
        strokes[static_cast<std::size_t>(colour * (strengths + 1) + strength)] +=
            fmt::format("M{} {}.5h1.02", j % places, j / places);
    }
    std::string paths;
    for (std::size_t k = 0; k < strokes.size(); ++k)
        if (!strokes[k].empty() && k % (strengths + 1) > 0)
            paths += fmt::format("<path stroke=\"{}\" stroke-opacity=\"{:.2f}\" d=\"{}\"/>",
                                 colour_of(static_cast<Index>(k / (strengths + 1))),
                                 0.7 * double(k % (strengths + 1)) / strengths, strokes[k]);
    return paths;
}

// W of a dense layer, or nothing.
template <class T>
std::optional<View<const T>> weights_of(const Network<T>& network, std::size_t i) {
    const std::vector<Parameter>& parameters = network.plan(i).parameters;
    if (network.layer(i).describe().kind != "dense" || parameters.empty()) return std::nullopt;
    return View<const T>(network.parameters().data() + network.parameters_of(i).begin, parameters[0].rows,
                         parameters[0].columns);
}

// Where Z of each unit of the first layer is 0.
template <class T>
std::string lines(const Network<T>& network, const PlaneSide& across, const PlaneSide& upwards) {
    const auto W = weights_of(network, 0);
    if (!W || W->rows() > most_drawn || network.plan(0).parameters.size() < 2) return {};
    const T* b = network.parameters().data() + network.parameters_of(0).begin + W->rows() * W->columns();
    std::string drawn;
    for (Index i = 0; i < W->rows(); ++i) {
        const double w1 = double((*W)(i, 0)), w2 = double((*W)(i, 1)), bias = double(b[i]);
        if (w1 == 0 && w2 == 0) continue;
        const bool steep =
            std::abs(w1) * (across.high - across.low) > std::abs(w2) * (upwards.high - upwards.low);
        std::array<std::pair<double, double>, 2> ends;
        for (std::size_t end = 0; end < 2; ++end) {
            const double x2 = end == 0 ? upwards.low : upwards.high, x1 = end == 0 ? across.low : across.high;
            ends[end] = steep ? std::pair(-(w2 * x2 + bias) / w1, x2) : std::pair(x1, -(w1 * x1 + bias) / w2);
        }
        drawn += fmt::format("<line x1=\"{:.2f}\" y1=\"{:.2f}\" x2=\"{:.2f}\" y2=\"{:.2f}\"/>",
                             picture(across, ends[0].first), places - picture(upwards, ends[0].second),
                             picture(across, ends[1].first), places - picture(upwards, ends[1].second));
    }
    return "<g stroke=\"currentColor\" stroke-width=\"0.35\">" + drawn + "</g>";
}

// A circle for each unit, a line for each weight: wide is large, dashed is negative.
template <class T>
std::string drawing(const Network<T>& network) {
    std::string edges, nodes;
    const auto y = [](Index i, Index count) { return 60 + 14 * (double(i) - double(count - 1) / 2); };
    double x = 10;
    const auto column = [&](Index count) {
        for (Index i = 0; i < count; ++i)
            nodes += fmt::format("<circle cx=\"{}\" cy=\"{:.1f}\" r=\"4\"/>", x, y(i, count));
    };
    column(network.in().size());
    for (std::size_t k = 0; k < network.size(); ++k) {
        if (network.plan(k).parameter_count() == 0) continue;
        const auto W = weights_of(network, k);
        if (!W || W->rows() > 8) return {};
        double largest = 0;
        for (Index i = 0; i < W->rows(); ++i)
            for (Index j = 0; j < W->columns(); ++j)
                largest = std::max(largest, std::abs(double((*W)(i, j))));
        for (Index i = 0; i < W->rows(); ++i)
            for (Index j = 0; j < W->columns(); ++j) {
                const double w = double((*W)(i, j));
                edges += fmt::format(
                    "<line x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\" stroke-width=\"{:.2f}\"{}/>",
                    x + 4, y(j, W->columns()), x + 46, y(i, W->rows()),
                    0.2 + 2 * std::abs(w) / (largest > 0 ? largest : 1),
                    w < 0 ? " stroke-dasharray=\"3 2\"" : "");
            }
        x += 50;
        column(W->rows());
    }
    return fmt::format(
        "<svg class=\"drawn\" viewBox=\"0 0 {} 120\" role=\"img\" aria-label=\"{}\"><g "
        "stroke=\"currentColor\" "
        "stroke-opacity=\"0.7\">{}</g><g fill=\"none\" stroke=\"currentColor\">{}</g></svg>\n",
        x + 10, say("The network: wide lines are large weights, dashed ones negative."), edges, nodes);
}

template <class T>
std::string dots(const Examined& examined, const Matrix<T>& X, const PlaneSide& across,
                 const PlaneSide& upwards, bool classes) {
    std::string drawn;
    for (const std::size_t k : spread(static_cast<std::size_t>(X.columns()), most_dots)) {
        const auto j = static_cast<Index>(k);
        const auto kind = classes ? static_cast<Index>(examined.truth(0, k)) : 0;
        drawn += fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"0.6\" fill=\"{}\"/>",
                             picture(across, double(X(0, j))), places - picture(upwards, double(X(1, j))),
                             classes ? colour_of(kind) : "none");
    }
    return "<g stroke=\"currentColor\" stroke-width=\"0.2\">" + drawn + "</g>";
}

std::string legend(const Target& target) {
    if (target.classes.empty()) return say("Blue is low, orange is high.");
    std::string names;
    for (std::size_t k = 0; k < std::min(target.classes.size(), colours.size()); ++k)
        names += fmt::format(" <span style=\"color:{}\">\u25cf</span> {}", colours[k],
                             html_text(target.classes[k]));
    return names;
}

}  // namespace

template <class T>
std::string plane_section(const Examined& examined, const Model<T>& model) {
    const Features& features = model.features;
    if (is_unsupervised(model.target.task) || model.target.task == Task::multilabel || members(model) > 1 ||
        features.numeric.size() != 2 || features.width() != 2 || model.network.in().size() != 2 ||
        model.target.names.size() > 1 || examined.size() == 0)
        return {};
    Matrix<T> X(2, examined.size());
    Encoder(features, examined.data->table)(X.view(), examined.rows);
    const PlaneSide across = plane_side<T>(X.view(), 0, places), upwards = plane_side<T>(X.view(), 1, places);
    const auto end = [&](std::size_t i, double x) {
        return four_digits(features.divisor * features.numeric[i].line.back(x));
    };
    const bool classes = model.target.task == Task::classify;
    const std::string sentence =
        say("Across {} from {} to {}, upwards {} from {} to {}: the answer at each place, fainter where the "
            "network is unsure, the "
            "examples, and lines where Z of a hidden unit is 0.",
            html_text(features.numeric[0].name), end(0, across.low), end(0, across.high),
            html_text(features.numeric[1].name), end(1, upwards.low), end(1, upwards.high));
    return fmt::format(
        "<h2>{}</h2>\n<p>{}{}</p>\n<svg class=\"drawn\" viewBox=\"0 0 {} {}\" role=\"img\" "
        "aria-label=\"{}\">{}{}{}</svg>\n{}",
        say("The plane of both inputs"), sentence, legend(model.target), places, places,
        say("The plane of both inputs"), ground(model.network, across, upwards, classes),
        lines(model.network, across, upwards), dots(examined, X, across, upwards, classes),
        drawing(model.network));
}

template std::string plane_section(const Examined& examined, const Model<float>& model);
template std::string plane_section(const Examined& examined, const Model<double>& model);

}  // namespace gradus
