#include "gradus/data/column_format.h"

#include "gradus/core/number.h"

namespace gradus {

std::optional<double> value_in(std::string_view field, const ColumnFormat& format) {
    return std::visit([&](const auto& one) { return number_in(field, one); }, format);
}

std::string text_of(double value, const ColumnFormat& format) {
    return std::visit([&](const auto& one) { return text_of(value, one); }, format);
}

std::string description(const ColumnFormat& format) {
    return std::visit([](const auto& one) { return description(one); }, format);
}

bool extends(const ColumnFormat& wide, const ColumnFormat& narrow) {
    if (const auto* date = std::get_if<DateFormat>(&wide), *before = std::get_if<DateFormat>(&narrow);
        date && before)
        return date->order == before->order;
    const auto* a = std::get_if<NumberFormat>(&wide);
    const auto* b = std::get_if<NumberFormat>(&narrow);
    return a != nullptr && b != nullptr && a->decimal == b->decimal && has_same_unit(*a, *b) &&
           (b->thousands.empty() || a->thousands == b->thousands);
}

std::vector<ColumnFormat> formats_of(std::string_view field, const ColumnFormat& known,
                                     const FormatRules& rules) {
    const auto* numbers = std::get_if<NumberFormat>(&known);
    std::vector<ColumnFormat> formats;
    for (NumberFormat& format : number_formats_of(field, numbers ? *numbers : NumberFormat{}, rules))
        formats.emplace_back(std::move(format));
    const auto* dates = std::get_if<DateFormat>(&known);
    for (DateFormat& format :
         date_formats_of(field, dates ? std::optional(dates->order) : std::nullopt, rules.date_order))
        formats.emplace_back(std::move(format));
    return formats;
}

std::string kind_of_value(std::string_view field) {
    const std::vector<ColumnFormat> formats = formats_of(field, {}, {});
    if (formats.empty()) return number_in(field) ? "number" : "";
    const auto* numbers = std::get_if<NumberFormat>(&formats.front());
    if (numbers == nullptr)
        return std::get<DateFormat>(formats.front()).order == DateOrder::time_of_day ? "time of day" : "date";
    return numbers->has_unit() ? "number " + numbers->unit() : "number";
}

}  // namespace gradus
