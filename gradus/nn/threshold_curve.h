// What would another threshold do? How many of a class are found, and how many false alarms that costs.
#pragma once

#include <span>
#include <vector>

namespace gradus {

/// An example counts as found when its score is at least the threshold.
struct ThresholdPoint {
    double threshold = 0;        ///< a score that occurs; +infinity finds nothing
    double true_positives = 0;   ///< weights of the class's examples that are found
    double false_positives = 0;  ///< weights of others that are
};

/// One class against the rest, at every threshold. The ROC curve is true_positive_rate over
/// false_positive_rate, the precision-recall curve precision over true_positive_rate (Fawcett 2006; Davis and
/// Goadrich 2006).
class ThresholdCurve {
public:
    /// scores: the class's probabilities; members: is it this class? Without weights each example counts 1.
    /// Throws Error (usage) unless there are as many members (and weights) as scores.
    ThresholdCurve(std::span<const double> scores, const std::vector<bool>& members,
                   std::span<const double> weights = {});

    /// From +infinity downwards, one for each different score.
    [[nodiscard]] const std::vector<ThresholdPoint>& points() const { return points_; }
    /// What is found with this threshold.
    [[nodiscard]] ThresholdPoint at(double threshold) const;

    [[nodiscard]] double members() const { return members_; }  ///< their weights: TP + FN
    [[nodiscard]] double others() const { return others_; }    ///< their weights: FP + TN
    /// Are there members, and others? Else the rates below are NaN.
    [[nodiscard]] bool has_both() const { return members_ > 0 && others_ > 0; }

    [[nodiscard]] double true_positive_rate(const ThresholdPoint& p) const;   ///< recall: TP / (TP + FN)
    [[nodiscard]] double false_positive_rate(const ThresholdPoint& p) const;  ///< FP / (FP + TN)
    [[nodiscard]] double precision(const ThresholdPoint& p) const;            ///< TP / (TP + FP); NaN of none
    [[nodiscard]] double f1(const ThresholdPoint& p) const;                   ///< 2 TP / (2 TP + FP + FN)
    /// The trapezoids below the ROC curve: roc_auc().
    [[nodiscard]] double area_under_roc() const;
    /// The sum over the points of (recall - the recall before) * precision.
    [[nodiscard]] double average_precision() const;

private:
    std::vector<ThresholdPoint> points_;
    double members_ = 0, others_ = 0;
};

}  // namespace gradus
