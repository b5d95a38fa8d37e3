// What the engine uses of C++20 and libc++ 13, which emscripten 3.1 of Debian brings, does not have: for
// em++ -include. With a newer one it is empty.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 15000

namespace std {  // NOLINT(cert-dcl58-cpp)

template <class To, class From>
constexpr To bit_cast(const From& from) noexcept {
    return __builtin_bit_cast(To, from);
}

namespace ranges {

// f after projection p: what a functor may be handed is a member as well.
template <class F, class P>
constexpr auto after(F& f, P& p) {
    return [&f, &p](auto&& x) -> decltype(auto) { return std::invoke(f, std::invoke(p, x)); };
}
template <class F, class P>
constexpr auto between(F& f, P& p) {
    return [&f, &p](auto&& x, auto&& y) { return std::invoke(f, std::invoke(p, x), std::invoke(p, y)); };
}

template <class R, class F, class P = std::identity>
constexpr auto find_if(R&& r, F f, P p = {}) {
    return std::find_if(std::begin(r), std::end(r), after(f, p));
}
template <class R, class T, class P = std::identity>
constexpr auto find(R&& r, const T& value, P p = {}) {
    return std::find_if(std::begin(r), std::end(r), [&](auto&& x) { return std::invoke(p, x) == value; });
}
template <class R, class F, class P = std::identity>
constexpr auto count_if(R&& r, F f, P p = {}) {
    return std::count_if(std::begin(r), std::end(r), after(f, p));
}
template <class R, class T, class P = std::identity>
constexpr auto count(R&& r, const T& value, P p = {}) {
    return std::count_if(std::begin(r), std::end(r), [&](auto&& x) { return std::invoke(p, x) == value; });
}
template <class R, class F, class P = std::identity>
constexpr bool all_of(R&& r, F f, P p = {}) {
    return std::all_of(std::begin(r), std::end(r), after(f, p));
}
template <class R, class F, class P = std::identity>
constexpr bool any_of(R&& r, F f, P p = {}) {
    return std::any_of(std::begin(r), std::end(r), after(f, p));
}
template <class R, class F, class P = std::identity>
constexpr bool none_of(R&& r, F f, P p = {}) {
    return std::none_of(std::begin(r), std::end(r), after(f, p));
}
template <class R, class F, class P = std::identity>
constexpr void for_each(R&& r, F f, P p = {}) {
    std::for_each(std::begin(r), std::end(r), after(f, p));
}
template <class R, class T>
constexpr void fill(R&& r, const T& value) {
    std::fill(std::begin(r), std::end(r), value);
}
template <class R, class O>
constexpr O copy(R&& r, O to) {
    return std::copy(std::begin(r), std::end(r), to);
}
template <class R, class O, class F>
constexpr O copy_if(R&& r, O to, F f) {
    return std::copy_if(std::begin(r), std::end(r), to, f);
}
template <class R, class O, class F>
constexpr O transform(R&& r, O to, F f) {
    return std::transform(std::begin(r), std::end(r), to, f);
}
template <class R, class Q, class O, class F>
constexpr O transform(R&& r, Q&& q, O to, F f) {
    const auto size = std::min(std::end(r) - std::begin(r), std::end(q) - std::begin(q));
    return std::transform(std::begin(r), std::begin(r) + size, std::begin(q), to, f);
}
template <class R, class T>
constexpr void replace(R&& r, const T& old, const T& with) {
    std::replace(std::begin(r), std::end(r), old, with);
}
template <class R>
constexpr void reverse(R&& r) {
    std::reverse(std::begin(r), std::end(r));
}
template <class R, class F = std::less<>, class P = std::identity>
constexpr void sort(R&& r, F f = {}, P p = {}) {
    std::sort(std::begin(r), std::end(r), between(f, p));
}
template <class R, class F = std::less<>, class P = std::identity>
void stable_sort(R&& r, F f = {}, P p = {}) {
    std::stable_sort(std::begin(r), std::end(r), between(f, p));
}
template <class R, class T, class F = std::less<>, class P = std::identity>
constexpr auto lower_bound(R&& r, const T& value, F f = {}, P p = {}) {
    return std::lower_bound(std::begin(r), std::end(r), value,
                            [&](auto&& x, const T& y) { return std::invoke(f, std::invoke(p, x), y); });
}
template <class T>
struct min_max_result {
    T min, max;
};
template <class R>
constexpr auto minmax(R&& r) {
    const auto [least, most] = std::minmax_element(std::begin(r), std::end(r));
    using T = std::remove_cvref_t<decltype(*least)>;
    return min_max_result<T>{*least, *most};
}

}  // namespace ranges

// A decimal number in the manner of from_chars: no blanks, no plus, no words, no hexadecimal digits.
inline from_chars_result from_chars(const char* first, const char* last, double& value) {
    const auto digits_from = [last](const char* p) {
        while (p != last && '0' <= *p && *p <= '9') ++p;
        return p;
    };
    const char* const number = first != last && *first == '-' ? first + 1 : first;
    const char* end = digits_from(number);
    std::ptrdiff_t digits = end - number;
    if (end != last && *end == '.') {
        const char* const fraction = end + 1;
        end = digits_from(fraction);
        digits += end - fraction;
    }
    if (digits == 0) return {first, errc::invalid_argument};
    if (end != last && (*end == 'e' || *end == 'E')) {
        const char* const sign = end + 1;
        const char* const exponent = sign != last && (*sign == '-' || *sign == '+') ? sign + 1 : sign;
        if (digits_from(exponent) != exponent) end = digits_from(exponent);
    }
    const double found = std::strtod(std::string(first, end).c_str(), nullptr);
    if (found == HUGE_VAL || found == -HUGE_VAL) return {end, errc::result_out_of_range};
    const bool zero = std::string(first, end).find_first_of("123456789") >= std::string(first, end).find_first_of("eE");
    if (found == 0 && !zero) return {end, errc::result_out_of_range};
    value = found;
    return {end, errc{}};
}

// The shortest digits that are read back as the same number, and of the two ways to write them the shorter.
inline to_chars_result to_chars(char* first, char* last, double value) {
    char scientific[40];
    int digits = 0;
    do std::snprintf(scientific, sizeof scientific, "%.*e", digits, value);
    while (++digits < 18 && std::strtod(scientific, nullptr) != value && value == value);
    const std::string text = scientific;
    const std::size_t e = text.find('e');
    std::string best = text;
    if (e != std::string::npos) {
        const int exponent = std::atoi(text.c_str() + e + 1);
        char fixed[400];
        std::snprintf(fixed, sizeof fixed, "%.*f", std::max(0, digits - 1 - exponent), value);
        if (std::string(fixed).size() <= text.size()) best = fixed;
    }
    if (static_cast<std::size_t>(last - first) < best.size()) return {last, errc::value_too_large};
    return {std::copy(best.begin(), best.end(), first), errc{}};
}

// The shortest digits that are read back as the same number, written in this way.
template <class Real>
    requires std::is_floating_point_v<Real>
to_chars_result to_chars(char* first, char* last, Real value, chars_format format) {
    char text[400];
    int digits = 0;
    do std::snprintf(text, sizeof text, "%.*e", digits, double(value));
    while (++digits < 18 && static_cast<Real>(std::strtod(text, nullptr)) != value && value == value);
    const char* const e = std::find(text, text + sizeof text, 'e');
    if (format == chars_format::fixed && e != text + sizeof text)
        std::snprintf(text, sizeof text, "%.*f", std::max(0, digits - 1 - std::atoi(e + 1)), double(value));
    const std::string shortest = text;
    if (static_cast<std::size_t>(last - first) < shortest.size()) return {last, errc::value_too_large};
    return {std::copy(shortest.begin(), shortest.end(), first), errc{}};
}

// As printf's %.*f and %.*g.
inline to_chars_result to_chars(char* first, char* last, double value, chars_format format, int precision) {
    char text[400];
    const int size =
        std::snprintf(text, sizeof text, format == chars_format::fixed ? "%.*f" : "%.*g", precision, value);
    if (last - first < size) return {last, errc::value_too_large};
    return {std::copy(text, text + size, first), errc{}};
}

}  // namespace std

#endif
