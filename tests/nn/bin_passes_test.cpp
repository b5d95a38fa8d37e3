// The first layer over bins against the dense layer that multiplies by each of them.
#include "gradus/nn/bin_passes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/nn/gradient_pieces.h"
#include "gradus/nn/run.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"
#include "tests/support/rank_threads.h"

namespace gradus::test::bins {
namespace {

// Two plain rows, bins, a plain row, bins next to bins.
const std::vector<Range> runs = {{2, 7}, {8, 10}, {10, 42}};
constexpr Index inputs = 44, examples = 42;

// The first bins of each run full, then a share: none, all and what lies between.
template <class T>
Matrix<T> encoded(RandomState& random) {
    Matrix<T> X = random_matrix<T>(inputs, examples, random);
    for (const Range run : runs)
        for (Index j = 0; j < examples; ++j) {
            const auto full = static_cast<Index>(random.random_sample() * double(run.size() + 1));
            for (Index i = run.begin; i < run.end; ++i) {
                const Index bin = i - run.begin;
                X(i, j) = static_cast<T>(bin < full ? 0.5 : bin == full ? random.uniform(0, 0.5) : 0);
            }
        }
    return X;
}

template <class T>
struct Outcome {
    std::vector<double> costs;
    std::vector<T> numbers;
};

// Gradients, parameters and predictions of a few steps.
template <class T>
Outcome<T> learn(std::span<const Range> bins, Index threads, Index units = 37,
                 Ranks& ranks = no_other_ranks()) {
    RandomState random(3);
    Network<T> network(Shape{.channels = inputs}, std::to_string(units) + " tanh, 5 relu, 3 softmax");
    network.initialize(Initializer::automatic, random);
    const Matrix<T> X = encoded<T>(random);
    Matrix<T> Y(3, examples);
    for (Index j = 0; j < examples; ++j) Y(j % 3, j) = 1;
    TrainingStep<T> step(network, LossKind::cross_entropy,
                         {.kind = OptimizerKind::adamw, .learning_rate = 0.01, .weight_decay = 0.1}, 32, 0,
                         threads, Teamwork::always, bins, ranks);
    Predictor<T> predict(network, examples);
    predict.see_bins(bins);
    Outcome<T> outcome;
    for (const Range batch : {Range{0, 32}, Range{32, 42}, Range{5, 6}, Range{7, 39}}) {
        step.forward(X.view().columns(batch));
        outcome.costs.push_back(step.cost(Y.view().columns(batch)));
        step.backward(Y.view().columns(batch));
        std::vector<T> gradient(step.gradient().begin(), step.gradient().end());
        gather_updated<T>(gradient, ranks);
        outcome.numbers.insert(outcome.numbers.end(), gradient.begin(), gradient.end());
        step.update();
    }
    const auto parameters = std::as_const(network).parameters();
    outcome.numbers.insert(outcome.numbers.end(), parameters.begin(), parameters.end());
    const View<const T> A = predict(X);
    for (Index j = 0; j < A.columns(); ++j)
        outcome.numbers.insert(outcome.numbers.end(), A.column(j), A.column(j) + A.rows());
    return outcome;
}

template <class T>
double distance(const Outcome<T>& a, const Outcome<T>& b) {
    EXPECT_EQ(a.numbers.size(), b.numbers.size());
    double most = 0;
    for (std::size_t i = 0; i < a.costs.size(); ++i) most = std::max(most, std::abs(a.costs[i] - b.costs[i]));
    for (std::size_t i = 0; i < a.numbers.size(); ++i)
        most = std::max(most, std::abs(double(a.numbers[i]) - double(b.numbers[i])));
    return most;
}

TEST(BinPasses, AreTheDenseLayerButForRounding) {
    for (const Index units : {1, 7, 37, 128}) {
        EXPECT_LT(distance(learn<double>(runs, 1, units), learn<double>({}, 1, units)), 1e-12) << units;
        EXPECT_LT(distance(learn<float>(runs, 1, units), learn<float>({}, 1, units)), 1e-3) << units;
    }
}

TEST(BinPasses, HaveTheSameBitsOnAnyNumberOfThreads) {
    const Outcome<float> alone = learn<float>(runs, 1);
    for (const Index threads : {2, 3, 8}) {
        const Outcome<float> together = learn<float>(runs, threads);
        EXPECT_TRUE(same_bits<double>(together.costs, alone.costs)) << threads;
        EXPECT_TRUE(same_bits<float>(together.numbers, alone.numbers)) << threads;
    }
}

// With 1200 units the runs are several messages.
TEST(BinPasses, HaveTheSameBitsOnAnyNumberOfRanks) {
    for (const Index units : {37, 1200}) {
        const Outcome<float> alone = learn<float>(runs, 1, units);
        for (const Index count : {2, 7})
            RankThreads(count).run([&](Ranks& ranks) {
                const Outcome<float> shared = learn<float>(runs, 2, units, ranks);
                EXPECT_TRUE(same_bits<double>(shared.costs, alone.costs)) << ranks.rank() << " of " << count;
                EXPECT_TRUE(same_bits<float>(shared.numbers, alone.numbers))
                    << ranks.rank() << " of " << count;
            });
    }
}

TEST(BinPasses, OfALayerThatIsNotDenseThereAreNone) {
    EXPECT_EQ(BinPasses<float>::where_they_suit(Network<float>(Shape{.channels = inputs}, "relu, 2 softmax"),
                                                runs, 8),
              nullptr);
}

TEST(Run, RefusesBinsThatAreNone) {
    RandomState random(3);
    Network<double> network(Shape{.channels = inputs}, "4 relu, 1 identity");
    network.initialize(Initializer::automatic, random);
    Matrix<double> X = encoded<double>(random);
    const Matrix<double> Y(1, examples);
    const auto said = [&](std::span<const Range> bins) -> std::string {
        try {
            const gradus::Run<double> run(network, {.X = X, .Y = Y, .bins = bins},
                                          {.loss = LossKind::mean_squared});
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(said(runs), "");
    EXPECT_EQ(said(std::vector<Range>{{2, 7}, {6, 9}}),
              "bins has rows 6 to 8, expected runs of rows of X, ascending");
    EXPECT_EQ(said(std::vector<Range>{{40, 45}}),
              "bins has rows 40 to 44, expected runs of rows of X, ascending");
    X(8, 3) = 0.25;
    X(9, 3) = 0.25;
    EXPECT_EQ(said(runs), "X(9, 3) is 0.25, expected 0, as it is a bin behind one that is not full");
}

}  // namespace
}  // namespace gradus::test::bins
