// How are the dates of a column written? Seconds since 1970 are meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

enum class DateOrder {
    ymd,          ///< 2024-01-31, 2024/01/31, as ISO 8601
    dmy,          ///< 31.01.2024, 31/01/2024
    mdy,          ///< 01/31/2024
    time_of_day,  ///< 10:15, 10:15:00, 9:05 PM: no day; the seconds since midnight are those of 1 January
                  ///< 1970
};

/// One way to write dates. Which field is the day is the same in all of a column; a time may stand behind,
/// and a time zone behind this. Without a zone it is UTC.
struct DateFormat {
    DateOrder order = DateOrder::ymd;  ///< which field is the day
    bool told = false;      ///< by somebody, where the dates alone do not say which field is the day
    char separator = '-';   ///< of the fields; a point always means day, month, year
    bool padded = true;     ///< 01, not 1
    std::string between{};  ///< before the time: "T" or " "; empty: there is none
    bool seconds = false;   ///< 10:15:00, not 10:15
    std::string zone{};     ///< "Z", "+08:00"
    int offset = 0;         ///< of this zone, in seconds

    bool operator==(const DateFormat&) const = default;
};

/// The date in a field that is written so, in seconds since 1970 by the Gregorian calendar: years 1 to 9999,
/// to the microsecond. Separators, zone and whether there is a time may be others than the format's.
std::optional<double> number_in(std::string_view field, const DateFormat& format);

/// A date as it is written so.
std::string text_of(double seconds, const DateFormat& format);

/// Is there a day in it, and is it the second or the first of the fields?
bool is_day_or_month_first(DateOrder order);

/// "dates, the day first", "times of day"
std::string description(const DateFormat& format);

/// The formats that this field may have; those of the order `likely` first, and if `only` is an order no
/// others.
std::vector<DateFormat> date_formats_of(std::string_view field, std::optional<DateOrder> likely,
                                        std::optional<DateOrder> only);

/// Would every one of these dates be another, or the same, with day and month the other way round, so that
/// nobody can tell? NaN is passed over.
bool is_ambiguous(const std::vector<double>& dates, const DateFormat& format);

/// The date that its text means when day and month change their places.
double with_day_and_month_swapped(double seconds, const DateFormat& format);

}  // namespace gradus
