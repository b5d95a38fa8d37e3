#include "gradus/data/series.h"

#include <algorithm>
#include <cmath>

namespace gradus {

bool has_no_names(const Table& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i].name != std::to_string(i + 1)) return false;
    return true;
}

bool has_unequal_lengths(const Table& table) {
    const auto length = static_cast<std::size_t>(table.length);
    if (length < 2 || table.columns.size() < static_cast<std::size_t>(table.channels) * length) return false;
    const std::size_t first = table.label == 0 ? 1 : 0;  // what is behind the series does not matter
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows); ++row) {
        bool ended = true;
        for (std::size_t c = 0; c < static_cast<std::size_t>(table.channels) && ended; ++c) {
            const Column& last = table.columns[first + (c + 1) * length - 1];
            ended = !last.is_text() && std::isnan(last.numbers[row]);
        }
        if (ended) return true;
    }
    return false;
}

void become_series(Table& table) {
    if (table.label != 0 || table.columns.size() < 3 || !has_no_names(table)) return;
    if (std::any_of(table.columns.begin() + 1, table.columns.end(),
                    [](const Column& c) { return c.is_text(); }))
        return;
    table.channels = 1;
    table.length = static_cast<Index>(table.columns.size()) - 1;
}

std::optional<Column> one_hot_label(const Table& table) {
    if (table.columns.size() < 2) return std::nullopt;
    constexpr std::int32_t none = -1;
    std::vector<std::int32_t> places(static_cast<std::size_t>(table.rows), none);
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
        const std::vector<double>& numbers = table.columns[j].numbers;
        if (numbers.size() != places.size()) return std::nullopt;
        for (std::size_t row = 0; row < places.size(); ++row) {
            if (numbers[row] == 0) continue;
            if (numbers[row] != 1 || places[row] != none) return std::nullopt;
            places[row] = static_cast<std::int32_t>(j);
        }
    }
    if (std::ranges::count(places, none) > 0) return std::nullopt;
    Column label{.name = "label"};
    if (has_no_names(table)) {
        label.numbers.assign(places.begin(), places.end());
    } else {
        for (const Column& column : table.columns) label.texts.push_back(column.name);
        label.codes = std::move(places);
    }
    return label;
}

}  // namespace gradus
