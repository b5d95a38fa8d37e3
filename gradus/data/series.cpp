#include "gradus/data/series.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "gradus/data/shared_table.h"

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
    std::vector<bool> ended(static_cast<std::size_t>(table.rows), true);
    for (std::size_t c = 0; c < static_cast<std::size_t>(table.channels); ++c) {
        const Column& last = table.columns[first + (c + 1) * length - 1];
        const Shown shown(last);
        for (std::size_t row = 0; row < ended.size(); ++row)
            ended[row] = ended[row] && !last.is_text() && std::isnan(last.numbers[row]);
    }
    return std::ranges::count(ended, true) > 0;
}

void become_series(Table& table) {
    if (table.label != 0 || table.columns.size() < 3 || !has_no_names(table)) return;
    if (std::any_of(table.columns.begin() + 1, table.columns.end(),
                    [](const Column& c) { return c.is_text(); }))
        return;
    table.channels = 1;
    table.length = static_cast<Index>(table.columns.size()) - 1;
}

}  // namespace gradus
