#include "gradus/data/line.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "gradus/core/random.h"

namespace gradus::test {
namespace {

using Numbers = std::vector<double>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Line, GoesBackToWhatANumberWasMadeOf) {
    EXPECT_EQ((Line{.offset = 3, .divisor = 4}.back(2.5)), 13);
    EXPECT_EQ(Line::to_nothing(7).back(0), 7);
    EXPECT_EQ(Line::to_nothing(7).back(0.25), 7);
}

TEST(Float, MergesNumbersBesideALargeOffset) {
    EXPECT_TRUE(float_merges(Numbers{1e9 + 1, 1e9 + 2, 1e9 + 3}));
    EXPECT_TRUE(float_merges(Numbers{123456.001, 123456.002, 123456.003}));
    EXPECT_TRUE(float_merges(Numbers{16777216, 16777217, 5}));
    EXPECT_TRUE(float_merges(Numbers{1, nan, 1e39}));  // is infinite in float
}

TEST(Float, HoldsOrdinaryNumbers) {
    EXPECT_FALSE(float_merges(Numbers{}));
    EXPECT_FALSE(float_merges(Numbers{nan, nan}));
    EXPECT_FALSE(float_merges(Numbers{0.1, 0.2, 0.3, 0.1 + 1e-12}));
    EXPECT_FALSE(float_merges(Numbers{1e9, 1e9, nan}));      // one number
    EXPECT_FALSE(float_merges(Numbers{1e9, 2e9, 3e9 + 1}));  // rounded, but not merged
    EXPECT_FALSE(float_merges(Numbers{1990, 1991, 2024.5}));
    RandomState random(1);
    Numbers uniform;
    for (int i = 0; i < 100'000; ++i)
        uniform.push_back(random.uniform(0, 1));  // of which many are one in float
    EXPECT_FALSE(float_merges(uniform));
}

TEST(Float, IsTooCoarseForATargetWhoseStepsAreSeen) {
    EXPECT_TRUE(float_is_coarse(Numbers{1e7, 1e7 + 1, 1e7 + 2}));  // not merged; but nothing between is left
    EXPECT_TRUE(float_is_coarse(Numbers{1e9 + 1, 1e9 + 2}));
    EXPECT_FALSE(float_is_coarse(Numbers{2000, 2001, 2002}));
    EXPECT_FALSE(float_is_coarse(Numbers{1e9, 1e9}));
    EXPECT_FALSE(float_is_coarse(Numbers{0, 1e30}));
}

}  // namespace
}  // namespace gradus::test
