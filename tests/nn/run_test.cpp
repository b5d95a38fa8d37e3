#include "gradus/nn/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/compare.h"
#include "tests/support/from_zero.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

constexpr OptimizerSettings halving{.kind = OptimizerKind::gd, .learning_rate = 0.125};

// One example x = 1, y = 1, and a = w + b from 0: each update by gradient descent halves the distance to 1,
// exactly.
class Halving : public testing::Test {
protected:
    Network<double> network_{1, "1 identity", from_zero};
    Matrix<double> X_{{1}}, Y_{{1}};
    Examples<double> training_{.X = X_, .Y = Y_};
    [[nodiscard]] double w() const { return network_.parameter("W1")(0, 0); }
};

TEST_F(Halving, MakesExactlyTheIterationsAskedFor) {
    gradus::Run<double> run(
        network_, training_,
        {.loss = LossKind::mean_squared, .optimizer = halving, .epochs = 2, .iterations = 3});
    EXPECT_EQ(run.planned_updates(), 3);
    std::vector<double> costs;
    while (const auto event = run.next()) {
        EXPECT_EQ(event->iteration, static_cast<Index>(costs.size()));
        EXPECT_EQ(event->last, event->iteration == 2);
        costs.push_back(event->cost);
    }
    EXPECT_EQ(costs, (std::vector<double>{1, 0.25, 0.0625}));
    EXPECT_EQ(w(), 0.4375);
    EXPECT_EQ(run.updates(), 3);
    EXPECT_EQ(run.kept_updates(), 3);
    EXPECT_FALSE(run.next());
}

// a = 1/2, 3/4, 7/8, 15/16 after the updates; the truth of validation is 0.7, nearest to the second.
TEST_F(Halving, StopsEarlyAndKeepsTheBestWeights) {
    const Matrix<double> validation_Y{{0.7}};
    gradus::Run<double> run(
        network_, training_, {.X = X_, .Y = validation_Y},
        {.loss = LossKind::mean_squared, .optimizer = halving, .epochs = 100, .patience = 2}, RandomState());
    std::vector<double> costs;
    std::vector<bool> best;
    while (const auto event = run.next()) {
        ASSERT_TRUE(event->epoch_end);
        costs.push_back(*event->epoch_end->validation_cost);
        best.push_back(event->epoch_end->best);
    }
    EXPECT_TRUE(
        close<double>(row(costs), Matrix<double>{{0.04, 0.0025, 0.030625, 0.05640625}}, {.relative = 1e-14}));
    EXPECT_EQ(best, (std::vector<bool>{true, true, false, false}));
    EXPECT_EQ(run.updates(), 4);
    EXPECT_EQ(run.kept_updates(), 2);
    EXPECT_EQ(w(), 0.375);  // not 0.46875, the last
}

TEST_F(Halving, KeepsTheBestWeightsWithoutPatienceToo) {
    const Matrix<double> validation_Y{{0.7}};
    gradus::Run<double> run(
        network_, training_, {.X = X_, .Y = validation_Y},
        {.loss = LossKind::mean_squared, .optimizer = halving, .epochs = 9, .patience = 0}, RandomState());
    while (run.next()) continue;
    EXPECT_EQ(run.updates(), 9);
    EXPECT_EQ(run.kept_updates(), 2);
    EXPECT_EQ(w(), 0.375);
}

TEST_F(Halving, RunsOnWhileTheValidationCostFalls) {
    gradus::Run<double> run(
        network_, training_, training_,
        {.loss = LossKind::mean_squared, .optimizer = halving, .epochs = 7, .patience = 1}, RandomState());
    while (run.next()) continue;
    EXPECT_EQ(run.kept_updates(), 7);
}

TEST_F(Halving, FollowsItsScheduleOverTheUpdatesThatItMayMake) {
    gradus::Run<double> run(
        network_, training_,
        {.loss = LossKind::mean_squared, .optimizer = halving, .schedule = Schedule::step, .iterations = 4});
    while (run.next()) continue;
    // rates 1/8, 1/8, 1/80, 1/800: the distance to 1 is multiplied by 1/2, 1/2, 19/20, 199/200
    EXPECT_NEAR(2 * w(), 1 - 0.25 * 0.95 * 0.995, 1e-15);
}

TEST_F(Halving, MayFollowAPartOfALongerSchedule) {
    gradus::Run<double> run(network_, training_,
                            {.loss = LossKind::mean_squared,
                             .optimizer = halving,
                             .schedule = Schedule::step,
                             .iterations = 2,
                             .scheduled_over = 4});
    while (run.next()) continue;
    EXPECT_EQ(2 * w(), 0.75);
}

TEST_F(Halving, WatchesTheTrainingCostForAPlateauWithoutValidation) {
    const OptimizerSettings none{.kind = OptimizerKind::gd, .learning_rate = 1e-300};
    gradus::Run<double> run(
        network_, training_,
        {.loss = LossKind::mean_squared, .optimizer = none, .schedule = Schedule::plateau, .epochs = 22});
    while (run.next()) continue;
    EXPECT_DOUBLE_EQ(run.state().plateau.factor, 0.01);
}

TEST(Run, TellsWhatEachIterationDid) {
    Network<double> network(1, "1 identity", from_zero);
    const Matrix<double> X(1, 5), Y(1, 5);
    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.loss = LossKind::mean_squared, .batch = 2, .epochs = 2});
    EXPECT_EQ(run.planned_updates(), 6);
    std::string told;
    while (const auto event = run.next())
        told += std::to_string(event->iteration) + " of epoch " + std::to_string(event->epoch) +
                (event->epoch_end ? " ends it" : "") + (event->last ? ", the last" : "") + "\n";
    EXPECT_EQ(told,
              "0 of epoch 0\n1 of epoch 0\n2 of epoch 0 ends it\n"
              "3 of epoch 1\n4 of epoch 1\n5 of epoch 1 ends it, the last\n");
}

TEST(Run, MayEndWithinAnEpoch) {
    Network<double> network(1, "1 identity", from_zero);
    const Matrix<double> X(1, 5), Y(1, 5);
    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.loss = LossKind::mean_squared, .batch = 2, .epochs = 1, .iterations = 4});
    Event last;
    while (const auto event = run.next()) last = *event;
    EXPECT_EQ(last.iteration, 3);
    EXPECT_EQ(last.epoch, 1);
    EXPECT_FALSE(last.epoch_end);
    EXPECT_TRUE(last.last);
}

// With a learning rate that moves nothing, the costs are those of a network that predicts 0.
TEST(Run, TakesTheMeanOfAnEpochOverExamplesNotBatches) {
    Network<double> network(1, "1 identity", from_zero);
    const Matrix<double> X(1, 5), Y{{1, 1, 1, 1, 3}};
    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.loss = LossKind::mean_squared,
                             .optimizer = {.kind = OptimizerKind::gd, .learning_rate = 1e-300},
                             .batch = 2,
                             .epochs = 1});
    while (const auto event = run.next())
        if (event->epoch_end) {
            EXPECT_EQ(event->epoch_end->cost, 13.0 / 5);
        }
}

struct Sizes {
    Index examples, batch, updates_in_an_epoch;
};
class OddSizes : public testing::TestWithParam<Sizes> {};

TEST_P(OddSizes, SeeEveryExampleOnceInEveryEpoch) {
    const auto [examples, batch, updates] = GetParam();
    Matrix<double> X(1, examples), Y(1, examples);
    for (Index j = 0; j < examples; ++j) Y(0, j) = double(Index{1} << j);  // each subset has a sum of its own
    Network<double> network(1, "1 identity", from_zero);
    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.loss = LossKind::mean_absolute,
                             .optimizer = {.kind = OptimizerKind::gd, .learning_rate = 1e-300},
                             .batch = batch,
                             .epochs = 3});
    EXPECT_EQ(run.planned_updates(), 3 * updates);
    Index ends = 0;
    while (const auto event = run.next())
        if (event->epoch_end) {
            EXPECT_DOUBLE_EQ(event->epoch_end->cost * double(examples), double((Index{1} << examples) - 1));
            ++ends;
        }
    EXPECT_EQ(ends, 3);
    EXPECT_EQ(run.updates(), 3 * updates);
}
INSTANTIATE_TEST_SUITE_P(Run, OddSizes,
                         testing::Values(Sizes{1, 0, 1}, Sizes{1, 1, 1}, Sizes{1, 32, 1}, Sizes{7, 0, 1},
                                         Sizes{7, 1, 7}, Sizes{7, 3, 3}, Sizes{7, 7, 1}, Sizes{7, 8, 1},
                                         Sizes{7, 1'000'000'000'000, 1}, Sizes{33, 32, 2}),
                         [](const auto& info) {
                             return std::to_string(info.param.examples) + "_in_batches_of_" +
                                    std::to_string(info.param.batch);
                         });

// One channel, one position, one unit, one example: the smallest of everything, and batches that do not
// divide.
TEST(Run, TrainsNetworksOfOddSizes) {
    struct Odd {
        Shape in;
        const char* network;
    };
    for (const Odd& odd : {Odd{{1, 1}, "conv 1x1, batchnorm, flatten, residual(1 tanh), 1 sigmoid"},
                           Odd{{1, 3}, "conv 1x3, relu, 1 sigmoid"},
                           Odd{{3, 1}, "residual(conv 3x1 groups 3, batchnorm), globalmaxpool, 1 sigmoid"},
                           Odd{{2, 5}, "maxpool 5, dropout 0.5, conv 7x1, avgpool 1, flatten, 1 sigmoid"}})
        for (const Index examples : {1, 2, 7})
            for (const Index batch : {0, 1, 3, 100}) {
                const auto X = random_matrix<float>(odd.in.size(), examples, 1U);
                Matrix<float> Y(1, examples);
                Y(0, 0) = 1;
                Network<float> network(odd.in, odd.network);
                RandomState random(1);
                network.initialize(Initializer::automatic, random);
                gradus::Run<float> run(network, {.X = X, .Y = Y}, {.batch = batch, .epochs = 5});
                while (run.next()) {
                }
                EXPECT_EQ(run.updates(), run.planned_updates());
                for (const float w : network.parameters()) EXPECT_TRUE(std::isfinite(w)) << odd.network;
            }
}

// The twin has the pixels as numbers.
TEST(Run, ReadsImagesAsTheSharesOf255) {
    Matrix<std::uint8_t> images(20, 9);
    Matrix<float> X(20, 9), Y(1, 9);
    for (Index j = 0; j < 9; ++j) {
        Y(0, j) = float(j % 2);
        for (Index i = 0; i < 20; ++i) {
            images(i, j) = static_cast<std::uint8_t>((i * 37 + j * 101) % 256);
            X(i, j) = float(images(i, j)) / 255;
        }
    }
    const auto trained = [&](bool bytes, Index batch) {
        Network<float> network(20, "5 tanh, 1 sigmoid");
        RandomState random(1);
        network.initialize(Initializer::automatic, random);
        const Examples<float> numbers{.X = X, .Y = Y}, pixels{.X = {}, .Y = Y, .bytes = images};
        const Examples<float>& examples = bytes ? pixels : numbers;
        gradus::Run<float> run(network, examples, examples, {.batch = batch, .epochs = 4}, random);
        std::vector<double> costs;
        while (const auto event = run.next()) {
            costs.push_back(event->cost);
            if (event->epoch_end) costs.push_back(*event->epoch_end->validation_cost);
        }
        return costs;
    };
    for (const Index batch : {0, 1, 4, 9}) EXPECT_EQ(trained(true, batch), trained(false, batch)) << batch;
}

// Seen transposed, examples in rows are examples in columns.
TEST(Run, LearnsFromRowsThatAreSeenAsColumns) {
    const auto X = random_matrix<float>(6, 9, 1U), Y = random_matrix<float>(2, 9, 2U);
    const auto in_rows = [](const Matrix<float>& M) {
        Matrix<float> rows(M.columns(), M.rows());
        for (Index j = 0; j < M.columns(); ++j)
            for (Index i = 0; i < M.rows(); ++i) rows(j, i) = M(i, j);
        return rows;
    };
    const Matrix<float> X_rows = in_rows(X), Y_rows = in_rows(Y);
    const auto trained = [](const Examples<float>& examples, const char* net, Shape in, Index batch) {
        Network<float> network(in, net);
        RandomState random(1);
        network.initialize(Initializer::automatic, random);
        gradus::Run<float> run(network, examples, examples,
                               {.loss = LossKind::mean_squared, .batch = batch, .epochs = 3}, random);
        std::vector<double> costs;
        while (const auto event = run.next()) costs.push_back(event->cost);
        Predictor<float> predict(network, 9);
        const View<const float> A = predict(examples.X);
        for (Index j = 0; j < 9; ++j) costs.push_back(A(1, j));
        return costs;
    };
    const Examples<float> columns{.X = X, .Y = Y},
        rows{.X = X_rows.view().transposed(), .Y = Y_rows.view().transposed()};
    for (const Index batch : {0, 1, 4})
        for (const auto& [net, in] : {std::pair{"2 tanh, 2 identity", Shape{6}},
                                      {"tanh, 2 identity", Shape{6}},
                                      {"100 relu, 2 identity", Shape{6}},
                                      {"conv 3x2, flatten, 2 identity", Shape{2, 3}}})
            EXPECT_EQ(trained(rows, net, in, batch), trained(columns, net, in, batch)) << net << batch;
}

TEST(Run, PlansManyEpochsWithoutOverflow) {
    Network<float> network(1, "1 identity", from_zero);
    const Matrix<float> X(1, 10'000), Y(1, 10'000);
    const gradus::Run<float> run(network, {.X = X, .Y = Y},
                                 {.loss = LossKind::mean_squared,
                                  .schedule = Schedule::step,
                                  .batch = 1,
                                  .epochs = 1'000'000'000'000'000});
    EXPECT_GT(run.planned_updates(), 1'000'000'000'000'000);
}

TEST(Run, DrawsNoOrderWhenABatchIsAllExamples) {
    Network<double> network(1, "1 identity", from_zero);
    const Matrix<double> X(1, 5), Y(1, 5);
    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.loss = LossKind::mean_squared, .batch = 0, .epochs = 3}, RandomState(4));
    while (run.next()) continue;
    EXPECT_EQ(run.state().random, RandomState(4));
}

// Inputs of whole lines of memory and of parts of one, as numbers and as images.
TEST(Run, GathersEachEpochByOnePermutation) {
    for (const Index inputs : {1, 15, 16, 17, 48, 70, 130}) {
        Matrix<std::uint8_t> images(inputs, 7);
        Matrix<float> X(inputs, 7), Y(1, 7);
        for (Index j = 0; j < 7; ++j)
            for (Index i = 0; i < inputs; ++i) {
                images(i, j) = static_cast<std::uint8_t>((i * 37 + j * 101) % 256);
                X(i, j) = float(images(i, j)) / 255;
                Y(0, j) = float(j);
            }
        for (const Examples<float>& examples :
             {Examples<float>{.X = X, .Y = Y}, Examples<float>{.Y = Y, .bytes = images}}) {
            Network<float> network(inputs, "1 identity", from_zero);
            gradus::Run<float> run(network, examples,
                                   {.loss = LossKind::mean_squared, .batch = 3, .epochs = 2}, RandomState(4));
            RandomState twin(4);
            for (int epoch = 0; epoch < 2; ++epoch) {
                const std::vector<Index> order = twin.permutation(7);
                for (const Range batch : {Range{0, 3}, Range{3, 6}, Range{6, 7}}) {
                    run.next();
                    Matrix<float> batch_X(inputs, batch.size()), batch_Y(1, batch.size());
                    for (Index j = 0; j < batch.size(); ++j) {
                        const Index from = order[static_cast<std::size_t>(batch.begin + j)];
                        for (Index i = 0; i < inputs; ++i) batch_X(i, j) = X(i, from);
                        batch_Y(0, j) = Y(0, from);
                    }
                    EXPECT_EQ(run.state().order, order);
                    EXPECT_EQ(Matrix<float>(run.batch().X), batch_X) << inputs << " inputs";
                    EXPECT_EQ(Matrix<float>(run.batch().Y), batch_Y) << inputs << " inputs";
                }
            }
        }
    }
}

// The slow twin: an example that weighs 3 stands three times in the data.
TEST(Run, CountsWeightedExamplesAsIfTheyStoodThereSoOften) {
    RandomState random(1);
    const auto X = random_matrix<>(3, 6, random), Y = random_matrix<>(2, 6, random);
    const Matrix<double> weights{{1, 3, 2, 1, 0, 4}};
    const Index total = 11;
    Matrix<double> twin_X(3, total), twin_Y(2, total);
    for (Index j = 0, to = 0; j < 6; ++j)
        for (Index copies = 0; copies < static_cast<Index>(weights(0, j)); ++copies, ++to) {
            std::copy_n(X.view().column(j), 3, twin_X.view().column(to));
            std::copy_n(Y.view().column(j), 2, twin_Y.view().column(to));
        }
    Network<double> network(3, "4 tanh, 2 identity");
    network.initialize(Initializer::normal, random);
    Network<double> twin = network;
    // A mean over 6 examples is 11/6 of the twin's mean over 11: so is the cost, so is the gradient.
    const double ratio = double(total) / 6;
    const auto gd = [](double rate) {
        return OptimizerSettings{.kind = OptimizerKind::gd, .learning_rate = rate};
    };
    gradus::Run<double> run(
        network, {.X = X, .Y = Y, .weights = weights},
        {.loss = LossKind::mean_squared, .optimizer = gd(0.1), .batch = 0, .iterations = 20});
    gradus::Run<double> twin_run(
        twin, {.X = twin_X, .Y = twin_Y},
        {.loss = LossKind::mean_squared, .optimizer = gd(0.1 * ratio), .batch = 0, .iterations = 20});
    while (const auto event = run.next()) EXPECT_NEAR(event->cost, ratio * twin_run.next()->cost, 1e-12);
    EXPECT_TRUE(close<double>(row(network.parameters()), row(twin.parameters()), {.absolute = 1e-12}));
}

TEST(Run, GathersTheWeightsOfAShuffledBatch) {
    const Matrix<double> X(1, 5), Y{{1, 2, 3, 4, 5}}, weights{{10, 20, 30, 40, 50}};
    Network<double> network(1, "1 identity", from_zero);  // predicts 0
    gradus::Run<double> run(network, {.X = X, .Y = Y, .weights = weights},
                            {.loss = LossKind::mean_absolute,
                             .optimizer = {.kind = OptimizerKind::gd, .learning_rate = 1e-300},
                             .batch = 2,
                             .epochs = 1},
                            RandomState(3));
    const std::vector<Index> order = RandomState(3).permutation(5);
    for (std::size_t begin = 0; begin < 5; begin += 2) {
        double sum = 0;
        const std::size_t end = std::min<std::size_t>(begin + 2, 5);
        for (std::size_t k = begin; k < end; ++k) sum += Y(0, order[k]) * weights(0, order[k]);
        EXPECT_DOUBLE_EQ(run.next()->cost, sum / double(end - begin));
    }
}

std::string failure_of(Examples<double> training, OptimizerSettings optimizer, Index iterations,
                       Examples<double> validation = {}) {
    Network<double> network(1, "1 identity", from_zero);
    gradus::Run<double> run(
        network, training, validation,
        {.loss = LossKind::mean_squared, .optimizer = optimizer, .batch = 0, .iterations = iterations},
        RandomState());
    return error_of([&] {
        while (run.next()) continue;
    });
}

const Matrix<double> one{{1}};
constexpr OptimizerSettings explosive{.kind = OptimizerKind::gd, .learning_rate = 0x1p100};

TEST(Run, SaysThatItDiverges) {
    EXPECT_EQ(failure_of({.X = one, .Y = one}, explosive, 10),
              "training: training failed at iteration 1: the cost is 2.5711008708143844e+61, expected at "
              "most 1e6 * (1 + the first cost, 1) (hint: a smaller learning rate, or clipping by norm)");
}

// Each update doubles the distance to the truth: the costs are 1, 4, 16, ..., 4^10 = 1.05e6, 4^11 = 4.19e6.
TEST(Run, DivergesAboveAMillionTimesOneAndTheFirstCost) {
    constexpr OptimizerSettings doubling{.kind = OptimizerKind::gd, .learning_rate = 0.75};
    EXPECT_EQ(failure_of({.X = one, .Y = one}, doubling, 11), "no error");
    EXPECT_TRUE(failure_of({.X = one, .Y = one}, doubling, 12)
                    .starts_with("training: training failed at iteration 11: the cost is 4194304, "));
}

TEST(Run, FailsOnAWeightThatIsNotFiniteAfterTheLastUpdate) {
    EXPECT_EQ(
        failure_of({.X = one, .Y = one}, {.kind = OptimizerKind::gd, .learning_rate = 1.5e308}, 1),
        "training: training failed at iteration 0: a weight is not finite (hint: a smaller learning rate, or "
        "clipping by norm)");
}

TEST(Run, FailsOnACostThatIsTooLarge) {
    const Matrix<double> huge{{1e200}};
    EXPECT_EQ(failure_of({.X = huge, .Y = huge}, halving, 10),
              "training: training failed at iteration 0: the cost is inf, expected a finite number (hint: "
              "smaller numbers in the data, or smaller first weights)");
    EXPECT_EQ(failure_of({.X = one, .Y = one}, halving, 10, {.X = one, .Y = huge}),
              "training: training failed at iteration 0: the validation cost is inf, expected a finite "
              "number (hint: smaller numbers in the data, or a smaller learning rate)");
}

// A step takes what it is given: a NaN must come out of it, whatever it goes through.
TEST(Run, WouldNoticeANanAfterEveryActivationAndLoss) {
    const Matrix<double> X{{0.5, std::numeric_limits<double>::quiet_NaN()}, {1, 2}}, Y{{0, 1}, {1, 0}};
    for (const char* const name : loss_names)
        for (const char* activation : {"relu", "leaky_relu", "elu", "selu", "softplus", "tanh", "softmax"}) {
            Network<double> network(2, std::string("3 ") + activation + ", 2 softmax");
            RandomState random(1);
            network.initialize(Initializer::normal, random);
            TrainingStep<double> step(network, read_loss(name), {}, 2);
            step.forward(X);
            EXPECT_FALSE(std::isfinite(step.cost(Y))) << name << " after " << activation;
        }
}

TEST(Run, TrainsOneUnitOnOneExampleInFloat) {
    const Matrix<float> X{{1}}, Y{{1}};
    Network<float> network(1, "1 identity", from_zero);
    gradus::Run<float> run(network, {.X = X, .Y = Y},
                           {.loss = LossKind::mean_squared, .optimizer = halving, .iterations = 3});
    while (run.next()) continue;
    EXPECT_EQ(network.parameter("W1")(0, 0), 0.4375F);
}

}  // namespace
}  // namespace gradus::test
