// One kernel for every shape: a tile of C stays in registers while k runs from 0 to K-1, and each of its
// elements is one chain of fused multiply-adds. Whoever computes an element, in whatever tile, computes the
// same chain: the same bits.

#include "gradus/core/product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/core/product.cpp"
#include "gradus/core/simd/each_target.h"
// each_target.h comes first
#include "gradus/core/simd/copy.h"
#include "gradus/core/simd/tile.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

#if HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
#define GRADUS_VECTORS 1

template <class T>
void go_right(Tile<T>& tile, Index columns) {
    tile.across += columns * tile.across_j;
    tile.C += columns * tile.C_step;
}

// All columns beside one panel of rows, in tiles of nearly equal width: a narrow one left over would be slow.
template <class T, int vectors>
void sweep_columns(Tile<T>& tile, Index columns, bool partial) {
    constexpr Index widest = columns_for(vectors);
    if (tile.packed != nullptr) {
        partial ? multiply<T, vectors, widest, true, true>(tile)
                : multiply<T, vectors, widest, false, true>(tile);
        go_right(tile, widest);
        columns -= widest;
        tile.down = tile.packed;
        tile.down_step = vectors * static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    }
    while (columns > 0) {
        const Index even = columns < 2 * widest ? (columns <= widest ? columns : (columns + 1) / 2) : widest;
        kernels<T, vectors>[partial][static_cast<std::size_t>(even - 1)](tile);
        const Index width = width_for(static_cast<int>(even));
        go_right(tile, width);
        columns -= width;
    }
}

template <class T>
void sweep_panel(Tile<T>& tile, Index rows, Index columns) {
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    const Index vectors = (rows + lanes - 1) / lanes;
    tile.last_rows = rows - (vectors - 1) * lanes;
    const bool partial = tile.last_rows != lanes;
    if (vectors == 1) return sweep_columns<T, 1>(tile, columns, partial);
    if (vectors == 2) return sweep_columns<T, 2>(tile, columns, partial);
    sweep_columns<T, 3>(tile, columns, partial);
}

// How many of these rows the next panel takes: three vectors, but two and two of the last four, since a panel
// of one vector loads more than it computes.
template <class T>
Index panel_rows(Index rows) {
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    const Index most = most_vectors * lanes;
    return rows > most && rows <= most + lanes ? 2 * lanes : std::min(rows, most);
}

template <class T>
HWY_INLINE Tile<T> tile_of(const View<T>& C, const View<const T>& down, const View<const T>& X, Ends ends) {
    return {.depth = down.columns(),
            .down = down.data(),
            .down_step = down.column_step(),
            .across = X.data(),
            .across_j = X.column_step(),
            .across_k = X.row_step(),
            .C = C.data(),
            .C_step = C.column_step(),
            .last_rows = C.rows(),
            .ends = ends};
}

// The rows of one panel, which the first tile packs where `packed` is given.
template <class T>
void sweep_rows(const View<T>& C, const View<const T>& down, const View<const T>& X, Ends ends, T* packed) {
    Tile<T> tile = tile_of(C, down, X, ends);
    tile.packed = packed;
    if (C.row_step() == 1) return sweep_panel(tile, C.rows(), C.columns());
    constexpr Index most = Index{64} * most_columns;  // enough rows for vectors of any width: 3 x 16 floats
    HWY_ALIGN T buffer[most];
    const Index width = most / C.rows();
    for (Index j = 0; j < C.columns(); j += width) {
        const View<T> part = C.columns({j, std::min(j + width, C.columns())});
        const View<T> buffered(buffer, part.rows(), part.columns());
        if (ends.accumulate) copy<T>(buffered, part);
        tile.C = buffer;
        tile.C_step = buffered.column_step();
        tile.across = X.data() + j * X.column_step();
        sweep_panel(tile, part.rows(), part.columns());
        tile.packed = nullptr;  // by now tile.down has it
        copy<T>(part, buffered);
    }
}

// C = D X. The rows of D fill the vectors. A panel of them is packed, a block of k at a time, where it is not
// contiguous, or would not stay in the first cache while all columns of X pass by. Where C's rows are not
// contiguous, tiles go through a buffer.
template <class T>
void product_down(View<T> C, View<const T> D, View<const T> X, Ends ends) {
    constexpr auto first_cache = static_cast<Index>(20'480 / sizeof(T));     // most of one of 32 KiB
    constexpr auto packed_numbers = static_cast<Index>(65'536 / sizeof(T));  // a little of the second
    const Index spread = D.columns() * D.column_step();
    const bool turn = D.row_step() != 1;
    const bool pack = spread > first_cache && C.columns() >= 4 * most_columns;
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    HWY_ALIGN T packed[packed_numbers];

    for (Index i = 0, size = 0; i < C.rows(); i += size) {
        size = panel_rows<T>(C.rows() - i);
        const Range rows{i, i + size};
        const Index step = (size + lanes - 1) / lanes * lanes;  // from one k to the next, in `packed`
        const Index deepest = turn || pack ? packed_numbers / step : std::max<Index>(D.columns(), 1);
        for (Index k = 0; k < D.columns() || k == 0; k += deepest) {
            const Range depth{k, std::min(k + deepest, D.columns())};
            View<const T> down = D.rows(rows).columns(depth);
            if (turn) {
                const View<T> turned(packed, rows.size(), depth.size(), 1, step);
                copy<T>(turned, down);
                down = turned;
            }
            const bool last = depth.end == D.columns();
            sweep_rows<T>(C.rows(rows), down, X.rows(depth),
                          {ends.accumulate || k > 0, last ? ends.divisor : 1, ends.rounding},
                          pack && !turn ? packed : nullptr);
        }
    }
}

// Which operand fills the vectors? The cost in vector operations, and in numbers copied, of taking A.
template <class T>
Index cost_of_down(const View<T>& C, const View<const T>& A) {
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    const Index vectors = (C.rows() + lanes - 1) / lanes;
    return vectors * C.columns() * A.columns() + (A.row_step() == 1 ? 0 : C.rows() * A.columns()) +
           (C.row_step() == 1 ? 0 : C.rows() * C.columns());
}

// Of any shape and strides.
template <class T>
HWY_NOINLINE void any_product(const View<T>& C, const View<const T>& A, const View<const T>& B, Ends ends) {
    if (A.columns() == 0) {
        static constexpr T nothing{};  // sums of nothing: an empty matrix has no address to count from
        product_down<T>(C, View<const T>(&nothing, C.rows(), 0, 0, 0),
                        View<const T>(&nothing, 0, C.columns(), 0, 0), ends);
    } else if (cost_of_down<T>(C, A) <= cost_of_down<T>(C.transposed(), B.transposed())) {
        product_down<T>(C, A, B, ends);
    } else {  // C' = B' A': the same chains, since a b = b a
        product_down<T>(C.transposed(), B.transposed(), A.transposed(), ends);
    }
}

#else
#define GRADUS_VECTORS 0  // tiles of emulated registers are slower than plain loops, and 20 times as large
#endif

#if !HWY_NATIVE_FMA
// a b + c, rounded once; of floats mostly by the machine: a double holds their product, and what rounding
// cuts off the sum matters only where the sum lies half way between two floats, or where these lie less
// densely.
inline double add_once(double a, double b, double c) {
    return fused(a, b, c);
}
inline float add_once(float a, float b, float c) {
    constexpr std::uint64_t cut = 0x1fffffff, half_way = 0x10000000;
    const double sum = double(a) * double(b) + c, size = sum < 0 ? -sum : sum;
    if ((std::bit_cast<std::uint64_t>(sum) & cut) == half_way || (size < 0x1p-126 && size > 0))
        return fused(a, b, c);
    return static_cast<float>(sum);
}

// Four elements of a column side by side, whatever the strides.
template <class T, Rounding rounding>
HWY_NOINLINE void product_by_fours(const View<T>& C, const View<const T>& A, const View<const T>& B,
                                   Ends ends) {
    constexpr Index four = 4;
    for (Index j = 0; j < C.columns(); ++j)
        for (Index i = 0; i < C.rows(); i += four) {
            const Index rows = std::min(four, C.rows() - i);
            T c[four] = {};
            Index at[four];  // beyond the last row that one again: nobody sees what becomes of it
            for (Index r = 0; r < four; ++r) at[r] = std::min(r, rows - 1) * A.row_step();
            for (Index r = 0; ends.accumulate && r < rows; ++r) c[r] = C(i + r, j);
            for (Index k = 0; k < A.columns(); ++k) {
                const T b = B(k, j);
                const T* const a = &A(i, k);
                for (Index r = 0; r < four; ++r) {
                    c[r] = rounding == Rounding::once ? add_once(a[at[r]], b, c[r]) : a[at[r]] * b + c[r];
                }
            }
            for (Index r = 0; r < rows; ++r)
                C(i + r, j) = ends.divisor == 1 ? c[r] : c[r] / static_cast<T>(ends.divisor);
        }
}
#endif

// A panel or less goes to its tiles at once: on a small product, choosing would cost more than the
// arithmetic.
template <class T>
HWY_INLINE void product_of(const View<T>& C, const View<const T>& A, const View<const T>& B, Ends ends) {
    assert(C.rows() == A.rows() && C.columns() == B.columns() && A.columns() == B.rows());
    if (C.empty()) return;
#if !HWY_NATIVE_FMA
    if (ends.rounding == Rounding::once || (!GRADUS_VECTORS && sizeof(T) == 4))
        return product_by_fours<T, Rounding::once>(C, A, B, ends);
#endif
#if GRADUS_VECTORS
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    const bool small = C.rows() <= most_vectors * lanes && C.columns() <= 2 * most_columns &&
                       A.columns() <= 128 && A.columns() > 0;
    if (small && A.row_step() == 1 && C.row_step() == 1) {
        Tile<T> tile = tile_of(C, A, B, ends);
        return sweep_panel(tile, C.rows(), C.columns());
    }
    any_product(C, A, B, ends);
#else
    if constexpr (sizeof(T) == 8) product_by_fours<T, Rounding::fastest>(C, A, B, ends);
#endif
}

void product_float(const View<float>& C, const View<const float>& A, const View<const float>& B, Ends ends) {
    product_of<float>(C, A, B, ends);
}
void product_double(const View<double>& C, const View<const double>& A, const View<const double>& B,
                    Ends ends) {
    product_of<double>(C, A, B, ends);
}

#undef GRADUS_VECTORS

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(product_float);
HWY_EXPORT(product_double);

void product(const View<float>& C, const View<const float>& A, const View<const float>& B,
             Rounding rounding) {
    HWY_DYNAMIC_DISPATCH(product_float)(C, A, B, {false, 1, rounding});
}
void product(const View<double>& C, const View<const double>& A, const View<const double>& B,
             Rounding rounding) {
    HWY_DYNAMIC_DISPATCH(product_double)(C, A, B, {false, 1, rounding});
}
void add_product(const View<float>& C, const View<const float>& A, const View<const float>& B,
                 Rounding rounding) {
    HWY_DYNAMIC_DISPATCH(product_float)(C, A, B, {true, 1, rounding});
}
void add_product(const View<double>& C, const View<const double>& A, const View<const double>& B,
                 Rounding rounding) {
    HWY_DYNAMIC_DISPATCH(product_double)(C, A, B, {true, 1, rounding});
}
void product(const View<float>& C, const View<const float>& A, const View<const float>& B, SumEnds ends,
             Rounding rounding) {
    HWY_DYNAMIC_DISPATCH(product_float)(C, A, B, {ends.go_on, ends.divisor, rounding});
}
void product(const View<double>& C, const View<const double>& A, const View<const double>& B, SumEnds ends,
             Rounding rounding) {
    HWY_DYNAMIC_DISPATCH(product_double)(C, A, B, {ends.go_on, ends.divisor, rounding});
}

}  // namespace gradus
#endif
