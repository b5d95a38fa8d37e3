#include "gradus/core/elementwise.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"
#include "tests/support/targets.h"

namespace gradus::test {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

// f of one number.
template <class T>
T one(void (*f)(View<T>, View<const T>), T x) {
    f(View<T>(&x, 1, 1), View<const T>(&x, 1, 1));
    return x;
}

TEST(Elementwise, SigmoidIsExactAtBothEnds) {
    EXPECT_EQ(one<double>(sigmoid, 0), 0.5);
    EXPECT_EQ(one<double>(sigmoid, 1000), 1);
    EXPECT_EQ(one<double>(sigmoid, -1000), 0);
    EXPECT_EQ(one<float>(sigmoid, 1000), 1);
    EXPECT_EQ(one<float>(sigmoid, -1000), 0);
}

TEST(Elementwise, SoftplusNeverOverflows) {
    EXPECT_EQ(one<double>(softplus, 1000), 1000);
    EXPECT_EQ(one<double>(softplus, -1000), 0);
    EXPECT_EQ(one<float>(softplus, 1000), 1000);
    EXPECT_EQ(one<double>(softplus, inf), inf);
    EXPECT_DOUBLE_EQ(one<double>(softplus, 0), 0.69314718055994531);
}

TEST(Elementwise, NormalDistributionHasItsWellKnownValues) {
    EXPECT_EQ(one<double>(normal_cdf, 0), 0.5);
    EXPECT_NEAR(one<double>(normal_cdf, 1.96), 0.97500210485177952, 1e-15);
    EXPECT_NEAR(one<double>(normal_cdf, -10) / 7.6198530241605269e-24, 1, 1e-12);
    EXPECT_DOUBLE_EQ(one<double>(normal_density, 0), 0.3989422804014327);
}

TEST(Elementwise, MapsNumberByNumber) {
    const Matrix<double> X{{1, 2, 3}, {4, 5, 6}};
    Matrix<double> Y(2, 3);
    map(Y.view(), X.view(), [](double x) { return 10 * x; });
    EXPECT_EQ(Y, (Matrix<double>{{10, 20, 30}, {40, 50, 60}}));
}

TEST(Elementwise, AddsABiasToEveryColumn) {
    Matrix<double> Y{{1, 2}, {3, 4}};
    const double b[] = {10, 20};
    add_to_columns(Y.view(), b);
    EXPECT_EQ(Y, (Matrix<double>{{11, 12}, {23, 24}}));
}

TEST(Elementwise, SumsColumnsInTheirOrder) {
    const Matrix<double> X{{1, 2, 4}, {1e16, 1, -1e16}};
    std::array<double, 2> sums{-1, -1};
    sum_columns(sums.data(), X.view());
    EXPECT_EQ(sums, (std::array<double, 2>{7, 0}));  // (1e16 + 1) - 1e16 loses the 1; another order keeps it
    sum_columns(sums.data(), X.view().columns({0, 0}));
    EXPECT_EQ(sums, (std::array<double, 2>{0, 0}));
}

TEST(Elementwise, SumsOfColumnsGoOn) {
    const Matrix<double> X{{1, 2, 4}, {1e16, 1, -1e16}};
    std::array<double, 2> sums{10, 1};
    sum_columns(sums.data(), X.view(), true);
    EXPECT_EQ(sums, (std::array<double, 2>{17, 0}));  // 1 + 1e16 loses the 1, and so does the next
}

TEST(Elementwise, Divides) {
    std::array<double, 3> values{2, 4, 5};
    divide(values.data(), 2, 2.0);
    EXPECT_EQ(values, (std::array<double, 3>{1, 2, 5}));
}

// Without multiplications there is nothing to round differently; a column may begin anywhere and end
// anywhere.
TEST(Elementwise, SweepsOverColumnsHaveTheSameBitsOnEveryInstructionSet) {
    const auto X = random_matrix<float>(50, 20, 1U);
    on_each_target([&X](std::int64_t /*target*/) {
        for (Index rows = 0; rows <= 40; ++rows) {
            const View<const float> part = X.view().rows({rows / 4, rows / 4 + rows});
            Matrix<float> sums(rows + 1, 1), Y = X;  // and one number behind, which must stay
            sums(rows, 0) = 7;
            sum_columns(sums.data(), part);
            divide(sums.data(), rows, 20.0F);
            for (Index i = 0; i < rows; ++i) {
                float sum = 0;
                for (Index j = 0; j < 20; ++j) sum += part(i, j);
                ASSERT_EQ(sums(i, 0), sum / 20);
            }
            ASSERT_EQ(sums(rows, 0), 7);

            add_to_columns(Y.view().rows({3, 3 + rows}), sums.data());
            const View<const float> overlapping(sums.data(), rows, 3, 1, 0);
            add(Y.view().rows({0, rows}).columns({0, 3}), overlapping);
            copy(Y.view().rows({0, rows}).columns({4, 7}), overlapping);
            for (Index j = 0; j < 20; ++j)
                for (Index i = 0; i < 50; ++i) {
                    float y = X(i, j);
                    if (3 <= i && i < 3 + rows) y += sums(i - 3, 0);
                    if (j < 3 && i < rows) y += sums(i, 0);
                    if (4 <= j && j < 7 && i < rows) y = sums(i, 0);
                    ASSERT_EQ(Y(i, j), y) << rows << " rows, at " << i << ", " << j;
                }
        }
    });
}

}  // namespace
}  // namespace gradus::test
