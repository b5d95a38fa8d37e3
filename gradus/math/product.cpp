// One kernel for every shape: a tile of C stays in registers while k runs from 0 to K-1, and each of its
// elements is one chain of fused multiply-adds. Whoever computes an element, in whatever tile, computes the
// same chain: the same bits.

#include "gradus/math/product.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "gradus/math/product.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first: it includes this file again for each instruction set
#include <hwy/highway.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

HWY_BEFORE_NAMESPACE();
namespace gradus::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// C(0 .. rows, 0 .. columns) of one tile. `down` is the operand whose rows lie one after the other and fill
// vectors; each number of `across` is multiplied with a whole vector of them.
template <class T>
struct Tile {
    Index depth;  // K
    const T* down;
    Index down_step;  // from one k to the next
    const T* across;
    Index across_k;  // from one k to the next
    Index across_j;  // from one column of C to the next
    T* C;
    Index C_step;
    Index last_rows;  // rows in the last vector, when it is not full
    bool accumulate;  // continue the chains that C holds
};

// a b + c, rounded once where the instruction set can, as the vectors do it.
template <class T>
HWY_INLINE T multiply_add(T a, T b, T c) {
    const hn::CappedTag<T, 1> one;
    return hn::GetLane(hn::MulAdd(hn::Set(one, a), hn::Set(one, b), hn::Set(one, c)));
}

// f(0), f(1), ... f(count - 1), written out: the accumulators below must be registers, not an array in
// memory.
template <int count, class F>
HWY_INLINE void unroll(F f) {
    [&]<int... i>(std::integer_sequence<int, i...>) HWY_ATTR {
        (f(std::integral_constant<int, i>()), ...);
    }
    (std::make_integer_sequence<int, count>());
}

template <class T, int vectors, int columns, bool partial>
void multiply(const Tile<T>& tile) {
    const hn::ScalableTag<T> d;
    using Vector = hn::Vec<decltype(d)>;
    const auto lanes = static_cast<Index>(hn::Lanes(d));
    const Tile<T> t = tile;  // a copy, which storing to C cannot change
    const auto mask = hn::FirstN(d, static_cast<std::size_t>(t.last_rows));

    Vector c[columns][vectors];
    unroll<columns>([&](auto j)
                        HWY_ATTR { unroll<vectors>([&](auto v) HWY_ATTR { c[j][v] = hn::Zero(d); }); });
    if (t.accumulate) {
        unroll<columns>([&](auto j) HWY_ATTR {
            unroll<vectors>([&](auto v) HWY_ATTR {
                const T* from = t.C + j * t.C_step + v * lanes;
                if constexpr (partial && v == vectors - 1) {
                    c[j][v] = hn::MaskedLoad(mask, d, from);
                } else {
                    c[j][v] = hn::LoadU(d, from);
                }
            });
        });
    }

    // Three columns share a pointer: an address holds one step, or two, but not three.
    constexpr int pointers = (columns + 2) / 3;
    const T* across[pointers];
    for (int p = 0; p < pointers; ++p) across[p] = t.across + 3 * p * t.across_j;
    const T* down = t.down;
    for (Index k = 0; k < t.depth; ++k) {
        Vector a[vectors];
        unroll<vectors>([&](auto v) HWY_ATTR {
            if constexpr (partial && v == vectors - 1) {
                a[v] = hn::MaskedLoad(mask, d, down + v * lanes);
            } else {
                a[v] = hn::LoadU(d, down + v * lanes);
            }
        });
        unroll<columns>([&](auto j) HWY_ATTR {
            const Vector b = hn::Set(d, across[j / 3][j % 3 * t.across_j]);
            unroll<vectors>([&](auto v) HWY_ATTR { c[j][v] = hn::MulAdd(a[v], b, c[j][v]); });
        });
        down += t.down_step;
        unroll<pointers>([&](auto p) HWY_ATTR { across[p] += t.across_k; });
    }

    unroll<columns>([&](auto j) HWY_ATTR {
        unroll<vectors>([&](auto v) HWY_ATTR {
            T* to = t.C + j * t.C_step + v * lanes;
            if constexpr (partial && v == vectors - 1) {
                hn::BlendedStore(c[j][v], mask, d, to);
            } else {
                hn::StoreU(c[j][v], d, to);
            }
        });
    });
}

// As many accumulators as the registers hold beside the operands.
constexpr int most_vectors = 3;
constexpr int most_columns = 12;
constexpr int columns_for(int vectors) {
    constexpr int accumulators = HWY_TARGET <= HWY_AVX3 ? 24 : 12;
    return std::min(most_columns, accumulators / vectors);
}

// The widths for which a kernel is compiled, and the widest of them for so many columns.
constexpr int width_for(int columns) {
    constexpr std::array widths{12, 8, 6, 4, 3, 2, 1};
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

// All columns beside one panel of rows, in tiles of nearly equal width: a narrow one left over would be slow.
template <class T, int vectors>
void sweep_columns(Tile<T> tile, Index columns, bool partial) {
    constexpr Index widest = columns_for(vectors);
    while (columns > 0) {
        const Index even = columns < 2 * widest ? (columns <= widest ? columns : (columns + 1) / 2) : widest;
        kernels<T, vectors>[partial][static_cast<std::size_t>(even - 1)](tile);
        const Index width = width_for(static_cast<int>(even));
        tile.across += width * tile.across_j;
        tile.C += width * tile.C_step;
        columns -= width;
    }
}

template <class T>
void sweep_panel(Tile<T> tile, Index rows, Index columns) {
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    const Index vectors = (rows + lanes - 1) / lanes;
    tile.last_rows = rows - (vectors - 1) * lanes;
    const bool partial = tile.last_rows != lanes;
    if (vectors == 1) return sweep_columns<T, 1>(tile, columns, partial);
    if (vectors == 2) return sweep_columns<T, 2>(tile, columns, partial);
    sweep_columns<T, 3>(tile, columns, partial);
}

template <class T>
Index panel_rows() {
    return most_vectors * static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
}

// to(i, j) = from(i, j), read along the direction in which `from` is contiguous.
template <class T>
void copy(View<T> to, View<const T> from) {
    if (from.row_step() > from.column_step()) return copy<T>(to.transposed(), from.transposed());
    for (Index j = 0; j < from.columns(); ++j)
        for (Index i = 0; i < from.rows(); ++i) to(i, j) = from(i, j);
}

// The rows of one panel.
template <class T>
void sweep_rows(View<T> C, View<const T> down, View<const T> X, bool accumulate) {
    Tile<T> tile{.depth = down.columns(),
                 .down = down.data(),
                 .down_step = down.column_step(),
                 .across = X.data(),
                 .across_k = X.row_step(),
                 .across_j = X.column_step(),
                 .C = C.data(),
                 .C_step = C.column_step(),
                 .last_rows = 0,
                 .accumulate = accumulate};
    if (C.row_step() == 1) return sweep_panel(tile, C.rows(), C.columns());
    constexpr Index most = 64 * most_columns;  // enough rows for vectors of any width: 3 x 16 floats
    HWY_ALIGN T buffer[most];
    const Index width = most / C.rows();
    for (Index j = 0; j < C.columns(); j += width) {
        const View<T> part = C.columns({j, std::min(j + width, C.columns())});
        const View<T> buffered(buffer, part.rows(), part.columns());
        if (accumulate) copy<T>(buffered, part);
        tile.C = buffer;
        tile.C_step = buffered.column_step();
        tile.across = X.data() + j * X.column_step();
        sweep_panel(tile, part.rows(), part.columns());
        copy<T>(part, buffered);
    }
}

// C = D X. The rows of D fill the vectors; where they are not contiguous, a panel of them is copied so that
// they are, a block of k at a time. Where C's rows are not contiguous, tiles go through a buffer.
template <class T>
void product_down(View<T> C, View<const T> D, View<const T> X, bool accumulate) {
    constexpr Index packed_numbers = 96 * 1024 / sizeof(T);
    HWY_ALIGN T packed[packed_numbers];
    const Index panel = panel_rows<T>();
    const bool pack = D.row_step() != 1;
    const Index deepest = pack ? packed_numbers / panel : D.columns();

    for (Index i = 0; i < C.rows(); i += panel) {
        const Range rows{i, std::min(i + panel, C.rows())};
        for (Index k = 0; k < D.columns() || k == 0; k += deepest) {
            const Range depth{k, std::min(k + deepest, D.columns())};
            View<const T> down = D.rows(rows).columns(depth);
            if (pack) {
                const View<T> copied(packed, rows.size(), depth.size(), 1, panel);
                copy<T>(copied, down);
                down = copied;
            }
            sweep_rows<T>(C.rows(rows), down, X.rows(depth), accumulate || k > 0);
            if (D.columns() == 0) break;
        }
    }
}

// Which operand fills the vectors? The cost in vector operations, and in numbers copied, of taking A.
template <class T>
Index cost_of_down(View<T> C, View<const T> A) {
    const auto lanes = static_cast<Index>(hn::Lanes(hn::ScalableTag<T>()));
    const Index vectors = (C.rows() + lanes - 1) / lanes;
    return vectors * C.columns() * A.columns() + (A.row_step() == 1 ? 0 : C.rows() * A.columns()) +
           (C.row_step() == 1 ? 0 : C.rows() * C.columns());
}

// For a handful of numbers, everything above costs more than the arithmetic. The same chains.
template <class T>
void product_tiny(View<T> C, View<const T> A, View<const T> B, bool accumulate) {
    for (Index j = 0; j < C.columns(); ++j) {
        for (Index i = 0; i < C.rows(); ++i) {
            T sum = accumulate ? C(i, j) : T(0);
            for (Index k = 0; k < A.columns(); ++k) sum = multiply_add(A(i, k), B(k, j), sum);
            C(i, j) = sum;
        }
    }
}

template <class T>
void product_of(View<T> C, View<const T> A, View<const T> B, bool accumulate) {
    assert(C.rows() == A.rows() && C.columns() == B.columns() && A.columns() == B.rows());
    if (C.empty()) return;
    constexpr Index tiny = 48;
    if (C.rows() * C.columns() * A.columns() <= tiny) return product_tiny<T>(C, A, B, accumulate);
    if (cost_of_down<T>(C, A) <= cost_of_down<T>(C.transposed(), B.transposed())) {
        product_down<T>(C, A, B, accumulate);
    } else {  // C' = B' A': the same chains, since a b = b a
        product_down<T>(C.transposed(), B.transposed(), A.transposed(), accumulate);
    }
}

void product_float(View<float> C, View<const float> A, View<const float> B, bool accumulate) {
    product_of<float>(C, A, B, accumulate);
}
void product_double(View<double> C, View<const double> A, View<const double> B, bool accumulate) {
    product_of<double>(C, A, B, accumulate);
}

}  // namespace
}  // namespace gradus::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus {

HWY_EXPORT(product_float);
HWY_EXPORT(product_double);

void product(View<float> C, View<const float> A, View<const float> B) {
    HWY_DYNAMIC_DISPATCH(product_float)(C, A, B, false);
}
void product(View<double> C, View<const double> A, View<const double> B) {
    HWY_DYNAMIC_DISPATCH(product_double)(C, A, B, false);
}
void add_product(View<float> C, View<const float> A, View<const float> B) {
    HWY_DYNAMIC_DISPATCH(product_float)(C, A, B, true);
}
void add_product(View<double> C, View<const double> A, View<const double> B) {
    HWY_DYNAMIC_DISPATCH(product_double)(C, A, B, true);
}

}  // namespace gradus
#endif
