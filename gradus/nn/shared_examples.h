// How does a rank get examples that other ranks hold? Everybody knows which each of them wants, and sends it:
// nobody has to ask.
#pragma once

#include <span>
#include <vector>

#include "gradus/nn/examples.h"

namespace gradus {

/// Which of the columns each rank wants: its share of them, or all.
enum class Wanted { share, all };

/// Copies columns of shared examples to wherever they are wanted.
template <class T>
class SharedExamples {
public:
    /// Writes the columns of X with these numbers to the first columns of `to`, but only those that this rank
    /// wants. All ranks call it, with the same numbers.
    void copy(View<T> to, const Examples<T>& examples, std::span<const Index> columns, Wanted wanted);

private:
    std::vector<std::vector<T>> given_, got_;  // for each rank, and from each
};

/// What each rank has worked out for its share of the examples, for all of them: numbers (rows x n).
template <class T>
void gather_columns(View<T> all, Ranks& ranks);

}  // namespace gradus
