// What does rounding cut off a sum or a product? A double as well; so that more than a double is known.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace gradus {

/// high + low, where high is nearly all of it.
struct Pair {
    double high;
    double low = 0;
};

/// a + b exactly, for |a| >= |b| (Dekker 1971), and for any two (Moller 1965, Knuth).
constexpr Pair sum_of_ordered(double a, double b) {
    const double high = a + b;
    return {high, b - (high - a)};
}
constexpr Pair sum_of(double a, double b) {
    const double high = a + b, of_b = high - a;
    return {high, (a - (high - of_b)) + (b - of_b)};
}

/// The upper 26 binary digits of a, for |a| < 2^996 (Veltkamp 1968).
constexpr double upper(double a) {
    const double scaled = 0x8000001p0 * a;
    return scaled - (scaled - a);
}
/// a b exactly, where no part of it is too large or too small for a double (Dekker 1971).
constexpr Pair product_of(double a, double b) {
    const double high = a * b, a_high = upper(a), b_high = upper(b);
    const double a_low = a - a_high, b_low = b - b_high;
    return {high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low};
}

/// a + b rounded to odd: where it is no double, to that of its two neighbours whose last digit is 1. When
/// that is rounded once more, to fewer digits, the result is as if it had been rounded once.
inline double odd_sum(double a, double b) {
    const auto [sum, rest] = sum_of(a, b);
    auto bits = std::bit_cast<std::int64_t>(sum);
    if ((rest < 0 || rest > 0) && bits % 2 == 0) bits += (rest > 0) == (sum > 0) ? 1 : -1;
    return std::bit_cast<double>(bits);
}

/// a b + c, rounded once, for a machine without fused multiply-add (Boldo and Melquiond 2008, "Emulation of
/// FMA and correctly rounded sums: proved algorithms using rounding to odd"). Where their pieces would be too
/// large or too small, the standard library is asked: it computes digit by digit, and more slowly.
inline double fused(double a, double b, double c) {
    const double product = a * b;
    const auto fits = [](double x) { return std::abs(x) < 0x1p900 && std::abs(x) > 0x1p-900; };
    if (fits(a) && fits(b) && fits(product) && (c == 0 || fits(c))) {
        const auto [u_high, u_low] = product_of(a, b);
        const auto [t_high, t_low] = sum_of(c, u_low);
        const auto [v_high, v_low] = sum_of(u_high, t_high);
        return v_high + odd_sum(t_low, v_low);
    }
    if (a == 0 || b == 0) return product + c;
    return std::fma(a, b, c) * 1;  // where denormal numbers are flushed to zero, this one is as well
}

/// The same of floats: their product is a double.
inline float fused(float a, float b, float c) {
    return static_cast<float>(odd_sum(double(a) * double(b), c));
}

}  // namespace gradus
