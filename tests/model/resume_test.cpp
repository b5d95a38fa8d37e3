// Is what was said kept, setting by setting, and what was not said left as it was?
#include "gradus/model/resume.h"

#include <gtest/gtest.h>

#include "gradus/data/generators.h"
#include "gradus/model/settings.h"

namespace gradus::test {
namespace {

struct Said {
    const char* name;
    Choices choices;
};

std::vector<Said> each_setting() {
    return {{"loss", {.loss = LossKind::mean_squared}},
            {"init", {.initializer = Initializer::he}},
            {"optimizer", {.optimizer = OptimizerKind::rmsprop}},
            {"learning_rate", {.learning_rate = 0.02}},
            {"weight_decay", {.weight_decay = 0.01}},
            {"clip_norm", {.clip_norm = 5}},
            {"schedule", {.schedule = Schedule::cosine}},
            {"batch", {.batch = 7}},
            {"epochs", {.epochs = 9}},
            {"iterations", {.iterations = 11}},
            {"validation", {.validation = 0.3}},
            {"patience", {.patience = 3}},
            {"scaling", {.scaling = Scaling::minmax}},
            {"class_weights", {.class_weights = ClassWeights::balanced}},
            {"seed", {.seed = 5}},
            {"data_seed", {.data_seed = 6}},
            {"precision", {.precision = Precision::twice}},
            {"network", {.hidden = "5 tanh"}},
            {"task", {.task = Task::regress}}};
}

std::vector<Said> each_setting_of_machines() {
    constexpr Pretrain rbm = Pretrain::rbm;
    const std::string net = "8 sigmoid";
    return {{"pretrain_epochs", {.hidden = net, .pretrain = rbm, .pretrain_epochs = 3}},
            {"pretrain_learning_rate", {.hidden = net, .pretrain = rbm, .pretrain_learning_rate = 0.2}},
            {"pretrain_momentum", {.hidden = net, .pretrain = rbm, .pretrain_momentum = 0.3}},
            {"pretrain_weight_decay", {.hidden = net, .pretrain = rbm, .pretrain_weight_decay = 0.1}},
            {"pretrain_batch", {.hidden = net, .pretrain = rbm, .pretrain_batch = 16}},
            {"cd", {.hidden = net, .pretrain = rbm, .cd = 4}},
            {"dream_steps", {.hidden = net, .pretrain = Pretrain::dbn, .dream_steps = 4}},
            {"persistent", {.hidden = net, .pretrain = rbm, .persistent = true}},
            {"sparsity", {.hidden = net, .pretrain = rbm, .sparsity = 0.1}},
            {"visible", {.hidden = net, .pretrain = rbm, .visible = VisibleChoice::gaussian}}};
}

// The whole recipe, in words.
std::string recipe_of(const Choices& choices) {
    const Recipe recipe = make_recipe(choices, generate("moons"));
    return to_text(recipe) + " " + recipe.network;
}

TEST(Over, WhatIsSaidReplacesItsSettingAndWhatIsNotSaidStays) {
    for (const auto& [name, said] : each_setting()) {
        EXPECT_NE(recipe_of(said), recipe_of({})) << name << " is said by nothing that is seen here";
        EXPECT_EQ(recipe_of(over({}, said)), recipe_of(said)) << name << " is lost";
        EXPECT_EQ(recipe_of(over(said, {})), recipe_of(said)) << name << " is not kept";
    }
}

TEST(Over, WhatIsSaidAboutMachinesIsKept) {
    const std::string usual = recipe_of({.hidden = "8 sigmoid", .pretrain = Pretrain::rbm});
    for (const auto& [name, said] : each_setting_of_machines()) {
        EXPECT_NE(recipe_of(said), usual) << name << " is said by nothing that is seen here";
        EXPECT_EQ(recipe_of(over({}, said)), recipe_of(said)) << name << " is lost";
        EXPECT_EQ(recipe_of(over(said, {})), recipe_of(said)) << name << " is not kept";
    }
}

TEST(Over, MomentumShapeAndValidationFileAreSaidToo) {
    const Choices said{.shape = Shape{.channels = 2}, .momentum = 0.5, .validation_file = "v.csv"};
    for (const Choices& both : {over({}, said), over(said, {})}) {
        EXPECT_EQ(both.momentum, 0.5);
        EXPECT_EQ(both.shape->channels, 2);
        EXPECT_EQ(both.validation_file, "v.csv");
    }
}

TEST(ChoicesOf, BringTheRecipeAboutAgain) {
    for (const auto& [name, said] : each_setting()) {
        const Recipe recipe = make_recipe(said, generate("moons"));
        const Recipe again = make_recipe(choices_of(recipe), generate("moons"));
        EXPECT_EQ(to_text(again), to_text(recipe)) << name;
        EXPECT_EQ(again.network, recipe.network) << name;
    }
}

}  // namespace
}  // namespace gradus::test
