// Are the reasons for which seeds fail true? Read from the activations, by a forward pass that is written out
// here.
#include "gradus/doctor/outcomes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gradus/data/generators.h"

namespace gradus::test {
namespace {

struct Activations {
    std::array<std::array<double, 4>, 2> A1;
    std::array<double, 4> A2;
};

// The tutorial's two formulas, with the weights that training left.
Activations forward(const Network<double>& network) {
    Activations a{};
    const auto W1 = network.parameter("W1"), b1 = network.parameter("b1"), W2 = network.parameter("W2"),
               b2 = network.parameter("b2");
    for (int j = 0; j < 4; ++j) {
        double z = b2(0, 0);
        for (int i = 0; i < 2; ++i) {
            const double x1 = j / 2, x2 = j % 2;
            a.A1[std::size_t(i)][std::size_t(j)] = std::tanh(W1(i, 0) * x1 + W1(i, 1) * x2 + b1(i, 0));
            z += W2(0, i) * a.A1[std::size_t(i)][std::size_t(j)];
        }
        a.A2[std::size_t(j)] = 1 / (1 + std::exp(-z));
    }
    return a;
}

double apart(const Activations& a, std::size_t j, std::size_t k) {
    return std::max(std::abs(a.A1[0][j] - a.A1[0][k]), std::abs(a.A1[1][j] - a.A1[1][k]));
}

class TutorialSeeds : public testing::Test {
protected:
    static void SetUpTestSuite() {
        for (std::uint32_t seed = 0; seed < 100; ++seed) {
            Recipe recipe = make_recipe({}, data());
            outcomes.push_back(try_seed<double>(data(), recipe, seed));
            recipe.seed = seed;
            activations.push_back(forward(train<double>(data(), recipe).model.network));
        }
        groups = group(outcomes, Task::classify, example_names(data(), {0, 1, 2, 3}));
    }
    static const Dataset& data() {
        static const Dataset xor_data = generate("xor");
        return xor_data;
    }

    static inline std::vector<Outcome> outcomes;
    static inline std::vector<Activations> activations;
    static inline std::vector<OutcomeGroup> groups;
};

TEST_F(TutorialSeeds, MakeThreeGroupsOf54And44And2) {
    ASSERT_EQ(groups.size(), 3);
    EXPECT_EQ(groups[0].seeds.size(), 54);
    EXPECT_EQ(
        groups[0].reason,
        "2 of 4 examples look alike to the hidden units: (0,1) and (1,1), near p = 0.50 in 26 seeds, or "
        "(1,0) and (1,1), near p = 0.50 in 28 seeds (A1 differs by at most 0.0066)");
    EXPECT_EQ(groups[1].seeds.size(), 44);
    EXPECT_EQ(
        groups[1].reason,
        "every example is classified correctly: no two of different classes look alike to the hidden units "
        "(A1 differs by at least 1.6614)");
    EXPECT_EQ(groups[2].seeds, (std::vector<std::uint32_t>{3, 74}));
    EXPECT_EQ(groups[2].reason,
              "3 of 4 examples look alike to the hidden units: (0,0), (0,1) and (1,1), near p = 0.34 in 1 "
              "seed, or "
              "(0,1), (1,0) and (1,1), near p = 0.67 in 1 seed (A1 differs by at most 0.0307)");
}

// Columns 0 to 3 are (0, 0), (0, 1), (1, 0), (1, 1).
TEST_F(TutorialSeeds, WhatTheReasonOfThe54SaysIsTrueOfTheirActivations) {
    double largest = 0;
    int first = 0, second = 0;
    for (const std::uint32_t seed : groups[0].seeds) {
        const Activations& a = activations[seed];
        const bool left = apart(a, 1, 3) < apart(a, 2, 3);  // (0, 1) is the one that looks like (1, 1)
        const std::size_t twin = left ? 1 : 2;
        ++(left ? first : second);
        largest = std::max(largest, apart(a, twin, 3));
        EXPECT_NEAR(a.A2[twin], 0.5, 0.01) << seed;
        EXPECT_NEAR(a.A2[3], 0.5, 0.01) << seed;
        EXPECT_LT(a.A2[0], 0.25) << seed;  // the other two are decided
        EXPECT_GT(a.A2[3 - twin], 0.75) << seed;
    }
    EXPECT_EQ(first, 26);
    EXPECT_EQ(second, 28);
    EXPECT_NEAR(largest, 0.0066, 0.00005);
}

TEST_F(TutorialSeeds, WhatTheReasonOfThe44SaysIsTrueOfTheirActivations) {
    double least = 2;
    for (const std::uint32_t seed : groups[1].seeds) {
        const Activations& a = activations[seed];
        for (const std::size_t zero : {0U, 3U})
            for (const std::size_t one : {1U, 2U}) {
                EXPECT_LT(a.A2[zero], 0.5) << seed;
                EXPECT_GE(a.A2[one], 0.5) << seed;
                least = std::min(least, apart(a, zero, one));
            }
    }
    EXPECT_NEAR(least, 1.6614, 0.00005);
}

TEST_F(TutorialSeeds, WhatTheReasonOfTheTwoSaysIsTrueOfTheirActivations) {
    const Activations &three = activations[3], &seventy_four = activations[74];
    EXPECT_LT(std::max(apart(three, 1, 3), apart(three, 2, 3)), 0.03075);
    EXPECT_LT(std::max(apart(seventy_four, 0, 1), apart(seventy_four, 1, 3)), 0.03075);
    for (const std::size_t j : {1U, 2U, 3U}) EXPECT_NEAR(three.A2[j], 0.67, 0.01);
    for (const std::size_t j : {0U, 1U, 3U}) EXPECT_NEAR(seventy_four.A2[j], 0.34, 0.01);
}

TEST(Outcomes, AnswersThatAreAllTheSameAreTheReason) {
    const Dataset data = generate("circles", {.examples = 60, .seed = 0});
    const Recipe recipe = make_recipe(
        {.hidden = "4 relu", .initializer = Initializer::zeros, .iterations = 20, .validation = 0.0}, data);
    const std::vector<Outcome> outcomes{try_seed<float>(data, recipe, 0)};
    EXPECT_EQ(reason_of(outcomes, Task::classify, {}),
              "30 of 60 examples are on the wrong side: all units of A1 are dead, 0 for every example");
}

TEST(ExampleNames, AreTheCoordinatesOfFewExamples) {
    EXPECT_EQ(example_names(generate("xor"), {0, 1, 2, 3}),
              (std::vector<std::string>{"(0,0)", "(0,1)", "(1,0)", "(1,1)"}));
    const Dataset moons = generate("moons", {.examples = 20, .seed = 0});
    EXPECT_EQ(example_names(moons, {0, 1}).size(), 2);
    EXPECT_TRUE(example_names(moons, {0, 1, 2, 3, 4, 5, 6, 7, 8}).empty());
}

}  // namespace
}  // namespace gradus::test
