#include "gradus/core/product.h"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"
#include "tests/support/targets.h"

namespace gradus::test {
namespace {

template <class T>
using Dynamic = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic>;

template <class T>
Dynamic<T> to_eigen(View<const T> M) {
    const Eigen::Map<const Dynamic<T>, 0, Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>> map(
        M.data(), M.rows(), M.columns(), {M.column_step(), M.row_step()});
    return map;
}

// |C - (before + A B)| is at most a few roundings of each term: K eps (|before| + |A| |B|), element by
// element.
template <class T>
testing::AssertionResult is_sum(View<const T> C, View<const T> before, View<const T> A, View<const T> B) {
    const auto numbers = [](View<const T> M) { return Dynamic<double>(to_eigen(M).template cast<double>()); };
    const Dynamic<double> a = numbers(A), b = numbers(B), c = numbers(C), c0 = numbers(before);
    const Dynamic<double> error = (c - (c0 + a * b)).cwiseAbs();
    const Dynamic<double> bound = double(A.columns() + 1) * double(std::numeric_limits<T>::epsilon()) *
                                  (c0.cwiseAbs() + a.cwiseAbs() * b.cwiseAbs());
    for (Index j = 0; j < c.cols(); ++j)
        for (Index i = 0; i < c.rows(); ++i)
            if (!(error(i, j) <= bound(i, j)))
                return testing::AssertionFailure()
                       << A.rows() << 'x' << A.columns() << " times " << B.rows() << 'x' << B.columns()
                       << ": C[" << i + 1 << ',' << j + 1 << "] is off by " << error(i, j);
    return testing::AssertionSuccess();
}
template <class T>
testing::AssertionResult is_product(View<const T> C, View<const T> A, View<const T> B) {
    return is_sum<T>(C, Matrix<T>(C.rows(), C.columns()), A, B);
}

// C + A B as the header promises it: k = 0 .. K-1, in this order. Fused: one rounding for each term.
template <class T>
Matrix<T> sum_in_order(Matrix<T> C, View<const T> A, View<const T> B, bool fused) {
    for (Index j = 0; j < C.columns(); ++j)
        for (Index i = 0; i < C.rows(); ++i)
            for (Index k = 0; k < A.columns(); ++k)
                C(i, j) = fused ? std::fma(A(i, k), B(k, j), C(i, j)) : C(i, j) + A(i, k) * B(k, j);
    return C;
}

// Numbers between which a view of any strides is laid out; those that it leaves out must not matter.
template <class T>
class Field {
public:
    Field(Index rows, Index columns, RandomState& random) : random_(random) {
        const Index gap = below(3), other_gap = below(3);
        switch (below(4)) {
            case 0:  // a matrix
                view_ = {nullptr, rows, columns, 1, rows};
                break;
            case 1:  // a part of a larger matrix
                view_ = {nullptr, rows, columns, 1, rows + gap};
                break;
            case 2:  // transposed, a part
                view_ = {nullptr, rows, columns, columns + gap, 1};
                break;
            default:  // neither rows nor columns follow each other
                view_ = {nullptr, rows, columns, 1 + gap, rows * (1 + gap) + other_gap};
        }
        allocate();
    }

    // Overlapping columns: each begins before the last one ends, or where it begins.
    static Field overlapping(Index rows, Index columns, RandomState& random) {
        Field field(random);
        const Index row_step = 1 + field.below(2);
        field.view_ = {nullptr, rows, columns, row_step, field.below(static_cast<int>(rows * row_step) + 1)};
        field.allocate();
        return field;
    }

    [[nodiscard]] View<T> view() {
        return {numbers_.data(), view_.rows(), view_.columns(), view_.row_step(), view_.column_step()};
    }

private:
    explicit Field(RandomState& random) : random_(random) {}
    Index below(int n) { return static_cast<Index>(random_.random_sample() * n); }
    void allocate() {
        const Index last = view_.empty() ? 0
                                         : (view_.rows() - 1) * view_.row_step() +
                                               (view_.columns() - 1) * view_.column_step();
        numbers_ = random_matrix<T>(last + 1, 1, random_);
    }

    RandomState& random_;
    View<T> view_;
    Matrix<T> numbers_;
};

Index random_size(RandomState& random) {
    constexpr Index edges[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33};
    const double r = random.random_sample();
    if (r < 0.6) return edges[static_cast<std::size_t>(random.random_sample() * std::size(edges))];
    return static_cast<Index>(random.random_sample() * (r < 0.9 ? 40 : r < 0.995 ? 100 : 300));
}

template <class T>
class Product : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Product, Precisions);

TYPED_TEST(Product, AgreesWithEigenForRandomShapesAndStrides) {
    using T = TypeParam;
    RandomState random(1);
    for (int trial = 0; trial < 3000; ++trial) {
        const Index M = random_size(random), N = random_size(random), K = random_size(random);
        Field<T> C(M, N, random), A(M, K, random), B(K, N, random);
        product(C.view(), A.view(), B.view());
        ASSERT_TRUE(is_product<T>(C.view(), A.view(), B.view())) << "trial " << trial;
    }
}

TYPED_TEST(Product, IsAddedToWhatWasThere) {
    using T = TypeParam;
    RandomState random(10);
    for (int trial = 0; trial < 2000; ++trial) {
        const Index M = random_size(random), N = random_size(random), K = random_size(random);
        Field<T> C(M, N, random), A(M, K, random), B(K, N, random);
        const Matrix<T> before = copy<T>(C.view());
        add_product(C.view(), A.view(), B.view());
        ASSERT_TRUE(is_sum<T>(C.view(), before, A.view(), B.view())) << "trial " << trial;
    }
}

template <class T>
void mean_product(View<T> C, View<const T> A, View<const T> B, Rounding rounding = Rounding::fastest) {
    product(C, A, B, SumEnds{.divisor = A.columns()}, rounding);
}

// To the bit: what becomes of the sum is one division.
TYPED_TEST(Product, MayBeTheMean) {
    using T = TypeParam;
    RandomState random(13);
    for (int trial = 0; trial < 2000; ++trial) {
        const Index M = random_size(random), N = random_size(random), K = 1 + random_size(random);
        Field<T> C(M, N, random), A(M, K, random), B(K, N, random);
        Matrix<T> expected(M, N);
        product(expected, A.view(), B.view());
        for (Index j = 0; j < N; ++j)
            for (Index i = 0; i < M; ++i) expected(i, j) /= static_cast<T>(K);
        mean_product<T>(C.view(), A.view(), B.view());
        ASSERT_TRUE(same_bits(copy<T>(C.view()), expected)) << "trial " << trial;
    }
}

// As several callers who hand it on.
TYPED_TEST(Product, HasTheSameBitsWhereverItsSumsAreCut) {
    using T = TypeParam;
    RandomState random(17);
    for (int trial = 0; trial < 400; ++trial) {
        const Index M = 1 + random_size(random), N = 1 + random_size(random), K = 1 + random_size(random);
        const auto A = random_matrix<T>(M, K, random), B = random_matrix<T>(K, N, random);
        for (const Rounding rounding : {Rounding::fastest, Rounding::once}) {
            Matrix<T> whole(M, N), handed_on(M, N);
            mean_product<T>(whole.view(), A, B, rounding);
            Index from = 0;
            for (const Index to : {static_cast<Index>(random.random_sample() * double(K)), K}) {
                if (to == 0) continue;
                product(handed_on.view(), A.view().columns({from, to}), B.view().rows({from, to}),
                        SumEnds{.go_on = from > 0, .divisor = to == K ? K : 1}, rounding);
                from = to;
            }
            ASSERT_TRUE(same_bits(handed_on, whole)) << "trial " << trial;
        }
    }
}

TYPED_TEST(Product, AgreesWithEigenForOverlappingFactors) {
    using T = TypeParam;
    RandomState random(2);
    for (int trial = 0; trial < 500; ++trial) {
        const Index M = random_size(random), N = random_size(random), K = random_size(random);
        Field<T> C(M, N, random), A(M, K, random), B = Field<T>::overlapping(K, N, random);
        product(C.view(), A.view(), B.view());
        ASSERT_TRUE(is_product<T>(C.view(), A.view(), B.view())) << "trial " << trial;
        Field<T> D(N, M, random);  // on the left, transposed
        product(D.view(), B.view().transposed(), A.view().transposed());
        ASSERT_TRUE(is_product<T>(D.view(), B.view().transposed(), A.view().transposed()))
            << "trial " << trial;
    }
}

TYPED_TEST(Product, MayMultiplyAMatrixByItself) {
    using T = TypeParam;
    const auto A = random_matrix<T>(6, 6, 3U);
    Matrix<T> C(6, 6);
    product(C, A, A);
    EXPECT_TRUE(is_product<T>(C, A, A));
    product(C, A, A.view().transposed());
    EXPECT_TRUE(is_product<T>(C, A, A.view().transposed()));
}

// Ranges that cover 0 .. size, each of up to `longest`.
std::vector<Range> pieces(Index size, int longest, RandomState& random) {
    std::vector<Range> ranges;
    for (Index begin = 0, end = 0; begin < size; begin = end) {
        end = std::min(size, begin + 1 + static_cast<Index>(random.random_sample() * longest));
        ranges.push_back({begin, end});
    }
    return ranges;
}

// One after the other, as whoever divides the rows or the columns of C among several callers.
template <class T>
void expect_same_bits_divided(View<const T> A, View<const T> B, int longest, RandomState& random) {
    const Index M = A.rows(), N = B.columns();
    const auto before = random_matrix<T>(M, N, random);
    Matrix<T> whole(M, N), by_rows(M, N), by_columns(M, N), by_cells(M, N), sum = before, divided = before;
    Matrix<T> mean(M, N), mean_by_cells(M, N);
    product(whole, A, B);
    add_product(sum, A, B);
    mean_product<T>(mean.view(), A, B);
    for (const Range rows : pieces(M, longest, random)) {
        product(by_rows.view().rows(rows), A.rows(rows), B);
        for (const Range columns : pieces(N, longest, random)) {
            product(by_cells.view().rows(rows).columns(columns), A.rows(rows), B.columns(columns));
            add_product(divided.view().rows(rows).columns(columns), A.rows(rows), B.columns(columns));
            mean_product<T>(mean_by_cells.view().rows(rows).columns(columns), A.rows(rows),
                            B.columns(columns));
        }
    }
    for (const Range columns : pieces(N, longest, random))
        product(by_columns.view().columns(columns), A, B.columns(columns));
    ASSERT_TRUE(same_bits(by_rows, whole));
    ASSERT_TRUE(same_bits(by_columns, whole));
    ASSERT_TRUE(same_bits(by_cells, whole));
    ASSERT_TRUE(same_bits(divided, sum));
    ASSERT_TRUE(same_bits(mean_by_cells, mean));
}

TYPED_TEST(Product, HasTheSameBitsHoweverItIsDivided) {
    using T = TypeParam;
    RandomState random(4);
    for (int trial = 0; trial < 3000; ++trial) {
        SCOPED_TRACE(trial);
        const Index M = 1 + random_size(random), N = 1 + random_size(random), K = 1 + random_size(random);
        Field<T> A(M, K, random), B(K, N, random);
        expect_same_bits_divided<T>(A.view(), B.view(), 20, random);
        if (testing::Test::HasFatalFailure()) return;
    }
}

// So deep and so wide that some parts are packed, and others are not.
TYPED_TEST(Product, HasTheSameBitsHoweverItIsDividedWhenItIsDeep) {
    using T = TypeParam;
    on_each_target([](std::int64_t target) {
        RandomState random(11);
        const auto up_to = [&random](int most) {
            return 1 + static_cast<Index>(random.random_sample() * most);
        };
        for (int trial = 0; trial < (fuses(target) ? 100 : 10); ++trial) {
            SCOPED_TRACE(trial);
            const Index M = up_to(100), N = up_to(100), K = 200 + up_to(1300);
            Field<T> A(M, K, random), B(K, N, random);
            expect_same_bits_divided<T>(A.view(), B.view(), 90, random);
            if (testing::Test::HasFatalFailure()) return;
        }
    });
}

// Where there are no vectors floats are always rounded once.
template <class T>
bool rounds_once(std::int64_t target) {
    return fuses(target) || (sizeof(T) == sizeof(float) && target >= HWY_EMU128);
}

// Hence all machines with fused multiply-add agree.
TYPED_TEST(Product, HasTheBitsOfASumInOrderOnEveryInstructionSet) {
    using T = TypeParam;
    on_each_target([](std::int64_t target) {
        RandomState random(12);
        for (int trial = 0; trial < 1000; ++trial) {
            const Index M = random_size(random), N = random_size(random);
            const Index K = trial % 20 == 0 ? 500 + 2 * random_size(random) : random_size(random);
            Field<T> A(M, K, random), B(K, N, random), C(M, N, random);
            const Matrix<T> before = copy<T>(C.view());
            add_product(C.view(), A.view(), B.view());
            ASSERT_TRUE(same_bits(copy<T>(C.view()),
                                  sum_in_order<T>(before, A.view(), B.view(), rounds_once<T>(target))))
                << "trial " << trial;
            product(C.view(), A.view(), B.view());
            ASSERT_TRUE(same_bits(copy<T>(C.view()), sum_in_order<T>(Matrix<T>(M, N), A.view(), B.view(),
                                                                     rounds_once<T>(target))))
                << "trial " << trial;
        }
    });
}

// Small layers ask for it: a machine without fused multiply-add agrees with the others.
TYPED_TEST(Product, RoundsOnceOnEveryInstructionSetWhereItIsAsked) {
    using T = TypeParam;
    on_each_target([](std::int64_t /*target*/) {
        RandomState random(13);
        for (int trial = 0; trial < 200; ++trial) {
            SCOPED_TRACE(trial);
            const Index M = random_size(random), N = random_size(random), K = 1 + random_size(random);
            Field<T> A(M, K, random), B(K, N, random), C(M, N, random);
            const Matrix<T> before = copy<T>(C.view());
            add_product(C.view(), A.view(), B.view(), Rounding::once);
            ASSERT_TRUE(same_bits(copy<T>(C.view()), sum_in_order<T>(before, A.view(), B.view(), true)));
            Matrix<T> sum = sum_in_order<T>(Matrix<T>(M, N), A.view(), B.view(), true);
            product(C.view(), A.view(), B.view(), Rounding::once);
            ASSERT_TRUE(same_bits(copy<T>(C.view()), sum));
            for (Index j = 0; j < N; ++j)
                for (Index i = 0; i < M; ++i) sum(i, j) /= static_cast<T>(K);
            mean_product<T>(C.view(), A.view(), B.view(), Rounding::once);
            ASSERT_TRUE(same_bits(copy<T>(C.view()), sum));
        }
    });
}

// A double holds the product of two floats, but not this sum: that is rounded to the middle between two
// floats, and from there to the wrong one.
TEST(ProductOfFloats, IsNotRoundedTwiceInTheMiddleBetweenTwoFloats) {
    on_each_target([](std::int64_t /*target*/) {
        const Matrix<float> A{{0x1.000002p-12F}}, B{{0x1.fffffcp-13F}};
        for (const float c : {0x1.000002p0F, -0x1.000002p0F, 0x1p0F}) {
            Matrix<float> C{{c}};
            add_product(C.view(), A.view(), B.view(), Rounding::once);
            EXPECT_EQ(C(0, 0), std::fma(A(0, 0), B(0, 0), c));
        }
        Matrix<float> tiny{{0x1p-149F}};
        add_product(tiny.view(), Matrix<float>{{0x1.8p-75F}}.view(), Matrix<float>{{0x1.000002p-75F}}.view(),
                    Rounding::once);
        EXPECT_EQ(tiny(0, 0), std::fma(0x1.8p-75F, 0x1.000002p-75F, 0x1p-149F));
    });
}

TYPED_TEST(Product, HasTheSameBitsForAnyLayoutOfTheSameNumbers) {
    using T = TypeParam;
    RandomState random(5);
    for (int trial = 0; trial < 200; ++trial) {
        const Index M = 1 + random_size(random), N = 1 + random_size(random), K = random_size(random);
        Field<T> A(M, K, random), B(K, N, random), C(M, N, random);
        Matrix<T> plain(M, N);
        product(plain, copy<T>(A.view()), copy<T>(B.view()));
        product(C.view(), A.view(), B.view());
        ASSERT_TRUE(same_bits(copy<T>(C.view()), plain)) << "trial " << trial;
    }
}

TYPED_TEST(Product, OverwritesWhatWasThere) {
    using T = TypeParam;
    const Matrix<T> A{{1, 2}, {3, 4}}, B{{5, 6}, {7, 8}};
    Matrix<T> C(2, 2);
    std::fill_n(C.data(), 4, std::numeric_limits<T>::quiet_NaN());
    product(C, A, B);
    EXPECT_EQ(C, (Matrix<T>{{19, 22}, {43, 50}}));
}

TYPED_TEST(Product, IsZeroWhenThereIsNothingToSum) {
    using T = TypeParam;
    Matrix<T> C{{1, 2}, {3, 4}};
    product(C, Matrix<T>(2, 0), Matrix<T>(0, 2));
    EXPECT_EQ(C, Matrix<T>(2, 2));
}

TYPED_TEST(Product, WritesNothingBesideItsView) {
    using T = TypeParam;
    for (Index rows = 1; rows < 20; ++rows) {
        const auto A = random_matrix<T>(rows, 5, 6U), B = random_matrix<T>(5, 7, 7U);
        Matrix<T> C(rows + 2, 9);
        std::fill_n(C.data(), C.rows() * C.columns(), T(9));
        product(C.view().rows({1, rows + 1}).columns({1, 8}), A, B);
        for (Index j = 0; j < C.columns(); ++j)
            for (Index i = 0; i < C.rows(); ++i) {
                const bool inside = 1 <= i && i <= rows && 1 <= j && j < 8;
                ASSERT_EQ(C(i, j) == T(9), !inside) << rows << " rows, at " << i << ", " << j;
            }
    }
}

TYPED_TEST(Product, LetsANanThroughAndOnlyWhereItBelongs) {
    using T = TypeParam;
    auto A = random_matrix<T>(5, 4, 8U);
    const auto B = random_matrix<T>(4, 3, 9U);
    A(2, 1) = std::numeric_limits<T>::quiet_NaN();
    Matrix<T> C(5, 3);
    product(C, A, B);
    for (Index i = 0; i < 5; ++i)
        for (Index j = 0; j < 3; ++j) EXPECT_EQ(std::isnan(C(i, j)), i == 2);
}

}  // namespace
}  // namespace gradus::test
