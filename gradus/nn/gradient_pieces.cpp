#include "gradus/nn/gradient_pieces.h"

#include <algorithm>

namespace gradus {

static constexpr Index piece_bytes = Index{1} << 17;

// Neighbouring runs of bins that are small enough together.
template <class T>
static std::vector<Range> neighbours(const BinPasses<T>& bins, Index most_rows) {
    std::vector<Range> all;
    for (Index r = 0; r < bins.run_count(); ++r) {
        const Range run = bins.rows({r, r + 1});
        if (!all.empty()) {
            const Range before = bins.rows(all.back());
            if (before.end == run.begin && run.end - before.begin <= most_rows) {
                all.back().end = r + 1;
                continue;
            }
        }
        all.push_back({r, r + 1});
    }
    return all;
}

template <class T>
std::vector<GradientPiece> gradient_pieces(const Network<T>& network, std::size_t last,
                                           const BinPasses<T>* bins, const Ranks& ranks) {
    std::vector<GradientPiece> pieces;
    const auto most = [&](std::size_t layer, Index all) {
        const Index bytes = network.plan(layer).slice * Index{sizeof(T)};
        return ranks.count() == 1 ? all : std::max<Index>(piece_bytes / bytes, 1);
    };
    const auto add = [&](std::size_t layer, Range slices) {
        for (Index begin = slices.begin, step = most(layer, slices.size()); begin < slices.end; begin += step)
            pieces.push_back({layer, {begin, std::min(begin + step, slices.end)}, false});
    };
    if (bins != nullptr) {
        if (ranks.count() == 1) {
            pieces.push_back({0, {0, bins->run_count()}, true});
        } else {
            for (const Range runs : neighbours(*bins, most(0, 0))) pieces.push_back({0, runs, true});
        }
        for (const Range slices : bins->others()) add(0, slices);
    }
    for (std::size_t i = bins == nullptr ? 0 : 1; i <= last; ++i)
        if (const Index slices = network.plan(i).slice_count(); slices > 0) add(i, {0, slices});
    return pieces;
}

template std::vector<GradientPiece> gradient_pieces(const Network<float>&, std::size_t,
                                                    const BinPasses<float>*, const Ranks&);
template std::vector<GradientPiece> gradient_pieces(const Network<double>&, std::size_t,
                                                    const BinPasses<double>*, const Ranks&);

}  // namespace gradus
