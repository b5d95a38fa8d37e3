#include "gradus/nn/optimizer.h"

#include <gtest/gtest.h>

#include <vector>

#include "gradus/nn/schedule.h"
#include "gradus/nn/training_step.h"
#include "tests/support/compare.h"
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
    Network<double> network(3, "4 tanh, 2 identity");
    set_parameters(network, golden, "initial_");

    TrainingStep<double> step(network, "mean_squared", settings, X.columns());
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
    testing::Values(GoldenOptimizer{"gd", {.kind = gd, .learning_rate = 0.1}},
                    GoldenOptimizer{"momentum", {.kind = momentum, .learning_rate = 0.05}},
                    GoldenOptimizer{"nesterov", {.kind = nesterov, .learning_rate = 0.05}},
                    GoldenOptimizer{"rmsprop", {.kind = rmsprop, .learning_rate = 0.01}},
                    GoldenOptimizer{"adam", {.kind = adam, .learning_rate = 0.02}},
                    GoldenOptimizer{"adamw", {.kind = adamw, .learning_rate = 0.02, .weight_decay = 0.1}},
                    GoldenOptimizer{"adam_l2", {.kind = adam, .learning_rate = 0.02, .weight_decay = 0.1}},
                    GoldenOptimizer{"gd_clip", {.kind = gd, .learning_rate = 1.5, .clip_norm = 0.1}},
                    GoldenOptimizer{"gd_step", {.kind = gd, .learning_rate = 0.1}, Schedule::step},
                    GoldenOptimizer{"gd_cosine", {.kind = gd, .learning_rate = 0.1}, Schedule::cosine},
                    GoldenOptimizer{
                        "gd_warmup_cosine", {.kind = gd, .learning_rate = 0.1}, Schedule::warmup_cosine}),
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

TEST(Optimizer, ClipsByTheNormOverAllNumbersOnlyWhatIsLonger) {
    const std::vector<double> g{3, 0, -4};  // its norm is 5
    EXPECT_EQ(clip_factor(g.data(), 3, 1.0), 0.2);
    EXPECT_EQ(clip_factor(g.data(), 3, 5.0), 1);
    EXPECT_EQ(clip_factor(g.data(), 3, 6.0), 1);
    const std::vector<float> big{3e30F, 4e30F};  // whose squares no float can hold
    EXPECT_NEAR(clip_factor(big.data(), 2, 1.0), 2e-31, 1e-37);
}

}  // namespace
}  // namespace gradus::test
