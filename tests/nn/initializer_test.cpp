#include "gradus/nn/initializer.h"

#include <gtest/gtest.h>

#include "gradus/nn/network.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"

namespace gradus::test {
namespace {

const Parameter weights{.name = "W", .rows = 4, .columns = 3, .fan_in = 3, .fan_out = 4};

template <class T = double>
Matrix<T> drawn(Initializer initializer, const Parameter& parameter = weights) {
    RandomState random(5);
    Matrix<T> W(parameter.rows, parameter.columns);
    initialize<T>(W, parameter, initializer, random);
    return W;
}

TEST(Initializer, DrawsTheWeightsOfNumpyByEveryName) {
    const Golden golden("initializers");
    for (std::size_t i = 1; i < initializer_names.size(); ++i)  // 0 is auto
        EXPECT_TRUE(close(drawn(static_cast<Initializer>(i)), golden.matrix(initializer_names[i]),
                          {.relative = 1e-15}))
            << initializer_names[i];
}

TEST(Initializer, DrawsTheSameWeightsRoundedToFloat) {
    EXPECT_TRUE(close(drawn<float>(Initializer::he), drawn(Initializer::he), {.relative = 1e-7}));
}

TEST(Initializer, DrawsNoBiases) {
    RandomState random(5);
    Matrix<double> b(2, 1);
    initialize<double>(b, {.name = "b", .rows = 2, .columns = 1, .weight = false, .start = 0.5},
                       Initializer::normal, random);
    EXPECT_EQ(b, (Matrix<double>{{0.5}, {0.5}}));
    EXPECT_EQ(random, RandomState(5));
}

TEST(Initializer, ChoosesByTheActivationThatFollows) {
    const auto W1_of = [](const std::string& text, Initializer initializer) {
        return copy<double>(
            Network<double>(3, text, {.seed = 5, .initializer = initializer}).parameter("W1"));
    };
    using enum Initializer;
    for (const auto& [text, suits] : {std::pair{"4 relu", he},
                                      {"4 gelu", he},
                                      {"4 tanh", glorot},
                                      {"4 selu", lecun},
                                      {"4", glorot},
                                      {"4 sigmoid", glorot},
                                      {"4, 2 relu", glorot},
                                      {"4, batchnorm, relu", he},
                                      {"4, dropout 0.5, batchnorm, selu", lecun},
                                      {"4, batchnorm, dropout 0.5", glorot},
                                      {"4, batchnorm, 2 relu", glorot},
                                      {"4, batchnorm tanh, 2 relu", glorot},
                                      {"residual(4 relu, 3), relu", he},
                                      {"4, residual(relu, 4)", he}})
        EXPECT_EQ(W1_of(text, automatic), W1_of(text, suits)) << text;
}

}  // namespace
}  // namespace gradus::test
