// How does a matrix become one whose columns, or rows, are runs of memory?
//
// Compiled once for each instruction set (see each_target.h), hence this guard instead of #pragma once.
#if defined(GRADUS_CORE_SIMD_COPY_H) == defined(HWY_TARGET_TOGGLE)
#ifdef GRADUS_CORE_SIMD_COPY_H
#undef GRADUS_CORE_SIMD_COPY_H
#else
#define GRADUS_CORE_SIMD_COPY_H
#endif

#include "gradus/core/simd/numbers.h"

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {

// The square that these vectors make, turned about its diagonal: four by four floats, two by two doubles.
template <class T, class D, class V>
HWY_INLINE void turn([[maybe_unused]] D d, [[maybe_unused]] V (&square)[4]) {
#if HWY_TARGET != HWY_SCALAR
    if constexpr (sizeof(T) == 8) {
        const V first = square[0];
        square[0] = hn::InterleaveLower(d, first, square[1]);
        square[1] = hn::InterleaveUpper(d, first, square[1]);
    } else {
        const hn::Repartition<double, D> pairs;
        const auto low = [&](V a, V b) HWY_ATTR { return hn::BitCast(pairs, hn::InterleaveLower(d, a, b)); };
        const auto high = [&](V a, V b) HWY_ATTR { return hn::BitCast(pairs, hn::InterleaveUpper(d, a, b)); };
        const auto low01 = low(square[0], square[1]), low23 = low(square[2], square[3]);
        const auto high01 = high(square[0], square[1]), high23 = high(square[2], square[3]);
        square[0] = hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23));
        square[1] = hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23));
        square[2] = hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23));
        square[3] = hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23));
    }
#endif
}

// to(i, j) = from(i, j), where a column of `to` and a row of `from` are runs of memory.
template <class T>
void copy_turned(View<T> to, View<const T> from) {
    constexpr Index side = HWY_TARGET == HWY_SCALAR ? 1 : 16 / sizeof(T);
    const hn::CappedTag<T, side> d;
    Index i = 0;
    for (; i + side <= from.rows(); i += side) {
        Index j = 0;
        for (; j + side <= from.columns(); j += side) {
            hn::Vec<decltype(d)> square[4];
            HWY_UNROLL(4)
            for (int k = 0; k < side; ++k) square[k] = hn::LoadU(d, &from(i + k, j));
            turn<T>(d, square);
            HWY_UNROLL(4)
            for (int k = 0; k < side; ++k) hn::StoreU(square[k], d, &to(i, j + k));
        }
        for (; j < from.columns(); ++j)
            for (Index k = 0; k < side; ++k) to(i + k, j) = from(i + k, j);
    }
    for (; i < from.rows(); ++i)
        for (Index j = 0; j < from.columns(); ++j) to(i, j) = from(i, j);
}

// to(i, j) = from(i, j), where the columns of both are runs of memory.
template <class T>
void copy_columns(View<T> to, View<const T> from) {
    const Index lanes = Numbers<T>::count();
    const Index rows = from.rows(), whole = rows / lanes * lanes;
    for (Index j = 0; j < from.columns(); ++j) {
        const T* x = from.column(j);
        T* y = to.column(j);
        for (Index i = 0; i < whole; i += lanes) store(load(x + i, lanes), y + i, lanes);
        if (whole < rows) store(load(x + whole, rows - whole), y + whole, rows - whole);
    }
}

// to(i, j) = from(i, j).
template <class T>
void copy(View<T> to, View<const T> from) {
    if (to.row_step() != 1 && to.column_step() == 1) return copy<T>(to.transposed(), from.transposed());
    if (to.row_step() == 1 && from.row_step() == 1) return copy_columns(to, from);
    if (to.row_step() == 1 && from.column_step() == 1) return copy_turned(to, from);
    for (Index j = 0; j < from.columns(); ++j)
        for (Index i = 0; i < from.rows(); ++i) to(i, j) = from(i, j);
}

}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
