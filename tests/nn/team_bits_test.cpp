// One training, worked on by teams of several sizes, and by several ranks: every number must have the same
// bits. Runs under the thread sanitizer too.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "gradus/nn/gradient_pieces.h"
#include "gradus/nn/training_step.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"
#include "tests/support/rank_threads.h"

namespace gradus::test {
namespace {

struct Training {
    const char* name;
    Shape in;
    const char* network;
    LossKind loss = LossKind::cross_entropy;
    OptimizerSettings optimizer = {.kind = OptimizerKind::adam, .learning_rate = 0.01};
    bool weights = false;
};

// All that a training leaves behind.
template <class T>
struct Outcome {
    std::vector<double> costs;
    std::vector<T> numbers;

    void add(std::span<const T> more) { numbers.insert(numbers.end(), more.begin(), more.end()); }
};

// 42 examples in batches of 17 and 17, of which the last has 8; then 3 alone: fewer than most teams have
// members, and than there may be ranks.
template <class T>
Outcome<T> learn(const Training& training, Index threads, Ranks& ranks = no_other_ranks()) {
    constexpr Range batches[] = {{0, 17}, {17, 34}, {34, 42}, {5, 8}, {0, 17}};
    RandomState random(1);
    Network<T> network(training.in, training.network);
    network.initialize(Initializer::automatic, random);
    const auto X = random_matrix<T>(network.in().size(), 42, random);
    Matrix<T> Y(network.out().size(), 42), weights(1, 42);
    for (Index j = 0; j < 42; ++j) {
        Y(j % Y.rows(), j) = 1;
        weights(0, j) = static_cast<T>(random.random_sample());
    }
    TrainingStep<T> step(network, training.loss, training.optimizer, 17, 7, threads, Teamwork::always, {},
                         ranks);
    EXPECT_EQ(step.threads(), threads);

    Outcome<T> outcome;
    for (const Range batch : batches) {
        const View<const T> truth = Y.view().columns(batch);
        const View<const T> w = training.weights ? weights.view().columns(batch) : View<T>();
        step.forward(X.view().columns(batch));
        outcome.costs.push_back(step.cost(truth, w));
        step.backward(truth, w);
        std::vector<T> gradient(step.gradient().begin(), step.gradient().end());
        gather_updated<T>(gradient, ranks);
        outcome.add(gradient);
        step.update();
    }
    outcome.add(network.parameters());
    outcome.add(network.statistics());
    outcome.add(step.whole_optimizer().slots);
    return outcome;
}

class TeamBits : public testing::TestWithParam<Training> {};

template <class T>
void expect_same_bits_from_all_teams(const Training& training) {
    const Outcome<T> alone = learn<T>(training, 1);
    for (const double cost : alone.costs) EXPECT_TRUE(std::isfinite(cost));
    EXPECT_NE(alone.costs.front(), alone.costs.back());
    for (const Index threads : {2, 3, 4, 8}) {
        const Outcome<T> together = learn<T>(training, threads);
        EXPECT_TRUE(same_bits<double>(together.costs, alone.costs)) << threads << " threads";
        EXPECT_TRUE(same_bits<T>(together.numbers, alone.numbers)) << threads << " threads";
    }
}

TEST_P(TeamBits, AreThoseOfOneThreadInFloat) {
    expect_same_bits_from_all_teams<float>(GetParam());
}
TEST_P(TeamBits, AreThoseOfOneThreadInDouble) {
    expect_same_bits_from_all_teams<double>(GetParam());
}

template <class T>
void expect_same_bits_from_ranks(const Training& training, Index count, Index threads) {
    const Outcome<T> alone = learn<T>(training, 1);
    RankThreads(count).run([&](Ranks& ranks) {
        const Outcome<T> shared = learn<T>(training, threads, ranks);
        EXPECT_TRUE(same_bits<double>(shared.costs, alone.costs)) << ranks.rank() << " of " << count;
        EXPECT_TRUE(same_bits<T>(shared.numbers, alone.numbers)) << ranks.rank() << " of " << count;
    });
}

TEST_P(TeamBits, AreThoseOfOneProcessOnAnyNumberOfRanksInFloat) {
    expect_same_bits_from_ranks<float>(GetParam(), 2, 3);
    expect_same_bits_from_ranks<float>(GetParam(), 7, 1);
}
TEST_P(TeamBits, AreThoseOfOneProcessOnAnyNumberOfRanksInDouble) {
    expect_same_bits_from_ranks<double>(GetParam(), 3, 1);
    expect_same_bits_from_ranks<double>(GetParam(), 4, 1);
}

// As many members as are fastest: their number changes from step to step.
TEST(TeamBits, AreThoseOfOneThreadWhileTheBestNumberOfThreadsIsSought) {
    RandomState random(2);
    Network<float> network(100, "100 relu, 100 relu, 3 softmax");
    network.initialize(Initializer::automatic, random);
    const auto X = random_matrix<float>(100, 64, random);
    Matrix<float> Y(3, 64);
    for (Index j = 0; j < 64; ++j) Y(j % 3, j) = 1;

    Network<float> other = network;
    TrainingStep<float> alone(network, LossKind::cross_entropy, {}, 64);
    TrainingStep<float> together(other, LossKind::cross_entropy, {}, 64, 0, 2);
    std::set<Index> sizes;
    for (int i = 0; i < 20; ++i) {
        for (TrainingStep<float>* step : {&alone, &together}) {
            step->forward(X);
            step->backward(Y);
            step->update();
        }
        sizes.insert(together.threads());
        ASSERT_TRUE(same_bits<float>(other.parameters(), network.parameters())) << "step " << i + 1;
    }
    EXPECT_EQ(sizes, (std::set<Index>{1, 2}));
}

// More numbers than one block of the norm has, shapes that no vector divides.
constexpr const char* two_layers = "101 tanh, 3 softmax";

std::vector<Training> trainings() {
    std::vector<Training> all{
        {"one_number", {1}, "1", LossKind::mean_squared},
        {"activations",
         {9},
         "20 relu, 19 sigmoid, 18 elu, 17 selu, 16 gelu, 15 silu, 14 softplus, 13 leaky_relu, 2 tanh",
         LossKind::huber},
        {"binary", {9}, "11 tanh, 1 sigmoid", LossKind::binary_cross_entropy},
        {"mean_absolute", {9}, "11 relu, 2", LossKind::mean_absolute},
        {"several_messages", {300}, "150 tanh, 3 softmax"},
        {"dropout", {23}, "dropout 0.2, 31 relu, dropout 0.5, 3 softmax"},
        {"batchnorm", {23}, "31, batchnorm relu, 30, batchnorm tanh, 3 softmax"},
        {"batchnorm_first", {23}, "batchnorm, 3 softmax"},
        {"batchnorm_over_channels", {3, 13}, "conv 10x3, batchnorm relu, flatten, 3 softmax"},
        {"convolution",
         {4, 19},
         "conv 12x5 stride 2 pad 1 groups 2 relu, conv 9x3 dilation 2 pad same tanh, globalavgpool, 3 "
         "softmax"},
        {"pooling", {4, 19}, "conv 8x3 pad same, maxpool 3 stride 2 pad 1, avgpool 2, flatten, 3 softmax"},
        {"global_pooling", {4, 19}, "conv 33x3, globalmaxpool, 3 softmax"},
        {"residual",
         {4, 19},
         "conv 6x1, residual(conv 6x3 pad same relu, batchnorm, conv 6x5 pad same), flatten, 20, residual(20 "
         "relu, dropout 0.1, 20), 3 softmax"},
        {"pbld", {23}, "pbld, 31 relu, pbld 3x2 sigma 0.5, 3 softmax"},
        {"example_weights", {41}, two_layers},
        {"clipping", {41}, two_layers},
        {"everything",
         {4, 19},
         "conv 12x5 groups 4 relu, batchnorm, residual(conv 12x3 pad same tanh), maxpool 2, flatten, dropout "
         "0.3, 50 gelu, 3 softmax"},
    };
    const auto named = [&all](std::string_view name) -> Training& {
        return *std::ranges::find_if(all, [name](const Training& t) { return t.name == name; });
    };
    named("example_weights").weights = named("everything").weights = true;
    named("clipping").optimizer.clip_norm = named("everything").optimizer.clip_norm = 0.01;
    named("everything").optimizer.weight_decay = 0.1;
    for (std::size_t kind = 0; kind < optimizer_names.size(); ++kind)
        all.push_back(
            {optimizer_names[kind],
             {41},
             two_layers,
             LossKind::cross_entropy,
             {.kind = static_cast<OptimizerKind>(kind), .learning_rate = 0.01, .weight_decay = 0.1}});
    return all;
}
INSTANTIATE_TEST_SUITE_P(Training, TeamBits, testing::ValuesIn(trainings()),
                         [](const auto& info) { return as_test_name(info.param.name); });

}  // namespace
}  // namespace gradus::test
