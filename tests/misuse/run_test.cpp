// What a program may get wrong when it trains or predicts: each mistake is told in its own words, before any
// memory is touched. This program runs under the address sanitizer and under valgrind as well.
#include "gradus/nn/run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "gradus/explain/history.h"
#include "tests/misuse/message.h"

namespace gradus::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr auto bce = LossKind::binary_cross_entropy;
constexpr auto ce = LossKind::cross_entropy;

// What does not compile.
static_assert(!std::is_constructible_v<Kept<double>, Matrix<double>>);  // Examples{.X = load()}
static_assert(!std::is_constructible_v<Kept<double>, const Matrix<double>>);
static_assert(std::is_constructible_v<Kept<double>, Matrix<double>&>);
static_assert(!std::is_constructible_v<Predictor<double>, Network<double>>);
static_assert(!std::is_constructible_v<gradus::Run<double>, Network<double>, Examples<double>, RunSettings>);
static_assert(!std::is_constructible_v<TrainingStep<double>, Network<double>, decltype(RunSettings::loss),
                                       OptimizerSettings, Index>);
template <class X>
concept CanGoForward = requires(TrainingStep<double>& step, X&& x) {
    step.forward(std::forward<X>(x));
};
static_assert(!CanGoForward<Matrix<double>>);  // step.forward(select(X, batch)): backward reads it later
static_assert(CanGoForward<Matrix<double>&> && CanGoForward<const Matrix<double>&>);
static_assert(CanGoForward<View<const double>> && CanGoForward<View<double>>);
static_assert(
    std::is_constructible_v<gradus::Run<double>, Network<double>&, Examples<double>, Examples<double>,
                            RunSettings>);  // the random state has a default here as well
static_assert(!std::is_copy_constructible_v<Predictor<double>>);
static_assert(std::is_move_constructible_v<gradus::Run<double>>);

// XOR, and a network for it.
class Training : public testing::Test {
protected:
    static Network<double> initialised(Index inputs, const char* text) {
        Network<double> network(inputs, text);
        RandomState random(1);
        network.initialize(Initializer::automatic, random);
        return network;
    }
    // What stops a step of this kind.
    [[nodiscard]] std::string step_with(const OptimizerSettings& settings, Index batch = 4,
                                        Index threads = 1) {
        return message_of([&] { TrainingStep<double>(network_, bce, settings, batch, 0, threads); });
    }
    [[nodiscard]] std::string run_with(const RunSettings& settings) {
        return message_of([&] { gradus::Run<double>(network_, {.X = X_, .Y = Y_}, settings); });
    }
    [[nodiscard]] std::string run_on(const Examples<double>& examples, RunSettings settings = {}) {
        return message_of([&] { gradus::Run<double>(network_, examples, std::move(settings)); });
    }

    Matrix<double> X_{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y_{{0, 1, 1, 0}};
    Network<double> network_ = initialised(2, "3 tanh, 1 sigmoid");
};

// A step

class AStep : public Training {
protected:
    TrainingStep<double> step_{network_, bce, {}, 4};
};

TEST_F(AStep, IsToldExamplesInRows) {
    const Matrix<double> rows(4, 2);
    EXPECT_EQ(message_of([&] { step_.forward(rows); }),
              "X has 4 rows, the network has 2 inputs (hint: examples are columns: X.transposed())");
}

TEST_F(AStep, RefusesAnotherNumberOfInputs) {
    const Matrix<double> three(3, 4);
    EXPECT_EQ(message_of([&] { step_.forward(three); }), "X has 3 rows, the network has 2 inputs");
}

TEST_F(AStep, RefusesMoreExamplesThanItWasPlannedFor) {
    const Matrix<double> five(2, 5);
    EXPECT_EQ(message_of([&] { step_.forward(five); }),
              "X has 5 examples, expected at most the 4 that the step was planned for");
}

TEST_F(AStep, RefusesNoExamples) {
    const Matrix<double> none(2, 0);
    EXPECT_EQ(message_of([&] { step_.forward(none); }), "X has no examples, expected at least one");
}

TEST_F(AStep, RefusesACostBeforeForward) {
    EXPECT_EQ(message_of([&] { step_.cost(Y_); }),
              "no examples went forward, expected forward(X) before cost(Y) and backward(Y)");
}

TEST_F(AStep, RefusesBackwardBeforeForward) {
    EXPECT_EQ(message_of([&] { step_.backward(Y_); }),
              "no examples went forward, expected forward(X) before cost(Y) and backward(Y)");
}

TEST_F(AStep, RefusesTheTruthOfMoreExamplesThanWentForward) {
    step_.forward(X_.view().columns({0, 2}));
    EXPECT_EQ(message_of([&] { step_.cost(Y_); }),
              "Y has 4 columns, X has 2 columns (hint: a column for each example)");
    EXPECT_EQ(message_of([&] { step_.backward(Y_); }),
              "Y has 4 columns, X has 2 columns (hint: a column for each example)");
}

TEST_F(AStep, RefusesTheTruthOfAnotherNumberOfOutputs) {
    step_.forward(X_);
    EXPECT_EQ(message_of([&] { step_.backward(X_); }), "Y has 2 rows, the network has 1 output");
}

TEST_F(AStep, IsToldClassNumbersWhereColumnsAreExpected) {
    Network<double> three = initialised(2, "3 softmax");
    TrainingStep<double> step(three, ce, {}, 4);
    step.forward(X_);
    EXPECT_EQ(message_of([&] { step.backward(Y_); }),
              "Y has 1 row, the network has 3 outputs (hint: class numbers become columns by one_hot)");
}

TEST_F(AStep, RefusesWeightsThatAreNotOneForEachExample) {
    step_.forward(X_);
    EXPECT_EQ(message_of([&] { step_.cost(Y_, Matrix<double>(1, 3)); }), "weights is 1x3, expected 1x4");
    EXPECT_EQ(message_of([&] { step_.backward(Y_, Matrix<double>(4, 1)); }), "weights is 4x1, expected 1x4");
}

TEST_F(AStep, RefusesLearningRatesThatLeadNowhere) {
    EXPECT_EQ(message_of([&] { step_.update(nan); }), "learning_rate is nan, expected 0 or more");
    EXPECT_EQ(message_of([&] { step_.update(-1); }), "learning_rate is -1, expected 0 or more");
    EXPECT_EQ(message_of([&] { step_.update(infinity); }), "learning_rate is inf, expected 0 or more");
    EXPECT_EQ(step_.optimizer().updates, 0);
}

TEST_F(AStep, RefusesAnUpdateWithoutABackward) {
    const std::string message =
        "there is no gradient since the last update, expected backward(Y) before update()";
    EXPECT_EQ(message_of([&] { step_.update(); }), message);
    step_.forward(X_);
    EXPECT_EQ(message_of([&] { step_.update(); }), message);
    step_.backward(Y_);
    step_.update();
    EXPECT_EQ(message_of([&] { step_.update(); }), message);
    EXPECT_EQ(step_.optimizer().updates, 1);
}

// Wide, so that the general passes are seen as well as the tiny ones.
TEST_F(AStep, RefusesANetworkThatWasMovedOrAssigned) {
    const std::string message =
        "the network was moved or assigned, expected the parameters where they were at the beginning (hint: "
        "a "
        "new TrainingStep, Predictor or Run)";
    for (const char* text : {"3 tanh, 1 sigmoid", "300 tanh, 1 sigmoid"}) {
        Network<double> network = initialised(2, text), better = network;
        TrainingStep<double> step(network, bce, {}, 4);
        Predictor<double> predict(network, 4);
        gradus::Run<double> run(network, {.X = X_, .Y = Y_}, {});
        step.forward(X_);
        step.backward(Y_);
        network = std::move(better);
        EXPECT_EQ(message_of([&] { step.update(); }), message) << text;
        EXPECT_EQ(message_of([&] { step.cost(Y_); }), message) << text;
        EXPECT_EQ(message_of([&] { step.backward(Y_); }), message) << text;
        EXPECT_EQ(message_of([&] { step.forward(X_); }), message) << text;
        EXPECT_EQ(message_of([&] { predict(X_); }), message) << text;
        EXPECT_EQ(message_of([&] { run.next(); }), message) << text;
        const Network<double> elsewhere = std::move(network);
        EXPECT_EQ(message_of([&] { step.forward(X_); }), message) << text;
    }
}

TEST_F(AStep, TakesNumbersThatWereCopiedIntoItsNetwork) {
    const Network<double> better = network_;
    network_ = better;
    step_.forward(X_);
    step_.backward(Y_);
    EXPECT_EQ(message_of([&] { step_.update(); }), "nothing thrown");
}

TEST_F(Training, RefusesANetworkThatWasMovedFrom) {
    const Network<double> elsewhere = std::move(network_);
    const std::string message = "a network without layers, expected one that was not moved from";
    EXPECT_EQ(step_with({}), message);
    EXPECT_EQ(run_with({}), message);
    EXPECT_EQ(message_of([&] { Predictor<double>(network_, 4); }),
              message);  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(message_of([&] { evaluate(network_, X_, Y_, bce, Task::classify); }), message);
}

TEST_F(AStep, RefusesTheStateOfAnotherOptimizer) {
    TrainingStep<double> momentum(network_, bce, {.kind = OptimizerKind::momentum}, 4);
    EXPECT_EQ(message_of([&] { step_.restore(momentum.optimizer()); }),
              "the state of an optimizer: 13 numbers, 0 updates, expected 26 numbers, as this optimizer has");
}

TEST_F(Training, NeedsABatchOfOneExampleOrMore) {
    EXPECT_EQ(step_with({}, 0), "batch is 0, expected at least 1");
    EXPECT_EQ(step_with({}, -1), "batch is -1, expected at least 1");
}

TEST_F(Training, IsRefusedWhereABatchNeedsMoreMemoryThanMachinesHave) {
    EXPECT_EQ(step_with({}, Index{1} << 40),
              "network \"3 tanh, 1 sigmoid\": needs 20 numbers for each of 1099511627776 examples at a time, "
              "expected at most 68719476736 in all (hint: a smaller batch)");
}

TEST_F(Training, NeedsOneThreadOrMore) {
    EXPECT_EQ(step_with({}, 4, 0), "threads is 0, expected from 1 to 4096");
    EXPECT_EQ(step_with({}, 4, -4), "threads is -4, expected from 1 to 4096");
    EXPECT_EQ(step_with({}, 4, 5000), "threads is 5000, expected from 1 to 4096");
}

TEST_F(Training, NeedsALearningRateAboveZero) {
    EXPECT_EQ(step_with({.learning_rate = -1}),
              "OptimizerSettings::learning_rate is -1, expected a number above 0");
    EXPECT_EQ(step_with({.learning_rate = 0}),
              "OptimizerSettings::learning_rate is 0, expected a number above 0");
    EXPECT_EQ(step_with({.learning_rate = nan}),
              "OptimizerSettings::learning_rate is nan, expected a number above 0");
}

TEST_F(Training, NeedsAMomentumBelowOne) {
    EXPECT_EQ(step_with({.momentum = 1}), "OptimizerSettings::momentum is 1, expected from 0 to below 1");
    EXPECT_EQ(step_with({.momentum = -0.5}),
              "OptimizerSettings::momentum is -0.5, expected from 0 to below 1");
}

TEST_F(Training, NeedsADecayAndALimitThatAreNotNegative) {
    EXPECT_EQ(step_with({.weight_decay = -1}), "OptimizerSettings::weight_decay is -1, expected 0 or more");
    EXPECT_EQ(step_with({.weight_decay = infinity}),
              "OptimizerSettings::weight_decay is inf, expected 0 or more");
    EXPECT_EQ(step_with({.clip_norm = nan}), "OptimizerSettings::clip_norm is nan, expected 0 or more");
}

TEST_F(Training, RefusesTheCrossEntropyOfASingleOutput) {
    const std::string message =
        "cross_entropy of a single output, expected an output for each class (hint: binary_cross_entropy)";
    EXPECT_EQ(message_of([&] { TrainingStep<double>(network_, ce, {}, 4); }), message);
    EXPECT_EQ(run_with({.loss = ce}), message);
}

TEST_F(Training, RefusesTheCrossEntropyOfWhatIsNoProbability) {
    Network<double> line = initialised(2, "1 identity"), numbers = initialised(2, "3 tanh");
    EXPECT_EQ(message_of([&] { TrainingStep<double>(line, bce, {}, 4); }),
              "binary_cross_entropy of a last layer \"identity\", expected probabilities (hint: sigmoid, or "
              "mean_squared)");
    EXPECT_EQ(message_of([&] { TrainingStep<double>(numbers, ce, {}, 4); }),
              "cross_entropy of a last layer \"tanh\", expected probabilities (hint: softmax, or "
              "mean_squared)");
}

// A run: its settings

TEST_F(Training, NeedsSettingsThatARunCanHave) {
    EXPECT_EQ(run_with({.epochs = 0}), "RunSettings::epochs is 0, expected at least 1");
    EXPECT_EQ(run_with({.epochs = -1}), "RunSettings::epochs is -1, expected at least 1");
    EXPECT_EQ(run_with({.batch = -1}), "RunSettings::batch is -1, expected at least 0");
    EXPECT_EQ(run_with({.iterations = -1}), "RunSettings::iterations is -1, expected at least 0");
    EXPECT_EQ(run_with({.patience = -1}), "RunSettings::patience is -1, expected at least 0");
    EXPECT_EQ(run_with({.scheduled_over = -1}), "RunSettings::scheduled_over is -1, expected at least 0");
    EXPECT_EQ(run_with({.solved_below = nan}), "RunSettings::solved_below is nan, expected 0 or more");
    EXPECT_EQ(run_with({.threads = 0}), "threads is 0, expected from 1 to 4096");
    EXPECT_EQ(run_with({.optimizer = {.learning_rate = -1}}),
              "OptimizerSettings::learning_rate is -1, expected a number above 0");
}

TEST_F(Training, MayHaveIterationsInThePlaceOfEpochs) {
    EXPECT_EQ(run_with({.epochs = 0, .iterations = 3}), "nothing thrown");
}

TEST_F(Training, TakesItsPrecisionFromTheNetwork) {
    gradus::Run run(network_, {.X = X_, .Y = Y_}, {.epochs = 1});
    const History history(run);
    const Predictor predict(network_, 4);
    const TrainingStep step(network_, bce, {}, 4);
    static_assert(std::is_same_v<decltype(run), gradus::Run<double>>);
    static_assert(std::is_same_v<decltype(history), const History<double>>);
    static_assert(std::is_same_v<decltype(predict), const Predictor<double>>);
    static_assert(std::is_same_v<decltype(step), const TrainingStep<double>>);
}

// A run: its examples

TEST_F(Training, NeedsExamples) {
    const Matrix<double> no_X(2, 0), no_Y(1, 0);
    EXPECT_EQ(run_on({}), "there are no examples, expected at least one");
    EXPECT_EQ(run_on({.X = no_X, .Y = no_Y}), "there are no examples, expected at least one");
}

TEST_F(Training, IsToldExamplesInRows) {
    const Matrix<double> rows(4, 2), truth(1, 2);
    EXPECT_EQ(run_on({.X = rows, .Y = truth}),
              "X has 4 rows, the network has 2 inputs (hint: examples are columns: X.transposed())");
}

TEST_F(Training, NeedsATruthForEachExample) {
    const Matrix<double> three(1, 3);
    EXPECT_EQ(run_on({.X = X_, .Y = three}),
              "Y has 3 columns, X has 4 columns, expected a column for each example");
    EXPECT_EQ(run_on({.X = X_}), "Y has 0 rows, the network has 1 output");
}

TEST_F(Training, IsToldExamplesInRowsBesideATruthInColumns) {
    const Matrix<double> rows(4, 2), truth_in_rows(4, 1), two(1, 2);
    EXPECT_EQ(
        run_on({.X = rows, .Y = Y_}),
        "Y has 4 columns, X has 2 columns, expected a column for each example (hint: examples are columns: "
        "X.transposed())");
    EXPECT_EQ(
        run_on({.X = rows, .Y = truth_in_rows}),
        "Y has 1 column, X has 2 columns, expected a column for each example (hint: examples are columns: "
        "X.transposed() and Y.transposed())");
    EXPECT_EQ(run_on({.X = X_, .Y = truth_in_rows}),
              "Y has 1 column, X has 4 columns, expected a column for each example");
    const Matrix<std::uint8_t> images(4, 2);
    EXPECT_EQ(
        run_on({.X = {}, .Y = Y_, .bytes = images}),
        "Y has 4 columns, X has 2 columns, expected a column for each example (hint: examples are columns: "
        "X.transposed())");
}

TEST_F(Training, NeedsATruthForEachOutput) {
    EXPECT_EQ(run_on({.X = X_, .Y = X_}), "Y has 2 rows, the network has 1 output");
    network_ = initialised(2, "3 softmax");
    EXPECT_EQ(run_on({.X = X_, .Y = Y_}, {.loss = ce}),
              "Y has 1 row, the network has 3 outputs (hint: class numbers become columns by one_hot)");
}

TEST_F(Training, NeedsAWeightForEachExample) {
    const Matrix<double> three(1, 3), rows(2, 4), negative{{1, 1, -1, 1}};
    EXPECT_EQ(run_on({.X = X_, .Y = Y_, .weights = three}),
              "weights has 3 columns, X has 4 columns, expected a column for each example");
    EXPECT_EQ(run_on({.X = X_, .Y = Y_, .weights = rows}), "weights has 2 rows, expected 1");
    EXPECT_EQ(run_on({.X = X_, .Y = Y_, .weights = negative}),
              "weights is -1 at position 1 of example 3, expected finite numbers, 0 or more");
    const Matrix<double> nothing(1, 4);
    EXPECT_EQ(run_on({.X = X_, .Y = Y_, .weights = nothing}), "all weights are 0, expected a weight above 0");
}

TEST_F(Training, NeedsImagesOfAsManyPixelsAsInputs) {
    const Matrix<std::uint8_t> images(3, 4);
    EXPECT_EQ(run_on({.X = {}, .Y = Y_, .bytes = images}), "X has 3 rows, the network has 2 inputs");
    EXPECT_EQ(run_on({.X = X_, .Y = Y_, .bytes = images}),
              "both X and bytes are given, expected one of them");
    const Matrix<std::uint8_t> rows(4, 2);
    EXPECT_EQ(run_on({.X = {}, .Y = Y_, .bytes = rows.view().transposed()}),
              "the bytes of an example are apart, expected one after the other (hint: a Matrix with a column "
              "for each)");
}

TEST_F(Training, NeedsFiniteNumbers) {
    Matrix<double> X = X_, Y = Y_;
    X(1, 2) = infinity;
    Y(0, 3) = nan;
    EXPECT_EQ(run_on({.X = X, .Y = Y_}), "X is inf at position 2 of example 3, expected finite numbers");
    EXPECT_EQ(run_on({.X = X_, .Y = Y}), "Y is nan at position 1 of example 4, expected finite numbers");
}

TEST_F(Training, NeedsProbabilitiesForACrossEntropy) {
    const Matrix<double> classes{{0, 5, 2, 1}};
    EXPECT_EQ(
        run_on({.X = X_, .Y = classes}),
        "Y is 5 at position 1 of example 2, expected from 0 to 1, as binary_cross_entropy needs (hint: class "
        "numbers need an output for each class, or mean_squared)");
    network_ = initialised(2, "2 softmax");
    const Matrix<double> both{{1, 1, 0, 1}, {0, 1, 1, 0}};
    EXPECT_EQ(run_on({.X = X_, .Y = both}, {.loss = ce}),
              "the truth of example 2 sums to 2, expected 1, as cross_entropy needs (hint: "
              "one_hot(class_numbers, classes))");
}

TEST_F(Training, NeedsValidationExamplesThatFitAsWell) {
    const auto validated_on = [&](const Examples<double>& examples) {
        return message_of(
            [&] { gradus::Run<double>(network_, {.X = X_, .Y = Y_}, examples, {}, RandomState()); });
    };
    const Matrix<double> rows(4, 2), truth(1, 2);
    EXPECT_EQ(validated_on({.X = rows, .Y = truth}),
              "validation: X has 4 rows, the network has 2 inputs (hint: examples are columns: "
              "X.transposed())");
    EXPECT_EQ(validated_on({.X = X_, .Y = truth}),
              "validation: Y has 2 columns, X has 4 columns, expected a column for each example");
    EXPECT_EQ(validated_on({.X = {}, .Y = truth}),
              "validation: there are no examples, expected at least one");
}

// A run: its states

class AState : public Training {
protected:
    AState() {
        for (int i = 0; i < 3; ++i) run_.next();
        state_ = run_.state();
    }
    [[nodiscard]] std::string restored() {
        return message_of([&] { run_.restore(state_); });
    }
    static std::string like_this(const std::string& found, const std::string& expected) {
        return "the state of a run: " + found + ", expected " + expected +
               ", as this run has (hint: a run like the one that the state is of: network, optimizer, "
               "examples)";
    }
    gradus::Run<double> run_{network_, {.X = X_, .Y = Y_}, {.batch = 2, .epochs = 4}};
    RunState<double> state_;
};

TEST_F(AState, OfAnotherNetworkIsRefused) {
    state_.parameters.resize(9);
    EXPECT_EQ(restored(), like_this("9 parameters", "13"));
}

TEST_F(AState, OfAnotherOptimizerIsRefused) {
    state_.optimizer.slots.resize(13);
    EXPECT_EQ(restored(), like_this("13 numbers of an optimizer", "26"));
}

TEST_F(AState, WithStatisticsOfOtherLayersIsRefused) {
    state_.statistics.resize(2);
    EXPECT_EQ(restored(), like_this("2 statistics", "0"));
}

TEST_F(AState, WhoseBestIsOfAnotherNetworkIsRefused) {
    state_.best.emplace().parameters.resize(5);
    EXPECT_EQ(restored(), like_this("5 best parameters", "13"));
    state_.best->parameters.resize(13);
    state_.best->statistics.resize(1);
    EXPECT_EQ(restored(), like_this("1 best statistics", "0"));
}

TEST_F(AState, WithTheOrderOfOtherExamplesIsRefused) {
    state_.order.push_back(4);
    EXPECT_EQ(restored(), like_this("5 examples in order", "4"));
    state_.order.clear();
    EXPECT_EQ(restored(), like_this("0 examples in order", "4"));
    state_.order = {0, 1, 2, 9};
    EXPECT_EQ(restored(), "the state of a run: its order has example 9, expected each of 4 once");
    state_.order = {0, 1, -2, 3};
    EXPECT_EQ(restored(), "the state of a run: its order has example -2, expected each of 4 once");
    state_.order = {0, 1, 1, 3};
    EXPECT_EQ(restored(), "the state of a run: its order has example 1, expected each of 4 once");
}

TEST_F(AState, OutsideAnEpochIsRefused) {
    state_.position = 4;
    EXPECT_EQ(restored(), "the state of a run: it stands at example 4 of an epoch, expected from 0 to 3");
    state_.position = -2;
    EXPECT_EQ(restored(), "the state of a run: it stands at example -2 of an epoch, expected from 0 to 3");
}

TEST_F(AState, ThatCountsBelowZeroIsRefused) {
    state_.optimizer.updates = -1;
    EXPECT_EQ(restored(), "the state of a run: it counts below 0");
}

TEST_F(AState, ThatIsRefusedChangesNothing) {
    state_.optimizer.slots.resize(13);
    std::ranges::fill(state_.parameters, 7.0);
    EXPECT_NE(restored(), "nothing thrown");
    EXPECT_EQ(run_.updates(), 3);
    EXPECT_NE(network_.parameters()[0], 7);
    EXPECT_TRUE(run_.next());
}

TEST_F(AState, PastTheEndOfARunEndsIt) {
    gradus::Run<double> shorter(network_, {.X = X_, .Y = Y_}, {.batch = 2, .iterations = 2});
    shorter.restore(state_);
    EXPECT_FALSE(shorter.next());
    EXPECT_EQ(shorter.updates(), 3);
}

TEST_F(AState, OfAMovedRunGoesOn) {
    const gradus::Run<double> same(network_, {.X = X_, .Y = Y_}, {.batch = 2, .epochs = 4});
    gradus::Run<double> moved = std::move(run_);
    Index more = 0;
    while (moved.next()) ++more;
    EXPECT_EQ(more, 5);
}

TEST_F(AState, OfARunThatTrainsNoNetworkHasNoNetworksStep) {
    NetworkStep<double> step(network_, bce, {}, 4);
    const gradus::Run<double> run(static_cast<Step<double>&>(step), {.X = X_, .Y = Y_}, {});
    EXPECT_EQ(message_of([&] { (void)run.step(); }), "Run::step() of a run that trains no network");
}

// A history

TEST_F(AState, BeforeAHistoryBeganIsRefused) {
    History<double> history(run_);
    EXPECT_EQ(message_of([&] { history.go_to(2); }),
              "History::go_to(2), expected at least 3, where it begins");
    EXPECT_EQ(message_of([&] { history.go_to(-1); }),
              "History::go_to(-1), expected at least 3, where it begins");
}

TEST_F(AState, IsFoundAgainByAHistoryOfARunThatHadBegun) {
    History<double> history(run_, 2500);
    std::vector<double> costs;
    while (const auto event = history.next()) costs.push_back(event->cost);
    ASSERT_EQ(costs.size(), 5U);
    EXPECT_GT(history.every(), 1);
    for (const std::size_t i : {3, 0, 4, 1}) {
        history.go_to(3 + static_cast<Index>(i));
        EXPECT_EQ(history.next()->cost, costs[i]);
    }
}

// A predictor

class APredictor : public Training {
protected:
    Predictor<double> predict_{network_, 3};
    std::unique_ptr<Loss<double>> loss_ = make_loss<double>(bce, "sigmoid");
};

TEST_F(APredictor, IsToldExamplesInRows) {
    EXPECT_EQ(message_of([&] { predict_(Matrix<double>(3, 2)); }),
              "X has 3 rows, the network has 2 inputs (hint: examples are columns: X.transposed())");
}

TEST_F(APredictor, RefusesMoreExamplesThanItWasPlannedFor) {
    EXPECT_EQ(message_of([&] { predict_(X_); }),
              "X has 4 examples, expected at most the 3 that the predictor was planned for");
}

TEST_F(APredictor, RefusesNoExamples) {
    EXPECT_EQ(message_of([&] { predict_(Matrix<double>(2, 0)); }),
              "X has no examples, expected at least one");
}

TEST_F(APredictor, NeedsABatchOfOneExampleOrMore) {
    EXPECT_EQ(message_of([&] { Predictor<double>(network_, 0); }), "batch is 0, expected at least 1");
    EXPECT_EQ(message_of([&] { Predictor<double>(network_, -3); }), "batch is -3, expected at least 1");
}

TEST_F(APredictor, NeedsTheTruthOfEachExampleForAMeanLoss) {
    EXPECT_EQ(message_of([&] { predict_.mean_loss(*loss_, X_, Matrix<double>(1, 3)); }),
              "Y has 3 columns, X has 4 columns (hint: a column for each example)");
    EXPECT_EQ(message_of([&] { predict_.mean_loss(*loss_, Matrix<double>(2, 0), Matrix<double>(1, 0)); }),
              "X and Y have no columns (hint: at least one example)");
}

TEST_F(APredictor, NeedsRoomForTheOutputsItIsToWrite) {
    Matrix<double> few(1, 2);
    EXPECT_EQ(message_of([&] { predict_.mean_loss(*loss_, X_, Y_, few); }), "A is 1x2, expected 1x4");
}

}  // namespace
}  // namespace gradus::test
