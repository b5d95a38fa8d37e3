#include "gradus/data/date_feature.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "gradus/core/elementary.h"

namespace gradus {

double phase_of(double seconds, DateCycle cycle) {
    constexpr double day = 86'400, week = 7, monday = 3, year = 365.2425;  // 1970 began on a Thursday
    const double days = std::floor(seconds / day);
    if (cycle == DateCycle::time_of_day) return (seconds - day * days) / day;
    if (cycle == DateCycle::day_of_year) return days / year - std::floor(days / year);
    const double since_monday = days + monday;  // whole numbers, so that every Monday is the same
    return (since_monday - week * std::floor(since_monday / week)) / week;
}

std::vector<std::string> DateFeature::names() const {
    std::vector<std::string> names{name + ": time"};
    for (const DateCycle cycle : cycles)
        for (const char* function : {", sine", ", cosine"})
            names.push_back(name + ": " + date_cycle_names[static_cast<std::size_t>(cycle)] + function);
    return names;
}

void DateFeature::encode(double seconds, std::span<double> to) const {
    if (std::isnan(seconds)) seconds = fill;
    to[0] = (seconds - line.offset) / line.divisor;
    for (std::size_t i = 0; i < cycles.size(); ++i) {
        const double angle = phase_of(seconds, cycles[i]) * (2 * std::numbers::pi);
        to[1 + 2 * i] = gradus::sin(angle);
        to[2 + 2 * i] = gradus::cos(angle);
    }
}

DateFeature fit_date(const std::string& name, std::span<const double> dates, const DateFormat& format,
                     bool minmax) {
    std::vector<double> present;
    std::ranges::copy_if(dates, std::back_inserter(present), [](double x) { return !std::isnan(x); });
    DateFeature feature{.name = name, .order = format.order};
    if (!present.empty()) feature.fill = standard_line(present).offset;
    if (never_varies(present)) {
        feature.line = Line::to_nothing(feature.fill);
        return feature;
    }
    feature.line = minmax ? minmax_line(present) : standard_line(present);
    for (std::size_t i = 0; i < date_cycle_names.size(); ++i) {
        const auto cycle = static_cast<DateCycle>(i);
        if (format.order == DateOrder::time_of_day && cycle != DateCycle::time_of_day) continue;
        const double first = phase_of(present.front(), cycle);
        if (std::ranges::any_of(present, [&](double x) { return phase_of(x, cycle) != first; }))
            feature.cycles.push_back(cycle);
    }
    return feature;
}

}  // namespace gradus
