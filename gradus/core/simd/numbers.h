// How does a formula run on many numbers at once? Numbers<T> is a vector register full of them, and reads
// like one number.
//
// Compiled once for each instruction set (see each_target.h), hence this guard instead of #pragma once.
#if defined(GRADUS_MATH_SIMD_NUMBERS_H) == defined(HWY_TARGET_TOGGLE)
#ifdef GRADUS_MATH_SIMD_NUMBERS_H
#undef GRADUS_MATH_SIMD_NUMBERS_H
#else
#define GRADUS_MATH_SIMD_NUMBERS_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <type_traits>

#include "gradus/core/exact.h"
#include "gradus/core/matrix.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Registers of at most 32 bytes. AVX-512 has wider ones: formulas gain little from them (half of its
/// machines do them in two steps, the others at a lower clock), and few numbers would leave them half empty.
/// What gains is the product, which has its own.
template <class T>
using Register = hn::CappedTag<T, 32 / sizeof(T)>;

/// As many yes-or-no answers as a register holds numbers.
template <class T>
struct Answers {
    hn::Mask<Register<T>> raw;
};

/// a b + c, rounded once on every machine.
#if HWY_NATIVE_FMA
template <class V>
HWY_INLINE V mul_add(V a, V b, V c) {
    return hn::MulAdd(a, b, c);
}
#else
template <class V>
HWY_NOINLINE V mul_add(V a, V b, V c) {
    const hn::DFromV<V> d;
    constexpr std::size_t lanes = hn::MaxLanes(d);
    HWY_ALIGN hn::TFromD<decltype(d)> x[lanes], y[lanes], z[lanes];
    hn::Store(a, d, x);
    hn::Store(b, d, y);
    hn::Store(c, d, z);
    for (std::size_t i = 0; i < lanes; ++i) z[i] = fused(x[i], y[i], z[i]);
    return hn::Load(d, z);
}
#endif

/// As many numbers as a register holds. A scalar in a formula stands for a register full of it.
template <class T>
struct Numbers {
    using Tag = Register<T>;
    hn::Vec<Tag> raw;

    Numbers() = default;
    HWY_INLINE explicit Numbers(hn::Vec<Tag> vector) : raw(vector) {}
    HWY_INLINE Numbers(double x)
        : raw(hn::Set(Tag(), static_cast<T>(x))) {}  // NOLINT(google-explicit-constructor)

    static HWY_INLINE Index count() { return static_cast<Index>(hn::Lanes(Tag())); }

    friend HWY_INLINE Numbers operator+(Numbers a, Numbers b) { return Numbers(hn::Add(a.raw, b.raw)); }
    friend HWY_INLINE Numbers operator-(Numbers a, Numbers b) { return Numbers(hn::Sub(a.raw, b.raw)); }
    friend HWY_INLINE Numbers operator*(Numbers a, Numbers b) { return Numbers(hn::Mul(a.raw, b.raw)); }
    friend HWY_INLINE Numbers operator/(Numbers a, Numbers b) { return Numbers(hn::Div(a.raw, b.raw)); }
    friend HWY_INLINE Numbers operator-(Numbers a) { return Numbers(hn::Neg(a.raw)); }

    friend HWY_INLINE Answers<T> operator<(Numbers a, Numbers b) { return {hn::Lt(a.raw, b.raw)}; }
    friend HWY_INLINE Answers<T> operator>(Numbers a, Numbers b) { return {hn::Gt(a.raw, b.raw)}; }
    friend HWY_INLINE Answers<T> operator==(Numbers a, Numbers b) { return {hn::Eq(a.raw, b.raw)}; }

    friend HWY_INLINE Numbers abs(Numbers a) { return Numbers(hn::Abs(a.raw)); }
    /// The nearest whole number; half-way between two, the even one.
    friend HWY_INLINE Numbers round(Numbers a) { return Numbers(hn::Round(a.raw)); }
    friend HWY_INLINE Numbers sqrt(Numbers a) { return Numbers(hn::Sqrt(a.raw)); }
    /// a b + c and c - a b, rounded once.
    friend HWY_INLINE Numbers mul_add(Numbers a, Numbers b, Numbers c) {
        return Numbers(gradus::HWY_NAMESPACE::mul_add(a.raw, b.raw, c.raw));
    }
    friend HWY_INLINE Numbers neg_mul_add(Numbers a, Numbers b, Numbers c) {
#if HWY_NATIVE_FMA
        return Numbers(hn::NegMulAdd(a.raw, b.raw, c.raw));
#else
        return mul_add(-a, b, c);
#endif
    }
    /// The size of `size` with the sign of `sign`.
    friend HWY_INLINE Numbers copy_sign(Numbers size, Numbers sign) {
        return Numbers(hn::CopySign(size.raw, sign.raw));
    }
};

/// `yes` where the answer is yes, else `no`. A comparison with NaN answers no.
template <class T>
HWY_INLINE Numbers<T> where(Answers<T> answers, std::type_identity_t<Numbers<T>> yes,
                            std::type_identity_t<Numbers<T>> no) {
    return Numbers<T>(hn::IfThenElse(answers.raw, yes.raw, no.raw));
}

// Can a vector that reaches beyond the end of an array be loaded, and be stored, under a mask? (That AVX2
// stores so is worth nothing: the processor takes dozens of steps.)
#define GRADUS_LOADS_MASKED (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2)
#define GRADUS_STORES_MASKED (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX3)

/// The first `count` numbers from here, or as many as a register holds; zeros behind them. Touches no others.
template <class T>
HWY_INLINE Numbers<T> load(const T* from, Index count) {
    const Register<T> d;
    if (count >= Numbers<T>::count()) return Numbers<T>(hn::LoadU(d, from));
    const auto some = static_cast<std::size_t>(count);
#if GRADUS_LOADS_MASKED
    return Numbers<T>(hn::MaskedLoad(hn::FirstN(d, some), d, from));
#else
    HWY_ALIGN T buffer[hn::MaxLanes(d)] = {};
    std::memcpy(buffer, from, some * sizeof(T));
    return Numbers<T>(hn::Load(d, buffer));
#endif
}

#if HWY_TARGET != HWY_SCALAR
// By halves: neither a loop nor memcpy would be as fast for so few.
template <class D, class V, class T>
HWY_INLINE void store_by_halves(D /*d*/, V v, T* to, std::size_t count) {
    if constexpr (hn::MaxLanes(D()) == 1) {
        if (count > 0) *to = hn::GetLane(v);
    } else {
        const hn::Half<D> half;
        constexpr std::size_t lanes = hn::MaxLanes(half);
        if (count < lanes) return store_by_halves(half, hn::LowerHalf(half, v), to, count);
        hn::StoreU(hn::LowerHalf(half, v), half, to);
        store_by_halves(half, hn::UpperHalf(half, v), to + lanes, count - lanes);
    }
}

#endif

/// The first `count` numbers of a register to memory, where it holds more.
template <class D, class T>
HWY_INLINE void store_some([[maybe_unused]] D d, hn::Vec<D> numbers, T* to, Index count) {
    const auto some = static_cast<std::size_t>(count);
#if GRADUS_STORES_MASKED || HWY_HAVE_SCALABLE
    hn::BlendedStore(numbers, hn::FirstN(d, some), d, to);
#elif HWY_TARGET == HWY_SCALAR
    if (some > 0) *to = hn::GetLane(numbers);
#else
    store_by_halves(d, numbers, to, some);
#endif
}

/// The reverse of load.
template <class T>
HWY_INLINE void store(Numbers<T> numbers, T* to, Index count) {
    if (count < Numbers<T>::count()) return store_some(Register<T>(), numbers.raw, to, count);
    hn::StoreU(numbers.raw, Register<T>(), to);
}
#undef GRADUS_LOADS_MASKED
#undef GRADUS_STORES_MASKED

template <class T>
HWY_INLINE void store(Numbers<T> /*numbers*/, const T* /*only read*/, Index /*count*/) {}

#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
// By halves: whoever stores numbers one by one, and loads them as a register, waits for memory.
template <class D, class F>
HWY_INLINE hn::Vec<D> vector_of(D d, F f, std::size_t first) {
    if constexpr (hn::MaxLanes(D()) == 1) {
        return hn::Set(d, f(first));
    } else {
        const hn::Half<D> half;
        return hn::Combine(d, vector_of(half, f, first + hn::MaxLanes(half)), vector_of(half, f, first));
    }
}
#endif

/// f(0), f(1), ...: as many as a register holds.
template <class T, class F>
HWY_INLINE Numbers<T> numbers_of(F f) {
    const Register<T> d;
#if HWY_TARGET != HWY_SCALAR && !HWY_HAVE_SCALABLE
    return Numbers<T>(vector_of(d, f, 0));
#else
    HWY_ALIGN T buffer[hn::MaxLanes(d)];
    for (std::size_t i = 0; i < hn::Lanes(d); ++i) buffer[i] = f(i);
    return Numbers<T>(hn::Load(d, buffer));
#endif
}

/// f(x, y, ...) for `count` numbers at each pointer, a register at a time: f takes a Numbers<T> for each.
/// What a pointer to const points to is read; what any other points to is read and written: f takes it by
/// reference. The last register may be partly empty. So no result depends on where its number stands, or on
/// how work is divided.
template <class F, class... T>
HWY_INLINE void sweep(Index count, F f, T*... arrays) {
    constexpr auto step = [](Index i, Index left, F& g, T*... from) HWY_ATTR {
        [&](auto... x) HWY_ATTR {
            g(x...);
            (store(x, from + i, left), ...);
        }(load<std::remove_const_t<T>>(from + i, left)...);
    };
    const Index width = std::min({Numbers<std::remove_const_t<T>>::count()...});
    for (Index i = 0; i < count; i += width) step(i, count - i, f, arrays...);
}

/// The largest of `count` > 0 numbers, NaNs left aside.
template <class T>
T largest(const T* x, Index count) {
    const Register<T> d;
    const Numbers<T> lowest = -std::numeric_limits<double>::infinity();
    Numbers<T> most = lowest;
    for (Index i = 0; i < count; i += Numbers<T>::count()) {
        const auto inside = hn::FirstN(d, static_cast<std::size_t>(std::min(count - i, Numbers<T>::count())));
        const Numbers<T> here = where(Answers<T>{inside}, load(x + i, count - i), lowest);
        most = where(here > most, here, most);
    }
    return hn::GetLane(hn::MaxOfLanes(d, most.raw));
}

/// The sum of a register: its two halves, their two halves, ...
template <class D, class V>
HWY_INLINE auto sum_by_halves(D /*d*/, V v) {
#if HWY_TARGET != HWY_SCALAR
    if constexpr (hn::MaxLanes(D()) > 1) {
        const hn::Half<D> half;
        return sum_by_halves(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    } else
#endif
        return hn::GetLane(v);
}

/// f(x(0), y(0), ...) + f(x(1), y(1), ...) + ..., where f of zeros is zero. Added in one order on every
/// machine: 16 sums, of the numbers i, i + 16, i + 32, ..., and then these in pairs.
template <class T, class F, class... U>
T sum(Index count, F f, const T* x, const U*... others) {
    constexpr Index sums = 16;
    constexpr Index registers = sums / static_cast<Index>(hn::MaxLanes(Register<T>()));
    const Index width = Numbers<T>::count();
    Numbers<T> partial[registers];
    for (Numbers<T>& p : partial) p = 0;
    for (Index i = 0; i < count; i += sums)
        for (Index r = 0; r < registers; ++r) {
            const Index at = i + r * width;
            if (at < count)
                partial[r] = partial[r] + f(load(x + at, count - at), load(others + at, count - at)...);
        }
    for (Index half = registers / 2; half > 0; half /= 2)
        for (Index r = 0; r < half; ++r) partial[r] = partial[r] + partial[r + half];
    return sum_by_halves(Register<T>(), partial[0].raw);
}

}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
