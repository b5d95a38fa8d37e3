// Are the measurements true, and does measuring change nothing?
#include "gradus/doctor/measurements.h"

#include <gtest/gtest.h>

#include "gradus/data/generators.h"
#include "tests/support/compare.h"
#include "tests/support/from_zero.h"

namespace gradus::test {
namespace {

// Every kind of state that a look could disturb: masks, running statistics, momentum, early stopping.
TEST(Observe, ChangesNoBitOfTheRun) {
    const Dataset data = generate("moons", {.examples = 120, .seed = 1});
    const Recipe recipe = make_recipe({.hidden = "16 tanh, batchnorm, dropout 0.3, 8 relu",
                                       .optimizer = OptimizerKind::momentum,
                                       .learning_rate = 0.05,
                                       .batch = 32,
                                       .epochs = 30,
                                       .patience = 5},
                                      data);
    const Observed<float> observed = observe<float>(data, recipe);
    ASSERT_GT(observed.measured.looks.size(), 20);

    const PreparedData<float> prepared(data, recipe, recipe.validation);
    auto [network, random] = begin<float>(recipe);
    gradus::Run<float> run(network, prepared.training(), prepared.validation(), recipe.run, random);
    while (run.next()) continue;
    EXPECT_TRUE(same_bits<float>(observed.model.network.parameters(), network.parameters()));
    EXPECT_TRUE(same_bits<float>(observed.model.network.statistics(), network.statistics()));
}

// NumPy 1.24 on the tutorial's own start: the change that the gradient promises, and the one that came.
TEST(Observe, PredictsTheChangeOfTheTutorialsFirstStep) {
    const Dataset data = generate("xor");
    const Observed<double> observed = observe<double>(data, make_recipe({.iterations = 30}, data));
    ASSERT_GT(observed.measured.looks.size(), 10);
    const Look& first = observed.measured.looks.front();
    EXPECT_EQ(first.iteration, 0);
    EXPECT_NEAR(first.cost, 0.856267, 1e-6);
    EXPECT_NEAR(first.predicted, -0.056278, 1e-6);
    EXPECT_NEAR(first.actual, -0.052188, 1e-6);
    for (std::size_t i = 0; i + 1 < observed.measured.looks.size(); ++i) {
        const Look &now = observed.measured.looks[i], &next = observed.measured.looks[i + 1];
        if (next.iteration != now.iteration + 1) continue;
        EXPECT_NEAR(now.cost + now.actual, next.cost, 1e-12);
    }
}

// With masks and batches: the next cost of the same batch, by a twin that is written out.
TEST(Observe, TheActualChangeIsThatOfTheSameBatchWithTheSameMasks) {
    const Dataset data = generate("gauss", {.examples = 50, .seed = 2});
    const Recipe recipe = make_recipe({.hidden = "8 tanh, dropout 0.5",
                                       .learning_rate = 0.01,
                                       .batch = 16,
                                       .epochs = 2,
                                       .validation = 0.0,
                                       .precision = Precision::twice},
                                      data);
    const Observed<double> observed = observe<double>(data, recipe);
    const PreparedData<double> prepared(data, recipe, 0);
    auto [network, random] = begin<double>(recipe);
    const std::vector<Index> order = random.permutation(50);
    Matrix<double> X(2, 16), Y(1, 16);
    for (Index j = 0; j < 16; ++j) {
        for (Index i = 0; i < 2; ++i) X(i, j) = prepared.X(i, order[static_cast<std::size_t>(j)]);
        Y(0, j) = prepared.Y(0, order[static_cast<std::size_t>(j)]);
    }
    TrainingStep<double> step(network, recipe.run.loss, recipe.run.optimizer, 16, recipe.run.mask_seed);
    step.forward(X);
    const double before = step.cost(Y);
    step.backward(Y);
    step.update();
    OptimizerState<double> same_masks = step.optimizer();
    same_masks.updates = 0;
    step.restore(same_masks);
    step.forward(X);
    EXPECT_EQ(observed.measured.looks.front().cost, before);
    EXPECT_EQ(observed.measured.looks.front().actual, step.cost(Y) - before);
}

TEST(State, CountsUnitsThatAreZeroOrSaturatedForEveryExample) {
    Network<double> network(1, "3 relu, 2 tanh, 1 sigmoid", from_zero);
    const auto W1 = network.parameter("W1"), W2 = network.parameter("W2");
    W1(0, 0) = 1;                        // positive for the second example
    W1(1, 0) = -1;                       // for the first
    network.parameter("b1")(2, 0) = -1;  // for none
    W2(0, 0) = 10;                       // 10 for the second example, 0 for the first: saturated once
    W2(1, 1) = 1;
    const Matrix<double> X{{-1, 1}}, Y{{0, 1}};
    const State state = look_at<double>(network, {.X = X, .Y = Y}, Task::classify);
    ASSERT_EQ(state.hidden.size(), 2);
    EXPECT_EQ(state.hidden[0].name, "A1");
    EXPECT_EQ(state.hidden[0].dead, (std::vector<Index>{3}));
    EXPECT_EQ(state.hidden[1].name, "A2");
    EXPECT_EQ(state.hidden[1].saturated, 0.25);
    EXPECT_EQ(state.last_name, "A2");
    EXPECT_NEAR(state.last(1, 0), 0.76159415595576485, 1e-15);  // tanh 1
    EXPECT_EQ(state.output_spread, 0);
    EXPECT_EQ(state.truth, (std::vector<Index>{0, 1}));
}

TEST(Course, ThinsALongRunAndKeepsItsShape) {
    Course history;
    for (Index i = 0; i < 100'000; ++i)
        history.see({.iteration = i,
                     .cost = 1.0 / double(i + 1),
                     .epoch_end = Event::EpochEnd{.cost = 1.0 / double(i + 1)}});
    EXPECT_LE(history.points().size(), 4096);
    EXPECT_GE(history.points().size(), 2048);
    EXPECT_EQ(history.updates(), 100'000);
    EXPECT_EQ(history.points().front().cost, 1);
    for (const Course::Point& point : history.points()) EXPECT_EQ(point.cost, 1.0 / double(point.updates));
}

}  // namespace
}  // namespace gradus::test
