// What are exp, log, tanh, cos, ... of a register full of numbers? Each is right for every number there is:
// NaN gives NaN, infinities and zeros give what they should, too large gives infinity, too small fades out
// through the denormal numbers.
//
// The bound at each function holds for float and double on every instruction set: units in the last place of
// the result that its test (tests/core/simd_test.cpp) allows, and the largest error found in 30 million
// numbers. All machines give the same bits. The polynomials are ours, computed by
// scripts/minimax; the comments name the methods.
#if defined(GRADUS_MATH_SIMD_FUNCTIONS_H) == defined(HWY_TARGET_TOGGLE)
#ifdef GRADUS_MATH_SIMD_FUNCTIONS_H
#undef GRADUS_MATH_SIMD_FUNCTIONS_H
#else
#define GRADUS_MATH_SIMD_FUNCTIONS_H
#endif

#include <cstdint>

#include "gradus/core/simd/numbers.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {

/// What the functions know of a number format, and their coefficients in it.
template <class T>
struct Constants;

template <>
struct Constants<double> {
    using Bits = std::uint64_t;
    static constexpr int mantissa = 52, bias = 1023;
    static constexpr double ln2_high = 0.69314718056011770386, ln2_low = -1.7239444525614834793e-13;
    static constexpr double exp_limit = 800, expm1_most = 709.79, expm1_least = -38, tanh_limit = 20,
                            tail_limit = 40;
    // (e^r - 1 - r) / r^2, |r| < ln(2) / 2
    static constexpr double exp[] = {0.50000000000000056,   0.16666666666666588,   0.041666666666576785,
                                     0.0083333333333894793, 0.0013888888931556391, 0.00019841269719149288,
                                     2.4801505283700113e-5, 2.7557407445535993e-6, 2.7626034027203117e-7,
                                     2.5053794479211485e-8};
    // (log((1 + s) / (1 - s)) - 2 s) / s^3 of s^2, 1 / sqrt 2 < (1 + s) / (1 - s) < sqrt 2
    static constexpr double log[] = {0.6666666666666734,  0.39999999999414471, 0.2857142874243786,
                                     0.22222198567696411, 0.18183564628337437, 0.1531404236089757,
                                     0.1479603655528029};
    // erf(x) / x - 1 of x^2, |x| < 1
    static constexpr double erf[] = {0.12837916709551259,    -0.37612638903183793,   0.11283791670956275,
                                     -0.026866170645273905,  0.0052239776263777894,  -0.00085483270572352154,
                                     0.0001205533355910763,  -1.4925648010394581e-5, 1.6461770863985435e-6,
                                     -1.6357834989911688e-7, 1.4706795417801246e-8,  -1.154296478644737e-9,
                                     6.2280990695338227e-11};
    // (sin(pi x) / x - pi) / x^2 and (cos(pi x) - 1) / x^2 of x^2, |x| < 1/4
    static constexpr double pi = 3.1415926535897931, pi_low = 1.2246467991473532e-16;
    static constexpr double sinpi[] = {-5.1677127800499587,  2.5501640398739136,     -0.59926452896801274,
                                       0.082145869910290492, -0.0073700306452968763, 0.00046157522340131241};
    static constexpr double cospi[] = {-4.934802200544679,     4.0587121264167489,    -1.3352627688520042,
                                       0.23533063019290859,    -0.025806885671108063, 0.0019294657195112015,
                                       -0.00010356657039826146};
    // (a + 4) Phi(-a) e^(a^2 / 2) of t = (a - 4) / (a + 4), 0 <= a < 38.7
    static constexpr double tail_first = 0.75528513041575152, tail_first_low = -3.6902687353437338e-17;
    static constexpr double tail[] = {
        -0.60789664197189208,    0.38713740074221942,    -0.18652185795966594,  0.060396574890670254,
        -0.0075401889664181952,  -0.0034796923616843968, 0.0016308184530239994, 0.00013334424927338124,
        -0.00023109490156130507, -1.9078480105488507e-6, 3.5144558629568291e-5, 7.1498811784860538e-7,
        -5.9199754978931035e-6,  -6.2525034903470555e-7, 1.0217836370132295e-6, 2.6417103156446106e-7,
        -1.5649903158624954e-7,  -7.7204244238256094e-8, 1.6003256911730512e-8, 1.4600161258950828e-8,
        -3.1898612877467991e-10, -1.1874426091036955e-9};
};

template <>
struct Constants<float> {
    using Bits = std::uint32_t;
    static constexpr int mantissa = 23, bias = 127;
    static constexpr float ln2_high = 0.693145751953125F, ln2_low = 1.428606765330187045e-6F;
    static constexpr double exp_limit = 110, expm1_most = 89, expm1_least = -18, tanh_limit = 10,
                            tail_limit = 15;
    static constexpr float exp[] = {0.49999997F, 0.166665435F, 0.0416672006F, 0.00836651586F, 0.0013882448F};
    static constexpr float log[] = {0.666667759F, 0.399775416F, 0.298717469F};
    static constexpr float erf[] = {0.128379166F,   -0.37612626F,     0.112835854F,  -0.026853811F,
                                    0.00518832728F, -0.000801019312F, 7.85387092e-5F};
    static constexpr float pi = 3.14159274F, pi_low = -8.74227766e-8F;
    static constexpr float sinpi[] = {-5.16770887F, 2.54980516F, -0.589418769F};
    static constexpr float cospi[] = {-4.93480206F, 4.05870771F, -1.33505058F, 0.23136422F};
    static constexpr float tail_first = 0.755285144F, tail_first_low = -8.47038706e-9F;
    static constexpr float tail[] = {-0.607896566F,  0.387136906F,    -0.186523438F,
                                     0.0604038313F,  -0.007525275F,   -0.00351255829F,
                                     0.00156992825F, 0.000179362338F, -0.00013196902F};
};

namespace simd {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// c[0] + c[1] x + c[2] x^2 + ... + c[n-1] x^(n-1), halves side by side (Estrin 1960): the chain of dependent
/// steps is short.
template <std::size_t n, class T>
HWY_INLINE Numbers<T> estrin(const T* c, const Numbers<T> (&powers)[5]) {
    if constexpr (n == 1) {
        return Numbers<T>(hn::Set(Register<T>(), c[0]));
    } else {
        constexpr int level = n > 16 ? 4 : n > 8 ? 3 : n > 4 ? 2 : n > 2 ? 1 : 0;
        constexpr std::size_t low = std::size_t{1} << level;
        return mul_add(powers[level], estrin<n - low>(c + low, powers), estrin<low>(c, powers));
    }
}
template <std::size_t n, class T>
HWY_INLINE Numbers<T> polynomial(const T (&c)[n], Numbers<T> x) {
    const Numbers<T> x2 = x * x, x4 = x2 * x2, x8 = x4 * x4, x16 = x8 * x8;
    return estrin<n>(c, {x, x2, x4, x8, x16});
}

// Bits as numbers, and back.
template <class T>
HWY_INLINE auto bits(Numbers<T> x) {
    return hn::BitCast(hn::RebindToUnsigned<Register<T>>(), x.raw);
}
template <class T, class B>
HWY_INLINE Numbers<T> number(B bits) {
    return Numbers<T>(hn::BitCast(Register<T>(), bits));
}

// A whole number n is carried as n + 1.5 2^mantissa: its bits then end with those of n.
template <class T>
constexpr double whole = 1.5 * double(typename Constants<T>::Bits{1} << Constants<T>::mantissa);

/// 2^n of n + whole, for a normal result.
template <class T>
HWY_INLINE Numbers<T> power_of_two(Numbers<T> n) {
    return number<T>(hn::Add(hn::ShiftLeft<Constants<T>::mantissa>(bits(n)), bits(Numbers<T>(1))));
}

/// e^x = 2^n (1 + p): n to the nearest (Cody and Waite 1980), so that p = e^r - 1 with |r| < ln(2) / 2.
template <class T>
struct Exponential {
    Numbers<T> n_whole;  // n + whole
    Numbers<T> n;
    Numbers<T> p;
};
/// Of x + rest, where `rest` is what rounding has cut off x.
template <class T>
HWY_INLINE Exponential<T> exponential(Numbers<T> x, Numbers<T> rest = 0) {
    using C = Constants<T>;
    Exponential<T> e;
    e.n_whole = mul_add(x, 1.4426950408889634074, whole<T>);
    e.n = e.n_whole - whole<T>;
    const Numbers<T> high = neg_mul_add(e.n, C::ln2_high, x);  // exact: ln2_high ends with zeros
    const Numbers<T> low = neg_mul_add(e.n, C::ln2_low, rest);
    const Numbers<T> r = high + low;
    const Numbers<T> cut_off = (high - r) + low;
    e.p = r + mul_add(r * r, polynomial(C::exp, r), cut_off);
    return e;
}
/// 2^n in two factors: as a whole it may be too large or too small.
template <class T>
struct Power {
    Numbers<T> one, other;
};
template <class T>
HWY_INLINE Power<T> power(Exponential<T> e) {
    const Numbers<T> half_whole = mul_add(e.n, 0.5, whole<T>);
    return {.one = power_of_two(half_whole), .other = power_of_two(e.n_whole - (half_whole - whole<T>))};
}
/// y 2^n (1 + p)
template <class T>
HWY_INLINE Numbers<T> times(Numbers<T> y, Exponential<T> e) {
    const auto [one, other] = power(e);
    y = y * one;
    return mul_add(y, e.p, y) * other;
}
/// (y + rest) 2^n (1 + p), where `rest` is what rounding has cut off y.
template <class T>
HWY_INLINE Numbers<T> times(Numbers<T> y, Numbers<T> rest, Exponential<T> e) {
    const auto [one, other] = power(e);
    y = y * one;
    return (y + mul_add(y, e.p, rest * one)) * other;
}

/// u = 2^k (1 + f) with 1 / sqrt 2 <= 1 + f < sqrt 2, of a normal u.
template <class T>
struct Parts {
    Numbers<T> k, f;
};
template <class T>
HWY_INLINE Parts<T> parts(Numbers<T> u) {
    using C = Constants<T>;
    const auto one = bits(Numbers<T>(1)), sqrt_half = bits(Numbers<T>(0.7071067811865475244));
    const auto exponent = hn::ShiftRight<C::mantissa>(hn::Add(bits(u), hn::Sub(one, sqrt_half)));
    const auto m = hn::Add(hn::Sub(bits(u), hn::ShiftLeft<C::mantissa>(exponent)), one);
    constexpr double first = double(typename C::Bits{1} << C::mantissa);
    return {.k = number<T>(hn::Or(exponent, bits(Numbers<T>(first)))) - (first + C::bias),
            .f = number<T>(m) - 1};
}

/// log(2^k (1 + f + rest)) with s = f / (2 + f), log(1 + f) = log((1 + s) / (1 - s)) = 2 s + 2 s^3 / 3 + ...,
/// 2 s = f - s f (Ng 1993, in the order of FreeBSD's msun).
template <class T>
HWY_INLINE Numbers<T> logarithm(Parts<T> u, Numbers<T> rest = 0) {
    using C = Constants<T>;
    const Numbers<T> s = u.f / (u.f + 2), z = s * s, half_square = u.f * (u.f * 0.5);
    const Numbers<T> series = mul_add(z, polynomial(C::log, z), half_square);
    // rest / (1 + f), to first order; 1 / (1 + f) = (1 - s) / (1 + s)
    const Numbers<T> correction = rest * mul_add(s, mul_add(s, 2, -2), 1);
    const Numbers<T> low = mul_add(s, series, mul_add(u.k, C::ln2_low, correction));
    return mul_add(u.k, C::ln2_high, u.f - (half_square - low));
}

/// log(1 + x) of a finite x > -1.
template <class T>
HWY_INLINE Numbers<T> log1p_inside(Numbers<T> x) {
    const Numbers<T> u = x + 1, back = u - 1;
    const Numbers<T> rest = (1 - (u - back)) + (x - back);  // 1 + x = u + rest (Moller 1965, Knuth)
    Parts<T> m = parts(u);
    const Numbers<T> k = Numbers<T>(hn::Min(m.k.raw, Numbers<T>(100).raw));
    const Answers<T> small = m.k == 0;
    m.f = where(small, x, m.f);
    return logarithm(m, where(small, 0, rest * power_of_two(whole<T> - k)));
}

/// e^(-a^2 / 2). The square is taken exactly, as a sum of two numbers: e^1000 magnifies what its rounding
/// would cut off.
template <class T>
HWY_INLINE Exponential<T> exp_of_half_square(Numbers<T> a) {
    const Numbers<T> square = a * a;
    const Numbers<T> rest = mul_add(a, a, -square);
    return exponential<T>(square * -0.5, rest * -0.5);
}

/// Phi(-a) of a >= 0: e^(-a^2 / 2) times a polynomial in t = (a - 4) / (a + 4), which maps the half line to a
/// short interval (Shepherd and Laframboise 1981).
template <class T>
HWY_INLINE Numbers<T> normal_tail(Numbers<T> a) {
    using C = Constants<T>;
    const Numbers<T> limit = C::tail_limit;
    a = where(a > limit, limit, a);
    Numbers<T> w = 1 / (a + 4), t = (a - 4) * w;
    // a step of Newton for each: t and w to the last bit
    t = mul_add(w, neg_mul_add(t, a, neg_mul_add(t + 1, 4, a)), t);
    w = mul_add(w, neg_mul_add(w, a, neg_mul_add(w, 4, 1)), w);
    // w P(t), and what rounding cuts off P and the product
    const Numbers<T> first = C::tail_first, others = polynomial(C::tail, t);
    const Numbers<T> P = mul_add(t, others, first),
                     P_rest = mul_add(t, others, first - P) + C::tail_first_low;
    const Numbers<T> y = w * P, y_rest = mul_add(w, P_rest, mul_add(w, P, -y));
    return times(y, y_rest, exp_of_half_square(a));
}

}  // namespace simd

/// e^x, to 1 ulp (0.96 found)
template <class T>
HWY_INLINE Numbers<T> exp(Numbers<T> x) {
    constexpr double limit = Constants<T>::exp_limit;
    const Numbers<T> y = simd::times<T>(1, simd::exponential(x));
    return where(x > limit, simd::infinity, where(x < -limit, 0, y));
}

namespace simd {

/// Sigmoid and softplus begin with e = e^-|x|: e^-x may overflow.
template <class T>
HWY_INLINE Numbers<T> exp_of_minus_abs(Numbers<T> x) {
    return exp(-abs(x));
}
template <class T>
HWY_INLINE Numbers<T> sigmoid_of(Numbers<T> x, Numbers<T> e) {
    return where(x < 0, e, 1) / (e + 1);
}
template <class T>
HWY_INLINE Numbers<T> softplus_of(Numbers<T> x, Numbers<T> e) {
    return where(x > 0, x, 0) + log1p_inside(e);
}

}  // namespace simd

/// e^x - 1, to 2 ulp (1.73 found)
template <class T>
HWY_INLINE Numbers<T> expm1(Numbers<T> x) {
    using C = Constants<T>;
    const simd::Exponential<T> e = simd::exponential(x);
    const Numbers<T> half = simd::power_of_two(e.n_whole - 1);  // 2^1024 is no number, its half is
    const Numbers<T> y = where(e.n == 0, e.p, mul_add(e.p, half, half - 0.5) * 2);
    return copy_sign(where(x > C::expm1_most, simd::infinity, where(x < C::expm1_least, -1, y)), x);
}

/// The natural logarithm of x, to 1 ulp (0.83 found)
template <class T>
HWY_INLINE Numbers<T> log(Numbers<T> x) {
    using Limits = std::numeric_limits<T>;
    const Answers<T> denormal = x < double(Limits::min());
    simd::Parts<T> u = simd::parts(where(denormal, x * double(1LL << Limits::digits), x));
    u.k = where(denormal, u.k - Limits::digits, u.k);
    const Numbers<T> outside = where(x == 0, -simd::infinity, double(Limits::quiet_NaN()));
    return where(x > 0, where(x < simd::infinity, simd::logarithm(u), x), outside);
}

/// log(1 + x), to 1 ulp (0.83 found)
template <class T>
HWY_INLINE Numbers<T> log1p(Numbers<T> x) {
    const Numbers<T> y = where(x < simd::infinity, simd::log1p_inside(x), x);
    const Numbers<T> outside = where(x == -1, -simd::infinity, double(std::numeric_limits<T>::quiet_NaN()));
    return copy_sign(where(x > -1, y, outside), x);
}

/// (e^x - e^-x) / (e^x + e^-x) = (e^2x - 1) / (e^2x + 1), to 3 ulp (2.59 found)
template <class T>
HWY_INLINE Numbers<T> tanh(Numbers<T> x) {
    const Numbers<T> a = abs(x);
    const simd::Exponential<T> e = simd::exponential(a + a);
    const Numbers<T> power = simd::power_of_two(e.n_whole);
    const Numbers<T> below = mul_add(e.p, power, power + 1);
    const Numbers<T> above = where(a > 0.55, below - 2, mul_add(e.p, power, power - 1));  // below > 4: exact
    return copy_sign(where(a > Constants<T>::tanh_limit, 1, above / below), x);
}

/// 1 / (1 + e^-x), to 2.5 ulp (2.36 found)
template <class T>
HWY_INLINE Numbers<T> sigmoid(Numbers<T> x) {
    return simd::sigmoid_of(x, simd::exp_of_minus_abs(x));
}

/// log(1 + e^x), to 2 ulp (1.60 found)
template <class T>
HWY_INLINE Numbers<T> softplus(Numbers<T> x) {
    return simd::softplus_of(x, simd::exp_of_minus_abs(x));
}

namespace simd {

/// x = turns + n / 2 + rest with -1 <= n / 2 <= 1 and |rest| <= 1/4, where `turns` is even: whole turns of
/// sin(pi x) and cos(pi x). Every step is exact, however large x is.
template <class T>
struct Quarters {
    Numbers<T> n, sine, cosine;  // of pi rest
};
template <class T>
HWY_INLINE Quarters<T> quarters(Numbers<T> x) {
    using C = Constants<T>;
    const Numbers<T> turn = neg_mul_add(round(x * 0.5), 2, x), n = round(turn + turn);
    const Numbers<T> rest = neg_mul_add(n, 0.5, turn), z = rest * rest;
    return {.n = n,
            .sine = mul_add(rest, C::pi, rest * mul_add(z, polynomial(C::sinpi, z), C::pi_low)),
            .cosine = mul_add(z, polynomial(C::cospi, z), 1)};
}

}  // namespace simd

/// sin(pi x), to 1.5 ulp (1.41 found)
template <class T>
HWY_INLINE Numbers<T> sinpi(Numbers<T> x) {
    const simd::Quarters<T> q = simd::quarters(abs(x));
    const Numbers<T> n = abs(q.n), y = where(n == 1, copy_sign(q.cosine, q.n), q.sine);
    return (where(n == 2, -y, y) + 0) * copy_sign(1, x);  // of a whole number it is a zero with its sign
}

/// cos(pi x), to 1.5 ulp (1.39 found)
template <class T>
HWY_INLINE Numbers<T> cospi(Numbers<T> x) {
    const simd::Quarters<T> q = simd::quarters(abs(x));
    const Numbers<T> n = abs(q.n), y = where(n == 1, q.sine * copy_sign(1, -q.n), q.cosine);
    return where(n == 2, -y, y) + 0;  // never the zero below 0
}

/// The error function, 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x, to 2 ulp (1.62 found)
template <class T>
HWY_INLINE Numbers<T> erf(Numbers<T> x) {
    const Numbers<T> a = abs(x);
    const Numbers<T> small = mul_add(x, simd::polynomial(Constants<T>::erf, x * x), x);
    const Numbers<T> large = neg_mul_add(simd::normal_tail(a * 1.4142135623730950488), 2, 1);
    return where(a < 1, small, copy_sign(large, x));
}

/// Phi(x) = (1 + erf(x / sqrt 2)) / 2, the distribution function of the normal distribution, to 4 ulp (3.43
/// found)
template <class T>
HWY_INLINE Numbers<T> normal_cdf(Numbers<T> x) {
    const Numbers<T> tail = simd::normal_tail(abs(x));
    return where(x < 0, tail, 1 - tail);
}

/// phi(x) = e^(-x^2 / 2) / sqrt(2 pi), the density of the normal distribution, to 2 ulp (1.45 found)
template <class T>
HWY_INLINE Numbers<T> normal_density(Numbers<T> x) {
    const Numbers<T> a = abs(x), limit = Constants<T>::tail_limit;
    return simd::times<T>(0.39894228040143267794, simd::exp_of_half_square(where(a > limit, limit, a)));
}

}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
