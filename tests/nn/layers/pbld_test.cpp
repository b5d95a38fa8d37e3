#include "gradus/nn/layers/pbld.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>

#include "gradus/nn/network.h"
#include "gradus/nn/training_step.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

constexpr double pi = std::numbers::pi;

// One input, two waves, one sum of them: h1 = cos(pi/2 x), h2 = cos(pi x + pi/3), e = 2 h1 + 4 h2 + 10. The
// examples are 0 and 1, where the angles are 0, pi/3 and pi/2, 4 pi/3.
class TwoWaves : public testing::Test {
protected:
    TwoWaves() {
        layer_.forward(pass_, {0, 2});
        layer_.backward_input(pass_, {0, 2});
        layer_.backward_parameters(pass_, {0, 7});
    }
    Pbld<double> layer_{2, 2, 0.1};
    Matrix<double> X_{{0, 1}}, dY_{{100, 200}, {1, 3}}, Y_{2, 2}, dX_{1, 2}, scratch_{4, 2};
    std::array<double, 7> parameters_{0.25, 0.5, 0, pi / 3, 2, 4, 10};  // w, b, V, c
    std::array<double, 7> gradient_{};
    Pass<double> pass_{.X = X_,
                       .Y = Y_,
                       .dY = dY_,
                       .dX = dX_,
                       .parameters = parameters_,
                       .gradient = gradient_,
                       .scratch = scratch_};
};

TEST_F(TwoWaves, StandBesideTheInputAsTheirSum) {
    EXPECT_TRUE(close(Y_, Matrix<double>{{0, 1}, {14, 8}}, {.absolute = 1e-14}));
}

// dx = dy - 2 pi (w1 sin(angle1) 2 + w2 sin(angle2) 4) de
TEST_F(TwoWaves, PassOnWhatTheInputAndItsWavesGet) {
    const double root = std::sqrt(3.0);
    EXPECT_TRUE(
        close(dX_, Matrix<double>{{100 - 2 * pi * root, 200 - 3 * pi + 6 * pi * root}}, {.relative = 1e-14}));
}

TEST_F(TwoWaves, LearnFromTheMeanOverTheExamples) {
    const double root = std::sqrt(3.0);
    const std::array<double, 7> expected{-6 * pi, 6 * pi * root, -3, 2 * root, 0.5, -0.5, 2};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(gradient_[i], expected[i], 1e-13) << i;
}

// 2^40 + 1/4 turns, and 2^38 + 1/16: whole turns are taken off before the phase is added.
TEST(Pbld, SeesTheWavesOfLargeNumbersExactly) {
    const std::array<double, 7> parameters{1, 0.25, pi / 3, 0, 1, 1, 0};
    Matrix<double> X{{1099511627776.25}}, Y(2, 1), scratch(4, 1);
    Pbld<double>(2, 2, 0.1).forward({.X = X, .Y = Y, .parameters = parameters, .scratch = scratch}, {0, 1});
    EXPECT_NEAR(scratch(0, 0), -std::sqrt(0.75), 1e-15);  // cos(pi / 2 + pi / 3)
    EXPECT_NEAR(scratch(1, 0), std::cos(pi / 8), 1e-15);
}

TEST(Pbld, BeginsWithItsOwnDistributionsWhateverTheInitializerIs) {
    const auto first = [](Initializer initializer) {
        return Network<double>(2, "pbld 4x3 sigma 0.5", {.seed = 5, .initializer = initializer});
    };
    const Network<double> network = first(Initializer::automatic);
    RandomState random(5);
    for (Index i = 0; i < 2; ++i)
        for (Index f = 0; f < 4; ++f) EXPECT_EQ(network.parameter("w1")(i, f), 0.5 * random.randn());
    for (Index i = 0; i < 2; ++i)
        for (Index f = 0; f < 4; ++f) EXPECT_EQ(network.parameter("b1")(i, f), random.uniform(-pi, pi));
    for (Index i = 0; i < 2; ++i)
        for (Index j = 0; j < 2; ++j)
            for (Index f = 0; f < 4; ++f)
                EXPECT_EQ(network.parameter("V1")(i, f * 2 + j), random.uniform(-0.5, 0.5));
    EXPECT_TRUE(same_bits<double>(first(Initializer::zeros).parameters(), network.parameters()));
}

TEST(Pbld, PlansItsNumbersBesideEachInput) {
    const LayerPlan plan = Pbld<double>(16, 4, 0.1).plan({.channels = 3});
    EXPECT_EQ(plan.out, (Shape{.channels = 12}));
    EXPECT_EQ(plan.parameter_count(), 3 * (16 + 16 + 16 * 3 + 3));
    for (const Parameter& p : plan.parameters) EXPECT_FALSE(p.weight) << p.name;  // nothing decays
}

// Each step of gradient descent: decay and rate are those of the weights only.
TEST(Pbld, MovesTenTimesAsFastAsAWeightAndDoesNotDecay) {
    Network<double> network(1, "pbld 2x2, 1 identity", {.seed = 3});
    const Network<double> before = network;
    TrainingStep<double> step(network, LossKind::mean_squared,
                              {.kind = OptimizerKind::gd, .learning_rate = 0.01, .weight_decay = 0.5}, 2);
    const Matrix<double> X{{1, 2}}, Y{{1, 4}};
    step.forward(X);
    step.backward(Y);
    step.update();
    for (const char* name : {"w1", "b1", "V1", "c1"})
        EXPECT_DOUBLE_EQ(network.parameter(name)(0, 0),
                         before.parameter(name)(0, 0) - 0.1 * step.gradient(name)(0, 0))
            << name;
    const double W = before.parameter("W2")(0, 0);
    EXPECT_DOUBLE_EQ(network.parameter("W2")(0, 0), W - 0.01 * (step.gradient("W2")(0, 0) + 0.5 * W));
}

TEST(Pbld, WantsAVector) {
    EXPECT_EQ(error_of([] { (void)Pbld<double>(16, 4, 0.1).plan({.channels = 3, .length = 2}); }),
              "input: layer \"pbld\": its input is a series of 3x2, expected a vector (hint: flatten, "
              "globalavgpool or globalmaxpool before it)");
}

}  // namespace
}  // namespace gradus::test
