#include "gradus/doctor/look_alikes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

constexpr double decided = 0.75;  // further than 1/4 from its label: chapter 9 of the book
constexpr double alike = 0.05;    // of the largest range of a unit

double probability(const State& state, Index j) {
    const bool one = state.outputs.rows() == 1;
    return one ? state.outputs(0, j) : state.outputs(state.truth[static_cast<std::size_t>(j)], j);
}

double of_true_class(const State& state, Index j) {
    const double p = probability(state, j);
    return state.outputs.rows() == 1 && state.truth[static_cast<std::size_t>(j)] == 0 ? 1 - p : p;
}

double largest_range(const Matrix<double>& H) {
    double range = 0;
    for (Index i = 0; i < H.rows(); ++i) {
        double low = H(i, 0), high = H(i, 0);
        for (Index j = 0; j < H.columns(); ++j) {
            low = std::min(low, H(i, j));
            high = std::max(high, H(i, j));
        }
        range = std::max(range, high - low);
    }
    return range;
}

double distance(const Matrix<double>& H, Index j, Index k) {
    double largest = 0;
    for (Index i = 0; i < H.rows(); ++i) largest = std::max(largest, std::abs(H(i, j) - H(i, k)));
    return largest;
}

// Sets that grow together where two of their members look alike.
class Sets {
public:
    explicit Sets(Index count) : parent_(static_cast<std::size_t>(count)) {
        std::iota(parent_.begin(), parent_.end(), Index{0});
    }
    void join(Index j, Index k) { parent_[static_cast<std::size_t>(root(j))] = root(k); }

    std::vector<std::vector<Index>> of_several() {
        std::vector<std::vector<Index>> all(parent_.size());
        for (std::size_t j = 0; j < parent_.size(); ++j)
            all[static_cast<std::size_t>(root(static_cast<Index>(j)))].push_back(static_cast<Index>(j));
        std::erase_if(all, [](const auto& set) { return set.size() < 2; });
        std::ranges::sort(all);
        return all;
    }

private:
    Index root(Index j) {
        while (parent_[static_cast<std::size_t>(j)] != j) j = parent_[static_cast<std::size_t>(j)];
        return j;
    }
    std::vector<Index> parent_;
};

}  // namespace

Index LookAlikes::alike() const {
    return std::accumulate(sets.begin(), sets.end(), Index{0},
                           [](Index sum, const auto& set) { return sum + static_cast<Index>(set.size()); });
}

std::vector<std::string> example_names(const Dataset& data, const std::vector<Index>& rows) {
    constexpr std::size_t few_examples = 8;
    constexpr Index few_features = 3;
    std::vector<std::string> names;
    if (rows.size() > few_examples || data.features() > few_features) return names;
    for (const Index j : rows) {
        std::vector<std::string> values;
        for (const Column& column : data.table.columns) {
            if (column.is_text()) return {};
            const Shown shown(column);
            values.push_back(text_of(column.numbers[static_cast<std::size_t>(j)]));
        }
        names.push_back(fmt::format("({})", fmt::join(values, ",")));
    }
    return names;
}

std::string described(const LookAlikes& found, std::span<const std::string> names) {
    std::string who;
    for (const std::vector<Index>& set : found.sets) {
        std::vector<std::string> alike_ones;
        if (!names.empty())
            for (const Index j : set) alike_ones.push_back(names[static_cast<std::size_t>(j)]);
        who += (who.empty() ? "" : "; ") + listed(alike_ones);
    }
    if (names.empty()) who = say("{} examples", found.alike());
    if (found.highest - found.lowest < 0.02)
        return say("{}, near p = {:.2f}", who, (found.highest + found.lowest) / 2);
    return say("{}, at p = {:.2f} to {:.2f}", who, found.lowest, found.highest);
}

LookAlikes look_alikes(const State& state) {
    LookAlikes found;
    const Index count = state.last.columns();
    const double near = alike * largest_range(state.last);
    const bool few = count <= 100;
    Sets sets(count);
    found.least_difference = few ? std::numeric_limits<double>::max() : 0;
    for (Index j = 0; j < count; ++j) {
        const bool undecided = of_true_class(state, j) < decided;
        if (undecided) {
            found.undecided.push_back(j);
            found.lowest = std::min(found.lowest, probability(state, j));
            found.highest = std::max(found.highest, probability(state, j));
        }
        if (!undecided && !few) continue;
        for (Index k = 0; k < count; ++k) {
            if (state.truth[static_cast<std::size_t>(j)] == state.truth[static_cast<std::size_t>(k)])
                continue;
            const double apart = distance(state.last, j, k);
            if (few) found.least_difference = std::min(found.least_difference, apart);
            if (!undecided || apart > near) continue;
            sets.join(j, k);
            found.difference = std::max(found.difference, apart);
        }
    }
    found.sets = sets.of_several();
    return found;
}

}  // namespace gradus
