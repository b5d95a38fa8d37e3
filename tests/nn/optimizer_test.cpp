#include "gradus/nn/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "gradus/nn/schedule.h"
#include "gradus/nn/training_step.h"
#include "gradus/nn/update_rule.h"
#include "tests/support/compare.h"
#include "tests/support/from_zero.h"
#include "tests/support/golden.h"
#include "tests/support/golden_network.h"

namespace gradus::test {
namespace {

struct GoldenOptimizer {
    std::string name;
    OptimizerSettings settings;
    Schedule schedule = Schedule::constant;
};

class GoldenOptimizers : public testing::TestWithParam<GoldenOptimizer> {};

TEST_P(GoldenOptimizers, MoveAsInNumpy) {
    const auto& [name, settings, schedule] = GetParam();
    const Golden golden("optimizers");
    const Matrix<double> X = golden.matrix("X"), Y = golden.matrix("Y"),
                         costs = golden.matrix(name + "_costs");
    Network<double> network(3, "4 tanh, 2 identity", from_zero);
    set_parameters(network, golden, "initial_");

    TrainingStep<double> step(network, LossKind::mean_squared, settings, X.columns());
    for (Index t = 0; t < costs.columns(); ++t) {
        step.forward(X);
        ASSERT_NEAR(step.cost(Y) / costs(0, t), 1, 1e-9) << "update " << t;
        step.backward(Y);
        step.update(settings.learning_rate * schedule_factor(schedule, t, costs.columns()));
    }
    EXPECT_TRUE(has_parameters(network, golden, name + "_final_", {.absolute = 1e-9}));
}

using enum OptimizerKind;
INSTANTIATE_TEST_SUITE_P(
    Optimizer, GoldenOptimizers,
    testing::Values(
        GoldenOptimizer{"gd", {.kind = gd, .learning_rate = 0.1}},
        GoldenOptimizer{"momentum", {.kind = momentum, .learning_rate = 0.05}},
        GoldenOptimizer{"nesterov", {.kind = nesterov, .learning_rate = 0.05}},
        GoldenOptimizer{"rmsprop", {.kind = rmsprop, .learning_rate = 0.01}},
        GoldenOptimizer{"adam", {.kind = adam, .learning_rate = 0.02}},
        GoldenOptimizer{"adamw", {.kind = adamw, .learning_rate = 0.02, .weight_decay = 0.1}},
        GoldenOptimizer{"adam_l2", {.kind = adam, .learning_rate = 0.02, .weight_decay = 0.1}},
        GoldenOptimizer{"gd_clip", {.kind = gd, .learning_rate = 1.5, .clip_norm = 0.1}},
        GoldenOptimizer{"gd_step", {.kind = gd, .learning_rate = 0.1}, Schedule::step},
        GoldenOptimizer{"gd_cosine", {.kind = gd, .learning_rate = 0.1}, Schedule::cosine},
        GoldenOptimizer{"gd_warmup_cosine", {.kind = gd, .learning_rate = 0.1}, Schedule::warmup_cosine},
        GoldenOptimizer{"adam_constants",
                        {.kind = adam, .learning_rate = 0.02, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-3}},
        GoldenOptimizer{"rmsprop_epsilon", {.kind = rmsprop, .learning_rate = 0.01, .epsilon = 1e-2}}),
    [](const auto& info) { return info.param.name; });

TEST(Optimizer, HasAGoldenRunForEveryKind) {
    for (const char* name : optimizer_names)
        EXPECT_NO_THROW((void)Golden("optimizers").matrix(name + std::string("_costs")));
}

TEST(Optimizer, RemembersAsManyNumbersForEachParameterAsItsFormulaHasLetters) {
    EXPECT_EQ(optimizer_slots(gd), 0);
    for (const OptimizerKind kind : {momentum, nesterov, rmsprop}) EXPECT_EQ(optimizer_slots(kind), 1);
    for (const OptimizerKind kind : {adam, adamw}) EXPECT_EQ(optimizer_slots(kind), 2);
}

// One update of w = (1, -2) by g = (0.5, 0.25), rate 0.1: numbers to follow on paper.
TEST(Optimizer, MovesByTheFormulaInItsHeader) {
    const auto moved = [](OptimizerSettings settings, double decay) {
        std::vector<double> w{1, -2}, v(2), s(2);
        const std::vector<double> g{0.5, 0.25};
        Sweep<double>{settings, 0.1, decay, 1, 1}(w.data(), g.data(), v.data(), s.data(), 2);
        return w;
    };
    const auto is = [](const std::vector<double>& w, double first, double second) {
        return close<double>(row(w), row(std::vector{first, second}), {.absolute = 1e-7});
    };
    EXPECT_TRUE(is(moved({.kind = gd}, 0), 0.95, -2.025));
    EXPECT_TRUE(is(moved({.kind = gd}, 0.1), 0.94, -2.005));
    EXPECT_TRUE(is(moved({.kind = momentum}, 0), 0.95, -2.025));
    EXPECT_TRUE(is(moved({.kind = nesterov, .momentum = 0.5}, 0), 0.925, -2.0375));
    EXPECT_TRUE(is(moved({.kind = rmsprop}, 0), 1 - 0.31622777, -2 - 0.31622777));  // r / sqrt(0.1)
    EXPECT_TRUE(is(moved({.kind = adam}, 0), 0.9, -2.1));  // the first step of Adam has length r, whatever g
    EXPECT_TRUE(is(moved({.kind = adamw}, 0.1), 0.99 - 0.1, -1.98 - 0.1));
}

TEST(Optimizer, WritesDownTheFormulaThatItComputes) {
    const UpdateNumbers<Expression> numbers{.rate = 0.1,
                                            .momentum = 0.5,
                                            .beta1 = 0.9,
                                            .beta2 = 0.999,
                                            .rest1 = 1 - 0.9,
                                            .rest2 = 1 - 0.999,
                                            .unbiased1 = 1 / Expression::name("(1 - 0.9^t)"),
                                            .unbiased2 = 1 / Expression::name("(1 - 0.999^t)"),
                                            .epsilon = 1e-8};
    const auto text = [&](OptimizerKind kind) {
        std::string all;
        for (const auto& [name, value] : update_rule(kind, numbers))
            all += name + " = " + to_text(value, Notation::number) + "\n";
        return all;
    };
    EXPECT_EQ(text(gd), "W = W - 0.1 dW\n");
    EXPECT_EQ(text(momentum), "v = 0.5 v + dW\nW = W - 0.1 v\n");
    EXPECT_EQ(text(nesterov), "v = 0.5 v + dW\nW = W - 0.1 (dW + 0.5 v)\n");
    EXPECT_EQ(text(rmsprop), "s = 0.9 s + 0.1 dW.^2\nW = W - 0.1 dW / (sqrt(s) + 1e-8)\n");
    EXPECT_EQ(text(adam),
              "v = 0.9 v + 0.1 dW\ns = 0.999 s + 0.001 dW.^2\n"
              "W = W - 0.1 (v / (1 - 0.9^t)) / (sqrt(s / (1 - 0.999^t)) + 1e-8)\n");
    EXPECT_EQ(text(adamw), text(adam));
}

TEST(Optimizer, SumsSquaresOfNumbersTooLargeForFloat) {
    const std::vector<double> g{3, 0, -4};
    EXPECT_EQ(sum_of_squares(g.data(), 3), 25);
    const std::vector<float> big{3e30F, 4e30F};
    EXPECT_NEAR(sum_of_squares(big.data(), 2), 25e60, 1e54);
}

// An output of 0 for a truth of 4: the gradient of w and b is -8 each, its norm 8 sqrt(2).
double first_weight(double clip_norm) {
    Network<double> network(1, "1 identity", from_zero);
    TrainingStep<double> step(network, LossKind::mean_squared,
                              {.kind = OptimizerKind::gd, .learning_rate = 1, .clip_norm = clip_norm}, 1);
    const Matrix<double> X{{1}}, Y{{4}};
    step.forward(X);
    step.backward(Y);
    step.update();
    return network.parameters()[0];
}

TEST(Optimizer, ClipsByTheNormOverAllNumbersOnlyWhatIsLonger) {
    EXPECT_DOUBLE_EQ(first_weight(1), std::sqrt(0.5));
    EXPECT_DOUBLE_EQ(first_weight(11), 11 / std::sqrt(2));
    EXPECT_EQ(first_weight(12), 8);
}

}  // namespace
}  // namespace gradus::test
