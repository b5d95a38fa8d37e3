// When are two results the same? To a tolerance, or to the bit; a difference is told with its place.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>

#include "gradus/core/error.h"
#include "gradus/core/matrix.h"

namespace gradus::test {

/// |a - e| <= relative * |e| + absolute.
struct Tolerance {
    double relative = 0;
    double absolute = 0;
};

/// Is every element of `actual` close to that of `expected`? NaN is close to nothing.
template <class T>
testing::AssertionResult close(View<const T> actual, View<const double> expected, Tolerance tolerance) {
    if (actual.rows() != expected.rows() || actual.columns() != expected.columns())
        return testing::AssertionFailure() << actual.rows() << " x " << actual.columns() << ", expected "
                                           << expected.rows() << " x " << expected.columns();
    for (Index j = 0; j < actual.columns(); ++j)
        for (Index i = 0; i < actual.rows(); ++i) {
            const double a = actual(i, j), e = expected(i, j);
            if (!(std::abs(a - e) <= tolerance.relative * std::abs(e) + tolerance.absolute))
                return testing::AssertionFailure()
                       << '[' << i + 1 << ',' << j + 1 << "] is " << testing::PrintToString(a)
                       << ", expected " << testing::PrintToString(e) << ", off by " << a - e;
        }
    return testing::AssertionSuccess();
}
template <class T>
testing::AssertionResult close(const Matrix<T>& actual, const Matrix<double>& expected, Tolerance tolerance) {
    return close<T>(actual.view(), expected.view(), tolerance);
}

/// The numbers as one row.
template <class Numbers>
auto row(const Numbers& numbers) {
    using T = std::remove_cvref_t<decltype(*std::data(numbers))>;
    return View<const T>(std::data(numbers), 1, static_cast<Index>(std::size(numbers)));
}

/// Do the lists hold the same bits? Which NaN a NaN is counts for nothing: a + b and b + a may differ in
/// that.
template <class T>
testing::AssertionResult same_bits(std::span<const T> actual, std::span<const T> expected) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    if (actual.size() != expected.size())
        return testing::AssertionFailure() << actual.size() << " numbers, expected " << expected.size();
    for (std::size_t i = 0; i < actual.size(); ++i)
        if (std::bit_cast<Bits>(actual[i]) != std::bit_cast<Bits>(expected[i]) &&
            !(std::isnan(actual[i]) && std::isnan(expected[i])))
            return testing::AssertionFailure()
                   << "number " << i << " is " << testing::PrintToString(actual[i]) << ", expected "
                   << testing::PrintToString(expected[i]);
    return testing::AssertionSuccess();
}
template <class T>
testing::AssertionResult same_bits(const Matrix<T>& actual, const Matrix<T>& expected) {
    const auto all = [](const Matrix<T>& M) {
        return std::span<const T>(M.data(), static_cast<std::size_t>(M.rows() * M.columns()));
    };
    return same_bits<T>(all(actual), all(expected));
}

/// A matrix of its own with the view's numbers.
template <class T>
Matrix<T> copy(View<const T> from) {
    Matrix<T> M(from.rows(), from.columns());
    for (Index j = 0; j < M.columns(); ++j)
        for (Index i = 0; i < M.rows(); ++i) M(i, j) = from(i, j);
    return M;
}

/// The error that f throws, as "usage: ..."; "no error" when it throws none.
template <class F>
std::string error_of(F f) {
    try {
        f();
    } catch (const Error& error) {
        const char* fault = error.fault() == Fault::usage   ? "usage: "
                            : error.fault() == Fault::input ? "input: "
                                                            : "training: ";
        return fault + std::string(error.what());
    }
    return "no error";
}

/// A test's name may hold letters, digits and underscores.
inline std::string as_test_name(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
    return text;
}

}  // namespace gradus::test
