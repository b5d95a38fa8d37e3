#include "gradus/nn/threshold_curve.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {

static void require_as_many(std::size_t found, std::size_t scores, const std::string& of) {
    if (found == scores) return;
    throw Error(Fault::usage, {.place = "ThresholdCurve",
                               .found = std::to_string(found) + " " + of,
                               .expected = say("{}, as many as there are scores", scores)});
}

ThresholdCurve::ThresholdCurve(std::span<const double> scores, const std::vector<bool>& members,
                               std::span<const double> weights) {
    require_as_many(members.size(), scores.size(), "members");
    if (!weights.empty()) require_as_many(weights.size(), scores.size(), "weights");
    std::vector<std::size_t> order(scores.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t j) { return scores[j]; });
    points_.push_back({.threshold = std::numeric_limits<double>::infinity()});
    for (const std::size_t j : order) {
        if (!weights.empty() && weights[j] == 0) continue;
        if (scores[j] != points_.back().threshold) {
            points_.push_back(points_.back());
            points_.back().threshold = scores[j];
        }
        const double weight = weights.empty() ? 1 : weights[j];
        (members[j] ? points_.back().true_positives : points_.back().false_positives) += weight;
    }
    members_ = points_.back().true_positives;
    others_ = points_.back().false_positives;
}

ThresholdPoint ThresholdCurve::at(double threshold) const {
    const auto behind = std::partition_point(  // ranges:: is not in every standard library
        points_.begin(), points_.end(),
        [threshold](const ThresholdPoint& p) { return p.threshold >= threshold; });
    ThresholdPoint point = behind == points_.begin() ? points_.front() : *(behind - 1);
    point.threshold = threshold;
    return point;
}

double ThresholdCurve::true_positive_rate(const ThresholdPoint& p) const {
    return p.true_positives / members_;
}

double ThresholdCurve::false_positive_rate(const ThresholdPoint& p) const {
    return p.false_positives / others_;
}

double ThresholdCurve::precision(const ThresholdPoint& p) const {
    return p.true_positives / (p.true_positives + p.false_positives);
}

double ThresholdCurve::f1(const ThresholdPoint& p) const {
    return 2 * p.true_positives / (p.true_positives + p.false_positives + members_);
}

double ThresholdCurve::area_under_roc() const {
    double area = 0;
    for (std::size_t i = 1; i < points_.size(); ++i)
        area += (false_positive_rate(points_[i]) - false_positive_rate(points_[i - 1])) *
                (true_positive_rate(points_[i]) + true_positive_rate(points_[i - 1])) / 2;
    return area;
}

double ThresholdCurve::average_precision() const {
    double sum = 0;
    for (std::size_t i = 1; i < points_.size(); ++i)
        sum += (true_positive_rate(points_[i]) - true_positive_rate(points_[i - 1])) * precision(points_[i]);
    return sum;
}

}  // namespace gradus
