// What are exp, log, pow, sin and cos of one number? The same bits on every machine.
#pragma once

namespace gradus {

// The C library's differ from machine to machine in their last digits. These are our own, of nothing but
// sums, products and quotients of doubles, which IEEE 754 defines to the bit. The result is the double
// nearest to the true value, but for fewer than one in 10,000 that lies almost half-way between two: the
// error is below 0.503 units in the last place (1 where the result is a denormal number). NaN gives NaN, too
// large gives infinity, too small 0. For whole matrices: gradus/core/elementwise.h.

/// e^x
double exp(double x);

/// The natural logarithm of x; of 0 it is -infinity, of less NaN.
double log(double x);

/// base^exponent, for base >= 0; NaN for a negative base.
double pow(double base, double exponent);

/// The sine and the cosine of an angle of at most 2^20 radians, positive or negative; NaN beyond.
double sin(double angle);
double cos(double angle);

}  // namespace gradus
