// Whole runs, number by number: the tutorial's, a classifier and a regression in mini-batches, as NumPy made
// them.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>

#include "gradus/nn/metrics.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/run.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"
#include "tests/support/golden_network.h"

namespace tutorial {  // the tutorial's own program: an oracle that knows nothing of the library
#define XOR_TUTORIAL_WITHOUT_MAIN
#include "examples/01_xor_tutorial.cpp"
}  // namespace tutorial

namespace gradus::test {
namespace {

const OptimizerSettings tutorial_optimizer{.kind = OptimizerKind::gd, .learning_rate = 0.3};

Network<double> tutorial_network(std::uint32_t seed) {
    Network<double> network(2, "2 tanh, 1 sigmoid");
    RandomState random(seed);
    network.initialize(Initializer::normal, random);
    return network;
}

class Tutorial : public testing::Test {
protected:
    Golden golden_{"tutorial"};
    Matrix<double> X_ = golden_.matrix("X"), Y_ = golden_.matrix("Y"), costs_ = golden_.matrix("costs");
};

TEST_F(Tutorial, RunsToTheDigit) {
    Network<double> network = tutorial_network(2);
    EXPECT_TRUE(close<double>(network.parameter("W1"), golden_.matrix("initial_W1"), {.relative = 1e-15}));
    EXPECT_TRUE(close<double>(network.parameter("W2"), golden_.matrix("initial_W2"), {.relative = 1e-15}));
    gradus::Run<double> run(network, {.X = X_, .Y = Y_},
                            {.optimizer = tutorial_optimizer, .batch = 0, .iterations = 1001});
    while (const auto event = run.next())
        ASSERT_NEAR(event->cost / costs_(0, event->iteration), 1, 1e-9) << "iteration " << event->iteration;
    EXPECT_EQ(run.updates(), 1001);
    EXPECT_TRUE(has_parameters(network, golden_, "final_", {.absolute = 1e-9}));
}

TEST_F(Tutorial, RunsToTheDigitInYourOwnLoop) {
    Network<double> network = tutorial_network(2);
    TrainingStep<double> step(network, LossKind::binary_cross_entropy, tutorial_optimizer, 4);
    for (Index i = 0; i <= 1000; ++i) {
        step.forward(X_);
        ASSERT_NEAR(step.cost(Y_) / costs_(0, i), 1, 1e-9) << "iteration " << i;
        step.backward(Y_);
        step.update();
    }
    EXPECT_TRUE(has_parameters(network, golden_, "final_", {.absolute = 1e-9}));
}

TEST_F(Tutorial, RunsToTheDigitInItsOwnProgram) {
    using Eigen::MatrixXd;
    const MatrixXd X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
    tutorial::NumpyRandom random(2);
    tutorial::Parameters p = tutorial::initialize_parameters(2, 2, 1, random);
    for (Index i = 0; i <= 1000; ++i) {
        const tutorial::Cache cache = tutorial::forward_prop(X, p);
        ASSERT_NEAR(tutorial::calculate_cost(cache.A2, Y) / costs_(0, i), 1, 1e-9) << "iteration " << i;
        p = tutorial::update_parameters(p, tutorial::backward_prop(X, Y, cache, p), 0.3);
    }
    const auto is = [&](const MatrixXd& M, const std::string& name) {
        return close<double>(View<const double>(M.data(), M.rows(), M.cols()), golden_.matrix(name),
                             {.absolute = 1e-9});
    };
    EXPECT_TRUE(is(p.W1, "final_W1"));
    EXPECT_TRUE(is(p.b1, "final_b1"));
    EXPECT_TRUE(is(p.W2, "final_W2"));
    EXPECT_TRUE(is(p.b2, "final_b2"));
    for (Index j = 0; j < 4; ++j) EXPECT_EQ(tutorial::predict(X.col(j), p), Y_(0, j));
}

TEST_F(Tutorial, HasTheGradientsOfItsOwnProgram) {
    using Eigen::MatrixXd;
    const MatrixXd X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
    tutorial::NumpyRandom random(2);
    const tutorial::Parameters p = tutorial::initialize_parameters(2, 2, 1, random);
    const tutorial::Gradients g = tutorial::backward_prop(X, Y, tutorial::forward_prop(X, p), p);
    Network<double> network = tutorial_network(2);
    TrainingStep<double> step(network, LossKind::binary_cross_entropy, tutorial_optimizer, 4);
    step.forward(X_);
    step.backward(Y_);
    const auto is = [&](const char* name, const MatrixXd& M) {
        const View<const double> expected(M.data(), M.rows(), M.cols());
        return close(step.gradient(name), expected, {.absolute = 1e-15});
    };
    EXPECT_TRUE(is("W1", g.dW1));
    EXPECT_TRUE(is("b1", g.db1));
    EXPECT_TRUE(is("W2", g.dW2));
    EXPECT_TRUE(is("b2", g.db2));
}

TEST_F(Tutorial, IsSolvedByTheSameSeedsAsInNumpy) {
    const auto final_cost = golden_.list<double>("seeds_final_cost");
    const auto solved = golden_.list<int>("seeds_solved");
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        Network<double> network = tutorial_network(seed);
        gradus::Run<double> run(network, {.X = X_, .Y = Y_},
                                {.optimizer = tutorial_optimizer, .batch = 0, .iterations = 1001});
        double cost = 0;
        while (const auto event = run.next()) cost = event->cost;
        EXPECT_NEAR(cost / final_cost[seed], 1, 1e-9) << "seed " << seed;
        const Evaluation result =
            evaluate<double>(network, X_, Y_, LossKind::binary_cross_entropy, Task::classify);
        EXPECT_EQ(result.accuracy == 1, solved[seed] == 1) << "seed " << seed;
    }
}

// A run in shuffled batches of 16 whose last is smaller.
struct BatchRun {
    std::string golden, network;
    Initializer initializer;
    std::uint32_t seed;
    RunSettings settings;
};

class BatchRuns : public testing::TestWithParam<BatchRun> {
protected:
    Golden golden_{GetParam().golden};
    Matrix<double> X_ = golden_.matrix("X"), Y_ = golden_.matrix("Y"), costs_ = golden_.matrix("costs");
    RandomState random_{GetParam().seed};
    Network<double> network_{X_.rows(), GetParam().network};

    void SetUp() override {
        network_.initialize(GetParam().initializer, random_);
        ASSERT_TRUE(has_parameters(network_, golden_, "initial_", {.relative = 1e-14}));
    }
};

TEST_P(BatchRuns, RunToTheDigit) {
    gradus::Run<double> run(network_, {.X = X_, .Y = Y_}, GetParam().settings, random_);
    while (const auto event = run.next())
        ASSERT_NEAR(event->cost / costs_(0, event->iteration), 1, 1e-9) << "iteration " << event->iteration;
    EXPECT_EQ(run.updates(), costs_.columns());
    EXPECT_TRUE(has_parameters(network_, golden_, "final_", {.absolute = 1e-9}));
}

TEST_P(BatchRuns, RunToTheDigitInYourOwnLoop) {
    const RunSettings& settings = GetParam().settings;
    const Index n = X_.columns();
    TrainingStep<double> step(network_, settings.loss, settings.optimizer, settings.batch);
    Index i = 0;
    for (Index epoch = 0; epoch < settings.epochs; ++epoch) {
        const std::vector<Index> order = random_.permutation(n);
        if (epoch < 2) {
            ASSERT_EQ(order, golden_.list<Index>("order_" + std::to_string(epoch)));
        }
        for (Index begin = 0; begin < n; begin += settings.batch, ++i) {
            const Index m = std::min(settings.batch, n - begin);
            Matrix<double> X(X_.rows(), m), Y(Y_.rows(), m);
            for (Index j = 0; j < m; ++j) {
                const Index k = order[static_cast<std::size_t>(begin + j)];
                for (Index f = 0; f < X.rows(); ++f) X(f, j) = X_(f, k);
                for (Index f = 0; f < Y.rows(); ++f) Y(f, j) = Y_(f, k);
            }
            step.forward(X);
            ASSERT_NEAR(step.cost(Y) / costs_(0, i), 1, 1e-9) << "iteration " << i;
            step.backward(Y);
            step.update();
        }
    }
    EXPECT_EQ(i, costs_.columns());
    EXPECT_TRUE(has_parameters(network_, golden_, "final_", {.absolute = 1e-9}));
}

INSTANTIATE_TEST_SUITE_P(GoldenRuns, BatchRuns,
                         testing::Values(BatchRun{"classifier",
                                                  "8 tanh, 8 relu, 3 softmax",
                                                  Initializer::normal,
                                                  7,
                                                  {.loss = LossKind::cross_entropy,
                                                   .optimizer = {.learning_rate = 0.001},
                                                   .batch = 16,
                                                   .epochs = 30}},
                                         BatchRun{"regressor",
                                                  "6 tanh, 2 identity",
                                                  Initializer::glorot,
                                                  11,
                                                  {.loss = LossKind::mean_squared,
                                                   .optimizer = {.kind = OptimizerKind::momentum,
                                                                 .learning_rate = 0.01,
                                                                 .weight_decay = 0.01},
                                                   .batch = 16,
                                                   .epochs = 20}}),
                         [](const auto& info) { return info.param.golden; });

}  // namespace
}  // namespace gradus::test
