// How is one tile of a product computed? It stays in registers while k runs from 0 to K-1.
//
// Compiled once for each instruction set (see each_target.h), hence this guard instead of #pragma once.
#if defined(GRADUS_CORE_SIMD_TILE_H) == defined(HWY_TARGET_TOGGLE)
#ifdef GRADUS_CORE_SIMD_TILE_H
#undef GRADUS_CORE_SIMD_TILE_H
#else
#define GRADUS_CORE_SIMD_TILE_H
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

#include "gradus/core/product.h"
#include "gradus/core/simd/numbers.h"

#ifndef GRADUS_PRODUCT_ENDS  // once for all instruction sets
#define GRADUS_PRODUCT_ENDS
namespace gradus {
// Where the chain of an element begins and ends: at zero or at what C holds, with a division or not.
struct Ends {
    bool accumulate;
    Index divisor;
    Rounding rounding;
};
}  // namespace gradus
#endif

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {

// C(0 .. rows, 0 .. columns) of one tile. `down` is the operand whose rows lie one after the other and fill
// vectors; each number of `across` is multiplied with a whole vector of them.
template <class T>
struct Tile {
    Index depth;  // K
    const T* down;
    Index down_step;  // from one k to the next
    const T* across;
    Index across_j;  // from one column of C to the next
    Index across_k;  // from one k to the next
    T* C;
    Index C_step;
    Index last_rows;  // rows in the last vector, when it is not full
    Ends ends;
    T* packed = nullptr;  // where the first tile of a panel leaves the vectors that it loads
};

// Loops over the accumulators are written out by the compiler: these must be registers, not an array in
// memory.
#define GRADUS_UNROLL HWY_UNROLL(16)

// The vector of which `rows` numbers are there, those under the mask. Without masked loads in the machine,
// Highway's would want an aligned address, and read all.
template <class T>
HWY_INLINE auto load_last([[maybe_unused]] hn::Mask<hn::ScalableTag<T>> mask, const T* from,
                          [[maybe_unused]] Index rows) {
#if (HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2) || HWY_HAVE_SCALABLE
    return hn::MaskedLoad(mask, hn::ScalableTag<T>(), from);
#else
    return load(from, rows).raw;
#endif
}

// To divide by a power of two is to multiply by its inverse, only slower.
template <class T, class V, int columns, int vectors>
HWY_INLINE void divide(V (&c)[columns][vectors], Index divisor) {
    const hn::ScalableTag<T> d;
    const bool power_of_two = std::has_single_bit(static_cast<std::uint64_t>(divisor));
    const T m = static_cast<T>(divisor);
    const V by = hn::Set(d, power_of_two ? 1 / m : m);
    GRADUS_UNROLL
    for (int j = 0; j < columns; ++j) {
        GRADUS_UNROLL
        for (int v = 0; v < vectors; ++v)
            c[j][v] = power_of_two ? hn::Mul(c[j][v], by) : hn::Div(c[j][v], by);
    }
}

template <class T, int vectors, int columns, bool partial, bool pack = false>
void multiply(const Tile<T>& tile) {
    const hn::ScalableTag<T> d;
    using Vector = hn::Vec<decltype(d)>;
    const auto lanes = static_cast<Index>(hn::Lanes(d));
    T* const C = tile.C;  // copies, which storing to C cannot change
    const Index C_step = tile.C_step, last_rows = tile.last_rows;
    const Index down_step = tile.down_step, across_k = tile.across_k, across_j = tile.across_j;
    const auto mask = hn::FirstN(d, static_cast<std::size_t>(last_rows));
    const auto not_full = [](int v) { return partial && v == vectors - 1; };

    Vector c[columns][vectors];
    GRADUS_UNROLL
    for (int j = 0; j < columns; ++j) {
        GRADUS_UNROLL
        for (int v = 0; v < vectors; ++v) c[j][v] = hn::Zero(d);
    }
    if (tile.ends.accumulate) {
        // From the last to the first: addresses that the stores below could share would fill registers.
        const T* column = C + (columns - 1) * C_step;
        GRADUS_UNROLL
        for (int j = columns - 1; j >= 0; --j) {
            GRADUS_UNROLL
            for (int v = 0; v < vectors; ++v) {
                const T* from = column + v * lanes;
                c[j][v] = not_full(v) ? load_last<T>(mask, from, last_rows) : hn::LoadU(d, from);
            }
            column -= C_step;
        }
    }

    // Three columns share a pointer: an address holds one step, or two, but not three.
    constexpr int pointers = (columns + 2) / 3;
    const T* across[pointers]{tile.across};
    for (int p = 1; p < pointers; ++p) across[p] = across[p - 1] + 3 * across_j;
    const T* down = tile.down;
    T* packed = tile.packed;
    const Index depth = tile.depth;
    HWY_UNROLL(2)
    for (Index k = 0; k < depth; ++k) {
        Vector a[vectors];
        GRADUS_UNROLL
        for (int v = 0; v < vectors; ++v) {
            const T* from = down + v * lanes;
            a[v] = not_full(v) ? load_last<T>(mask, from, last_rows) : hn::LoadU(d, from);
            if constexpr (pack) hn::Store(a[v], d, packed + v * lanes);
        }
        GRADUS_UNROLL
        for (int j = 0; j < columns; ++j) {
            const Vector b = hn::Set(d, across[j / 3][Index{j % 3} * across_j]);
            GRADUS_UNROLL
            for (int v = 0; v < vectors; ++v) c[j][v] = hn::MulAdd(a[v], b, c[j][v]);
        }
        down += down_step;
        if constexpr (pack) packed += vectors * lanes;
        GRADUS_UNROLL
        for (int p = 0; p < pointers; ++p) across[p] += across_k;
    }

    if (tile.ends.divisor != 1) divide<T>(c, tile.ends.divisor);
    T* column = C;
    GRADUS_UNROLL
    for (int j = 0; j < columns; ++j) {
        GRADUS_UNROLL
        for (int v = 0; v < vectors; ++v) {
            T* to = column + v * lanes;
            if (not_full(v)) {
                store_some(d, c[j][v], to, last_rows);
            } else {
                hn::StoreU(c[j][v], d, to);
            }
        }
        column += C_step;
    }
}

// As many accumulators as the registers hold beside the operands.
constexpr int most_vectors = 3;
constexpr int most_columns = HWY_TARGET <= HWY_AVX3 ? 16 : 12;
constexpr int columns_for(int vectors) {
    constexpr int accumulators = HWY_TARGET <= HWY_AVX3 ? 24 : 12;
    return std::min(most_columns, accumulators / vectors);
}

// The widths for which a kernel is compiled, and the widest of them for so many columns.
constexpr int width_for(int columns) {
    constexpr std::array widths{16, 12, 8, 6, 4, 3, 2, 1};
    return *std::ranges::find_if(widths, [columns](int width) { return width <= columns; });
}

// kernels[partial][columns - 1] for a number of vectors.
template <class T>
using Kernel = void (*)(const Tile<T>&);
template <class T, int vectors, int... j>
constexpr auto kernels_of(std::integer_sequence<int, j...> /*columns*/) {
    return std::array{std::array<Kernel<T>, sizeof...(j)>{multiply<T, vectors, width_for(j + 1), false>...},
                      std::array<Kernel<T>, sizeof...(j)>{multiply<T, vectors, width_for(j + 1), true>...}};
}
template <class T, int vectors>
constexpr auto kernels = kernels_of<T, vectors>(std::make_integer_sequence<int, columns_for(vectors)>());

#undef GRADUS_UNROLL

}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
