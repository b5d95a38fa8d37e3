// Which day is it so many days after 1 January 1970? By the Gregorian calendar, as if it had always been.
#pragma once

#include <cstdint>

namespace gradus {

inline constexpr std::int64_t seconds_of_day = 86'400;

struct Day {
    std::int64_t year = 1970;
    int month = 1, day = 1;
};

/// How many days the month of this day has.
int days_in(const Day& date);

/// The days from 1 January 1970 to this one, for the year 1 and later; and the day so many days after it.
std::int64_t days_since_1970(const Day& date);
Day day_of(std::int64_t days);

}  // namespace gradus
