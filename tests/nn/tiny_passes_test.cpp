// A tiny network has its own way through a step. Are its numbers those of the layers, bit for bit?
#include "gradus/nn/tiny_passes.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gradus/nn/training_step.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"
#include "tests/support/targets.h"

namespace gradus::test {
namespace {

struct Tiny {
    const char* network;
    LossKind loss;
    Index in = 2;
    Index batch = 4;
};

// Batches of all sizes up to the largest; every number that one can look at.
template <class T>
std::vector<T> numbers_of(const Tiny& tiny, Teamwork teamwork) {
    RandomState random(1);
    Network<T> network(tiny.in, tiny.network);
    network.initialize(Initializer::normal, random);
    TrainingStep<T> step(network, tiny.loss, {.kind = OptimizerKind::momentum, .learning_rate = 0.3},
                         tiny.batch, 0, 1, teamwork);
    std::vector<T> numbers;
    const auto add = [&numbers](View<const T> V) {
        for (Index j = 0; j < V.columns(); ++j)
            for (Index i = 0; i < V.rows(); ++i) numbers.push_back(V(i, j));
    };
    for (Index m = tiny.batch; m > 0; --m) {
        const auto X = random_matrix<T>(tiny.in, m, random),
                   Y = random_matrix<T>(network.out().size(), m, random);
        const auto weights = random_matrix<T>(1, m, random);
        add(step.forward(X));
        numbers.push_back(static_cast<T>(step.cost(Y)));
        step.backward(Y, m % 2 == 0 ? View<const T>() : View<const T>(weights));
        for (std::size_t i = 0; i < network.size(); ++i) add(step.output(i));
        for (std::size_t i = 1; i + 1 < network.size(); ++i) add(step.input_gradient(i));
        numbers.insert(numbers.end(), step.gradient().begin(), step.gradient().end());
        step.update();
    }
    numbers.insert(numbers.end(), network.parameters().begin(), network.parameters().end());
    return numbers;
}

template <class T>
bool suit(Index in, const char* net, Index batch) {
    const auto loss = make_loss<T>(LossKind::mean_squared, "");
    return TinyPasses<T>::where_they_suit(Network<T>(in, net), batch, *loss) != nullptr;
}

class TinyPassesTest : public testing::TestWithParam<Tiny> {};

template <class T>
void expect_the_bits_of_the_layers(const Tiny& tiny) {
    ASSERT_TRUE(suit<T>(tiny.in, tiny.network, tiny.batch));
    on_each_target([&](std::int64_t /*target*/) {
        EXPECT_TRUE(
            same_bits<T>(numbers_of<T>(tiny, Teamwork::when_useful), numbers_of<T>(tiny, Teamwork::always)));
    });
}

TEST_P(TinyPassesTest, HasTheBitsOfTheLayersInFloat) {
    expect_the_bits_of_the_layers<float>(GetParam());
}
TEST_P(TinyPassesTest, HasTheBitsOfTheLayersInDouble) {
    expect_the_bits_of_the_layers<double>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(, TinyPassesTest,
                         testing::Values(Tiny{"2 tanh, 1 sigmoid", LossKind::binary_cross_entropy},
                                         Tiny{"3 relu, 2 gelu, 1", LossKind::mean_squared, 5, 7},
                                         Tiny{"1 selu, 3 sigmoid", LossKind::binary_cross_entropy, 1, 17},
                                         Tiny{"4 leaky_relu 0.2, 3 elu, 2 softplus", LossKind::huber, 3, 9},
                                         Tiny{"2", LossKind::mean_absolute, 1, 1},
                                         Tiny{"tanh, 1", LossKind::mean_squared, 9, 33}));

TEST(TinyPasses, AreForFewExamplesAndFewUnits) {
    EXPECT_TRUE(suit<double>(2, "2 tanh, 1 sigmoid", 4));
    EXPECT_FALSE(suit<double>(2, "2 tanh, 1 sigmoid", 400));
    EXPECT_FALSE(suit<double>(100, "100 tanh, 1 sigmoid", 1));
}

TEST(TinyPasses, AreForDenseLayersAndFunctionsNumberByNumber) {
    EXPECT_FALSE(suit<double>(2, "2 softmax", 4));
    EXPECT_FALSE(suit<double>(2, "2, dropout 0.5, 1", 4));
    EXPECT_FALSE(suit<double>(2, "2, batchnorm, 1", 4));
}

}  // namespace
}  // namespace gradus::test
