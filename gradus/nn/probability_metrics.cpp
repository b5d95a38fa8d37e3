// How good are probabilities? The metrics of gradus/nn/metrics.h that look at more than the class.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "gradus/core/elementary.h"
#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/random.h"
#include "gradus/core/say.h"
#include "gradus/nn/estimates.h"

namespace gradus {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// The probability of a class; one row says all about two classes.
template <class T>
double probability(View<const T> P, Index c, Index j) {
    if (P.rows() > 1) return double(P(c, j));
    return c == 1 ? double(P(0, j)) : 1 - double(P(0, j));
}

// One class against the rest: for each example the weight of those on the other side that it beats.
struct Placements {
    std::vector<double> beaten;  // by an example of the class; for another: by how many it is beaten
    std::vector<bool> of_class = {};
    double inside = 0, outside = 0;  // sums of weights
};

template <class T>
Placements place(View<const T> P, const std::vector<Index>& truth, Index c, const Counts& counts) {
    const std::size_t n = truth.size();
    Placements all{.beaten = std::vector<double>(n)};
    std::vector<double> scores(n);
    for (std::size_t j = 0; j < n; ++j) {
        scores[j] = probability(P, c, static_cast<Index>(j));
        all.of_class.push_back(truth[j] == c);
        (all.of_class[j] ? all.inside : all.outside) += counts.of[j];
    }
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t j) { return scores[j]; });
    double inside = 0, outside = 0;  // with lower scores
    for (std::size_t begin = 0, end = 0; begin < n; begin = end) {
        double equal_inside = 0, equal_outside = 0;
        for (; end < n && scores[order[end]] == scores[order[begin]]; ++end)
            (all.of_class[order[end]] ? equal_inside : equal_outside) += counts.of[order[end]];
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
double area(const Placements& all, const Counts& counts, double classes, std::vector<double>& influences) {
    double area = 0;
    for (std::size_t j = 0; j < influences.size(); ++j)
        if (all.of_class[j]) area += counts.of[j] / all.inside * all.beaten[j] / all.outside;
    for (std::size_t j = 0; j < influences.size(); ++j) {
        const double mine = all.of_class[j] ? all.inside : all.outside;
        const double others = all.of_class[j] ? all.outside : all.inside;
        influences[j] += counts.of[j] / mine * (all.beaten[j] / others - area) / classes;
    }
    return area;
}

}  // namespace

template <class T>
Metric log_loss_metric(View<const T> P, View<const T> Y, const Counts& counts) {
    const std::vector<Index> truth = classes_of(Y);
    std::vector<double> losses;
    for (std::size_t j = 0; j < truth.size(); ++j) {
        const double p = probability(P, truth[j], static_cast<Index>(j));
        losses.push_back(-log(std::max(p, double(std::numeric_limits<T>::epsilon()))));
    }
    return mean_metric(std::move(losses), counts);
}

template <class T>
Metric roc_auc_metric(View<const T> P, View<const T> Y, const Counts& counts) {
    constexpr Index most_classes = 100;  // each sorts all examples
    if (P.rows() > most_classes) return {.value = none};
    const std::vector<Index> truth = classes_of(Y);
    std::vector<Index> classes;
    for (Index c = P.rows() == 1 ? 1 : 0; c < std::max<Index>(P.rows(), 2); ++c) {
        double inside = 0, outside = 0;
        for (std::size_t j = 0; j < truth.size(); ++j) (truth[j] == c ? inside : outside) += counts.of[j];
        if (inside > 0 && outside > 0) classes.push_back(c);
    }
    if (classes.empty()) return {.value = none};
    Metric mean{.moved = std::vector<double>(truth.size())};
    for (const Index c : classes)
        mean.value += area(place(P, truth, c, counts), counts, double(classes.size()), mean.moved);
    mean.value = std::min(mean.value / double(classes.size()), 1.0);  // rounding may add up
    return mean;
}

template <class T>
Estimate log_loss(View<const T> P, Same<T> Y, Same<T> weights) {
    require_measurable<T>(Task::classify, P, Y, weights);
    for (Index j = 0; j < P.columns(); ++j)
        for (Index i = 0; i < P.rows(); ++i)
            if (!(0 <= P(i, j) && P(i, j) <= 1))
                throw Error(Fault::usage,
                            {.place = "log_loss",
                             .found = say("P has the value {} in column {}", to_text(double(P(i, j))), j + 1),
                             .expected = say("a probability, from 0 to 1")});
    return log_loss_metric<T>(P, Y, counts_of<T>(Y.columns(), weights)).estimate();
}

template <class T>
Estimate roc_auc(View<const T> P, Same<T> Y, Same<T> weights) {
    require_measurable<T>(Task::classify, P, Y, weights);
    return roc_auc_metric<T>(P, Y, counts_of<T>(Y.columns(), weights)).estimate();
}

template <class T>
std::vector<CalibrationBin> calibration_bins(View<const T> P, Same<T> Y, Same<T> weights) {
    require_measurable<T>(Task::classify, P, Y, weights);
    const std::vector<Index> truth = classes_of(Y), predicted = classes_of(P);
    const Counts counts = counts_of<T>(Y.columns(), weights);
    constexpr auto number = static_cast<std::size_t>(calibration_bin_count);
    std::vector<CalibrationBin> bins(number);
    for (std::size_t j = 0; j < truth.size(); ++j) {
        const double p = probability(P, predicted[j], static_cast<Index>(j));
        const double place = std::clamp(std::ceil(p * double(number)) - 1, 0.0, double(number) - 1);
        CalibrationBin& bin = bins[static_cast<std::size_t>(place)];
        const double share = counts.of[j] / counts.total, right = double(truth[j] == predicted[j]);
        ++bin.examples;
        bin.share += share;
        bin.probability += share * p;
        bin.right += share * right;
        bin.gap += share * (p - right);
        bin.squares += share * (p - right) * (share * (p - right));
    }
    for (CalibrationBin& bin : bins) {
        if (bin.share == 0) continue;
        bin.probability /= bin.share;
        bin.right /= bin.share;
    }
    return bins;
}

template <class T>
Estimate calibration_error(View<const T> P, Same<T> Y, Same<T> weights) {
    constexpr int draws = 200;
    const std::vector<CalibrationBin> bins = calibration_bins<T>(P, Y, weights);
    const auto n = double(Y.columns());
    double error = 0;
    std::vector<double> spreads;
    for (const CalibrationBin& bin : bins) {
        error += std::abs(bin.gap);
        spreads.push_back(std::sqrt(std::max(0.0, bin.squares - bin.gap * bin.gap / n)));
    }
    RandomState random(0);
    double sum = 0, sum_of_squares = 0;
    for (int draw = 0; draw < draws; ++draw) {
        double drawn = 0;
        for (std::size_t b = 0; b < bins.size(); ++b)
            drawn += std::abs(bins[b].gap + spreads[b] * random.randn());
        sum += drawn;
        sum_of_squares += drawn * drawn;
    }
    return {error, std::sqrt(std::max(0.0, sum_of_squares - sum * sum / draws) / (draws - 1))};
}

#define GRADUS_INSTANTIATE(T)                                                                           \
    template Metric log_loss_metric(View<const T>, View<const T>, const Counts&);                       \
    template Metric roc_auc_metric(View<const T>, View<const T>, const Counts&);                        \
    template Estimate log_loss(View<const T>, View<const T>, View<const T>);                            \
    template Estimate roc_auc(View<const T>, View<const T>, View<const T>);                             \
    template std::vector<CalibrationBin> calibration_bins(View<const T>, View<const T>, View<const T>); \
    template Estimate calibration_error(View<const T>, View<const T>, View<const T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
