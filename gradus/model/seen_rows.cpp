#include "gradus/model/seen_rows.h"

#include <algorithm>
#include <bit>
#include <numeric>
#include <type_traits>

#include "gradus/data/features.h"
#include "gradus/nn/shared_examples.h"

namespace gradus {
namespace {

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {
    state = (state ^ word) * 0x9E3779B97F4A7C15;
    return state ^ (state >> 32);
}

template <class T>
std::uint64_t bits_of(T number) {
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    return std::bit_cast<Bits>(number == 0 ? T(0) : number);  // there are two zeros
}

// Of example j, whose truth is that of the row.
template <class T>
std::uint64_t print_of(View<const T> X, Index j, View<const double> Y, Index row) {
    std::uint64_t print = 0x243F6A8885A308D3;
    for (Index i = 0; i < X.rows(); ++i) print = mixed(print, bits_of(X(i, j)));
    for (Index i = 0; i < Y.rows(); ++i) print = mixed(print, bits_of(Y(i, row)));
    return print;
}

// Each rank looks at its share of the rows, and tells both halves of their prints.
template <class T, class Visit>
void for_each_shared_row(const Model<T>& model, const Dataset& data, const Visit& visit) {
    Ranks& ranks = *data.table.shared_by;
    const Range mine = ranks.share(data.examples());
    std::vector<Index> rows(static_cast<std::size_t>(mine.size()));
    std::iota(rows.begin(), rows.end(), mine.begin);
    Matrix<double> halves(2, data.examples());
    {
        Matrix<T> X(model.features.width(), mine.size());
        Encoder(model.features, data.table)(X.view(), rows);
        for (Index j = 0; j < mine.size(); ++j) {
            const std::uint64_t print = print_of<T>(X, j, data.Y, mine.begin + j);
            halves(0, mine.begin + j) = double(print >> 32);
            halves(1, mine.begin + j) = double(print & 0xFFFFFFFF);
        }
    }
    gather_columns(halves.view(), ranks);
    for (Index j = 0; j < halves.columns(); ++j)
        visit(static_cast<std::uint64_t>(halves(0, j)) << 32 | static_cast<std::uint64_t>(halves(1, j)));
}

// Calls visit(print) for each row.
template <class T, class Visit>
void for_each_row(const Model<T>& model, const Dataset& data, const Visit& visit) {
    if (data.table.shared_by != nullptr) return for_each_shared_row(model, data, visit);
    const Encoder encoder(model.features, data.table);
    const Index batch = std::clamp<Index>(data.examples(), 1, 256);
    Matrix<T> X(model.features.width(), batch);
    std::vector<Index> rows(static_cast<std::size_t>(batch));
    for (Index begin = 0; begin < data.examples(); begin += batch) {
        const Index count = std::min(batch, data.examples() - begin);
        rows.resize(static_cast<std::size_t>(count));
        std::iota(rows.begin(), rows.end(), begin);
        encoder(X.view().columns({0, count}), rows);
        for (Index j = 0; j < count; ++j) visit(print_of<T>(X, j, data.Y, begin + j));
    }
}

}  // namespace

template <class T>
RowPrint row_print(const Model<T>& model, const Dataset& data) {
    constexpr std::size_t kept = 64;
    RowPrint all;
    std::vector<std::uint64_t>& smallest = all.smallest;  // a heap, the largest of them first
    for_each_row(model, data, [&](std::uint64_t print) {
        all.sum += print;
        if (smallest.size() == kept && print >= smallest.front()) return;
        smallest.push_back(print);
        std::ranges::push_heap(smallest);
        if (smallest.size() <= kept) return;
        std::ranges::pop_heap(smallest);
        smallest.pop_back();
    });
    std::ranges::sort(smallest);
    return all;
}

template <class T>
SeenRows seen_rows(const Model<T>& model, const Dataset& data) {
    const RowPrint& before = model.origin.rows;
    SeenRows seen;
    if (before.smallest.empty()) return seen;
    std::uint64_t sum = 0;
    for_each_row(model, data, [&](std::uint64_t print) {
        sum += print;
        if (std::ranges::binary_search(before.smallest, print)) ++seen.some;
    });
    seen.all = sum == before.sum && data.examples() == model.origin.examples;
    return seen;
}

template RowPrint row_print(const Model<float>&, const Dataset&);
template RowPrint row_print(const Model<double>&, const Dataset&);
template SeenRows seen_rows(const Model<float>&, const Dataset&);
template SeenRows seen_rows(const Model<double>&, const Dataset&);

}  // namespace gradus
