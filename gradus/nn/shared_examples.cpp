#include "gradus/nn/shared_examples.h"

#include <algorithm>

namespace gradus {

// Who holds example i of `all`.
static Index holder(const Ranks& ranks, Index all, Index i) {
    Index rank = i * ranks.count() / all;
    while (ranks.share(all, rank).end <= i) ++rank;
    return rank;
}

template <class T>
void SharedExamples<T>::ask(const Examples<T>& examples, std::span<const Index> columns, Wanted wanted) {
    forget();
    examples_ = examples;
    columns_.assign(columns.begin(), columns.end());
    Ranks& ranks = *examples.shared_by;
    const auto count = static_cast<std::size_t>(ranks.count());
    const auto m = static_cast<Index>(columns.size());
    const Index rows = examples.inputs();
    const Range held = ranks.share(examples.count());
    const auto wanted_by = [&](Index rank) {
        return wanted == Wanted::all ? Range{0, m} : ranks.share(m, rank);
    };
    const auto number = [&](Index j) { return columns_[static_cast<std::size_t>(j)]; };
    given_.resize(count);
    got_.resize(count);
    for (std::size_t rank = 0; rank < count; ++rank) {
        std::vector<T>& given = given_[rank];
        given.clear();
        if (static_cast<Index>(rank) == ranks.rank()) continue;
        const Range theirs = wanted_by(static_cast<Index>(rank));
        for (Index j = theirs.begin; j < theirs.end; ++j)
            if (held.begin <= number(j) && number(j) < held.end) {
                const T* x = examples.X.column(number(j) - held.begin);
                given.insert(given.end(), x, x + rows);
            }
    }
    mine_ = wanted_by(ranks.rank());
    std::vector<std::size_t> sizes(count);
    for (Index j = mine_.begin; j < mine_.end; ++j)
        sizes[static_cast<std::size_t>(holder(ranks, examples.count(), number(j)))] +=
            static_cast<std::size_t>(rows);
    sizes[static_cast<std::size_t>(ranks.rank())] = 0;
    std::vector<std::span<const std::byte>> given;
    std::vector<std::span<std::byte>> got;
    for (std::size_t rank = 0; rank < count; ++rank) {
        got_[rank].resize(sizes[rank]);
        given.push_back(std::as_bytes(std::span(given_[rank])));
        got.push_back(std::as_writable_bytes(std::span(got_[rank])));
    }
    ranks.begin_exchange(given, got);
    under_way_.reset(&ranks);
}

template <class T>
bool SharedExamples<T>::asked_for(std::span<const Index> columns) const {
    return under_way_ != nullptr &&
           std::equal(columns.begin(), columns.end(), columns_.begin(), columns_.end());
}

template <class T>
void SharedExamples<T>::take(View<T> to) {
    if (under_way_ == nullptr) return;  // nobody has asked
    const Ranks& ranks = *under_way_;
    under_way_.reset();
    const Index rows = examples_.inputs(), held = ranks.share(examples_.count()).begin;
    std::vector<const T*> next;
    for (const std::vector<T>& got : got_) next.push_back(got.data());
    for (Index j = mine_.begin; j < mine_.end; ++j) {
        const Index number = columns_[static_cast<std::size_t>(j)];
        const Index from = holder(ranks, examples_.count(), number);
        const T*& there = next[static_cast<std::size_t>(from)];
        const T* x = from == ranks.rank() ? examples_.X.column(number - held) : there;
        std::copy_n(x, rows, to.column(j));
        if (from != ranks.rank()) there += rows;
    }
}

template <class T>
void gather_columns(View<T> all, Ranks& ranks) {
    std::vector<double> row(static_cast<std::size_t>(all.columns()));
    for (Index i = 0; i < all.rows(); ++i) {
        for (Index j = 0; j < all.columns(); ++j) row[static_cast<std::size_t>(j)] = double(all(i, j));
        ranks.gather(row);
        for (Index j = 0; j < all.columns(); ++j)
            all(i, j) = static_cast<T>(row[static_cast<std::size_t>(j)]);
    }
}

template class SharedExamples<float>;
template class SharedExamples<double>;
template void gather_columns(View<float>, Ranks&);
template void gather_columns(View<double>, Ranks&);

}  // namespace gradus
