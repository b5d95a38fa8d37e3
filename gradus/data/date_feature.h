// What does a network see of a date? How late it is, and where it stands in the day, the week and the year.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "gradus/data/date_format.h"
#include "gradus/data/line.h"

namespace gradus {

/// Something that comes again: with t the seconds since 1970 and d = floor(t / 86400) the days, its phase is
///
///     time of day   (t - 86400 d) / 86400
///     day of week   (w - 7 floor(w / 7)) / 7 with w = d + 3: 0 on a Monday
///     day of year   y - floor(y) with y = d / 365.2425, a mean year of the Gregorian calendar: about 0 on
///                   1 January
enum class DateCycle { time_of_day, day_of_week, day_of_year };
inline constexpr std::array date_cycle_names{"time of day", "day of week", "day of year"};

/// The phase, from 0 to below 1.
double phase_of(double seconds, DateCycle cycle);

/// A column of dates becomes its time, scaled, and for each cycle whose phase varies sin and cos of 2 pi
/// phase. A missing date becomes `fill`, the mean of the others, before all that. Where the dates that it was
/// fitted to are all alike, whatever the column holds becomes 0.
struct DateFeature {
    std::string name;                    ///< of the column
    double fill = 0;                     ///< in seconds since 1970
    Line line = {};                      ///< of the time
    std::vector<DateCycle> cycles = {};  ///< that vary
    DateOrder order = DateOrder::ymd;    ///< as it was written, for files whose dates do not say it

    bool operator==(const DateFeature&) const = default;

    [[nodiscard]] std::size_t width() const { return 1 + 2 * cycles.size(); }  ///< numbers of a date
    [[nodiscard]] std::vector<std::string> names() const;  ///< "when: time", "when: day of week, sine"

    /// The numbers of a date (width of them); NaN: missing.
    void encode(double seconds, std::span<double> to) const;
};

/// Fits it to these dates, of which some may be NaN.
DateFeature fit_date(const std::string& name, std::span<const double> dates, const DateFormat& format,
                     bool minmax);

}  // namespace gradus
