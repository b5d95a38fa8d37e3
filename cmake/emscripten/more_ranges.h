// What the rooms above core and nn use besides of C++20's algorithms, as older_libcxx.h, which comes before it.
#pragma once

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 15000

namespace std::ranges {  // NOLINT(cert-dcl58-cpp)

template <class R, class F = std::equal_to<>, class P = std::identity>
constexpr auto adjacent_find(R&& r, F f = {}, P p = {}) {
    return std::adjacent_find(std::begin(r), std::end(r), between(f, p));
}
template <class R, class F = std::less<>, class P = std::identity>
constexpr auto max_element(R&& r, F f = {}, P p = {}) {
    return std::max_element(std::begin(r), std::end(r), between(f, p));
}
template <class R, class F = std::less<>, class P = std::identity>
constexpr auto min_element(R&& r, F f = {}, P p = {}) {
    return std::min_element(std::begin(r), std::end(r), between(f, p));
}
template <class R, class F = std::less<>, class P = std::identity>
constexpr auto minmax(R&& r, F f, P p) {
    const auto [least, most] = std::minmax_element(std::begin(r), std::end(r), between(f, p));
    using T = std::remove_cvref_t<decltype(*least)>;
    return min_max_result<T>{*least, *most};
}
template <class I, class T>
constexpr void replace(I begin, I end, const T& old, const T& with) {
    std::replace(begin, end, old, with);
}
template <class R, class I>
constexpr void nth_element(R&& r, I middle) {
    std::nth_element(std::begin(r), middle, std::end(r));
}
template <class R, class F = std::less<>>
constexpr void push_heap(R&& r, F f = {}) {
    std::push_heap(std::begin(r), std::end(r), f);
}
template <class R, class F = std::less<>>
constexpr void pop_heap(R&& r, F f = {}) {
    std::pop_heap(std::begin(r), std::end(r), f);
}
template <class I>
struct subrange {
    I first, last;
    constexpr I begin() const { return first; }
    constexpr I end() const { return last; }
};
template <class R, class F = std::equal_to<>, class P = std::identity>
constexpr auto unique(R&& r, F f = {}, P p = {}) {
    return subrange<decltype(std::begin(r))>{std::unique(std::begin(r), std::end(r), between(f, p)),
                                             std::end(r)};
}
template <class R, class T>
constexpr bool binary_search(R&& r, const T& value) {
    return std::binary_search(std::begin(r), std::end(r), value);
}

}  // namespace std::ranges

#endif
