// Is every option that is advised one that the command line takes, and one that says something new?
#include "gradus/doctor/cures.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gradus/data/generators.h"

namespace gradus::test {
namespace {

std::vector<std::string> options(const std::vector<Cure>& cures, const Recipe& recipe, const Dataset& data) {
    std::vector<std::string> words;
    for (const Cure& cure : cures)
        if (treat(cure, recipe, data)) words.push_back(cure.option());
    return words;
}

TEST(Cures, DoWhatTheyAreTypedAs) {
    const Dataset data = generate("moons", {.examples = 100, .seed = 0});
    const Recipe recipe = make_recipe({}, data);
    const auto slow = treat({"learning_rate", "0.0001"}, recipe, data);
    ASSERT_TRUE(slow);
    EXPECT_EQ(slow->recipe.run.optimizer.learning_rate, 0.0001);
    EXPECT_EQ(slow->recipe.network, recipe.network);
    EXPECT_EQ(treat({"net", "4 tanh"}, recipe, data)->recipe.network, "4 tanh, 1 sigmoid");
    EXPECT_EQ((Cure{"net", "4 tanh"}).option(), "--net \"4 tanh\"");
    EXPECT_EQ((Cure{"net", ""}).option(), "--net \"\"");
}

TEST(Cures, ThatSayNothingNewOrDoNotParseAreNone) {
    const Dataset data = generate("moons", {.examples = 100, .seed = 0});
    const Recipe recipe = make_recipe({}, data);
    EXPECT_FALSE(treat({"net", "64 relu, 64 relu"}, recipe, data));
    EXPECT_FALSE(treat({"init", "auto"}, recipe, data));
    EXPECT_FALSE(treat({"task", "regress"}, recipe, data));
    EXPECT_FALSE(treat({"net", "conv 99x99 relu"}, recipe, data));
    EXPECT_FALSE(treat({"loss", "cross_entropy"}, recipe, data));
    EXPECT_FALSE(treat({"ignore", "x1,x2"}, recipe, data));
}

TEST(Cures, OfOverFittingAreMoreThanTheRecipeHas) {
    const Dataset data = generate("moons", {.examples = 100, .seed = 0});
    const Recipe recipe = make_recipe({.hidden = "64 relu", .weight_decay = 0.3}, data);
    EXPECT_EQ(options(simpler(recipe), recipe, data),
              (std::vector<std::string>{"--weight-decay 3", "--weight-decay 30",
                                        "--net \"64 relu, dropout 0.5\"", "--net \"8 relu\"", "--net \"\""}));
}

TEST(Cures, OfLinearLayersAreLayersThatBend) {
    const Dataset data = generate("moons", {.examples = 100, .seed = 0});
    const Recipe recipe = make_recipe({.hidden = "64, 64"}, data);
    EXPECT_EQ(options(larger(recipe), recipe, data).front(), "--net \"16 tanh\"");
}

TEST(Cures, LeaveOutWhatIsLeftOutAlready) {
    Recipe recipe;
    recipe.source = "t.csv --ignore a,b --target y";
    EXPECT_EQ(ignore(recipe, {"c"}).option(), "--ignore a,b,c");
    recipe.source = "t.csv --ignore \"a b\" --target y";
    EXPECT_EQ(ignore(recipe, {"c"}).option(), "--ignore \"a b,c\"");
}

}  // namespace
}  // namespace gradus::test
