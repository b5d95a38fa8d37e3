// How does a first layer look at bins without multiplying by each? By sums of its weights.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "gradus/nn/examples.h"
#include "gradus/nn/network.h"

namespace gradus {

/// Where an example lies in a run: in this row of X, whose bins before it are full, and how far into it.
template <class T>
struct BinPlace {
    Index row;
    T share;
};

/// The work on one run or example, compiled for this machine's instruction set.
template <class T>
struct BinKernels;

/// The passes of a dense first layer some of whose inputs come in runs of bins: within a run the first inputs
/// are full_bin, the next one x is any number, those behind it are 0 (piecewise-linear encoding). With the
/// bins 0 .. n-1 of a run, of which k is that one (the last, where all are full),
///
///     W X = full_bin (W0 + ... + W(k-1)) + x Wk
///     dWj = (full_bin sum of dY over the examples with k > j  +  sum of x dY over those with k = j) / m
///
/// so an example costs two columns of W for a run, however many bins it has: sums of weights from the left,
/// of gradients from the right, once for each batch. All sums have one order, whoever takes which part: the
/// same bits on any number of threads and on every machine, but not those of the product, which adds one by
/// one.
template <class T>
class BinPasses {
public:
    /// Nothing where there are no runs, or the first layer is not dense. The runs are of rows of X,
    /// ascending, without overlap.
    static std::unique_ptr<BinPasses> where_they_suit(const Network<T>& network, std::span<const Range> runs,
                                                      Index batch);

    /// Before forward, since the last update: the sums of the weights of these runs (counted from 0).
    void sum_weights(const Pass<T>& pass, Range runs);
    /// Y = W X + b for these examples.
    void forward(const Pass<T>& pass, Range examples);
    /// The gradient of the weights of these runs, from X and dY of the whole batch, examples in order; where
    /// sums go on, those in behind(runs) do as well.
    void backward(const Pass<T>& pass, Range runs);

    [[nodiscard]] Index run_count() const { return static_cast<Index>(runs_.size()); }
    /// The rows of X from the first of these runs to the last.
    [[nodiscard]] Range rows(Range runs) const {
        return {runs_[static_cast<std::size_t>(runs.begin)].begin,
                runs_[static_cast<std::size_t>(runs.end - 1)].end};
    }
    /// What is handed on beside the gradient where several processes share a batch: for each row the sum of
    /// dY over the examples that lie in it.
    [[nodiscard]] std::span<T> behind(Range runs) {
        const Range rows = this->rows(runs);
        return std::span(behind_).subspan(static_cast<std::size_t>(rows.begin * units_),
                                          static_cast<std::size_t>(rows.size() * units_));
    }
    /// The layer's slices that belong to no run: the other columns of W, and b.
    [[nodiscard]] const std::vector<Range>& others() const { return others_; }

private:
    BinPasses(Index units, Index inputs, std::span<const Range> runs, Index batch);

    const BinKernels<T>* kernels_;
    Index units_, batch_;
    std::vector<Range> runs_, others_;
    AlignedVector<T> sums_;    // beside each column of W: those to the left of it in its run, times full_bin
    AlignedVector<T> behind_;  // of the bins of a run: dY of the examples that lie in each
    std::vector<BinPlace<T>> places_;  // batch x runs
};

}  // namespace gradus
