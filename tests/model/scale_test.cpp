// What more processes bring: the formula by hand, and what is measured for it.
#include "gradus/model/scale.h"

#include <gtest/gtest.h>

#include "gradus/data/generators.h"
#include "tests/support/rank_threads.h"

namespace gradus::test::scale {
namespace {

// 8 ms for a batch of 64 examples, 1 ms for one.
TrainingCosts costs() {
    return {.updates = {{64, 8e-3}, {16, 3e-3}, {1, 1e-3}},
            .parameter_bytes = 1e6,
            .pieces = 10,
            .planned_updates = 1000};
}

constexpr Link link{.latency = 10e-6, .bandwidth = 1e9};

TEST(Scale, OneProcessTakesWhatWasMeasured) {
    EXPECT_DOUBLE_EQ(predicted(costs(), link, 1).update, 8e-3);
    EXPECT_DOUBLE_EQ(predicted(costs(), link, 1).training, 8);
}

TEST(Scale, SharedBatchesTakeTheirExamplesTheChainAndTheMessages) {
    const Prediction four = predicted(costs(), link, 4);  // 16 examples each
    EXPECT_DOUBLE_EQ(four.update, 3e-3 * (1 + 3 / 30.) + 2e-3 + (3 + 4) * 10e-6);
    EXPECT_DOUBLE_EQ(four.training, 1000 * four.update);
    EXPECT_DOUBLE_EQ(costs().seconds(40), (8e-3 + 3e-3) / 2);
    EXPECT_DOUBLE_EQ(costs().seconds(0.5), 1e-3);  // of less than an example nobody knows
}

TEST(Scale, WhatIsTinyIsNotShared) {
    TrainingCosts tiny = costs();
    tiny.shares_batches = false;
    EXPECT_DOUBLE_EQ(predicted(tiny, link, 16).update, 8e-3);
}

TEST(Scale, NetworksThatAreDealtOutTakeRounds) {
    TrainingCosts many = costs();
    many.networks = 10;
    many.at_once = 2;
    EXPECT_DOUBLE_EQ(predicted(many, link, 1).training, 5 * 8);
    EXPECT_DOUBLE_EQ(predicted(many, link, 2).training, 3 * 8);
    EXPECT_DOUBLE_EQ(predicted(many, link, 5).training, 8);
    EXPECT_DOUBLE_EQ(predicted(many, link, 1024).training, 8);
}

TEST(Scale, IsMeasuredByAllRanks) {
    const Dataset data = generate("moons", {.examples = 200});
    const Recipe recipe = make_recipe({.hidden = "64 relu, 64 relu", .batch = 32, .ensemble = 1}, data);
    RankThreads(3).run([&](Ranks& ranks) {
        const Link between = measured_link(ranks);
        EXPECT_TRUE(between.measured);
        EXPECT_GT(between.latency, 0);
        EXPECT_GT(between.bandwidth, 0);
        const TrainingCosts measured = measured_costs(data, recipe, 1, ranks);
        ASSERT_EQ(measured.updates.size(), 6U);  // 32, 16, 8, 4, 2, 1
        EXPECT_EQ(measured.updates.front().examples, 32);
        EXPECT_EQ(measured.parameter_bytes, 4 * (64 * 3 + 64 * 65 + 65));
        EXPECT_TRUE(measured.shares_batches);
    });
    EXPECT_FALSE(measured_link(no_other_ranks()).measured);
}

TEST(Scale, ATinyNetworkIsKnown) {
    const Dataset data = generate("xor", {});
    const Recipe recipe = make_recipe({}, data);
    EXPECT_FALSE(measured_costs(data, recipe, 1, no_other_ranks()).shares_batches);
}

}  // namespace
}  // namespace gradus::test::scale
