#include "gradus/data/known_start.h"

#include <algorithm>

namespace gradus {

// Does what was learned decide, where fields leave it open?
static bool decides(const ColumnFormat& known, const FormatRules& rules) {
    if (const auto* dates = std::get_if<DateFormat>(&known))
        return is_day_or_month_first(dates->order) && !rules.date_order;
    return std::get<NumberFormat>(known).thousands == "." && rules.decimal == 0;
}

ColumnStart known_start(const std::string& name, ColumnStart start, const std::vector<KnownColumn>& known) {
    const auto found = std::ranges::find(known, name, &KnownColumn::name);
    if (found == known.end()) return start;
    start.text = start.text || found->text;
    if (start.format == ColumnFormat{} && decides(found->format, start.rules)) start.format = found->format;
    if (const auto* numbers = std::get_if<NumberFormat>(&found->format)) {
        if (numbers->decimal == ',') start.rules.comma_is_decimal = true;
        if (numbers->thousands == ",") start.rules.comma_is_decimal = false;
    }
    return start;
}

}  // namespace gradus
