// How does a rank get examples that other ranks hold? Everybody knows which each of them wants, and sends it:
// nobody has to ask.
#pragma once

#include <memory>
#include <numeric>
#include <span>
#include <vector>

#include "gradus/nn/examples.h"

namespace gradus {

/// Which of the columns each rank wants: its share of them, or all.
enum class Wanted { share, all };

/// Copies columns of shared examples to wherever they are wanted: they are asked for, are on their way while
/// something else is computed, and are taken. All ranks make the same calls with the same numbers.
template <class T>
class SharedExamples {
public:
    /// Sends for the columns of X with these numbers, but only for those that this rank wants. What was asked
    /// for before and not taken is forgotten.
    void ask(const Examples<T>& examples, std::span<const Index> columns, Wanted wanted);
    /// Has somebody asked for these columns, and not taken them?
    [[nodiscard]] bool asked_for(std::span<const Index> columns) const;
    /// Waits for them, and writes them to the first columns of `to`, each to its place. Where nobody has
    /// asked: nothing.
    void take(View<T> to);
    /// Nobody will take what was asked for.
    void forget() { under_way_.reset(); }

private:
    struct End {
        void operator()(Ranks* ranks) const { ranks->end_exchanges(); }
    };

    Examples<T> examples_;
    std::vector<Index> columns_;               // that were asked for,
    Range mine_;                               // of which this rank wants these
    std::vector<std::vector<T>> given_, got_;  // for each rank, and from each
    std::unique_ptr<Ranks, End> under_way_;    // those who exchange them: the last, it needs the others
};

/// Writes the columns of X with these numbers to the first columns of `to`, all of them on each rank.
template <class T>
void copy_shared(View<T> to, const Examples<T>& examples, std::span<const Index> columns) {
    SharedExamples<T> shared;
    shared.ask(examples, columns, Wanted::all);
    shared.take(to);
}

/// The first so many of them, on each rank.
template <class T>
Matrix<T> first_shared(const Examples<T>& examples, Index count) {
    std::vector<Index> columns(static_cast<std::size_t>(count));
    std::iota(columns.begin(), columns.end(), Index{0});
    Matrix<T> X(examples.inputs(), count);
    copy_shared(X.view(), examples, columns);
    return X;
}

/// What each rank has worked out for its share of the examples, for all of them: numbers (rows x n).
template <class T>
void gather_columns(View<T> all, Ranks& ranks);

}  // namespace gradus
