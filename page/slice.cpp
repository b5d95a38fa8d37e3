#include "page/slice.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/explain/batch_cost.h"

namespace gradus::page {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

// a + factor b
Vector moved(Vector a, double factor, const Vector& b) {
    for (std::size_t i = 0; i < a.size(); ++i) a[i] += factor * b[i];
    return a;
}

Vector scaled(Vector a, double factor) {
    for (double& x : a) x *= factor;
    return a;
}

Vector place_of(BatchCost& cost) {
    return {cost.parameters().begin(), cost.parameters().end()};
}

double cost_at(BatchCost& cost, const Vector& place) {
    std::ranges::copy(place, cost.parameters().begin());
    return cost.cost();
}

// Of length 1, across u: the way to the waypoint that goes farthest across it, or any other.
Vector across(const Vector& u, const Vector& here, const std::vector<Waypoint>& path) {
    Vector best(u.size());
    for (const auto& [iteration, place] : path) {
        const Vector way = moved(place, -1, here);
        const Vector part = moved(way, -dot(way, u), u);
        if (dot(part, part) > dot(best, best)) best = part;
    }
    if (dot(best, best) == 0) {
        const auto nearer = [](double x, double y) { return std::abs(x) < std::abs(y); };
        const auto least = std::min_element(u.begin(), u.end(), nearer);
        best[static_cast<std::size_t>(least - u.begin())] = 1;
        best = moved(best, -dot(best, u), u);
    }
    const double length = std::sqrt(dot(best, best));
    return length > 0 ? scaled(best, 1 / length) : best;
}

// With a margin, so that the picture has an extent.
std::pair<double, double> range_of(const Vector& values, double least) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    const double margin = std::max(0.25 * (*high - *low), least);
    return {*low - margin, *high + margin};
}

}  // namespace

Json slice_json(const Network<double>& layers, const Trace& trace, const RunSettings& settings,
                const std::vector<Waypoint>& path, Index n) {
    BatchCost cost(layers, trace, settings);
    const Vector here = place_of(cost), g = cost.gradient();
    const double length = std::sqrt(dot(g, g));
    if (!(length > 0) || !std::isfinite(length))
        throw Error(Fault::input, {.place = "slice", .found = say("the gradient is 0 or not finite")});
    const Vector u = scaled(g, -1 / length), v = across(u, here, path);
    Json points = Json::array();
    Vector as{0}, bs{0};
    for (const auto& [iteration, place] : path) {
        const Vector way = moved(place, -1, here);
        as.push_back(dot(way, u));
        bs.push_back(dot(way, v));
        const Vector off = moved(moved(way, -as.back(), u), -bs.back(), v);
        points.push_back({{"iteration", iteration},
                          {"a", as.back()},
                          {"b", bs.back()},
                          {"distance", std::sqrt(dot(off, off))}});
    }
    const double step = trace.learning_rate * length;
    const auto [a0, a1] = range_of(as, step);
    const auto [b0, b1] = range_of(bs, step);
    Json costs = Json::array();
    for (Index row = 0; row < n; ++row)
        for (Index column = 0; column < n; ++column) {
            const double a = a0 + (a1 - a0) * double(column) / double(n - 1);
            const double b = b0 + (b1 - b0) * double(row) / double(n - 1);
            costs.push_back(cost_at(cost, moved(moved(here, a, u), b, v)));
        }
    return {{"n", n},         {"a", {a0, a1}},      {"b", {b0, b1}},
            {"costs", costs}, {"gradient", length}, {"path", points}};
}

}  // namespace gradus::page
