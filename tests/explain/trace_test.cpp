// What were the numbers in one iteration? Against NumPy; and looking at them changes nothing.

#include "gradus/explain/trace.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/compare.h"
#include "tests/support/golden_network.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

const Matrix<double> corners{{0, 0, 1, 1}, {0, 1, 0, 1}}, exclusive_or{{0, 1, 1, 0}};

RunSettings tutorial_settings(double learning_rate) {
    return {.optimizer = {.kind = OptimizerKind::gd, .learning_rate = learning_rate},
            .batch = 0,
            .iterations = 1001};
}

Trace tutorial_trace() {
    RandomState random(2);
    Network<double> network(2, "2 tanh, 1 sigmoid");
    network.initialize(Initializer::normal, random);
    const Examples<double> examples{.X = corners, .Y = exclusive_or};
    gradus::Run<double> run(network, examples, tutorial_settings(0.3), random);
    return trace<double>(network, examples, tutorial_settings(0.3), run.state());
}

void expect_tensor(const Tensor& tensor, const Golden& golden, const std::string& name) {
    const Matrix<double> expected = golden.matrix(name);
    ASSERT_EQ(tensor.shape, (std::vector<Index>{expected.rows(), expected.columns()})) << name;
    for (Index i = 0; i < expected.rows(); ++i)
        for (Index j = 0; j < expected.columns(); ++j)
            EXPECT_NEAR(tensor.values[static_cast<std::size_t>(i * expected.columns() + j)], expected(i, j),
                        1e-12)
                << name << " " << i << " " << j;
}

class GoldenIteration : public testing::TestWithParam<std::pair<const char*, double>> {};

TEST_P(GoldenIteration, HasTheMatricesOfNumPyInEveryPhase) {
    const auto& [start, rate] = GetParam();
    const std::string prefix = start;
    const Golden golden("explain");
    Network<double> network(2, "2 tanh, 1 sigmoid");
    set_parameters(network, golden, prefix);
    const Examples<double> examples{.X = corners, .Y = exclusive_or};
    gradus::Run<double> run(network, examples, tutorial_settings(rate));
    const Trace t = trace<double>(network, examples, tutorial_settings(rate), run.state());

    for (const Phase& phase : t.phases)
        for (const Tensor& tensor : phase.tensors)
            expect_tensor(tensor, golden,
                          prefix + (phase.kind == PhaseKind::update ? "new_" : "") + tensor.name);
    EXPECT_NEAR(t.cost, golden.number(prefix + "J"), 1e-12);
    EXPECT_NEAR(t.predicted_change, golden.number(prefix + "predicted"), 1e-12);
    EXPECT_NEAR(t.actual_change, golden.number(prefix + "actual"), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Explain, GoldenIteration,
                         testing::Values(std::pair{"tutorial_", 0.3}, std::pair{"round_", 1.0}),
                         [](const auto& info) { return std::string(info.param.first) + "start"; });

std::vector<std::string> formulas(const Trace& t) {
    std::vector<std::string> all;
    for (const Phase& phase : t.phases) all.push_back(phase.formula());
    return all;
}

TEST(Trace, TheTutorialsIterationHasTenPhases) {
    EXPECT_EQ(formulas(tutorial_trace()),
              (std::vector<std::string>{
                  "Z1 = W1 * X + b1", "A1 = tanh(Z1)", "Z2 = W2 * A1 + b2", "A2 = 1 / (1 + exp(-Z2))",
                  "J = -sum(Y .* log(A2) + (1 - Y) .* log(1 - A2)) / m", "dZ2 = A2 - Y",
                  "dW2 = dZ2 * A1' / m; db2 = rowsum(dZ2) / m", "dZ1 = (W2' * dZ2) .* (1 - A1.^2)",
                  "dW1 = dZ1 * X' / m; db1 = rowsum(dZ1) / m", "W <- W - 0.3 dW"}));
}

TEST(Trace, APhaseShowsItsResultsAndWhatNoPhaseHasComputed) {
    std::vector<std::string> names;
    for (const Phase& phase : tutorial_trace().phases)
        for (const Tensor& tensor : phase.tensors) names.push_back(phase.title + ": " + tensor.name);
    EXPECT_EQ(names, (std::vector<std::string>{
                         "Z1: Z1",   "Z1: W1",     "Z1: b1",     "Z1: X",      "A1: A1",    "Z2: Z2",
                         "Z2: W2",   "Z2: b2",     "A2: A2",     "J: J",       "J: L",      "J: Y",
                         "dZ2: dZ2", "dW2: dW2",   "dW2: db2",   "dZ1: dZ1",   "dZ1: dA1",  "dW1: dW1",
                         "dW1: db1", "update: W1", "update: b1", "update: W2", "update: b2"}));
}

// A run on random examples.
template <class T>
struct Problem {
    Problem(Shape in, const char* text, RunSettings chosen) : network(in, text), settings(std::move(chosen)) {
        RandomState random(1);
        network.initialize(Initializer::automatic, random);
        X = random_matrix<T>(in.size(), 10, random);
        Y = Matrix<T>(network.out().size(), 10);
        for (Index j = 0; j < 10; ++j) Y(j % Y.rows(), j) = 1;
    }
    [[nodiscard]] Examples<T> examples() const { return {.X = X, .Y = Y}; }
    [[nodiscard]] Trace look(const Run<T>& run) const {
        return trace<T>(network, examples(), settings, run.state());
    }

    Network<T> network;
    RunSettings settings;
    Matrix<T> X, Y;
};

TEST(Trace, EveryKindOfLayerHasItsNamesAndFormulas) {
    Problem<double> p({.channels = 2, .length = 6},
                      "conv 4x3 pad same relu, maxpool 2, batchnorm, residual(conv 4x1 tanh), flatten, "
                      "dropout 0.5, 3 softmax",
                      {.loss = LossKind::cross_entropy, .optimizer = {.learning_rate = 0.01}, .batch = 4});
    const gradus::Run<double> run(p.network, p.examples(), p.settings);
    EXPECT_EQ(formulas(p.look(run)),
              (std::vector<std::string>{
                  "Z1 = W1 * windows(X) + b1",
                  "A1 = max(Z1, 0)",
                  "P1 = max of each window of A1",
                  "Z2 = gamma2 .* N2 + beta2; mean2 = mean(P1); variance2 = mean((P1 - mean2).^2); "
                  "N2 = (P1 - mean2) / sqrt(variance2 + 1e-5)",
                  "R2 = Z2",
                  "Z3 = W3 * windows(R2) + b3",
                  "A3 = tanh(Z3)",
                  "S3 = A3 + Z2",
                  "F3 = S3, channel after channel",
                  "D3 = F3 .* M3 / (1 - 0.5); M3 = 0 with probability 0.5, else 1",
                  "Z4 = W4 * D3 + b4",
                  "A4 = exp(Z4) / colsum(exp(Z4))",
                  "J = -sum(Y .* log(A4)) / m",
                  "dZ4 = A4 - Y",
                  "dW4 = dZ4 * D3' / m; db4 = rowsum(dZ4) / m",
                  "dD3 = W4' * dZ4",
                  "dF3 = dD3 .* M3 / (1 - 0.5)",
                  "dS3 = dF3, in S3's order",
                  "dZ3 = dS3 .* (1 - A3.^2)",
                  "dW3 = sum over examples of dZ3 * windows(R2)' / m; db3 = rowsum(dZ3) / m",
                  "dR2 = sum of windows: W3' * dZ3",
                  "dZ2 = dR2 + dS3",
                  "dgamma2 = rowsum(dZ2 .* N2) / m; dbeta2 = rowsum(dZ2) / m",
                  "dP1 = gamma2 / sqrt(variance2 + 1e-5) .* (dZ2 - mean(dZ2) - N2 .* mean(dZ2 .* N2))",
                  "dZ1 = dA1 .* (Z1 > 0); dA1 = dP1, where A1 is the window's largest",
                  "dW1 = sum over examples of dZ1 * windows(X)' / m; db1 = rowsum(dZ1) / m",
                  "v <- 0.9 v + 0.1 dW; s <- 0.999 s + 0.001 dW.^2; "
                  "W <- W - 0.01 (v / (1 - 0.9^t)) / (sqrt(s / (1 - 0.999^t)) + 1e-8)"}));
}

TEST(Trace, ANameThatIsTakenGetsAFurtherLetter) {
    EXPECT_EQ(output_names(Network<double>(2, "3 relu, tanh, sigmoid, dropout 0.1, dropout 0.2")),
              (std::vector<std::string>{"Z1", "A1", "A1b", "A1c", "D1", "D1b"}));
}

const RunSettings mini_batches{
    .loss = LossKind::cross_entropy, .optimizer = {.learning_rate = 0.01}, .batch = 4, .iterations = 8};

const char* const networks[] = {"5 tanh, dropout 0.3, 3 softmax", "4, batchnorm, relu, 3 softmax"};

template <class T>
void expect_that_looking_changes_nothing(const char* text, Index threads) {
    Problem<T> looked_at(Shape{2}, text, mini_batches), left_alone(Shape{2}, text, mini_batches);
    looked_at.settings.threads = threads;
    Run<T> run(looked_at.network, looked_at.examples(), looked_at.settings);
    Run<T> other(left_alone.network, left_alone.examples(), left_alone.settings);
    for (Index i = 0; i < 8; ++i) {
        const Trace t = looked_at.look(run);
        const std::optional<Event> event = run.next(), untraced = other.next();
        EXPECT_EQ(event->cost, untraced->cost);
        EXPECT_EQ(t.cost, event->cost);  // and what it saw is what happened
        EXPECT_EQ(t.iteration, event->iteration);
        const Tensor& W1 = t.phases.back().tensors.front();
        const View<const T> now = std::as_const(looked_at.network).parameter("W1");
        for (Index k = 0; k < now.rows(); ++k)
            for (Index j = 0; j < now.columns(); ++j)
                EXPECT_EQ(W1.values[static_cast<std::size_t>(k * now.columns() + j)], double(now(k, j)));
    }
    EXPECT_TRUE(std::ranges::equal(looked_at.network.parameters(), left_alone.network.parameters()));
    EXPECT_TRUE(std::ranges::equal(looked_at.network.statistics(), left_alone.network.statistics()));
}

TEST(Trace, LookingChangesNoBitOnOneThreadAndOnThree) {
    for (const char* text : networks)
        for (const Index threads : {1, 3}) {
            SCOPED_TRACE(text);
            expect_that_looking_changes_nothing<float>(text, threads);
            expect_that_looking_changes_nothing<double>(text, threads);
        }
}

TEST(Trace, NamesTheExamplesOfItsBatch) {
    const Problem<double> p(Shape{2}, "3 softmax", mini_batches);
    Problem<double> copy = p;
    gradus::Run<double> run(copy.network, p.examples(), p.settings, RandomState(5));
    run.next();
    const Trace t = p.look(run);
    const std::vector<Index> order = RandomState(5).permutation(10);
    EXPECT_EQ(t.examples, std::vector<Index>(order.begin() + 4, order.begin() + 8));
    for (Index j = 0; j < 4; ++j)
        EXPECT_EQ(t.find("X")->values[static_cast<std::size_t>(j)],
                  p.X(0, t.examples[static_cast<std::size_t>(j)]));
}

TEST(Trace, TheLastIterationShowsItsOwnUpdateNotTheBestOne) {
    Problem<double> p(Shape{2}, "3 softmax", mini_batches);
    p.settings.optimizer.learning_rate = 5;  // it gets worse
    gradus::Run<double> run(p.network, p.examples(), p.examples(), p.settings, RandomState(5));
    Trace last;
    RunState<double> before;
    while (run.updates() < 8) {
        before = run.state();
        last = p.look(run);
        run.next();
    }
    ASSERT_LT(run.kept_updates(), 8);
    EXPECT_EQ(last.phases.back().title, "update");
    EXPECT_NE(last.phases.back().tensors.front().values.front(), p.network.parameter("W1")(0, 0));
    EXPECT_NE(last.actual_change, 0);
}

TEST(Trace, WhereTrainingFailsItEndsWithTheCost) {
    Problem<double> p(Shape{2}, "4 relu, 3 softmax", mini_batches);
    p.network.parameter("W1")(0, 0) = std::numeric_limits<double>::infinity();
    const gradus::Run<double> run(p.network, p.examples(), p.settings);
    const Trace t = p.look(run);
    EXPECT_EQ(t.failure.find("training failed at iteration 0: the cost is nan"), 0) << t.failure;
    EXPECT_EQ(t.phases.back().title, "J");
    EXPECT_TRUE(std::isinf(t.find("Z1")->values.front()));
}

}  // namespace
}  // namespace gradus::test
