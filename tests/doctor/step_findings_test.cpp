// Does each threshold of the doctor lie where it is said to lie? Measurements by hand, a little on either
// side.
#include <gtest/gtest.h>

#include <algorithm>

#include "gradus/doctor/doctor.h"

namespace gradus::test {
namespace {

// A run that has learned nothing and whose steps are sound: half of the answers are wrong, its cost stays
// where it was.
Measurements measured(const Look& look) {
    Measurements m;
    m.training = {.examples = 100, .confusion = {{25, 25}, {25, 25}}, .accuracy = 0.5};
    m.recipe.run.optimizer.learning_rate = 0.1;
    m.recipe.run.optimizer.weight_decay = 0.3;
    m.recipe.network = "4 sigmoid, 1 sigmoid";
    for (Index i = 0; i < 20; ++i) {
        m.history.see({.iteration = i, .cost = 0.7});
        m.looks.push_back(look);
        m.looks.back().iteration = i;
    }
    return m;
}

constexpr double update = 1e-3;  // a usual one
bool found(const char* name, const Look& look) {
    const Measurements m = measured(look);
    const std::vector<Finding> findings = judge({m});
    return std::ranges::find(findings, name, &Finding::name) != findings.end();
}

TEST(StepFindings, ASoundStepHasNone) {
    const Measurements m = measured(
        {.predicted = -1, .actual = -0.9, .update_ratio = update, .decay = 0.1, .gradients = {1, 1}});
    const std::vector<Finding> findings = judge({m});
    for (const Finding& finding : findings) ADD_FAILURE() << finding.name << ": " << finding.evidence;
}

TEST(StepFindings, AStepThatKeepsLessThanAQuarterOfWhatTheGradientPromisesIsTooLong) {
    const auto too_long = [](double actual) {
        return found("rate_too_large", {.predicted = -1, .actual = actual, .update_ratio = update});
    };
    EXPECT_TRUE(too_long(-0.24));
    EXPECT_TRUE(too_long(0.5));
    EXPECT_FALSE(too_long(-0.26));
}

TEST(StepFindings, GradientsVanishBelowAThousandthOfTheLastLayers) {
    const auto vanish = [](double first) {
        return found("vanishing_gradients",
                     {.predicted = -1, .actual = -1, .update_ratio = update, .gradients = {first, 0.5, 1}});
    };
    EXPECT_TRUE(vanish(0.9e-3));
    EXPECT_FALSE(vanish(1.1e-3));
}

TEST(StepFindings, ADecayIsStrongThatPullsMoreThanHalfAsMuchAsTheGradient) {
    const auto strong = [](double decay) {
        return found("strong_decay", {.predicted = -1, .actual = -1, .update_ratio = update, .decay = decay});
    };
    EXPECT_TRUE(strong(0.51));
    EXPECT_FALSE(strong(0.49));
}

// Costs of 20 epochs, and the validation costs beside them.
bool still_falls(double (*cost)(Index), double (*validation)(Index)) {
    Measurements m = measured({});
    m.history = {};
    for (Index e = 0; e < 20; ++e)
        m.history.see({.iteration = e,
                       .cost = cost(e),
                       .epoch_end = Event::EpochEnd{.cost = cost(e), .validation_cost = validation(e)}});
    const std::vector<Finding> findings = judge({m});
    return std::ranges::find(findings, "still_falling", &Finding::name) != findings.end();
}

TEST(StepFindings, ARunStillFallsWhoseLastTenthBringsMoreThanAFiftiethOfWhatIsLeft) {
    const auto line = [](Index e) { return 1 - 0.02 * double(e); };
    EXPECT_TRUE(still_falls(line, line));
    const auto flat = [](Index e) { return e < 5 ? 1 - 0.1 * double(e) : 0.5 - 1e-4 * double(e); };
    EXPECT_FALSE(still_falls(flat, flat));
    const auto rising = [](Index e) { return 1 + 0.01 * double(e); };  // others do not follow
    EXPECT_FALSE(still_falls(line, rising));
}

TEST(StepFindings, AnUpdateIsTinyBelowAMillionthOfTheWeights) {
    const auto tiny = [](double ratio) {
        return found("rate_too_small", {.predicted = -1, .actual = -1, .update_ratio = ratio});
    };
    EXPECT_TRUE(tiny(0.9e-6));
    EXPECT_FALSE(tiny(1.1e-6));
}

}  // namespace
}  // namespace gradus::test
