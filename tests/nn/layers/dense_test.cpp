#include "gradus/nn/layers/dense.h"

#include <gtest/gtest.h>

#include <array>

namespace gradus::test {
namespace {

// Two units, three inputs, two examples, all numbers small enough to follow on paper.
class TwoUnits : public testing::Test {
protected:
    TwoUnits() {
        layer_.forward(pass_, {0, 2});
        layer_.backward_input(pass_, {0, 2});
        layer_.backward_parameters(pass_, {0, 4});
    }
    Dense<double> layer_{2};
    Matrix<double> X_{{1, 0}, {2, 1}, {3, -1}}, dY_{{1, 3}, {2, 4}}, Y_{2, 2}, dX_{3, 2};
    std::array<double, 8> parameters_{1, 4, 2,  5,
                                      3, 6, 10, 20};  // W = [1 2 3; 4 5 6] by columns, b = [10; 20]
    std::array<double, 8> gradient_{};
    Pass<double> pass_{
        .X = X_, .Y = Y_, .dY = dY_, .dX = dX_, .parameters = parameters_, .gradient = gradient_};
};

TEST_F(TwoUnits, ComputeWTimesXPlusB) {
    EXPECT_EQ(Y_, (Matrix<double>{{24, 9}, {52, 19}}));
}

TEST_F(TwoUnits, PassOnWTransposedTimesDY) {
    EXPECT_EQ(dX_, (Matrix<double>{{9, 19}, {12, 26}, {15, 33}}));
}

TEST_F(TwoUnits, LearnFromTheMeanOverTheExamples) {
    const std::array<double, 8> dW_and_db{0.5, 1, 2.5, 4, 0, 1, 2, 3};
    EXPECT_EQ(gradient_, dW_and_db);
}

TEST(Dense, PlansAWeightForEachInputAndABiasForEachUnit) {
    const LayerPlan plan = Dense<double>(2).plan({.channels = 12});
    EXPECT_EQ(plan.out, (Shape{.channels = 2}));
    ASSERT_EQ(plan.parameters.size(), 2U);
    const Parameter &W = plan.parameters[0], &b = plan.parameters[1];
    EXPECT_EQ(W.rows, 2);
    EXPECT_EQ(W.columns, 12);
    EXPECT_EQ(W.fan_in, 12);
    EXPECT_EQ(W.fan_out, 2);
    EXPECT_TRUE(W.weight);
    EXPECT_EQ(b.rows, 2);
    EXPECT_EQ(b.columns, 1);
    EXPECT_FALSE(b.weight);
}

}  // namespace
}  // namespace gradus::test
