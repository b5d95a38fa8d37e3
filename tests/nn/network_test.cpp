#include "gradus/nn/network.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gradus/nn/architecture.h"
#include "tests/support/compare.h"
#include "tests/support/from_zero.h"

namespace gradus::test {
namespace {

TEST(Network, KnowsTheShapeBetweenItsLayers) {
    const Network<double> network(2, "5 relu, dropout 0.5, 3 softmax");
    EXPECT_EQ(network.size(), 5U);
    EXPECT_EQ(network.in(), (Shape{.channels = 2}));
    EXPECT_EQ(network.in_of(3), (Shape{.channels = 5}));
    EXPECT_EQ(network.out(), (Shape{.channels = 3}));
    EXPECT_EQ(network.text(), "5 relu, dropout 0.5, 3 softmax");
}

TEST(Network, KeepsAllParametersInOneVectorLayerAfterLayer) {
    Network<double> network(2, "2 tanh, 1 sigmoid");
    ASSERT_EQ(network.parameters().size(), 9U);
    for (std::size_t k = 0; k < 9; ++k) network.parameters()[k] = double(k);
    EXPECT_EQ(copy<double>(network.parameter("W1")), (Matrix<double>{{0, 2}, {1, 3}}));
    EXPECT_EQ(copy<double>(network.parameter("b1")), (Matrix<double>{{4}, {5}}));
    EXPECT_EQ(copy<double>(network.parameter("W2")), (Matrix<double>{{6, 7}}));
    EXPECT_EQ(copy<double>(network.parameter("b2")), (Matrix<double>{{8}}));
    EXPECT_EQ(network.parameters_of(2).begin, 6);
    EXPECT_EQ(network.parameters_of(2).end, 9);
    EXPECT_EQ(network.parameters_of(3).size(), 0);
}

TEST(Network, IsAValueThatCopiesItsNumbers) {
    Network<double> network(2, "1", from_zero);
    Network<double> copied = network;
    copied.parameter("W1")(0, 0) = 7;
    EXPECT_EQ(network.parameter("W1")(0, 0), 0);
}

TEST(Network, BeginsAsTheTutorialsWithItsSeed) {
    const Network<double> network(2, "2 tanh, 1 sigmoid", {.seed = 2, .initializer = Initializer::normal});
    const Tolerance printed{.absolute = 5e-9};
    EXPECT_TRUE(close(copy<double>(network.parameter("W1")),
                      {{-0.41675785, -0.05626683}, {-2.1361961, 1.64027081}}, printed));
    EXPECT_TRUE(close(copy<double>(network.parameter("W2")), {{-1.79343559, -0.84174737}}, printed));
    EXPECT_EQ(copy<double>(network.parameter("b1")), (Matrix<double>{{0}, {0}}));
}

TEST(Network, BeginsWithWeightsUnlessZerosAreAskedFor) {
    const Network<double> network(2, "3 relu, 1"), zero(2, "3 relu, 1", {.initializer = Initializer::zeros});
    for (const double w : network.parameters().first(6)) EXPECT_NE(w, 0);
    EXPECT_EQ(copy<double>(zero.parameter("W1")), Matrix<double>(3, 2));
}

TEST(Network, IsDrawnAnewByTheGeneratorThatGoesOn) {
    RandomState random(7);
    Network<double> drawn(2, "3 relu, 1");
    drawn.initialize(Initializer::automatic, random);
    const Network<double> made(2, "3 relu, 1", {.seed = 7});
    EXPECT_TRUE(std::ranges::equal(drawn.parameters(), made.parameters()));
    EXPECT_NE(random, RandomState(7));
}

TEST(Network, NamesTheParametersThatItHas) {
    const Network<double> network(2, "2 tanh, 1 sigmoid");
    EXPECT_EQ(error_of([&] { (void)network.parameter("W3"); }),
              "input: network \"2 tanh, 1 sigmoid\": has no parameter \"W3\", expected W1, b1, W2 or b2");
}

TEST(Network, RefusesMoreParametersThanAModelFileHolds) {
    EXPECT_EQ(
        error_of([] { Network<float>(100, "16777216"); }),
        "input: network \"16777216\": has more than 536870912 parameters, expected a model of at most 2 GiB "
        "(hint: fewer units)");
    EXPECT_EQ(
        error_of([] { Network<double>(1, "16777216, 16777216"); }),
        "input: network \"16777216, 16777216\": has more than 268435456 parameters, expected a model of at "
        "most 2 GiB (hint: fewer units)");
}

TEST(Network, CountsParametersWithoutOverflow) {
    std::string text = "16777216";
    for (int i = 0; i < 40'000; ++i) text += ", 16777216";
    const auto layers = read_layers<double>(text);
    EXPECT_GT(Network<double>::count_parameters({.channels = 2}, layers), Network<double>::most_parameters);
}

}  // namespace
}  // namespace gradus::test
