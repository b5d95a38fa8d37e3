#include "gradus/data/scaler.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/compare.h"

namespace gradus::test {
namespace {

Matrix<double> scaled(Scaling scaling, Matrix<double> fitted_to, Matrix<double> X) {
    Scaler(scaling, fitted_to).apply(X);
    return X;
}
Matrix<double> scaled(Scaling scaling, const Matrix<double>& X) {
    return scaled(scaling, X, X);
}

TEST(Scaler, StandardGivesEachFeatureMeanZeroAndDeviationOne) {
    // 2 4 4 4 5 5 7 9 has the mean 5 and the deviation 2
    EXPECT_EQ(scaled(Scaling::standard, {{2, 4, 4, 4, 5, 5, 7, 9}, {-10, 10, -10, 10, -10, 10, -10, 10}}),
              (Matrix<double>{{-1.5, -.5, -.5, -.5, 0, 0, 1, 2}, {-1, 1, -1, 1, -1, 1, -1, 1}}));
}

TEST(Scaler, MinmaxMapsEachFeatureToZeroToOne) {
    EXPECT_EQ(scaled(Scaling::minmax, {{1, 3, 5}, {-8, 0, -4}}), (Matrix<double>{{0, 0.5, 1}, {0, 1, 0.5}}));
}

TEST(Scaler, SeriesScalesEachExampleByItself) {
    EXPECT_EQ(scaled(Scaling::series, {{1, 100}, {3, 300}}), (Matrix<double>{{-1, -1}, {1, 1}}));
}

TEST(Scaler, NoneChangesNothing) {
    const Matrix<double> X{{1, 100}, {3, 300}};
    EXPECT_EQ(scaled(Scaling::none, X), X);
    Matrix<double> same = X;
    Scaler().apply(same);
    EXPECT_EQ(same, X);
}

TEST(Scaler, AppliesToNewExamplesWhatItWasFittedTo) {
    EXPECT_EQ(scaled(Scaling::standard, {{-1, 1}, {0, 20}}, {{3}, {0}}), (Matrix<double>{{3}, {-1}}));
    EXPECT_EQ(scaled(Scaling::minmax, {{0, 10}}, {{-5, 20}}), (Matrix<double>{{-0.5, 2}}));
    EXPECT_EQ(scaled(Scaling::series, {{0}, {10}}, {{5}, {9}}), (Matrix<double>{{-1}, {1}}));
}

TEST(Scaler, DividesWhatNeverVariesByOne) {
    const Matrix<double> tenths{{0.1, 0.1, 0.1}};  // whose mean is not 0.1 after rounding
    EXPECT_EQ(scaled(Scaling::standard, tenths), (Matrix<double>{{0, 0, 0}}));
    EXPECT_EQ(scaled(Scaling::minmax, tenths), (Matrix<double>{{0, 0, 0}}));
    EXPECT_EQ(scaled(Scaling::series, {{0.1}, {0.1}, {0.1}}), (Matrix<double>{{0}, {0}, {0}}));
    EXPECT_EQ(scaled(Scaling::standard, {{7, 7}}, {{9, 7}}), (Matrix<double>{{2, 0}}));
}

TEST(Scaler, ScalesOneExampleToZero) {
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax})
        EXPECT_EQ(scaled(scaling, {{5}, {-3}}), (Matrix<double>{{0}, {0}}));
}

TEST(Scaler, StaysFiniteForTinyAndHugeNumbers) {
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax})
        for (const double size : {1e-320, 1e-200, 1e200, 1e307}) {
            const Matrix<double> X = scaled(scaling, {{0, size, -size, size}});
            for (Index j = 0; j < 4; ++j) EXPECT_TRUE(std::isfinite(X(0, j))) << size;
        }
}

TEST(Scaler, HidesNoNan) {
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::series})
        EXPECT_TRUE(std::isnan(scaled(scaling, {{1, 2}, {1, std::nan("")}})(1, 1)));
}

}  // namespace
}  // namespace gradus::test
