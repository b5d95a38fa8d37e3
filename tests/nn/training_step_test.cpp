#include "gradus/nn/training_step.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/compare.h"
#include "tests/support/from_zero.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

// Y = W X + b on one number, gradient descent with rate 1/8: every value is exact.
class OneNumber : public testing::Test {
protected:
    Network<double> network_{1, "1 identity", from_zero};
    TrainingStep<double> step_{
        network_, LossKind::mean_squared, {.kind = OptimizerKind::gd, .learning_rate = 0.125}, 2};
    Matrix<double> X_{{1, 2}}, Y_{{1, 4}};
};

TEST_F(OneNumber, GoesThroughTheFourVerbs) {
    EXPECT_EQ(copy(step_.forward(X_)), (Matrix<double>{{0, 0}}));
    EXPECT_EQ(step_.cost(Y_), 8.5);  // (1 + 16) / 2
    step_.backward(Y_);
    EXPECT_EQ(step_.gradient("W1")(0, 0), -9);  // (-2 * 1 - 8 * 2) / 2
    EXPECT_EQ(step_.gradient("b1")(0, 0), -5);  // (-2 - 8) / 2
    step_.update();
    EXPECT_EQ(network_.parameter("W1")(0, 0), 1.125);
    EXPECT_EQ(network_.parameter("b1")(0, 0), 0.625);
    EXPECT_EQ(copy(step_.forward(X_)), (Matrix<double>{{1.75, 2.875}}));
    EXPECT_EQ(step_.optimizer().updates, 1);
}

TEST_F(OneNumber, CountsAWeightedExampleByItsWeight) {
    const Matrix<double> weights{{2, 0.5}};
    step_.forward(X_);
    EXPECT_EQ(step_.cost(Y_, weights), 5);  // (2 * 1 + 16 / 2) / 2
    step_.backward(Y_, weights);
    EXPECT_EQ(step_.gradient("W1")(0, 0), -6);  // (-4 * 1 - 4 * 2) / 2
    EXPECT_EQ(step_.gradient("b1")(0, 0), -4);
}

TEST_F(OneNumber, TakesAnotherLearningRateForOneUpdate) {
    step_.forward(X_);
    step_.backward(Y_);
    step_.update(1);
    EXPECT_EQ(network_.parameter("W1")(0, 0), 9);
}

TEST_F(OneNumber, TakesTheMeanOverThePartOfABatch) {
    step_.forward(X_.view().columns({1, 2}));
    EXPECT_EQ(step_.cost(Y_.view().columns({1, 2})), 16);
    step_.backward(Y_.view().columns({1, 2}));
    EXPECT_EQ(step_.gradient("W1")(0, 0), -16);
}

TEST_F(OneNumber, LooksWithoutChange) {
    step_.forward(X_);
    step_.cost(Y_);
    step_.cost(Y_);
    EXPECT_EQ(network_.parameter("W1")(0, 0), 0);
    EXPECT_EQ(step_.optimizer().updates, 0);
}

struct Whole {
    const char* network;
    LossKind loss;
};
class WholeNetworks : public testing::TestWithParam<Whole> {};

// The layers, the loss and what stands between them: each parameter's derivative by central differences of
// the cost.
TEST_P(WholeNetworks, HaveTheGradientOfTheirCost) {
    const auto& [text, loss] = GetParam();
    RandomState random(1);
    Network<double> network(4, text);
    network.initialize(Initializer::normal, random);
    const auto X = random_matrix<>(4, 6, random), weights = random_matrix<>(1, 6, random);
    Matrix<double> Y(network.out().size(), 6);
    for (Index j = 0; j < 6; ++j) Y(j % Y.rows(), j) = 1;
    TrainingStep<double> step(network, loss, {}, 6, 9);

    const auto cost = [&] {
        step.forward(X);
        return step.cost(Y, weights);
    };
    cost();
    step.backward(Y, weights);
    for (std::size_t k = 0; k < network.parameters().size(); ++k) {
        double& w = network.parameters()[k];
        const double kept = w;
        w = kept + 1e-5;
        const double above = cost();
        w = kept - 1e-5;
        const double below = cost();
        w = kept;
        EXPECT_NEAR(step.gradient()[k], (above - below) / 2e-5, 1e-8) << "parameter " << k;
    }
}

// The same for series, whose numbers are turned on their way in, and for examples that depend on each other.
TEST(TrainingStep, HasTheGradientOfItsCostThroughEveryKindOfLayer) {
    RandomState random(1);
    Network<double> network(
        Shape{.channels = 2, .length = 8},
        "conv 4x3 pad same, batchnorm, tanh, residual(conv 4x3 pad same groups 2, gelu), avgpool 2, "
        "conv 3x3 dilation 1 stride 1, softplus, flatten, residual(batchnorm, 6 tanh), 3 softmax");
    network.initialize(Initializer::automatic, random);
    const auto X = random_matrix<>(16, 5, random);
    Matrix<double> Y(3, 5);
    for (Index j = 0; j < 5; ++j) Y(j % 3, j) = 1;
    TrainingStep<double> step(network, LossKind::cross_entropy, {}, 5);
    const auto cost = [&] {
        step.forward(X);
        return step.cost(Y);
    };
    cost();
    step.backward(Y);
    for (std::size_t k = 0; k < network.parameters().size(); ++k) {
        double& w = network.parameters()[k];
        const double kept = w;
        w = kept + 1e-5;
        const double above = cost();
        w = kept - 1e-5;
        const double below = cost();
        w = kept;
        EXPECT_NEAR(step.gradient()[k], (above - below) / 2e-5, 1e-7) << "parameter " << k;
    }
}

INSTANTIATE_TEST_SUITE_P(
    TrainingStep, WholeNetworks,
    testing::Values(Whole{"3 tanh, 1 sigmoid", LossKind::binary_cross_entropy},
                    Whole{"3 tanh, 1 sigmoid", LossKind::mean_squared},
                    Whole{"1 sigmoid", LossKind::binary_cross_entropy},
                    Whole{"5 gelu, dropout 0.4, 4 silu, 3 softmax", LossKind::cross_entropy},
                    Whole{"5 elu, 3 softmax", LossKind::huber},
                    Whole{"5 tanh, 3 softmax", LossKind::binary_cross_entropy},
                    Whole{"4 softplus, 2 identity", LossKind::mean_squared},
                    Whole{"3 tanh, 2", LossKind::mean_squared}, Whole{"2", LossKind::mean_squared}),
    [](const auto& info) {
        return as_test_name(std::string(info.param.network) + " " +
                            loss_names[static_cast<std::size_t>(info.param.loss)]);
    });

TEST(TrainingStep, ShowsEveryLayersOutputAndItsGradient) {
    Network<double> network(2, "2 relu, 1 identity", from_zero);
    const auto set = [&](const char* name, const Matrix<double>& M) {
        for (Index j = 0; j < M.columns(); ++j)
            for (Index i = 0; i < M.rows(); ++i) network.parameter(name)(i, j) = M(i, j);
    };
    set("W1", {{1, 1}, {-1, 1}});
    set("W2", {{2, 3}});
    TrainingStep<double> step(network, LossKind::mean_squared, {}, 1);
    const Matrix<double> X{{3}, {1}}, Y{{4}};
    step.forward(X);
    EXPECT_EQ(copy(step.output(0)), (Matrix<double>{{4}, {-2}}));
    EXPECT_EQ(copy(step.output(1)), (Matrix<double>{{4}, {0}}));
    EXPECT_EQ(copy(step.output(3)), (Matrix<double>{{8}}));
    step.backward(Y);
    EXPECT_EQ(copy(step.input_gradient(3)), (Matrix<double>{{8}}));  // 2 (8 - 4)
    EXPECT_EQ(copy(step.input_gradient(2)), (Matrix<double>{{16}, {24}}));
    EXPECT_EQ(copy(step.input_gradient(1)), (Matrix<double>{{16}, {0}}));  // the second unit is off
}

TEST(TrainingStep, DrawsANewMaskForEveryUpdateAndTheSameFromTheSameSeed) {
    const auto outputs = [](std::uint64_t mask_seed) {
        Network<double> network(1, "dropout 0.5, 1", from_zero);
        TrainingStep<double> step(network, LossKind::mean_squared, {}, 64, mask_seed);
        Matrix<double> X(1, 64);
        std::fill_n(X.data(), 64, 1.0);
        std::vector<Matrix<double>> seen;
        for (int i = 0; i < 2; ++i) {
            step.forward(X);
            step.forward(X);  // the same update, the same mask
            seen.push_back(copy(step.output(0)));
            step.backward(X);
            step.update();
        }
        return seen;
    };
    const auto first = outputs(1);
    EXPECT_NE(first[0], first[1]);
    EXPECT_EQ(outputs(1), first);
    EXPECT_NE(outputs(2)[0], first[0]);
}

TEST(TrainingStep, SaysWhichNetworkNeedsTooMuchMemory) {
    Network<float> network(1, "16777216 relu", from_zero);
    EXPECT_EQ(
        error_of([&] { TrainingStep<float>(network, LossKind::mean_squared, {}, 1'000'000); }),
        "input: network \"16777216 relu\": needs 67108866 numbers for each of 1000000 examples at a time, "
        "expected at most 68719476736 in all (hint: a smaller batch)");
}

}  // namespace
}  // namespace gradus::test
