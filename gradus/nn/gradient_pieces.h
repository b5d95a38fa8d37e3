// In which pieces is a gradient taken? In those that several processes hand on to each other.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "gradus/core/ranks.h"
#include "gradus/nn/bin_passes.h"
#include "gradus/nn/network.h"

namespace gradus {

/// Neighbouring slices of a layer, or runs of bins of the first.
struct GradientPiece {
    std::size_t layer;
    Range slices;  ///< or runs
    bool bins;
};

/// All pieces of the gradient of the layers up to `last`, of which the first may have `bins`. In one process
/// a layer is a piece; several work at once on pieces of 64 to 128 KB, each on another: a message that is
/// worth its way, and so many that nobody waits for long.
template <class T>
std::vector<GradientPiece> gradient_pieces(const Network<T>& network, std::size_t last,
                                           const BinPasses<T>* bins, const Ranks& ranks);

/// Numbers of the gradient whose squares are summed by themselves: its norm is the sum of these sums, in
/// order, whoever has added them.
inline constexpr Index norm_block = 4096;

/// How many such blocks there are.
inline Index norm_blocks(Index parameters) {
    return parameters / norm_block + 1;
}

/// Of so many parameters, those that a rank updates, and remembers what its optimizer does: its share of the
/// blocks (Rajbhandari et al. 2020, "ZeRO").
inline Range updated_by(const Ranks& ranks, Index rank, Index parameters) {
    const Range blocks = ranks.share(norm_blocks(parameters), rank);
    return {std::min(blocks.begin * norm_block, parameters), std::min(blocks.end * norm_block, parameters)};
}

/// Of a number for each parameter, everybody gets those that each rank has for what it updates.
template <class T>
void gather_updated(std::span<T> all, Ranks& ranks) {
    std::vector<std::size_t> ends;
    for (Index rank = 0; rank < ranks.count(); ++rank)
        ends.push_back(static_cast<std::size_t>(updated_by(ranks, rank, std::ssize(all)).end) * sizeof(T));
    ranks.gather(std::as_writable_bytes(all), ends);
}

/// f(numbers, keeper) for the runs of numbers that are handed on with a piece, and the rank that keeps them
/// in the end: its part of the gradient, which is for those who update the parameters, and of bins what lies
/// behind them, which is for nobody.
template <class T, class F>
void for_each_message(const GradientPiece& piece, const Network<T>& network, std::span<T> gradient,
                      BinPasses<T>* bins, const Ranks& ranks, F f) {
    const Index slice = network.plan(piece.layer).slice;
    const Range rows = piece.bins ? bins->rows(piece.slices) : piece.slices;
    const Index first = network.parameters_of(piece.layer).begin;
    const Range numbers{first + rows.begin * slice, first + rows.end * slice};
    for (Index rank = 0; rank < ranks.count(); ++rank) {
        const Range theirs = updated_by(ranks, rank, std::ssize(gradient));
        const Index begin = std::max(numbers.begin, theirs.begin), end = std::min(numbers.end, theirs.end);
        if (begin < end)
            f(gradient.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)), rank);
    }
    if (piece.bins) f(bins->behind(piece.slices), Ranks::nobody);
}

}  // namespace gradus
