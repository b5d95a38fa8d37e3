// How good are probabilities? The metrics of gradus/nn/metrics.h that look at more than the class.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "gradus/core/elementary.h"
#include "gradus/core/random.h"
#include "gradus/nn/metrics.h"

namespace gradus {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// The probability of a class; one row says all about two classes.
template <class T>
double probability(View<const T> P, Index c, Index j) {
    if (P.rows() > 1) return double(P(c, j));
    return c == 1 ? double(P(0, j)) : 1 - double(P(0, j));
}

template <class T>
double weight(View<const T> weights, Index j) {
    return weights.empty() ? 1 : double(weights(0, j));
}

template <class T>
double sum_of_weights(View<const T> weights, Index examples) {
    double sum = 0;
    for (Index j = 0; j < examples; ++j) sum += weight(weights, j);
    return sum;
}

double norm(const std::vector<double>& influences) {
    double squares = 0;
    for (const double influence : influences) squares += influence * influence;
    return std::sqrt(squares);
}

// One class against the rest: for each example the weight of those on the other side that it beats.
struct Placements {
    std::vector<double> beaten;  // by an example of the class; for another: by how many it is beaten
    std::vector<bool> of_class = {};
    std::vector<double> weights = {};
    double inside = 0, outside = 0;  // sums of weights
};

template <class T>
Placements place(View<const T> P, const std::vector<Index>& truth, Index c, View<const T> weights) {
    const std::size_t n = truth.size();
    Placements all{.beaten = std::vector<double>(n)};
    std::vector<double> scores(n);
    for (std::size_t j = 0; j < n; ++j) {
        scores[j] = probability(P, c, static_cast<Index>(j));
        all.of_class.push_back(truth[j] == c);
        all.weights.push_back(weight(weights, static_cast<Index>(j)));
        (all.of_class[j] ? all.inside : all.outside) += all.weights[j];
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t j) { return scores[j]; });
    double inside = 0, outside = 0;  // with lower scores
    for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
        double equal_inside = 0, equal_outside = 0;
        for (; end < n && scores[order[end]] == scores[order[begin]]; ++end)
            (all.of_class[order[end]] ? equal_inside : equal_outside) += all.weights[order[end]];
        for (std::size_t k = begin; k < end; ++k)
            all.beaten[order[k]] = all.of_class[order[k]]
                                       ? outside + equal_outside / 2
                                       : all.inside - inside - equal_inside + equal_inside / 2;
        inside += equal_inside;
        outside += equal_outside;
    }
    return all;
}

// The area of one class, and what each example adds to the influences.
double area(const Placements& all, double classes, std::vector<double>& influences) {
    double area = 0;
    for (std::size_t j = 0; j < influences.size(); ++j)
        if (all.of_class[j]) area += all.weights[j] / all.inside * all.beaten[j] / all.outside;
    for (std::size_t j = 0; j < influences.size(); ++j) {
        const double mine = all.of_class[j] ? all.inside : all.outside;
        const double others = all.of_class[j] ? all.outside : all.inside;
        influences[j] += all.weights[j] / mine * (all.beaten[j] / others - area) / classes;
    }
    return area;
}

}  // namespace

template <class T>
Estimate log_loss(View<const T> P, Same<T> Y, Same<T> weights) {
    const std::vector<Index> truth = classes_of(Y);
    const Index n = Y.columns();
    const double total = sum_of_weights(weights, n);
    std::vector<double> losses;
    double mean = 0;
    for (Index j = 0; j < n; ++j) {
        const double p = probability(P, truth[static_cast<std::size_t>(j)], j);
        losses.push_back(-log(std::max(p, double(std::numeric_limits<T>::epsilon()))));
        mean += weight(weights, j) / total * losses.back();
    }
    for (Index j = 0; j < n; ++j) {
        double& loss = losses[static_cast<std::size_t>(j)];
        loss = weight(weights, j) / total * (loss - mean);
    }
    return {mean, norm(losses)};
}

template <class T>
Estimate roc_auc(View<const T> P, Same<T> Y, Same<T> weights) {
    constexpr Index most_classes = 100;  // each sorts all examples
    if (P.rows() > most_classes) return {none, none};
    const std::vector<Index> truth = classes_of(Y);
    std::vector<Index> classes;
    for (Index c = P.rows() == 1 ? 1 : 0; c < std::max<Index>(P.rows(), 2); ++c) {
        const auto members = std::ranges::count(truth, c);
        if (0 < members && members < Y.columns()) classes.push_back(c);
    }
    if (classes.empty()) return {none, none};
    std::vector<double> influences(truth.size());
    double sum = 0;
    for (const Index c : classes)
        sum += area(place(P, truth, c, weights), double(classes.size()), influences);
    return {sum / double(classes.size()), norm(influences)};
}

template <class T>
Estimate calibration_error(View<const T> P, Same<T> Y, Same<T> weights) {
    constexpr int bins = 15, draws = 200;
    const std::vector<Index> truth = classes_of(Y), predicted = classes_of(P);
    const double total = sum_of_weights(weights, Y.columns());
    std::array<double, bins> gaps{}, squares{}, spreads{};
    for (Index j = 0; j < Y.columns(); ++j) {
        const auto k = static_cast<std::size_t>(j);
        const double p = probability(P, predicted[k], j);
        const auto bin = static_cast<std::size_t>(std::clamp(std::ceil(p * bins) - 1, 0.0, bins - 1.0));
        const double gap = weight(weights, j) / total * (p - double(truth[k] == predicted[k]));
        gaps[bin] += gap;
        squares[bin] += gap * gap;
    }
    const auto n = double(std::max<Index>(Y.columns(), 1));
    double error = 0;
    for (std::size_t b = 0; b < bins; ++b) {
        error += std::abs(gaps[b]);
        spreads[b] = std::sqrt(std::max(0.0, squares[b] - gaps[b] * gaps[b] / n));
    }
    RandomState random(0);
    double sum = 0, sum_of_squares = 0;
    for (int draw = 0; draw < draws; ++draw) {
        double drawn = 0;
        for (std::size_t b = 0; b < bins; ++b) drawn += std::abs(gaps[b] + spreads[b] * random.randn());
        sum += drawn;
        sum_of_squares += drawn * drawn;
    }
    return {error, std::sqrt(std::max(0.0, sum_of_squares - sum * sum / draws) / (draws - 1))};
}

#define GRADUS_INSTANTIATE(T)                                                \
    template Estimate log_loss(View<const T>, View<const T>, View<const T>); \
    template Estimate roc_auc(View<const T>, View<const T>, View<const T>);  \
    template Estimate calibration_error(View<const T>, View<const T>, View<const T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
