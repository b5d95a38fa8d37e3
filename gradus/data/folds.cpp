#include "gradus/data/folds.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

// Rows that lie in one fold, by their places among the rows that are divided.
using Unit = std::vector<std::size_t>;

double moment_of(const Dataset& data, Index row) {
    if (data.times.empty()) return double(row);
    const double time = data.times[static_cast<std::size_t>(row)];
    return std::isnan(time) ? -std::numeric_limits<double>::infinity() : time;  // before all others
}

// In the order of `order`, places among the rows; those with the same key are a unit.
template <class Key>
std::vector<Unit> units_by(const std::vector<std::size_t>& order, const Key& key) {
    std::vector<Unit> units;
    std::map<decltype(key(std::size_t{})), std::size_t> number;
    for (const std::size_t place : order) {
        const auto [known, is_new] = number.emplace(key(place), units.size());
        if (is_new) units.emplace_back();
        units[known->second].push_back(place);
    }
    return units;
}

std::vector<Unit> drawn_units(const Dataset& data, const std::vector<Index>& rows, RandomState random) {
    std::vector<std::size_t> place_of(static_cast<std::size_t>(data.examples()), rows.size()), order;
    for (std::size_t i = 0; i < rows.size(); ++i) place_of[static_cast<std::size_t>(rows[i])] = i;
    for (const Index row : random.permutation(data.examples()))
        if (const std::size_t place = place_of[static_cast<std::size_t>(row)]; place < rows.size())
            order.push_back(place);
    std::vector<Unit> units = units_by(order, [&](std::size_t place) {
        return data.together.empty() ? rows[place] : data.together[static_cast<std::size_t>(rows[place])];
    });
    std::ranges::stable_sort(units, {}, [&](const Unit& unit) {
        const double of_class = data.has_classes() ? data.Y(0, rows[unit.front()]) : 0;
        return std::pair(-std::ssize(unit), of_class);
    });
    return units;
}

std::vector<Unit> units_in_time(const Dataset& data, const std::vector<Index>& rows) {
    const bool grouped = !data.group_name.empty() && !data.together.empty();
    const auto moment = [&](std::size_t place) { return moment_of(data, rows[place]); };
    std::vector<std::size_t> order(rows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, moment);
    if (!grouped) return units_by(order, moment);
    std::vector<Unit> units = units_by(
        order, [&](std::size_t place) { return data.together[static_cast<std::size_t>(rows[place])]; });
    std::ranges::stable_sort(units, {}, [&](const Unit& unit) { return moment(unit.back()); });
    return units;
}

// Each unit to the fold that has the smallest share of its classes.
class Stratified {
public:
    Stratified(const Dataset& data, const std::vector<Index>& rows, Index count)
        : data_(data),
          rows_(rows),
          of_class_(std::max<std::size_t>(1, data.class_names.size())),
          taken_(static_cast<std::size_t>(count), std::vector<double>(of_class_.size())),
          sizes_(taken_.size()) {
        for (std::size_t place = 0; place < rows.size(); ++place) ++of_class_[class_of(place)];
    }

    Index take(const Unit& unit) {
        std::size_t best = 0;
        for (std::size_t fold = 1; fold < taken_.size(); ++fold) {
            const double share = share_of(fold, unit), least = share_of(best, unit);
            if (share < least || (share == least && sizes_[fold] < sizes_[best])) best = fold;
        }
        for (const std::size_t place : unit) ++taken_[best][class_of(place)];
        sizes_[best] += unit.size();
        return static_cast<Index>(best);
    }

private:
    [[nodiscard]] std::size_t class_of(std::size_t place) const {
        return data_.has_classes() ? static_cast<std::size_t>(data_.Y(0, rows_[place])) : 0;
    }
    [[nodiscard]] double share_of(std::size_t fold, const Unit& unit) const {
        double share = 0;
        for (const std::size_t place : unit) {
            const std::size_t k = class_of(place);
            share += taken_[fold][k] / of_class_[k];
        }
        return share;
    }

    const Dataset& data_;
    const std::vector<Index>& rows_;
    std::vector<double> of_class_;            // rows of each class
    std::vector<std::vector<double>> taken_;  // of each fold the rows of each class
    std::vector<std::size_t> sizes_;          // of each fold
};

void require_units(const Dataset& data, std::size_t units, Index count, SplitBy by) {
    if (static_cast<Index>(units) >= count) return;
    const bool grouped = !data.group_name.empty();
    throw Error(
        Fault::input,
        {.place = grouped || by == SplitBy::random || data.times.empty()
                      ? (grouped ? say("{}: column \"{}\"", file_of(data), data.group_name) : file_of(data))
                      : say("{}: column \"{}\"", file_of(data), data.time_name),
         .found = grouped ? say_count(static_cast<Index>(units), "{} group", "{} groups")
                  : by == SplitBy::time
                      ? say_count(static_cast<Index>(units), "{} time", "{} times")
                      : say_count(static_cast<Index>(units), "{} different row", "{} different rows"),
         .expected = say("at least one for each of {} folds", count)});
}

}  // namespace

std::vector<Index> folds(const Dataset& data, const std::vector<Index>& rows, Index count, RandomState random,
                         SplitBy by) {
    require_valid(data);
    if (count < 2)
        throw Error(Fault::usage,
                    {.place = "folds", .found = std::to_string(count), .expected = say("at least 2")});
    const bool in_time = by == SplitBy::time;
    const std::vector<Unit> units = in_time ? units_in_time(data, rows) : drawn_units(data, rows, random);
    require_units(data, units.size(), count, by);
    std::vector<Index> fold(rows.size());
    Stratified stratified(data, rows, count);
    Index now = 0, behind = 0;  // of time: the fold that is filled, the rows before it and in it
    for (std::size_t u = 0; u < units.size(); ++u) {
        const Index number = in_time ? now : stratified.take(units[u]);
        for (const std::size_t place : units[u]) fold[place] = number;
        behind += static_cast<Index>(units[u].size());
        const Index left = static_cast<Index>(units.size() - u) - 1;
        const bool full = behind * count >= (now + 1) * static_cast<Index>(rows.size());
        if (now + 1 < count && (full || left == count - now - 1)) ++now;
    }
    return fold;
}

}  // namespace gradus
