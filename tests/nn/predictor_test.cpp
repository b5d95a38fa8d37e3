#include "gradus/nn/predictor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/nn/training_step.h"
#include "tests/support/compare.h"
#include "tests/support/from_zero.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

template <class T>
Network<T> random_network(const char* text, Index inputs = 5) {
    Network<T> network(inputs, text);
    RandomState random(1);
    network.initialize(Initializer::automatic, random);
    for (T& w : network.parameters()) w += T(0.01);  // biases that are not zero
    return network;
}

template <class T>
class Prediction : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Prediction, Precisions);

TYPED_TEST(Prediction, HasTheBitsOfTrainingsForward) {
    using T = TypeParam;
    const auto X = random_matrix<T>(5, 13, 2U);
    for (const char* text : {"1", "7 tanh, 3 softmax", "33 relu, 17 gelu, 9 selu, 1 sigmoid", "softmax"}) {
        Network<T> network = random_network<T>(text);
        TrainingStep<T> step(network, LossKind::mean_squared, {}, 13);
        const Matrix<T> expected = copy(step.forward(X));
        EXPECT_TRUE(same_bits(copy(Predictor<T>(network, 13)(X)), expected)) << text;
    }
}

TYPED_TEST(Prediction, HasTheSameBitsInBatchesOfAnySize) {
    using T = TypeParam;
    const Network<T> network = random_network<T>("33 relu, 17 tanh, 3 softmax");
    const auto X = random_matrix<T>(5, 40, 2U);
    const Matrix<T> expected = copy(Predictor<T>(network, 40)(X));
    for (const Index batch : {1, 3, 8, 17, 39}) {
        Predictor<T> predict(network, batch);
        Matrix<T> A(3, 40);
        for (Index begin = 0; begin < 40; begin += batch) {
            const Range block{begin, std::min<Index>(begin + batch, 40)};
            const View<const T> a = predict(X.view().columns(block));
            std::copy_n(a.data(), a.rows() * a.columns(), A.view().column(begin));
        }
        EXPECT_TRUE(same_bits(A, expected)) << "batches of " << batch;
    }
}

// A series goes through another path into the network, and batch normalization predicts by what it kept.
TYPED_TEST(Prediction, OfASeriesHasTheSameBitsInBatchesOfAnySize) {
    using T = TypeParam;
    Network<T> network(
        Shape{.channels = 2, .length = 9},
        "conv 6x3 pad same, batchnorm, relu, residual(conv 6x3 pad same groups 3, tanh), maxpool 3, "
        "globalavgpool, 3 softmax");
    RandomState random(1);
    network.initialize(Initializer::automatic, random);
    for (T& s : network.statistics()) s += T(0.25);
    const auto X = random_matrix<T>(18, 40, 2U);
    const Matrix<T> expected = copy(Predictor<T>(network, 40)(X));
    Predictor<T> predict(network, 1);
    for (Index j = 0; j < 40; ++j) {
        const Matrix<T> one = copy(predict(X.view().columns({j, j + 1})));
        EXPECT_TRUE(same_bits(one, copy(expected.view().columns({j, j + 1})))) << "example " << j;
    }
}

TYPED_TEST(Prediction, KnowsNoDropout) {
    using T = TypeParam;
    const Network<T> with = random_network<T>("9 relu, dropout 0.5, 3 softmax"),
                     without = random_network<T>("9 relu, 3 softmax");
    const auto X = random_matrix<T>(5, 6, 2U);
    EXPECT_TRUE(same_bits(copy(Predictor<T>(with, 6)(X)), copy(Predictor<T>(without, 6)(X))));
}

TEST(Predictor, PredictsOneExampleAtATimeByDefault) {
    const Network<double> network = random_network<double>("1 identity", 2);
    Predictor<double> predict(network);
    EXPECT_EQ(predict(Matrix<double>{{0}, {0}})(0, 0), network.parameter("b1")(0, 0));
}

TEST(Predictor, TakesTheMeanLossOverAnyNumberOfExamples) {
    Network<double> network(1, "1 identity", from_zero);  // predicts 0
    Predictor<double> predict(network, 2);
    const Matrix<double> X(1, 5), Y{{1, 2, 3, 4, 5}};
    Matrix<double> A{{9, 9, 9, 9, 9}};
    EXPECT_EQ(predict.mean_loss(*make_loss<double>(LossKind::mean_squared, "identity"), X, Y, A),
              11);  // 55 / 5
    EXPECT_EQ(A, Matrix<double>(1, 5));
}

TEST(Predictor, EvaluatesMetricsAndLoss) {
    Network<double> network(1, "1 sigmoid");
    network.parameter("W1")(0, 0) = 1;
    const Matrix<double> X{{-1, 2, 3}}, Y{{0, 1, 0}};
    const Evaluation result = evaluate<double>(network, X, Y, LossKind::binary_cross_entropy, Task::classify);
    EXPECT_EQ(result.examples, 3);
    EXPECT_DOUBLE_EQ(result.accuracy, 2.0 / 3);
    EXPECT_DOUBLE_EQ(result.loss,
                     (std::log1p(std::exp(-1)) + std::log1p(std::exp(-2)) + std::log1p(std::exp(3))) / 3);
}

}  // namespace
}  // namespace gradus::test
