// Are bins and waves taken where they help, and left out where they do not?
#include "gradus/model/trial.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/random.h"
#include "gradus/data/generators.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/ensemble.h"
#include "tests/support/rank_threads.h"

namespace gradus::test::trials {
namespace {

// Four columns of random numbers; the class is that of `positive`.
template <class F>
Dataset table(F positive) {
    constexpr Index rows = 200;
    RandomState random(4);
    Dataset data{.name = "table", .Y = Matrix<double>(1, rows), .target_names = {"class"}};
    data.table = {.name = "table", .rows = rows};
    for (const char* name : {"a", "b", "c", "d"}) {
        Column column{.name = name};
        for (Index i = 0; i < rows; ++i) column.numbers.push_back(random.uniform(0, 1));
        data.table.columns.push_back(column);
    }
    const auto& columns = data.table.columns;
    for (std::size_t j = 0; j < rows; ++j)
        data.Y(0, Index(j)) = positive(columns[0].numbers[j], columns[1].numbers[j]) ? 1 : 0;
    data.class_names = {"no", "yes"};
    return data;
}

const auto stripes = [](double a, double /*b*/) { return int(8 * a) % 2 == 0; };
const auto slope = [](double a, double b) { return a + b > 1; };
const auto wave = [](double a, double b) { return std::sin(9 * a) * std::cos(5 * b) > 0; };
const Choices short_run = {.epochs = 30};

TEST(TriedRecipe, TakesBinsWhereThresholdsDecide) {
    const TriedRecipe tried = tried_recipe(short_run, table(stripes), 1);
    ASSERT_EQ(tried.trials.size(), 3);
    EXPECT_EQ(tried.trials[1].recipe.encoding, NumberEncoding::ple);
    for (const std::size_t other : {0, 2}) EXPECT_LT(tried.trials[1].loss, tried.trials[other].loss);
    EXPECT_EQ(to_text(tried.recipe), to_text(tried.trials[1].recipe));
    EXPECT_EQ(tried.recipe.network, "128 relu, 128 relu, 1 sigmoid");
    EXPECT_EQ(tried.recipe.run.optimizer.learning_rate, 0.002);
}

TEST(TriedRecipe, TakesWavesWhereAWaveDecides) {
    const Dataset data = table(wave);
    const TriedRecipe tried = tried_recipe({}, data, 2);
    ASSERT_EQ(tried.trials.size(), 3);
    for (const std::size_t other : {0, 1}) EXPECT_LT(tried.trials[2].loss, tried.trials[other].loss);
    EXPECT_EQ(tried.recipe.network, "pbld, 128 relu, dropout 0.15, 1 sigmoid");
    EXPECT_EQ(tried.recipe.encoding, NumberEncoding::none);
    EXPECT_EQ(tried.recipe.run.optimizer.learning_rate, 0.001);
}

TEST(TriedRecipe, TakesWavesOnlyBeyondAStandardError) {
    RandomState noise(21);
    const auto bent = [&](double a, double b) { return a + b * b + noise.uniform(-0.3, 0.3) > 0.85; };
    const TriedRecipe tried = tried_recipe({}, table(bent), 2);
    ASSERT_EQ(tried.trials.size(), 3);
    EXPECT_LT(tried.trials[2].loss, tried.trials[1].loss);  // by a hundredth
    EXPECT_EQ(to_text(tried.recipe), to_text(tried.trials[1].recipe));
}

TEST(TriedRecipe, TriesNoOtherNetworkThanWasSaid) {
    const TriedRecipe tried = tried_recipe({.hidden = "8 tanh", .epochs = 2}, table(wave), 1);
    ASSERT_EQ(tried.trials.size(), 2);
    for (const Trial& trial : tried.trials) EXPECT_EQ(trial.recipe.network, "8 tanh, 1 sigmoid");
}

TEST(TriedRecipe, GivesOtherOptimizersTheirOwnRate) {
    const auto rate = [](const Choices& said) {
        return tried_recipe(said, table(wave), 2).trials.at(2).recipe.run.optimizer.learning_rate;
    };
    EXPECT_EQ(rate({.optimizer = OptimizerKind::gd, .epochs = 1}), 0.01);
    EXPECT_EQ(rate({.optimizer = OptimizerKind::gd, .learning_rate = 0.2, .epochs = 1}), 0.2);
    EXPECT_EQ(rate({.learning_rate = 0.2, .epochs = 1}), 0.2);
}

TEST(TriedRecipe, LeavesThemOutWhereALineDecides) {
    const TriedRecipe tried = tried_recipe({}, table(slope), 1);
    ASSERT_EQ(tried.trials.size(), 3);
    for (const std::size_t other : {1, 2}) EXPECT_GT(tried.trials[other].loss, tried.trials[0].loss);
    EXPECT_EQ(to_text(tried.recipe), to_text(make_recipe({}, table(slope))));
}

TEST(TriedRecipe, IsTheSameOnAnyNumberOfThreads) {
    const TriedRecipe one = tried_recipe(short_run, table(stripes), 1);
    const TriedRecipe three = tried_recipe(short_run, table(stripes), 3);
    ASSERT_EQ(one.trials.size(), three.trials.size());
    for (std::size_t i = 0; i < one.trials.size(); ++i) EXPECT_EQ(one.trials[i].loss, three.trials[i].loss);
}

// Each rank has its own part of the work, and all have the same answer.
TEST(TriedRecipe, IsDealtOutAmongRanks) {
    const Dataset data = table(stripes);
    const TriedRecipe alone = tried_recipe(short_run, data, 1);
    for (const Index count : {2, 3}) {
        std::vector<TriedRecipe> tried(static_cast<std::size_t>(count));
        std::vector<std::atomic<Index>> updates(tried.size());
        RankThreads(count).run([&](Ranks& ranks) {
            const auto rank = static_cast<std::size_t>(ranks.rank());
            const Watch watch{.progress = [&](const Event&, Index) { ++updates[rank]; }, .ranks = &ranks};
            tried[rank] = tried_recipe(short_run, data, 1, watch);
        });
        std::atomic<Index> all = 0;
        tried_recipe(short_run, data, 1, {.progress = [&](const Event&, Index) { ++all; }});
        EXPECT_EQ(std::accumulate(updates.begin(), updates.end(), Index{0}), all);
        for (const std::atomic<Index>& own : updates) EXPECT_LT(own, all);
        for (const TriedRecipe& one : tried) {
            ASSERT_EQ(one.trials.size(), alone.trials.size());
            for (std::size_t i = 0; i < alone.trials.size(); ++i)
                EXPECT_EQ(one.trials[i].loss, alone.trials[i].loss);
            const auto start = [](const TriedRecipe& of) {
                return Start<float>{.members = members_of<float>(of.members)};
            };
            EXPECT_EQ(to_onnx(train<float>(data, one.recipe, {}, {}, start(one)).model),
                      to_onnx(train<float>(data, alone.recipe, {}, {}, start(alone)).model));
        }
    }
}

// One is asked to stop: all know nothing.
TEST(TriedRecipe, IsStoppedOnAllRanks) {
    const Dataset data = table(stripes);
    std::vector<TriedRecipe> tried(2);
    RankThreads(2).run([&](Ranks& ranks) {
        std::stop_source stop;
        if (ranks.rank() == 1) stop.request_stop();
        tried[static_cast<std::size_t>(ranks.rank())] =
            tried_recipe(short_run, data, 1, {.stop = stop.get_token(), .ranks = &ranks});
    });
    for (const TriedRecipe& one : tried) {
        EXPECT_TRUE(one.trials.empty());
        EXPECT_TRUE(members_of<float>(one.members).empty());
    }
}

TEST(TriedRecipe, JudgesByTheFirstMembersOfTheEnsemble) {
    const Dataset data = table(stripes);
    const Recipe recipe = make_recipe(short_run, data);
    double loss = 0, rows = 0;
    for (const Index member : {1, 2}) {
        const Evaluation fold = *train<float>(data, member_recipe(recipe, member)).model.validation;
        loss += fold.loss * double(fold.examples);
        rows += double(fold.examples);
    }
    EXPECT_NEAR(tried_recipe(short_run, data, 1).trials.front().loss, loss / rows, 1e-6);
}

TEST(TriedRecipe, LeavesItsNetworksToTheEnsemble) {
    const Dataset data = table(stripes);
    TriedRecipe tried = tried_recipe(short_run, data, 2);
    const auto members = members_of<float>(tried.members);
    ASSERT_EQ(members.size(), 2);
    EXPECT_TRUE(members_of<double>(tried.members).empty());
    const Start<float> start{.members = members};
    Index told = 0;
    std::optional<double> linear;
    const Watch watch{.member = [&told](const MemberEvent& event) { EXPECT_EQ(event.member, ++told); },
                      .linear = [&linear](const Evaluation& fold) { linear = fold.loss; }};
    const Model<float> with = train<float>(data, tried.recipe, watch, {}, start).model;
    EXPECT_EQ(told, tried.recipe.ensemble);
    const std::optional<double> linear_with = std::exchange(linear, {});
    const Model<float> without = train<float>(data, tried.recipe, {.linear = watch.linear}).model;
    EXPECT_EQ(linear_with, linear);
    EXPECT_EQ(to_onnx(with), to_onnx(without));
}

TEST(TriedRecipe, MembersOfOtherDataOrAnotherRecipeAreRefused) {
    const Dataset data = table(stripes);
    const TriedRecipe tried = tried_recipe(short_run, data, 1);
    const Start<float> start{.members = members_of<float>(tried.members)};
    Recipe other = tried.recipe;
    ++other.seed;
    EXPECT_THROW(train<float>(data, other, {}, {}, start), Error);
    EXPECT_THROW(train<float>(table(slope), tried.recipe, {}, {}, start), Error);
    EXPECT_THROW(train<float>(data, member_recipe(tried.recipe, 1), {}, {}, start), Error);
}

TEST(TriedRecipe, TriesNothingWhereNothingIsOpen) {
    const Dataset data = table(slope);
    EXPECT_TRUE(tried_recipe({.encoding = NumberEncoding::ple}, data, 1).trials.empty());
    EXPECT_TRUE(tried_recipe({.ensemble = 1}, data, 1).trials.empty());
    EXPECT_TRUE(tried_recipe({}, generate("moons"), 1).trials.empty());
    EXPECT_TRUE(tried_recipe({.ensemble = 5}, generate("moons"), 1).trials.empty());
    EXPECT_TRUE(tried_recipe({.pretrain = Pretrain::rbm}, data, 1).trials.empty());
}

}  // namespace
}  // namespace gradus::test::trials
