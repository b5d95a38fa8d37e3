// Back to an earlier iteration, and from there another way.

#include "gradus/explain/history.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

using Numbers = AlignedVector<double>;

class HistoryTest : public testing::Test {
protected:
    HistoryTest() {
        RandomState random(3);
        network_.initialize(Initializer::automatic, random);
        X_ = random_matrix<double>(2, 20, random);
        for (Index j = 0; j < 20; ++j) Y_(0, j) = double(j % 2);
    }

    [[nodiscard]] Examples<double> examples() const { return {.X = X_, .Y = Y_}; }
    [[nodiscard]] Numbers parameters() const {
        return {network_.parameters().begin(), network_.parameters().end()};
    }

    Network<double> network_{2, "5 tanh, dropout 0.2, 1 sigmoid"};
    Matrix<double> X_, Y_{1, 20};
    RunSettings settings_{.optimizer = {.learning_rate = 0.05}, .batch = 8, .iterations = 60};
};

TEST_F(HistoryTest, GoesToAnyIterationWithTheSameBits) {
    for (const std::size_t most_bytes : {std::size_t{64} << 20, std::size_t{60'000}}) {
        Network<double> start = network_;
        gradus::Run<double> run(network_, examples(), settings_);
        History<double> history(run, most_bytes);
        std::vector<Numbers> seen{parameters()};
        while (history.next()) seen.push_back(parameters());
        ASSERT_EQ(seen.size(), 61);
        EXPECT_EQ(history.every() > 1, most_bytes < 100'000);
        for (const Index updates : {37, 0, 59, 60, 1, 38, 37}) {
            history.go_to(updates);
            EXPECT_EQ(run.updates(), updates);
            EXPECT_EQ(parameters(), seen[static_cast<std::size_t>(updates)]) << updates;
        }
        std::ranges::copy(start.parameters(), network_.parameters().begin());
    }
}

TEST_F(HistoryTest, GoesOnFromWhereItWentTo) {
    gradus::Run<double> run(network_, examples(), settings_);
    History<double> history(run);
    std::vector<double> costs;
    while (const auto event = history.next()) costs.push_back(event->cost);
    history.go_to(10);
    for (std::size_t i = 10; i < 60; ++i) EXPECT_EQ(history.next()->cost, costs[i]);
    EXPECT_FALSE(history.next().has_value());
}

TEST_F(HistoryTest, GoesForwardAsFarAsTheRunGoes) {
    gradus::Run<double> run(network_, examples(), settings_);
    History<double> history(run);
    history.go_to(1000);
    EXPECT_EQ(run.updates(), 60);
}

TEST_F(HistoryTest, ABranchWithAnotherRateLeavesTheMainRunAlone) {
    gradus::Run<double> run(network_, examples(), settings_);
    History<double> history(run);
    while (history.next()) {
    }
    const Numbers end = parameters();
    const RunState<double> at_37 = history.state(37);

    const auto branch = [&](double learning_rate) {
        Network<double> network = network_;
        RunSettings settings = settings_;
        settings.optimizer.learning_rate = learning_rate;
        gradus::Run<double> other(network, examples(), settings);
        other.restore(at_37);
        while (other.next()) {
        }
        return Numbers{network.parameters().begin(), network.parameters().end()};
    };
    EXPECT_EQ(branch(0.05), end);
    EXPECT_NE(branch(3), end);

    // The same by hand: 37 updates with the one rate, then 23 with the other.
    history.go_to(37);
    Network<double> network = network_;
    gradus::Run<double> by_hand(network, examples(), [&] {
        RunSettings settings = settings_;
        settings.optimizer.learning_rate = 3;
        return settings;
    }());
    by_hand.restore(run.state());
    for (Index i = 37; i < 60; ++i) by_hand.next();
    EXPECT_EQ(branch(3), (Numbers{network.parameters().begin(), network.parameters().end()}));
}

}  // namespace
}  // namespace gradus::test
