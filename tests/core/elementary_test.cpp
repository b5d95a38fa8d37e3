// The truth is mpmath's (tests/golden/elementary.py), and for many more numbers <cmath> in long double.
#include "gradus/core/elementary.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "gradus/core/random.h"
#include "tests/support/golden.h"

namespace gradus::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Elementary, RoundsToTheNearestDouble) {
    const Golden golden("elementary");
    const auto check = [&golden](const std::string& name, auto f) {
        const Matrix<double> M = golden.matrix(name);
        EXPECT_GT(M.columns(), 200);
        const Index last = M.rows() - 1;
        for (Index j = 0; j < M.columns(); ++j)
            EXPECT_EQ(f(M(0, j), M(last - 1, j)), M(last, j))
                << name << " of " << testing::PrintToString(M(0, j)) << ", column " << j;
    };
    check("exp", [](double x, double) { return exp(x); });
    check("log", [](double x, double) { return log(x); });
    check("pow", [](double x, double y) { return pow(x, y); });
    check("sin", [](double x, double) { return sin(x); });
    check("cos", [](double x, double) { return cos(x); });
}

// In units in the last place of the truth, for a result that is no denormal number.
double error_in_ulp(double actual, long double truth) {
    int exponent = 0;
    std::frexp(truth, &exponent);
    return static_cast<double>(std::abs(actual - truth) / std::ldexp(1.0L, exponent - 53));
}

// long double's own error is below 2^-11 of these units.
TEST(Elementary, IsHardlyFurtherOffThanRoundingAlone) {
    RandomState random(3);
    for (int i = 0; i < 200'000; ++i) {
        const double x = random.uniform(-700, 700), angle = random.uniform(-30, 30);
        const double positive = std::ldexp(random.uniform(0.5, 1), int(random.uniform(-1000, 1000)));
        const double near_one = random.uniform(0.7, 1.5), exponent = random.uniform(-1000, 1000);
        ASSERT_LE(error_in_ulp(exp(x), std::exp(static_cast<long double>(x))), 0.503) << x;
        ASSERT_LE(error_in_ulp(log(positive), std::log(static_cast<long double>(positive))), 0.503)
            << positive;
        ASSERT_LE(error_in_ulp(log(near_one), std::log(static_cast<long double>(near_one))), 0.503)
            << near_one;
        ASSERT_LE(error_in_ulp(sin(angle), std::sin(static_cast<long double>(angle))), 0.503) << angle;
        ASSERT_LE(error_in_ulp(cos(angle), std::cos(static_cast<long double>(angle))), 0.503) << angle;
        const long double power =
            std::pow(static_cast<long double>(near_one), static_cast<long double>(exponent));
        ASSERT_LE(error_in_ulp(pow(near_one, exponent), power), 0.503) << near_one << " to the " << exponent;
    }
}

TEST(Elementary, KnowsTheEndsOfTheNumbers) {
    EXPECT_EQ(exp(0), 1);
    EXPECT_EQ(exp(-infinity), 0);
    EXPECT_EQ(exp(-746), 0);
    EXPECT_EQ(exp(-745.13321910194110842), 4.9406564584124654e-324);
    EXPECT_EQ(exp(709.78271289338397), 1.7976931348622732e308);
    EXPECT_EQ(exp(709.78271289338409), infinity);
    EXPECT_EQ(exp(infinity), infinity);
    EXPECT_EQ(log(0.0), -infinity);
    EXPECT_EQ(log(-0.0), -infinity);
    EXPECT_EQ(log(1), 0);
    EXPECT_EQ(log(infinity), infinity);
    EXPECT_TRUE(std::signbit(sin(-0.0)));
    EXPECT_EQ(sin(4.9406564584124654e-324), 4.9406564584124654e-324);
    EXPECT_EQ(cos(0), 1);
    EXPECT_EQ(pow(0, 2), 0);
    EXPECT_EQ(pow(0, -2), infinity);
    EXPECT_EQ(pow(infinity, 0.5), infinity);
    EXPECT_EQ(pow(infinity, -0.5), 0);
    EXPECT_EQ(pow(0.9, 1e300), 0);
    EXPECT_EQ(pow(0.9, -1e300), infinity);
    EXPECT_EQ(pow(0, 0), 1);
    EXPECT_EQ(pow(2, 1023), 0x1p1023);
    EXPECT_EQ(pow(2, -1074), 0x1p-1074);
    for (const double y : {exp(nan), log(nan), log(-1), log(-infinity), pow(nan, 2), pow(2, nan), pow(-2, 2),
                           sin(nan), cos(infinity), sin(1048577), cos(-1048577)})
        EXPECT_TRUE(std::isnan(y));
}

// The bits of 100,000 values, whatever compiled the functions.
TEST(Elementary, HasTheSameBitsOnEveryMachine) {
    RandomState random(4);
    std::uint64_t bits = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double x = random.uniform(-30, 30), y = random.uniform(0.1, 3);
        for (const double value : {exp(x), log(y), pow(y, x), sin(x), cos(x)})
            bits = 31 * bits + std::bit_cast<std::uint64_t>(value);
    }
    EXPECT_EQ(bits, 18440639665055062530U);
}

}  // namespace
}  // namespace gradus::test
