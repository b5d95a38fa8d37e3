#include "gradus/data/calendar.h"

#include <array>

namespace gradus {
namespace {

bool is_leap(std::int64_t year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// Days from 1 March of the year 0, where every leap day ends a year; 719,468 of them were before 1970.
constexpr std::int64_t days_before_1970 = 719'468, days_of_400_years = 146'097;

}  // namespace

int days_in(const Day& date) {
    constexpr std::array days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return date.month == 2 && is_leap(date.year) ? 29 : days[static_cast<std::size_t>(date.month) - 1];
}

std::int64_t days_since_1970(const Day& date) {
    const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0), month = (date.month + 9) % 12;
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date.day - 1 -
           days_before_1970;
}

Day day_of(std::int64_t days) {
    days += days_before_1970;
    const std::int64_t cycle = (days >= 0 ? days : days - days_of_400_years + 1) / days_of_400_years;
    const std::int64_t in_cycle = days - cycle * days_of_400_years;
    const std::int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36'524 - in_cycle / 146'096) / 365;
    const std::int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
    const std::int64_t month = (5 * in_year + 2) / 153;
    Day date{.year = 400 * cycle + year, .day = static_cast<int>(in_year - (153 * month + 2) / 5 + 1)};
    date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
    date.year += date.month <= 2 ? 1 : 0;
    return date;
}

}  // namespace gradus
