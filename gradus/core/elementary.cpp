// Each function is computed as the sum of two doubles, to more than 67 binary digits, and rounded once.
// Tables, made by the compiler from the series themselves, keep the series that are left short.

#include "gradus/core/elementary.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "gradus/core/exact.h"

namespace gradus {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

constexpr Pair operator+(Pair a, Pair b) {
    const Pair sum = sum_of(a.high, b.high);
    return sum_of_ordered(sum.high, sum.low + (a.low + b.low));
}
constexpr Pair operator-(Pair a) {
    return {-a.high, -a.low};
}
constexpr Pair operator*(Pair a, Pair b) {
    const Pair product = product_of(a.high, b.high);
    return sum_of_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}
constexpr Pair operator/(Pair a, double b) {  // long division, with two digits
    const double first = a.high / b;
    const Pair rest = a + -product_of(first, b);
    return sum_of_ordered(first, rest.high / b);
}

// --- e^x = 2^n 2^(i / 128) e^r

constexpr int exp_steps = 128;
// ln(2) / 128, first the digits whose product with the number of steps is exact
constexpr double exp_step = 0x1.62e42fef8p-8, exp_step_rest = 0x1.1cf79abc9e3b4p-43;

// 1 + x + x^2 / 2! + ... of |x| < 1
constexpr Pair exp_by_series(Pair x) {
    Pair sum{1}, term{1};
    for (int k = 1; k < 30; ++k) {
        term = term * x / k;
        sum = sum + term;
    }
    return sum;
}
constexpr auto roots_of_two = [] {
    std::array<Pair, exp_steps> table{};
    for (int i = 0; i < exp_steps; ++i)
        table[static_cast<std::size_t>(i)] =
            exp_by_series(product_of(i, exp_step) + product_of(i, exp_step_rest));
    return table;
}();

constexpr double power_of_two(int n) {  // -1022 <= n <= 1023
    return std::bit_cast<double>(static_cast<std::uint64_t>(n + 1023) << 52);
}

double exp_of(Pair x) {
    if (!(x.high < 710)) return x.high >= 710 ? infinity : x.high;
    if (x.high < -746) return 0;
    const double steps = std::floor(x.high * (1 / exp_step) + 0.5);
    const auto [r, r_low] = sum_of(x.high - steps * exp_step, -steps * exp_step_rest);
    const int whole = static_cast<int>(steps), i = whole & (exp_steps - 1), n = (whole - i) / exp_steps;
    const auto [root, root_low] = roots_of_two[static_cast<std::size_t>(i)];
    // e^r - 1 = r + rest, |r| < ln(2) / 256
    const double r2 = r * r;
    const double rest =
        (x.low + r_low) * (1 + r) +
        r2 * ((1.0 / 2 + r * (1.0 / 6)) + r2 * ((1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720)));
    const Pair more = product_of(root, r), sum = sum_of_ordered(root, more.high);
    const double y = sum.high + (sum.low + ((more.low + root_low) + (root * rest + root_low * r)));
    const int half = n / 2;  // 2^n as a whole may be too large or too small
    return y * power_of_two(half) * power_of_two(n - half);
}

// --- log x = k log 2 + log c + log(1 + f), where x = 2^k m, c = i / 128 is near m, and f = m / c - 1

constexpr int log_steps = 128, log_first = 91, log_last = 181;  // 1 / sqrt 2 < c < sqrt 2
// log 2, first the digits whose product with k is exact
constexpr double ln2 = 0x1.62e42fefa38p-1, ln2_rest = 0x1.ef35793c7673p-45;

struct LogStep {
    double inverse;  // of c, in 24 digits: its products with halves of a number are exact
    Pair log;        // of 1 / inverse
};
// log x = 2 (s + s^3 / 3 + s^5 / 5 + ...), s = (x - 1) / (x + 1), of x so short that x + 1 is exact
constexpr Pair log_by_series(double x) {
    const Pair s = sum_of(x, -1) / (x + 1), s2 = s * s;
    Pair sum = s, power = s;
    for (int k = 3; k < 50; k += 2) {
        power = power * s2;
        sum = sum + power / k;
    }
    return {2 * sum.high, 2 * sum.low};
}
constexpr auto log_table = [] {
    std::array<LogStep, log_last - log_first + 1> table{};
    for (int i = log_first; i <= log_last; ++i) {
        const float inverse = float(log_steps) / static_cast<float>(i);
        table[static_cast<std::size_t>(i - log_first)] = {inverse, -log_by_series(inverse)};
    }
    return table;
}();

// x = 2^k m with 1 / sqrt 2 < m < sqrt 2, of a finite x > 0
struct Parts {
    double k, m;
};
Parts parts_of(double x) {
    int k = -1023;
    if (x < std::numeric_limits<double>::min()) {
        x *= 0x1p54;
        k -= 54;
    }
    constexpr std::uint64_t digits = (std::uint64_t{1} << 52) - 1;
    const auto bits = std::bit_cast<std::uint64_t>(x);
    const double m = std::bit_cast<double>((bits & digits) | std::bit_cast<std::uint64_t>(1.0));
    k += static_cast<int>(bits >> 52);
    return m < 1.4142135 ? Parts{double(k), m} : Parts{double(k + 1), m / 2};
}

// Of a finite x > 0. The larger parts are added exactly, the smaller ones to one double's precision.
Pair log_of(double x) {
    const auto [k, m] = parts_of(x);
    const auto i = static_cast<std::size_t>(m * log_steps + 0.5);  // NOLINT(bugprone-incorrect-roundings)
    const auto& [inverse, log] = log_table[i - log_first];
    const double m_high = upper(m);
    const auto [f, f_low] = sum_of(m_high * inverse - 1, (m - m_high) * inverse);
    const double f2 = f * f;
    const double cubic =
        f * f2 *
        ((1.0 / 3 - f * (1.0 / 4)) + f2 * ((1.0 / 5 - f * (1.0 / 6)) + f2 * (1.0 / 7 - f * (1.0 / 8))));
    const Pair square = product_of(f, f);
    const Pair near_zero = sum_of_ordered(f, -0.5 * square.high);
    const Pair most = sum_of_ordered(k * ln2, log.high), sum = sum_of(most.high, near_zero.high);
    return sum_of_ordered(
        sum.high, sum.low + ((most.low + near_zero.low) +
                             (((k * ln2_rest + log.low) + (f_low * (1 - f) - 0.5 * square.low)) + cubic)));
}

// --- sin(c + d) = sin c cos d + cos c sin d, where c = i / 128 is near the angle

constexpr int turn_steps = 128, turn_last = 101;  // up to pi / 4
// pi / 2, first the digits whose product with the number of quarters is exact
constexpr double quarter_turn = 0x1.921fb544p+0, quarter_rest = 0x1.0b4611a626331p-34,
                 quarter_rest_low = 0x1.1701b839a2520p-88;

struct Turn {
    Pair sine, cosine;
};
// x - x^3 / 3! + x^5 / 5! - ... and 1 - x^2 / 2! + x^4 / 4! - ..., |x| < 1
constexpr Turn turn_by_series(double x) {
    Turn sums{.sine = {0}, .cosine = {1}};
    Pair term{1};
    for (int k = 1; k < 28; ++k) {
        term = term * Pair{x} / k;
        Pair& sum = k % 2 == 0 ? sums.cosine : sums.sine;
        sum = sum + (k % 4 < 2 ? term : -term);
    }
    return sums;
}
constexpr auto turns = [] {
    std::array<Turn, turn_last + 1> table{};
    for (int i = 0; i <= turn_last; ++i)
        table[static_cast<std::size_t>(i)] = turn_by_series(double(i) / turn_steps);
    return table;
}();

// The sine of angle + quarters pi / 2.
double sine_of(double angle, int quarters) {
    if (!(std::abs(angle) <= 0x1p20)) return not_a_number;
    const double n = std::floor(angle * (1 / quarter_turn) + 0.5);
    const Pair rest = product_of(n, quarter_rest);
    Pair a = sum_of(angle - n * quarter_turn, -rest.high) + Pair{-rest.low - n * quarter_rest_low};
    const bool below = a.high < 0;
    if (below) a = -a;
    const double i = std::floor(a.high * turn_steps + 0.5);
    const auto [sine, cosine] = turns[static_cast<std::size_t>(i)];
    const double d = a.high - i / turn_steps, d2 = d * d;
    // sin d = d + sine_rest, cos d = 1 + cosine_rest, |d| < 1 / 255
    const double sine_rest = a.low + d * d2 * (-1.0 / 6 + d2 * (1.0 / 120 + d2 * (-1.0 / 5040)));
    const double cosine_rest = d2 * (-1.0 / 2 + d2 * (1.0 / 24 + d2 * (-1.0 / 720)));
    const unsigned quarter = static_cast<unsigned>(static_cast<int>(n) + quarters) & 3;
    const bool swapped = quarter % 2 == 1;  // sin(x + pi / 2) = cos x
    const Pair start = swapped ? cosine : sine, slope = swapped ? -sine : cosine;
    const Pair more = product_of(slope.high, d), sum = sum_of(start.high, more.high);
    const double y = sum.high + (sum.low + ((more.low + start.low) + (slope.high * sine_rest + slope.low * d +
                                                                      start.high * cosine_rest)));
    return (quarter >= 2) != (!swapped && below) ? -y : y;
}

}  // namespace

double exp(double x) {
    return exp_of({x});
}

double log(double x) {
    if (x == 0) return -infinity;
    if (!(x > 0)) return not_a_number;
    return x < infinity ? log_of(x).high : x;
}

double pow(double base, double exponent) {
    if (exponent == 0 || base == 1) return 1;
    if (!(base >= 0) || exponent != exponent) return not_a_number;
    if (base == 0 || base == infinity) return (exponent > 0) == (base > 0) ? infinity : 0;
    const Pair log = log_of(base);
    const double logarithm = exponent * log.high;
    if (std::abs(logarithm) > 1000) return exp_of({logarithm});
    return exp_of(log * Pair{exponent});
}

double sin(double angle) {
    return angle == 0 ? angle : sine_of(angle, 0);
}

double cos(double angle) {
    return sine_of(angle, 1);
}

}  // namespace gradus
