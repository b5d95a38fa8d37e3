// Counted at every threshold, example by example; and the numbers that scikit-learn prints.

#include "gradus/nn/threshold_curve.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/random.h"
#include "gradus/nn/metrics.h"

namespace gradus::test {
namespace {

// The example of the documentation of roc_auc_score and average_precision_score (scikit-learn 1.5).
TEST(ThresholdCurve, HasTheAreasThatScikitLearnPrints) {
    const std::vector<double> scores{0.1, 0.4, 0.35, 0.8};
    const ThresholdCurve curve(scores, {false, false, true, true});
    EXPECT_EQ(curve.area_under_roc(), 0.75);
    EXPECT_NEAR(curve.average_precision(), 0.83, 0.005);  // printed as 0.83...
    ASSERT_EQ(curve.points().size(), 5U);
    EXPECT_EQ(curve.points()[2].threshold, 0.4);
    EXPECT_EQ(curve.true_positive_rate(curve.points()[2]), 0.5);
    EXPECT_EQ(curve.false_positive_rate(curve.points()[2]), 0.5);
    EXPECT_EQ(curve.precision(curve.points()[2]), 0.5);
    EXPECT_EQ(curve.f1(curve.points()[2]), 0.5);
}

struct Drawn {
    std::vector<double> scores, weights;
    std::vector<bool> members;
};

Drawn draw(Index n) {
    RandomState random(5);
    Drawn drawn;
    for (Index j = 0; j < n; ++j) {
        drawn.scores.push_back(std::round(random.random_sample() * 20) / 20);  // many are equal
        drawn.members.push_back(random.random_sample() < 0.3 + drawn.scores.back() / 3);
        drawn.weights.push_back(0.5 + random.random_sample());
    }
    return drawn;
}

TEST(ThresholdCurve, CountsWhatIsFoundAtEveryThreshold) {
    const Drawn d = draw(200);
    const ThresholdCurve curve(d.scores, d.members, d.weights);
    for (const double threshold : {-1.0, 0.0, 0.025, 0.5, 0.55, 1.0, 1.1}) {
        double found = 0, alarms = 0;
        for (std::size_t j = 0; j < d.scores.size(); ++j)
            if (d.scores[j] >= threshold) (d.members[j] ? found : alarms) += d.weights[j];
        EXPECT_NEAR(curve.at(threshold).true_positives, found, 1e-10) << threshold;
        EXPECT_NEAR(curve.at(threshold).false_positives, alarms, 1e-10) << threshold;
    }
}

TEST(ThresholdCurve, HasNoPointOfAnExampleOfWeightZero) {
    const std::vector<double> scores{0.9, 0.8, 0.7, 0.6}, weights{0, 1, 0, 2};
    const ThresholdCurve curve(scores, {false, true, true, false}, weights);
    ASSERT_EQ(curve.points().size(), 3U);
    EXPECT_EQ(curve.points()[1].threshold, 0.8);
    EXPECT_EQ(curve.points()[2].threshold, 0.6);
    EXPECT_EQ(curve.members(), 1);
    EXPECT_EQ(curve.others(), 2);
    EXPECT_EQ(curve.area_under_roc(), 1);
    EXPECT_EQ(curve.average_precision(), 1);
    EXPECT_FALSE(
        ThresholdCurve(scores, {true, false, true, false}, std::vector<double>{1, 0, 1, 0}).has_both());
}

TEST(ThresholdCurve, HasTheAreaOfTheRocAuc) {
    const Drawn d = draw(200);
    Matrix<double> P(1, 200), Y(1, 200), weights(1, 200);
    for (std::size_t j = 0; j < 200; ++j) {
        P(0, static_cast<Index>(j)) = d.scores[j];
        Y(0, static_cast<Index>(j)) = double(d.members[j]);
        weights(0, static_cast<Index>(j)) = d.weights[j];
    }
    const ThresholdCurve curve(d.scores, d.members, d.weights);
    EXPECT_NEAR(curve.area_under_roc(), roc_auc<double>(P.view(), Y, weights).value, 1e-12);
}

TEST(ThresholdCurve, KnowsWhenThereIsNoCurve) {
    const std::vector<double> scores{0.2, 0.7};
    EXPECT_FALSE(ThresholdCurve(scores, {true, true}).has_both());
    EXPECT_FALSE(ThresholdCurve({}, {}).has_both());
    EXPECT_TRUE(std::isnan(ThresholdCurve(scores, {true, true}).area_under_roc()));
    EXPECT_THROW(ThresholdCurve(scores, {true}), Error);
    EXPECT_THROW(ThresholdCurve(scores, {true, false}, std::vector<double>{1}), Error);
}

}  // namespace
}  // namespace gradus::test
