#include "gradus/data/date_format.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "gradus/core/say.h"
#include "gradus/data/calendar.h"
#include "gradus/data/date_parser.h"

namespace gradus {
namespace {

struct Moment {
    std::int64_t days = 0;
    std::int64_t seconds = 0;
    std::int64_t microseconds = 0;
};

// On a clock of the format's zone.
Moment moment_of(double seconds, const DateFormat& format) {
    constexpr std::int64_t million = 1'000'000;
    const double whole = std::floor(seconds);
    const std::int64_t microseconds = std::llround((seconds - whole) * double(million));  // perhaps a second
    const std::int64_t local = static_cast<std::int64_t>(whole) + microseconds / million + format.offset;
    const std::int64_t days = (local >= 0 ? local : local - seconds_of_day + 1) / seconds_of_day;
    return {.days = days, .seconds = local - days * seconds_of_day, .microseconds = microseconds % million};
}

// A point decides, and so does who wrote or said it.
bool may_be_either(const DateFormat& format) {
    return is_day_or_month_first(format.order) && format.separator != '.' && !format.told;
}

}  // namespace

std::optional<double> number_in(std::string_view field, const DateFormat& format) {
    DateFormat seen{.order = format.order};
    return parse_date(field, seen);
}

std::string text_of(double seconds, const DateFormat& format) {
    const Moment moment = moment_of(seconds, format);
    const Day date = day_of(moment.days);
    std::string text;
    const auto add = [&text](std::int64_t number, std::size_t digits) {
        const std::string word = std::to_string(number);
        text += std::string(digits > word.size() ? digits - word.size() : 0, '0') + word;
    };
    const auto add_behind = [&](char mark, std::int64_t number, std::size_t digits) {
        text += mark;
        add(number, digits);
    };
    const auto add_clock = [&] {
        add(moment.seconds / 3600, 2);
        add_behind(':', moment.seconds / 60 % 60, 2);
        const std::int64_t second = moment.seconds % 60;
        if (format.seconds || second != 0 || moment.microseconds != 0) add_behind(':', second, 2);
        if (moment.microseconds != 0) add_behind('.', moment.microseconds, 6);
    };
    if (format.order == DateOrder::time_of_day) {
        add_clock();
        return text;
    }
    const std::size_t digits = format.padded ? 2 : 1;
    const bool day_first = format.order == DateOrder::dmy, year_first = format.order == DateOrder::ymd;
    if (year_first) {
        add(date.year, 4);
        add_behind(format.separator, date.month, digits);
        add_behind(format.separator, date.day, digits);
    } else {
        add(day_first ? date.day : date.month, digits);
        add_behind(format.separator, day_first ? date.month : date.day, digits);
        add_behind(format.separator, date.year, 4);
    }
    if (format.between.empty() && moment.seconds == 0 && moment.microseconds == 0) return text;
    text += format.between.empty() ? " " : format.between;
    add_clock();
    return text + format.zone;
}

bool is_day_or_month_first(DateOrder order) {
    return order == DateOrder::dmy || order == DateOrder::mdy;
}

std::string description(const DateFormat& format) {
    constexpr std::array texts{say_later("dates"), say_later("dates, the day first"),
                               say_later("dates, the month first"), say_later("times of day")};
    return say(texts[static_cast<std::size_t>(format.order)]);
}

std::vector<DateFormat> date_formats_of(std::string_view field, std::optional<DateOrder> likely,
                                        std::optional<DateOrder> only) {
    std::array orders{DateOrder::ymd, DateOrder::dmy, DateOrder::mdy, DateOrder::time_of_day};
    if (likely == DateOrder::mdy) std::swap(orders[1], orders[2]);
    std::vector<DateFormat> formats;
    for (const DateOrder order : orders) {
        DateFormat format{.order = order};
        if (!parse_date(field, format)) continue;
        if (may_be_either(format) && only && *only != DateOrder::ymd) {
            if (*only != order) continue;
            format.told = true;
        }
        formats.push_back(format);
    }
    return formats;
}

bool is_ambiguous(const std::vector<double>& dates, const DateFormat& format) {
    if (!may_be_either(format)) return false;
    bool differs = false;
    for (const double seconds : dates) {
        if (std::isnan(seconds)) continue;
        const Day date = day_of(moment_of(seconds, format).days);
        if (date.day > 12) return false;
        differs = differs || date.day != date.month;
    }
    return differs;
}

double with_day_and_month_swapped(double seconds, const DateFormat& format) {
    const Moment moment = moment_of(seconds, format);
    Day date = day_of(moment.days);
    std::swap(date.day, date.month);
    return seconds + double((days_since_1970(date) - moment.days) * seconds_of_day);
}

}  // namespace gradus
