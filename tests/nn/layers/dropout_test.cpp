#include "gradus/nn/layers/dropout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/random.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

constexpr MaskKey key{.seed = 5, .step = 6, .layer = 7};

template <class T = double>
Matrix<T> dropped(double rate, const Matrix<T>& X, MaskKey mask = key, bool training = true) {
    Matrix<T> Y(X.rows(), X.columns()), scratch = Y;
    Dropout<T>(rate).forward({.X = X, .Y = Y, .scratch = scratch, .training = training, .mask = mask},
                             {0, X.columns()});
    return Y;
}

Matrix<double> ones(Index rows, Index columns) {
    Matrix<double> M(rows, columns);
    std::fill_n(M.data(), rows * columns, 1.0);
    return M;
}

TEST(Dropout, ChangesNothingOutsideOfTraining) {
    const auto X = random_matrix<>(20, 5, 1U);
    EXPECT_EQ(dropped(0.9, X, key, false), X);
}

TEST(Dropout, ZeroesOrScalesUpEachUnit) {
    const auto X = random_matrix<>(20, 5, 1U), Y = dropped(0.75, X);
    for (Index j = 0; j < 5; ++j)
        for (Index i = 0; i < 20; ++i) EXPECT_TRUE(Y(i, j) == 0 || Y(i, j) == 4 * X(i, j));
}

TEST(Dropout, ZeroesWhatIsNoNumber) {
    Matrix<double> X = ones(40, 1);
    const Matrix<double> mask = dropped(0.5, X);
    for (Index i = 0; i < 40; ++i) X(i, 0) = i % 2 == 0 ? std::nan("") : INFINITY;
    const Matrix<double> Y = dropped(0.5, X);
    for (Index i = 0; i < 40; ++i) EXPECT_EQ(Y(i, 0) == 0, mask(i, 0) == 0);
}

TEST(Dropout, ZeroesTheShareThatItsRateSays) {
    for (const double rate : {0.0, 0.1, 0.5, 0.9}) {
        const Matrix<double> Y = dropped(rate, ones(200, 100));
        const auto zeros = std::count(Y.data(), Y.data() + 20'000, 0.0);
        EXPECT_NEAR(double(zeros) / 20'000, rate, 0.01);  // three standard deviations
    }
}

// Eight units share one block of the counter-based generator: 32 bits each, the lower half of a word first.
TEST(Dropout, DrawsItsMaskFromSeedStepLayerExampleAndUnit) {
    const Matrix<double> Y = dropped(0.5, ones(20, 3));
    for (std::uint64_t j = 0; j < 3; ++j)
        for (std::uint64_t i = 0; i < 20; ++i) {
            const std::uint64_t word = philox({i / 8, j, key.step, key.layer}, {key.seed, 0})[i % 8 / 2];
            const auto number = static_cast<std::uint32_t>(i % 2 == 0 ? word : word >> 32);
            EXPECT_EQ(Y(static_cast<Index>(i), static_cast<Index>(j)), number < 0x80000000 ? 0 : 2);
        }
}

TEST(Dropout, HasAnotherMaskForAnotherSeedStepOrLayer) {
    const Matrix<double> X = ones(64, 2), Y = dropped(0.5, X);
    EXPECT_EQ(dropped(0.5, X), Y);
    EXPECT_NE(dropped(0.5, X, {.seed = 8, .step = 6, .layer = 7}), Y);
    EXPECT_NE(dropped(0.5, X, {.seed = 5, .step = 8, .layer = 7}), Y);
    EXPECT_NE(dropped(0.5, X, {.seed = 5, .step = 6, .layer = 8}), Y);
}

TEST(Dropout, HasTheSameMaskOnTheWayBack) {
    const Matrix<double> X = ones(30, 4);
    Matrix<double> Y(30, 4), dX = Y, scratch = Y;
    const Pass<double> pass{
        .X = X, .Y = Y, .dY = X, .dX = dX, .scratch = scratch, .training = true, .mask = key};
    Dropout<double>(0.3).forward(pass, {0, 4});
    Dropout<double>(0.3).backward_input(pass, {0, 4});
    EXPECT_EQ(dX, Y);
    EXPECT_EQ(dX, dropped(0.3, X));
}

TEST(Dropout, HasTheSameMaskInFloatAndDouble) {
    const auto X = random_matrix<float>(30, 4, 2U);
    const auto X_double = random_matrix<double>(30, 4, 2U);
    EXPECT_TRUE(close(dropped<float>(0.3, X), dropped<double>(0.3, X_double), {.relative = 1e-6}));
}

}  // namespace
}  // namespace gradus::test
