// Where are the ticks of an axis? Round numbers, a few, all of them on it.

#include "gradus/report/chart.h"

#include <gtest/gtest.h>

#include <cmath>

namespace gradus::test {
namespace {

using Numbers = std::vector<double>;

void expect_ticks(const Axis& axis, const Numbers& expected) {
    const Numbers ticks = axis.ticks();
    ASSERT_EQ(ticks.size(), expected.size()) << testing::PrintToString(ticks);
    for (std::size_t i = 0; i < ticks.size(); ++i) EXPECT_DOUBLE_EQ(ticks[i], expected[i]);
}

TEST(Axis, HasItsTicksAtRoundNumbers) {
    expect_ticks({"", 0, 1}, {0, 0.2, 0.4, 0.6, 0.8, 1});
    expect_ticks({"", -3, 7}, {-2, 0, 2, 4, 6});
    expect_ticks({"", 13, 61}, {20, 30, 40, 50, 60});
    expect_ticks({"", -1e-7, 1.2e-7}, {-1e-7, -5e-8, 0, 5e-8, 1e-7});
    expect_ticks({"", 2e9, 2.4e9}, {2e9, 2.1e9, 2.2e9, 2.3e9, 2.4e9});
}

TEST(Axis, RoundsAStepUpToOneTwoOrFive) {
    EXPECT_DOUBLE_EQ(Axis::round_step(1), 1);
    EXPECT_DOUBLE_EQ(Axis::round_step(1.01), 2);
    EXPECT_DOUBLE_EQ(Axis::round_step(2.5), 5);
    EXPECT_DOUBLE_EQ(Axis::round_step(0.06), 0.1);
    EXPECT_DOUBLE_EQ(Axis::round_step(700), 1000);
}

TEST(Axis, OfPowersHasTicksAtPowersOfTenAndFewMoreWhereTheyAreFew) {
    expect_ticks({"", 0.9, 60, true}, {1, 2, 5, 10, 20, 50});
    expect_ticks({"", 1, 1e4, true}, {1, 10, 100, 1000, 1e4});
    const Numbers wide = Axis{"", 1e-12, 1e12, true}.ticks();
    EXPECT_GE(wide.size(), 4U);
    EXPECT_LE(wide.size(), 8U);
}

TEST(Axis, NeverHasManyTicksHoweverItsEndsAreMade) {
    for (const double middle : {0.0, 1.0, -1e9, 1e300, 1e-300})
        for (const double spread : {0.0, 1e-300, 1e-9, 1.0, 1e9, 1e300}) {
            const Axis axis = axis_for("", Numbers{middle - spread, middle + spread});
            EXPECT_LT(axis.low, axis.high) << middle << " " << spread;
            EXPECT_LE(axis.ticks().size(), 20U) << middle << " " << spread;
            for (const double tick : axis.ticks()) {
                EXPECT_GE(axis.place(tick), -1e-9) << middle << " " << spread;
                EXPECT_LE(axis.place(tick), 1 + 1e-9) << middle << " " << spread;
            }
        }
}

TEST(Axis, IsLogarithmicOnlyForPositiveNumbersThatAreFarApart) {
    EXPECT_TRUE(axis_for("", Numbers{1, 21}, true).logarithmic);
    EXPECT_FALSE(axis_for("", Numbers{1, 19}, true).logarithmic);
    EXPECT_FALSE(axis_for("", Numbers{0, 100}, true).logarithmic);
    EXPECT_FALSE(axis_for("", Numbers{1, 100}).logarithmic);
    const Axis axis = axis_for("", Numbers{1, 100}, true);
    EXPECT_NEAR(axis.place(10), 0.5, 1e-12);
}

}  // namespace
}  // namespace gradus::test
