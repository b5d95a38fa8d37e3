#include "gradus/core/matrix.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "tests/support/compare.h"

namespace gradus::test {
namespace {

TEST(Matrix, IsWrittenRowByRowAndLiesColumnByColumn) {
    const Matrix<double> M{{1, 2, 3}, {4, 5, 6}};
    EXPECT_EQ(M.rows(), 2);
    EXPECT_EQ(M.columns(), 3);
    EXPECT_EQ(M(1, 0), 4);
    EXPECT_TRUE(same_bits<double>({M.data(), 6}, std::array<double, 6>{1, 4, 2, 5, 3, 6}));
}

TEST(Matrix, IsZeroAtFirst) {
    EXPECT_EQ(Matrix<float>(2, 2), (Matrix<float>{{0, 0}, {0, 0}}));
}

TEST(Matrix, BeginsOnACacheLine) {
    for (Index n = 1; n < 20; ++n)
        EXPECT_EQ(reinterpret_cast<std::uintptr_t>(Matrix<float>(n, 3).data()) % 64, 0U);
}

TEST(Matrix, IsCopiedByValue) {
    const Matrix<double> A{{1, 2}};
    Matrix<double> B = A;
    B(0, 0) = 7;
    EXPECT_EQ(A(0, 0), 1);
    EXPECT_NE(A, B);
}

TEST(Matrix, DiffersFromItsTransposeEvenWhenTheNumbersAgree) {
    EXPECT_NE(Matrix<double>(2, 3), Matrix<double>(3, 2));
}

TEST(Matrix, MayBeEmpty) {
    EXPECT_TRUE(Matrix<double>().empty());
    EXPECT_TRUE(Matrix<double>(3, 0).empty());
    EXPECT_EQ(Matrix<double>(3, 0).rows(), 3);
}

TEST(Matrix, IsTransposedIntoAMatrixOfItsOwn) {
    EXPECT_EQ((Matrix<double>{{1, 2, 3}, {4, 5, 6}}.transposed()), (Matrix<double>{{1, 4}, {2, 5}, {3, 6}}));
}

TEST(Matrix, IsConvertedToTheOtherPrecisionWhenThatIsSaid) {
    const Matrix<double> numbers{{0.1, 2}};
    EXPECT_EQ(Matrix<float>(numbers), (Matrix<float>{{0.1F, 2}}));
    EXPECT_EQ(Matrix<double>(Matrix<float>{{0.1F}})(0, 0), double(0.1F));
}

TEST(Matrix, IsEmptyWhenItWasMovedFrom) {
    Matrix<double> from{{1, 2}};
    const Matrix<double> to = std::move(from);
    EXPECT_EQ(to, (Matrix<double>{{1, 2}}));
    EXPECT_EQ(from.rows() + from.columns(), 0);  // NOLINT(bugprone-use-after-move): what is asked
    EXPECT_TRUE(from.empty());
}

TEST(View, FindsAnElementByItsSteps) {
    const double numbers[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    const View<const double> every_second_row(numbers, 2, 3, 2, 4);
    EXPECT_EQ(copy(every_second_row), (Matrix<double>{{0, 4, 8}, {2, 6, 10}}));
}

TEST(View, WritesThroughToItsOwner) {
    Matrix<double> M{{1, 2, 3}, {4, 5, 6}};
    M.view().transposed()(2, 0) = 30;
    M.view().rows({1, 2}).columns({0, 2})(0, 1) = 50;
    EXPECT_EQ(M, (Matrix<double>{{1, 2, 30}, {4, 50, 6}}));
}

TEST(View, TransposedTwiceIsItself) {
    const Matrix<double> M{{1, 2, 3}, {4, 5, 6}};
    EXPECT_EQ(copy(M.view().transposed()), (Matrix<double>{{1, 4}, {2, 5}, {3, 6}}));
    EXPECT_EQ(copy(M.view().transposed().transposed()), M);
}

TEST(View, OfRowsAndColumnsMayBeEmpty) {
    const Matrix<double> M{{1, 2, 3}, {4, 5, 6}};
    EXPECT_TRUE(M.view().columns({1, 1}).empty());
    EXPECT_TRUE(M.view().rows({2, 2}).empty());
    EXPECT_TRUE(View<double>().empty());
}

TEST(View, MayOverlapItself) {  // a Hankel matrix: each column is the series, one step later
    const double series[] = {1, 2, 3, 4, 5};
    EXPECT_EQ(copy(View<const double>(series, 3, 3, 1, 1)),
              (Matrix<double>{{1, 2, 3}, {2, 3, 4}, {3, 4, 5}}));
}

TEST(View, CanAlwaysBeRead) {
    static_assert(std::is_convertible_v<View<float>, View<const float>>);
    static_assert(!std::is_convertible_v<View<const float>, View<float>>);
}

}  // namespace
}  // namespace gradus::test
