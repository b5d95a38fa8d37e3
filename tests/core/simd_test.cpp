// The functions of gradus/core/simd/functions.h, by way of gradus/core/elementwise.h. The truth is <cmath> in
// a wider format: double for float, long double for double.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "gradus/core/elementwise.h"
#include "gradus/core/random.h"
#include "tests/support/compare.h"
#include "tests/support/targets.h"

namespace gradus::test {
namespace {

static_assert(std::numeric_limits<long double>::digits > std::numeric_limits<double>::digits);

template <class T>
using Wider = std::conditional_t<sizeof(T) == 4, double, long double>;

template <class W>
W sigmoid_truth(W x) {
    return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

template <class W>
W softplus_truth(W x) {
    return std::max(x, W(0)) + std::log1p(std::exp(-std::abs(x)));
}

// pi times what is left of |x| beyond n / 2; n counts quarters of a turn of pi x.
template <class W>
struct Quarters {
    int n;
    W angle;
};
template <class W>
Quarters<W> quarters_of(W x) {
    const W turn = std::fmod(std::abs(x), W(2)), n = std::nearbyint(2 * turn);
    return {static_cast<int>(n) % 4, (turn - n / 2) * std::acos(W(-1))};
}

template <class W>
W cospi_truth(W x) {
    if (!std::isfinite(x)) return std::numeric_limits<W>::quiet_NaN();
    const auto [n, angle] = quarters_of(x);
    const W y = n % 2 == 0 ? std::cos(angle) : -std::sin(angle);
    return (n >= 2 ? -y : y) + 0;
}

template <class W>
W sinpi_truth(W x) {
    if (!std::isfinite(x)) return std::numeric_limits<W>::quiet_NaN();
    const auto [n, angle] = quarters_of(x);
    const W y = n % 2 == 0 ? std::sin(angle) : std::cos(angle);
    return std::copysign(W(1), x) * ((n >= 2 ? -y : y) + 0);
}

// What rounding cuts off the product: the next two functions would magnify it a thousand times.
template <class W>
W cut_off(W x, W y) {
    return std::fma(x, y, -(x * y));
}

template <class W>
W normal_density_truth(W x) {
    if (std::abs(x) > 1000) return 0;
    return std::exp(-x * x / 2) * (1 - cut_off(x, x) / 2) / std::sqrt(2 * std::acos(W(-1)));
}

// erfc(z) / 2 of z = -x / sqrt(2), with the derivative -2 / sqrt(pi) e^(-z^2) of erfc for what z lacks.
template <class W>
W normal_cdf_truth(W x) {
    if (std::abs(x) > 1000) return x < 0 ? 0 : 1;
    const W half_root = std::sqrt(W(0.5)), z = -x * half_root;
    const W root_lacks = -(half_root * half_root - W(0.5) + cut_off(half_root, half_root)) / (2 * half_root);
    const W z_lacks = cut_off(-x, half_root) - x * root_lacks;
    return std::erfc(z) / 2 - std::exp(-z * z) / std::sqrt(std::acos(W(-1))) * z_lacks;
}

template <class T>
struct Function {
    const char* name;
    void (*f)(View<T>, View<const T>);
    Wider<T> (*truth)(Wider<T>);
    double bound;  // ulp, as at the function's declaration
};

template <class T>
auto functions() {
    return std::array<Function<T>, 12>{{
        {"exp", gradus::exp, std::exp, 1},
        {"expm1", gradus::expm1, std::expm1, 2},
        {"log", gradus::log, std::log, 1},
        {"log1p", gradus::log1p, std::log1p, 1},
        {"tanh", gradus::tanh, std::tanh, 3},
        {"sigmoid", gradus::sigmoid, sigmoid_truth<Wider<T>>, 2.5},
        {"softplus", gradus::softplus, softplus_truth<Wider<T>>, 2},
        {"sinpi", gradus::sinpi, sinpi_truth<Wider<T>>, 1.5},
        {"cospi", gradus::cospi, cospi_truth<Wider<T>>, 1.5},
        {"erf", gradus::erf, std::erf, 2},
        {"normal_cdf", gradus::normal_cdf, normal_cdf_truth<Wider<T>>, 4},
        {"normal_density", gradus::normal_density, normal_density_truth<Wider<T>>, 2},
    }};
}

// Zeros, infinities, NaN, the ends of the format, and numbers at which a function takes another way, each
// with its neighbours.
template <class T>
std::vector<T> special_numbers() {
    using Limits = std::numeric_limits<T>;
    const double seeds[] = {0,
                            Limits::denorm_min(),
                            Limits::min(),
                            Limits::max(),
                            Limits::infinity(),
                            Limits::epsilon(),
                            0.25,
                            0.5,
                            0.75,
                            1,
                            1.5,
                            2,
                            0.5 * std::log(2),
                            1.5 * std::log(2),
                            std::sqrt(0.5),
                            std::sqrt(2),
                            std::sqrt(2) - 1,
                            10,
                            0.55,
                            4,
                            14.2,
                            15,
                            16.6,
                            18,
                            20,
                            38,
                            38.5,
                            40,
                            87.33,
                            88.73,
                            89,
                            103.98,
                            110,
                            708.4,
                            709.79,
                            745.14,
                            800,
                            0.25 / Limits::epsilon(),
                            0.5 / Limits::epsilon(),
                            1 / Limits::epsilon()};
    std::vector<T> numbers{Limits::quiet_NaN()};
    for (const double seed : seeds)
        for (const T x : {static_cast<T>(seed), static_cast<T>(-seed)})
            for (const T neighbour : {-Limits::infinity(), x, Limits::infinity()})
                numbers.push_back(std::nextafter(x, neighbour));
    return numbers;
}

template <class T>
std::vector<T> numbers();

// Every 4099th of all there are.
template <>
std::vector<float> numbers() {
    std::vector<float> numbers = special_numbers<float>();
    for (std::uint64_t bits = 0; bits < std::uint64_t{1} << 32; bits += 4099)
        numbers.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    return numbers;
}

// Of every size there is, and more of those between which something happens.
template <>
std::vector<double> numbers() {
    std::vector<double> numbers = special_numbers<double>();
    RandomState random(1);
    for (int i = 0; i < 100'000; ++i) {
        const std::uint64_t high = random.bits();
        numbers.push_back(std::bit_cast<double>(high << 32 | random.bits()));
        const double sign = random.random_sample() < 0.5 ? -1 : 1;
        numbers.push_back(sign * std::exp2(random.uniform(-60, 11)));
        numbers.push_back(random.uniform(-40, 40));
    }
    return numbers;
}

// In units in the last place of the truth; infinity counts as the power of two that it stands for.
template <class T>
double error_in_ulp(T actual, Wider<T> truth) {
    using Limits = std::numeric_limits<T>;
    if (actual == static_cast<T>(truth)) return std::signbit(actual) == std::signbit(truth) ? 0 : INFINITY;
    if (std::isnan(actual) || std::isnan(truth))
        return std::isnan(actual) && std::isnan(truth) ? 0 : INFINITY;
    int exponent = 0;
    std::frexp(truth, &exponent);
    const Wider<T> above = std::ldexp(Wider<T>(1), Limits::max_exponent);
    const Wider<T> a = std::isinf(actual) ? std::copysign(above, Wider<T>(actual)) : Wider<T>(actual);
    const Wider<T> ulp = std::ldexp(Wider<T>(1), std::max(exponent, Limits::min_exponent) - Limits::digits);
    return static_cast<double>(std::abs(a - truth) / ulp);
}

template <class T>
std::vector<T> values(const Function<T>& function, const std::vector<T>& x) {
    std::vector<T> y(x.size());
    const auto count = static_cast<Index>(x.size());
    function.f(View<T>(y.data(), count, 1), View<const T>(x.data(), count, 1));
    return y;
}

template <class T>
class SimdFunctions : public testing::Test {};
using Precisions = testing::Types<float, double>;
TYPED_TEST_SUITE(SimdFunctions, Precisions);

TYPED_TEST(SimdFunctions, KeepTheirBoundsOnEveryInstructionSet) {
    using T = TypeParam;
    const std::vector<T> x = numbers<T>();
    for (const Function<T>& function : functions<T>()) {
        std::vector<Wider<T>> truth;
        for (const T number : x) truth.push_back(function.truth(number));
        on_each_target([&](std::int64_t /*target*/) {
            const std::vector<T> y = values(function, x);
            std::size_t worst = 0;
            std::vector<double> errors;
            for (std::size_t i = 0; i < x.size(); ++i) {
                errors.push_back(error_in_ulp(y[i], truth[i]));
                if (errors[i] > errors[worst]) worst = i;
            }
            EXPECT_LE(errors[worst], function.bound)
                << function.name << " of " << testing::PrintToString(x[worst]) << " is "
                << testing::PrintToString(y[worst]);
        });
    }
}

TYPED_TEST(SimdFunctions, HaveTheSameBitsOnAllInstructionSets) {
    using T = TypeParam;
    const std::vector<T> x = special_numbers<T>();
    for (const Function<T>& function : functions<T>()) {
        const std::vector<T> best = values(function, x);
        on_each_target([&](std::int64_t /*target*/) {
            EXPECT_TRUE(same_bits<T>(values(function, x), best)) << function.name;
        });
    }
}

// Registers are filled, partly filled, and wherever the numbers begin.
TYPED_TEST(SimdFunctions, DoNotDependOnWhereANumberStands) {
    using T = TypeParam;
    const std::vector<T> x = special_numbers<T>();
    on_each_target([&](std::int64_t /*target*/) {
        for (const Function<T>& function : functions<T>()) {
            const std::vector<T> expected = values(function, x);
            for (std::size_t begin = 0; begin < 20; ++begin)
                for (std::size_t end = begin; end < begin + 40; ++end) {
                    std::vector<T> y = x;
                    const View<T> part(y.data() + begin, static_cast<Index>(end - begin), 1);
                    function.f(part, part);  // in place
                    std::vector<T> beside = x;
                    std::copy(expected.begin() + begin, expected.begin() + end, beside.begin() + begin);
                    ASSERT_TRUE(same_bits<T>(y, beside)) << function.name << ", " << begin << " to " << end;
                }
        }
    });
}

}  // namespace
}  // namespace gradus::test
