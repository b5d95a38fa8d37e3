// Are bins taken where they help, and left out where they do not?
#include "gradus/model/trial.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/core/random.h"
#include "gradus/data/generators.h"
#include "gradus/model/ensemble.h"

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

const auto stripes = [](double a, double /*b*/) { return a < 0.25 || (a > 0.5 && a < 0.75); };
const auto slope = [](double a, double b) { return a + b > 1; };
const Choices short_run = {.epochs = 30};

TEST(TriedRecipe, TakesBinsWhereThresholdsDecide) {
    const TriedRecipe tried = tried_recipe(short_run, table(stripes), 1);
    ASSERT_TRUE(tried.trial);
    EXPECT_LT(tried.trial->in_bins, tried.trial->plain);
    EXPECT_EQ(tried.recipe.encoding, NumberEncoding::ple);
    EXPECT_EQ(tried.recipe.network, "128 relu, 128 relu, 1 sigmoid");
    EXPECT_EQ(tried.recipe.run.optimizer.learning_rate, 0.002);
}

TEST(TriedRecipe, LeavesThemOutWhereALineDecides) {
    const TriedRecipe tried = tried_recipe({}, table(slope), 1);
    ASSERT_TRUE(tried.trial);
    EXPECT_GT(tried.trial->in_bins, tried.trial->plain);
    EXPECT_EQ(to_text(tried.recipe), to_text(make_recipe({}, table(slope))));
}

TEST(TriedRecipe, IsTheSameOnAnyNumberOfThreads) {
    const TriedRecipe one = tried_recipe(short_run, table(stripes), 1);
    const TriedRecipe three = tried_recipe(short_run, table(stripes), 3);
    EXPECT_EQ(one.trial->plain, three.trial->plain);
    EXPECT_EQ(one.trial->in_bins, three.trial->in_bins);
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
    EXPECT_EQ(tried_recipe(short_run, data, 1).trial->plain, loss / rows);
}

TEST(TriedRecipe, TriesNothingWhereNothingIsOpen) {
    const Dataset data = table(slope);
    EXPECT_FALSE(tried_recipe({.encoding = NumberEncoding::ple}, data, 1).trial);
    EXPECT_FALSE(tried_recipe({.ensemble = 1}, data, 1).trial);
    EXPECT_FALSE(tried_recipe({}, generate("moons"), 1).trial);
    EXPECT_FALSE(tried_recipe({.ensemble = 5}, generate("moons"), 1).trial);
    EXPECT_FALSE(tried_recipe({.pretrain = Pretrain::rbm}, data, 1).trial);
}

}  // namespace
}  // namespace gradus::test::trials
