#include "gradus/data/division.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/few_rows.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

// The same bits for what is the same number: there are two zeros, and many NaN.
std::uint64_t key_of(double number) {
    if (std::isnan(number)) return 0x7FF8000000000000;
    return std::bit_cast<std::uint64_t>(number == 0 ? 0.0 : number);
}

std::uint64_t mixed(std::uint64_t state, std::uint64_t word) {  // MurmurHash3's finalizer (Appleby 2011)
    state = (state ^ word) * 0x9E3779B97F4A7C15;
    state = (state ^ (state >> 33)) * 0xFF51AFD7ED558CCD;
    state = (state ^ (state >> 33)) * 0xC4CEB9FE1A85EC53;
    return state ^ (state >> 33);
}

// The examples in the order of their units: those of unit u, called after its first row, lie at
// [begin[u], begin[u + 1]).
class Units {
public:
    Units(const std::vector<Index>& unit_of, Index examples) : unit_of_(unit_of) {
        if (unit_of.empty()) return;
        begin_.resize(at(examples + 1));
        for (const Index unit : unit_of) ++begin_[at(unit + 1)];
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
        rows_.resize(at(examples));
        std::vector<Index> next = begin_;
        for (Index j = 0; j < examples; ++j) rows_[at(next[at(unit_of[at(j)])]++)] = j;
    }
    [[nodiscard]] Index unit(Index j) const { return unit_of_.empty() ? j : unit_of_[at(j)]; }
    // With this row, whose place is kept.
    [[nodiscard]] std::span<const Index> with(const Index& j) const {
        if (unit_of_.empty()) return {&j, 1};
        const Index u = unit(j), first = begin_[at(u)];
        return {rows_.data() + first, at(begin_[at(u + 1)] - first)};
    }

private:
    const std::vector<Index>& unit_of_;
    std::vector<Index> begin_, rows_;
};

// How many examples of each class are still to be set aside.
class Quotas {
public:
    Quotas(const Dataset& data, double share)
        : data_(data), left_(std::max<std::size_t>(1, data.class_names.size())), taken_(left_.size()) {
        for (Index j = 0; j < data.examples(); ++j) ++left_[class_of(j)];
        for (Index& count : left_) unfilled_ += count = std::lround(share * double(count));
    }
    [[nodiscard]] bool are_filled() const { return unfilled_ == 0; }  // each to the example

    // By how much the sum of the squared distances to the quotas would grow.
    struct Growth {
        Index squares = 0;
        bool too_full = false;  // a class would have more than its share
    };
    [[nodiscard]] Growth growth(std::span<const Index> rows) {
        for (const Index j : rows) ++taken_[class_of(j)];
        Growth growth;
        for (const Index j : rows) {
            Index& taken = taken_[class_of(j)];
            const Index left = left_[class_of(j)];
            growth.squares += taken * (taken - 2 * left);  // (left - taken)^2 - left^2
            growth.too_full = growth.too_full || taken > left;
            taken = 0;  // once for each class
        }
        return growth;
    }
    void take(std::span<const Index> rows) {
        for (const Index j : rows) {
            const Index left = left_[class_of(j)]--;
            unfilled_ += left > 0 ? -1 : 1;
        }
    }

private:
    [[nodiscard]] std::size_t class_of(Index j) const {
        return data_.has_classes() ? static_cast<std::size_t>(data_.Y(0, j)) : 0;
    }

    const Dataset& data_;
    std::vector<Index> left_, taken_;
    Index unfilled_ = 0;  // the sum of their distances
};

constexpr double before_all = -std::numeric_limits<double>::infinity();

double time_of(const Dataset& data, Index j) {
    if (data.times.empty()) return double(j);
    const double time = data.times[at(j)];
    return std::isnan(time) ? before_all : time;
}

// Units in the order in which the permutation meets them: first those that no class is too full for, then
// those that bring the numbers nearer all the same.
std::vector<bool> drawn(const Dataset& data, double share, RandomState random) {
    const Units units(data.together, data.examples());
    Quotas quotas(data, share);
    std::vector<bool> taken(at(data.examples()));
    if (quotas.are_filled()) return taken;
    const std::vector<Index> order = random.permutation(data.examples());
    const auto take = [&](std::span<const Index> rows) {
        quotas.take(rows);
        for (const Index j : rows) taken[at(j)] = true;
    };
    const auto for_each_left = [&](const auto& visit) {
        std::vector<bool> met(taken.size());
        for (const Index& j : order) {
            if (quotas.are_filled()) return;
            const std::size_t unit = at(units.unit(j));
            if (!met[unit] && !taken[at(j)]) visit(units.with(j));
            met[unit] = true;
        }
    };
    bool any = false;
    const auto take_if = [&](bool wanted, std::span<const Index> rows) {
        if (wanted) take(rows);
        any = any || wanted;
    };
    for_each_left([&](std::span<const Index> rows) { take_if(!quotas.growth(rows).too_full, rows); });
    if (data.together.empty()) return taken;
    for_each_left([&](std::span<const Index> rows) { take_if(quotas.growth(rows).squares < 0, rows); });
    if (any || !is_divisible(data, SplitBy::random)) return taken;
    std::span<const Index> nearest;
    Index least = std::numeric_limits<Index>::max();
    for_each_left([&](std::span<const Index> rows) {
        if (const Index squares = quotas.growth(rows).squares; squares < least)
            nearest = rows, least = squares;
    });
    take(nearest);
    return taken;
}

std::vector<bool> latest(const Dataset& data, double share) {
    const bool grouped = !data.group_name.empty();
    const std::vector<Index> by_themselves;
    const Units groups(grouped ? data.together : by_themselves, data.examples());
    std::vector<Index> order(at(data.examples()));
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::stable_sort(order, {}, [&](Index j) { return time_of(data, j); });

    std::vector<bool> taken(order.size());
    Index left = std::lround(share * double(data.examples()));
    bool must = left > 0 && is_divisible(data, SplitBy::time);
    for (std::size_t end = order.size(); end > 0 && left > 0;) {
        std::size_t begin = end - 1;
        const double time = time_of(data, order[begin]);
        while (!grouped && begin > 0 && time_of(data, order[begin - 1]) == time) --begin;
        const std::span<const Index> unit =
            grouped ? groups.with(order[begin]) : std::span(order).subspan(begin, end - begin);
        end = begin;
        if (taken[at(unit.front())]) continue;  // of a group that was met at a later row
        const auto count = static_cast<Index>(unit.size());
        if (!must && std::abs(left - count) >= left) break;
        for (const Index j : unit) taken[at(j)] = true;
        left -= count;
        must = false;
    }
    return taken;
}

}  // namespace

Index too_few_different_rows(const Dataset& data) {
    constexpr Index few = 20;
    if (data.together.empty() || !data.group_name.empty()) return 0;
    Index different = 0;
    for (Index j = 0; j < data.examples(); ++j) different += data.together[at(j)] == j ? 1 : 0;
    return different < few && 2 * different <= data.examples() ? different : 0;
}

bool is_divisible(const Dataset& data, SplitBy by) {
    const auto differ = [](const auto& numbers) {
        return std::ranges::adjacent_find(numbers, std::ranges::not_equal_to{}) != numbers.end();
    };
    if (by == SplitBy::random || !data.group_name.empty())
        return data.together.empty() ? data.examples() > 1 : differ(data.together);
    std::vector<double> times;
    for (Index j = 0; j < data.examples(); ++j) times.push_back(time_of(data, j));
    return differ(times);
}

Split split(const Dataset& data, double validation_share, RandomState random, SplitBy by) {
    require_valid(data);
    if (!(0 <= validation_share && validation_share < 1))
        throw Error(Fault::usage, {.place = "validation",
                                   .found = to_text(validation_share),
                                   .expected = say("a share from 0 to below 1")});
    const std::vector<bool> set_aside =
        by == SplitBy::time ? latest(data, validation_share) : drawn(data, validation_share, random);
    Split parts;
    for (Index j = 0; j < data.examples(); ++j)
        (set_aside[at(j)] ? parts.validation : parts.training).push_back(j);
    return parts;
}

// Open addressing: the place of a key is looked for from its own number on.
std::vector<Index> first_of_same(std::span<const std::uint64_t> keys) {
    constexpr Index nobody = -1;
    const std::size_t places = std::bit_ceil(keys.size() + keys.size() / 2 + 1), mask = places - 1;
    std::vector<Index> rows(places, nobody), firsts;
    for (std::size_t j = 0; j < keys.size(); ++j) {
        std::size_t place = mixed(0, keys[j]) & mask;
        while (rows[place] != nobody && keys[at(rows[place])] != keys[j]) place = (place + 1) & mask;
        if (rows[place] == nobody) rows[place] = static_cast<Index>(j);
        const bool repeats = rows[place] != static_cast<Index>(j);
        if (repeats && firsts.empty()) {
            firsts.resize(keys.size());
            std::iota(firsts.begin(), firsts.end(), Index{0});
        }
        if (repeats) firsts[j] = rows[place];
    }
    return firsts;
}

static void add_to_keys(const Column& column, std::span<std::uint64_t> keys) {
    for (std::size_t j = 0; j < keys.size(); ++j)
        keys[j] = mixed(keys[j], column.is_text() ? static_cast<std::uint64_t>(column.codes[j])
                                                  : key_of(column.numbers[j]));
}

static std::vector<std::uint64_t> no_keys(Index rows) {
    return std::vector<std::uint64_t>(at(rows), 0x243F6A8885A308D3);
}

std::vector<Index> equal_rows(const Table& table) {
    require_valid(table);
    std::vector<std::uint64_t> keys = no_keys(table.rows);
    for (const Column& column : table.columns) {
        const Shown shown(column);
        add_to_keys(column, keys);
    }
    return first_of_same(keys);
}

// One below the other, both numbers or both text.
static Column stacked(const Column& first, const Column& second) {
    const Shown shown(first), too(second);
    Column both{.name = first.name, .numbers = first.numbers, .codes = first.codes, .texts = first.texts};
    both.numbers.insert(both.numbers.end(), second.numbers.begin(), second.numbers.end());
    for (const std::int32_t code : second.codes) {
        if (code == Column::no_text) {
            both.codes.push_back(code);
            continue;
        }
        const std::string& text = second.texts[static_cast<std::size_t>(code)];
        auto place = std::ranges::find(both.texts, text);
        if (place == both.texts.end()) place = both.texts.insert(place, text);
        both.codes.push_back(static_cast<std::int32_t>(place - both.texts.begin()));
    }
    return both;
}

std::vector<Index> equal_rows(const Table& first, const Table& second) {
    require_valid(first);
    require_valid(second);
    std::vector<std::uint64_t> keys = no_keys(first.rows + second.rows);
    for (const Column& column : first.columns) {
        const auto other = std::ranges::find(second.columns, column.name, &Column::name);
        if (other == second.columns.end() || other->is_text() != column.is_text()) return {};
        add_to_keys(stacked(column, *other), keys);
    }
    return first_of_same(keys);
}

std::vector<Index> groups_of(const Column& column) {
    std::vector<std::uint64_t> keys;
    std::vector<Index> rows, groups(column.is_text() ? column.codes.size() : column.numbers.size());
    std::iota(groups.begin(), groups.end(), Index{0});
    for (std::size_t j = 0; j < groups.size(); ++j) {
        if (column.is_text() ? column.codes[j] == Column::no_text : std::isnan(column.numbers[j])) continue;
        keys.push_back(column.is_text() ? static_cast<std::uint64_t>(column.codes[j])
                                        : key_of(column.numbers[j]));
        rows.push_back(static_cast<Index>(j));
    }
    const std::vector<Index> firsts = first_of_same(keys);
    for (std::size_t i = 0; i < firsts.size(); ++i) groups[at(rows[i])] = rows[at(firsts[i])];
    return groups;
}

}  // namespace gradus
