// The truth is std::fma.
#include "gradus/core/exact.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "gradus/core/random.h"

namespace gradus::test {
namespace {

template <class T>
class Exact : public testing::Test {
protected:
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;

    static Bits bits(T x) { return std::bit_cast<Bits>(x); }

    void expect_fused(T a, T b, T c) {
        const T expected = std::fma(a, b, c), actual = fused(a, b, c);
        ASSERT_TRUE(bits(actual) == bits(expected) || (std::isnan(actual) && std::isnan(expected)))
            << std::hexfloat << a << " * " << b << " + " << c << " is " << actual << ", expected "
            << expected;
    }

    T any() {
        return std::bit_cast<T>(static_cast<Bits>(std::uint64_t{random_.bits()} << 32 | random_.bits()));
    }
    int up_to(int most) { return static_cast<int>(random_.uniform(0, most + 1)); }
    // Of all the digits that there are, between 2^-most and 2^most.
    T size(int most) {
        return std::ldexp(
            static_cast<T>(random_.uniform(-1, 1)) + static_cast<T>(random_.uniform(-1e-9, 1e-9)),
            up_to(2 * most) - most);
    }
    // A whole number of a few digits, scaled: exact results, and those half-way between two numbers.
    T short_number() { return std::ldexp(static_cast<T>(up_to(4095) - 2048), up_to(60) - 30); }

    RandomState random_{1};
};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(Exact, Precisions);

TYPED_TEST(Exact, FusedIsRoundedOnce) {
    using T = TypeParam;
    for (int i = 0; i < 200'000; ++i) {
        this->expect_fused(this->any(), this->any(), this->any());
        this->expect_fused(this->size(5), this->size(5), this->size(60));
        this->expect_fused(this->short_number(), this->short_number(), this->short_number());
        const T a = this->size(3), b = this->size(3);
        this->expect_fused(a, b, -a * b * (1 + T(this->up_to(8) - 4) * std::numeric_limits<T>::epsilon()));
        this->expect_fused(a, b, std::ldexp(a * b, this->up_to(130) - 65));
    }
}

TYPED_TEST(Exact, FusedKnowsTheEndsOfTheNumbers) {
    using T = TypeParam;
    using Limits = std::numeric_limits<T>;
    std::vector<T> ends;
    for (const T x : {T(0), T(1), Limits::infinity(), Limits::max(), Limits::min(), Limits::denorm_min(),
                      Limits::epsilon(), std::sqrt(Limits::min()), std::sqrt(Limits::max()), T(0.5),
                      1 - Limits::epsilon() / 2})
        for (const T signed_x : {x, -x})
            for (const T neighbour : {-Limits::infinity(), signed_x, Limits::infinity()})
                ends.push_back(std::nextafter(signed_x, neighbour));
    ends.push_back(Limits::quiet_NaN());
    for (const T a : ends)
        for (const T b : ends)
            for (const T c : ends) this->expect_fused(a, b, c);
}

// What the software is made of: high is the result rounded, low what that has cut off.
TEST(ExactPairs, AddUpToTheSumAndToTheProduct) {
    RandomState random(2);
    for (int i = 0; i < 100'000; ++i) {
        const double a = std::ldexp(random.randn(), static_cast<int>(random.uniform(-30, 30))),
                     b = random.randn();
        const auto [sum, sum_rest] = sum_of(a, b);
        const auto [product, product_rest] = product_of(a, b);
        ASSERT_EQ(sum, a + b);
        ASSERT_EQ(static_cast<long double>(sum) + sum_rest, static_cast<long double>(a) + b);
        ASSERT_EQ(product, a * b);
        ASSERT_EQ(product_rest, std::fma(a, b, -product));
    }
    EXPECT_EQ(odd_sum(1, 0x1p-60), 1 + 0x1p-52);
    EXPECT_EQ(odd_sum(1, -0x1p-60), 1 - 0x1p-53);
    EXPECT_EQ(odd_sum(1 + 0x1p-52, 0x1p-60), 1 + 0x1p-52);
    EXPECT_EQ(odd_sum(1, 0), 1);
}

}  // namespace
}  // namespace gradus::test
