#include "gradus/data/quantile_bins.h"

#include <cmath>

namespace gradus {

// From the nearer end, as NumPy does.
static double between(double a, double b, double share) {
    return share < 0.5 ? a + (b - a) * share : b - (b - a) * (1 - share);
}

static bool has_three_values(const std::vector<double>& ascending) {
    return !ascending.empty() && std::ranges::any_of(ascending, [&](double x) {
        return ascending.front() < x && x < ascending.back();
    });
}

std::vector<double> quantile_edges(std::vector<double> numbers) {
    constexpr std::size_t bins = 32, fewest_edges = 3;
    std::erase_if(numbers, [](double x) { return std::isnan(x); });
    std::ranges::sort(numbers);
    if (!has_three_values(numbers)) return {};
    std::vector<double> edges;
    for (std::size_t i = 0; i <= bins; ++i) {
        const std::size_t place = i * (numbers.size() - 1), whole = place / bins;
        const double share = double(place % bins) / double(bins);
        const double next = numbers[std::min(whole + 1, numbers.size() - 1)];
        edges.push_back(between(numbers[whole], next, share));
    }
    const auto [first, last] = std::ranges::unique(edges);
    edges.erase(first, last);
    if (edges.size() < fewest_edges) edges.clear();
    return edges;
}

}  // namespace gradus
