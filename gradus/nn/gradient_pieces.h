// In which pieces is a gradient taken? In those that several processes hand on to each other.
#pragma once

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

/// f(numbers) for the runs of numbers that are handed on with a piece: its part of the gradient, and of bins
/// what lies behind them.
template <class T, class F>
void for_each_message(const GradientPiece& piece, const Network<T>& network, std::span<T> gradient,
                      BinPasses<T>* bins, F f) {
    const Index slice = network.plan(piece.layer).slice;
    const Range rows = piece.bins ? bins->rows(piece.slices) : piece.slices;
    f(gradient.subspan(
        static_cast<std::size_t>(network.parameters_of(piece.layer).begin + rows.begin * slice),
        static_cast<std::size_t>(rows.size() * slice)));
    if (piece.bins) f(bins->behind(piece.slices));
}

}  // namespace gradus
