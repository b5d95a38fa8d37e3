#include "gradus/data/date_parser.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "gradus/core/letters.h"
#include "gradus/data/calendar.h"

namespace gradus {
namespace {

constexpr std::size_t longest_date = 48;

constexpr std::array month_names{"January", "February", "March",     "April",   "May",      "June",
                                 "July",    "August",   "September", "October", "November", "December"};
constexpr std::array day_names{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// Which name is it, in full or by its first three letters ("Sept" too)? 0: none.
template <class Names>
int place_of_name(std::string_view word, const Names& names) {
    const auto begins = [&](std::string_view name, std::size_t letters) {
        return word.size() == letters && std::equal(word.begin(), word.end(), name.begin(),
                                                    [](char a, char b) { return lower(a) == lower(b); });
    };
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string_view name = names[i];
        if (begins(name, 3) || begins(name, name.size()) || (name == "September" && begins(name, 4)))
            return static_cast<int>(i) + 1;
    }
    return 0;
}

// Takes a field apart from its left end.
class DateParser {
public:
    explicit DateParser(std::string_view text) : rest_(text) {}

    // The seconds, and the format with the order asked for.
    std::optional<double> parse(DateFormat& format) {
        format.between.clear(), format.zone.clear();
        format.seconds = false, format.offset = 0;
        Day date;
        double time = 0;
        if (format.order == DateOrder::time_of_day)
            return read_clock(time, format) && rest_.empty() ? std::optional(time) : std::nullopt;
        if (!read_day(date, format) || date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
            date.day > days_in(date))
            return std::nullopt;
        if (!rest_.empty() && (!read_time(time, format) || !read_zone(format) || !rest_.empty()))
            return std::nullopt;
        return double(days_since_1970(date) * seconds_of_day - format.offset) + time;
    }

private:
    bool take(char c) {
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }

    bool take(std::string_view text) {
        if (!rest_.starts_with(text)) return false;
        rest_.remove_prefix(text.size());
        return true;
    }

    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }

    // From `least` to `most` digits, as many as there are.
    template <class Number>
    bool number(std::size_t least, std::size_t most, Number& to) {
        std::size_t n = 0;
        to = 0;
        for (; n < most && n < rest_.size() && is_digit(rest_[n]); ++n)
            to = to * 10 + static_cast<Number>(rest_[n] - '0');
        rest_.remove_prefix(n);
        return n >= least;
    }

    bool read_day(Day& date, DateFormat& format) {
        skip_day_of_week();
        const std::size_t digits = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (digits >= rest_.size()) return false;
        if (digits == 0) return format.order == DateOrder::mdy && read_month_name_first(date, format);
        if (digits == 8 && (rest_[8] == 'T' || rest_[8] == 't')) {
            is_basic_ = true;
            format.separator = '-';
            return format.order == DateOrder::ymd && number(4, 4, date.year) && number(2, 2, date.month) &&
                   number(2, 2, date.day);
        }
        if (digits != 4 && digits > 2) return false;
        const auto behind = rest_.substr(std::min(rest_.find_first_not_of(' ', digits), rest_.size()));
        if (behind.starts_with("年")) return format.order == DateOrder::ymd && read_chinese(date, format);
        format.separator = rest_[digits];
        if (digits <= 2 && rest_.size() > digits + 1 && is_letter(rest_[digits + 1]))
            return format.order == DateOrder::dmy && read_day_and_month_name(date, format);
        if (std::string_view("-/.").find(format.separator) == std::string_view::npos) return false;
        if (digits == 4) return format.order == DateOrder::ymd && read_year_first(date, format);
        return read_day_or_month_first(date, format);
    }

    bool read_day_or_month_first(Day& date, DateFormat& format) {
        if (format.order == DateOrder::ymd || (format.separator == '.' && format.order != DateOrder::dmy))
            return false;
        const std::size_t before = rest_.size();
        int first = 0, second = 0;
        if (!number(1, 2, first)) return false;
        format.padded = before - rest_.size() == 2;
        const std::size_t between = rest_.size();
        if (!take(format.separator) || !number(1, 2, second) || !take(format.separator)) return false;
        const bool both_padded = format.padded && between - rest_.size() == 4;
        if (!may_be_short(format.separator, both_padded) ? !number(4, 4, date.year) : !read_year(date))
            return false;
        date.day = format.order == DateOrder::dmy ? first : second;
        date.month = format.order == DateOrder::dmy ? second : first;
        return true;
    }

    // "31/1/24" and "31.01.24" are dates. "1.2.10" is a version as well, and of "24-01-31" nobody knows which
    // end is the year.
    static bool may_be_short(char separator, bool both_padded) {
        return separator == '/' || (separator == '.' && both_padded);
    }

    // "31 Jan 2024", "31-January-24"
    bool read_day_and_month_name(Day& date, DateFormat& format) {
        const char separator = format.separator;
        if (separator != ' ' && separator != '-' && separator != '/') return false;
        if (!number(1, 2, date.day) || !take(separator) || !read_month_name(date, format)) return false;
        if (separator == ' ') take(',');
        if (!take(separator)) return false;
        skip_blanks();
        return read_year(date);
    }

    // "Jan 31, 2024"; "Jan 2024" is its first day
    bool read_month_name_first(Day& date, DateFormat& format) {
        if (!read_month_name(date, format)) return false;
        const bool dash = take('-');
        if (!dash && !take(' ')) return false;
        skip_blanks();
        if (std::min(rest_.find_first_not_of("0123456789"), rest_.size()) == 4)
            return number(4, 4, date.year);
        if (!number(1, 2, date.day) || !(dash ? take('-') : take(',') || take(' '))) return false;
        skip_blanks();
        return number(4, 4, date.year);
    }

    // Which part is the month, a name says, and it is written in digits.
    bool read_month_name(Day& date, DateFormat& format) {
        std::size_t letters = 0;
        while (letters < rest_.size() && is_letter(rest_[letters])) ++letters;
        date.month = place_of_name(rest_.substr(0, letters), month_names);
        rest_.remove_prefix(letters);
        if (letters == 3) take('.');
        format.separator = '/';
        format.told = has_name_ = true;
        return date.month > 0;
    }

    // Four digits, or two: as strptime's %y has it.
    bool read_year(Day& date) {
        if (std::min(rest_.find_first_not_of("0123456789"), rest_.size()) != 2)
            return number(4, 4, date.year);
        constexpr int first_year_of_1900s = 69;
        if (!number(2, 2, date.year)) return false;
        date.year += date.year < first_year_of_1900s ? 2000 : 1900;
        return true;
    }

    // "Mon, 5 Feb 2024"
    void skip_day_of_week() {
        std::size_t letters = 0;
        while (letters < rest_.size() && is_letter(rest_[letters])) ++letters;
        if (place_of_name(rest_.substr(0, letters), day_names) == 0) return;
        rest_.remove_prefix(letters);
        take(',');
        skip_blanks();
    }

    bool take_behind_blanks(std::string_view text) {
        skip_blanks();
        return take(text);
    }

    // "2024年3月5日", "2024年03月"
    bool read_chinese(Day& date, DateFormat& format) {
        is_chinese_ = true;
        format.separator = '-';
        if (!read_year(date) || !take_behind_blanks("年")) return false;
        skip_blanks();
        const std::size_t before = rest_.size();
        if (!number(1, 2, date.month)) return false;
        format.padded = before - rest_.size() == 2;
        if (!take_behind_blanks("月")) return false;
        skip_blanks();
        return rest_.empty() || (number(1, 2, date.day) && (take_behind_blanks("日") || take("号")));
    }

    bool read_year_first(Day& date, DateFormat& format) {
        if (!number(4, 4, date.year) || !take(format.separator)) return false;
        const std::size_t before = rest_.size();
        if (!number(1, 2, date.month)) return false;
        format.padded = before - rest_.size() == 2;
        if (rest_.empty()) return format.separator == '-' && format.padded;  // 2024-01
        return take(format.separator) && number(1, 2, date.day);
    }

    bool read_time(double& time, DateFormat& format) {
        if (has_name_) take(',');
        format.between = is_chinese_ ? " " : rest_.substr(0, 1);
        if (!take('T') && !take('t') && !take(' ') && !is_chinese_) return false;
        skip_blanks();
        return read_clock(time, format);
    }

    bool read_clock(double& time, DateFormat& format) {
        int hours = 0, minutes = 0, seconds = 0;
        double fraction = 0;
        if (!number(is_basic_ ? 2 : 1, 2, hours)) return false;
        if (take("时") || take("点")) return read_chinese_clock(hours, time, format);
        if ((!is_basic_ && !take(':')) || !number(2, 2, minutes)) return false;
        const bool more = is_basic_ ? !rest_.empty() && is_digit(rest_.front()) : take(':');
        if (more) {
            format.seconds = true;
            if (!number(2, 2, seconds)) return false;
            if ((take('.') || take(',')) && !read_fraction(fraction)) return false;
        }
        if (!read_half_of_day(hours)) return false;
        const bool midnight = hours == 24 && minutes == 0 && seconds == 0 && fraction == 0;
        if ((hours > 23 && !midnight) || minutes > 59 || seconds > 60) return false;
        time = double(3600 * hours + 60 * minutes + seconds) + fraction;
        return true;
    }

    // "10时15分30秒", behind the hours
    bool read_chinese_clock(int hours, double& time, DateFormat& format) {
        int minutes = 0, seconds = 0;
        if (!rest_.empty() && (!number(1, 2, minutes) || !take("分"))) return false;
        if (!rest_.empty() && (!number(1, 2, seconds) || !take("秒"))) return false;
        format.seconds = seconds > 0;
        time = double(3600 * hours + 60 * minutes + seconds);
        return hours <= 24 && minutes <= 59 && seconds <= 59 && time <= double(seconds_of_day);
    }

    // To the microsecond; further digits are passed over.
    bool read_fraction(double& fraction) {
        std::int64_t millionths = 0;
        std::size_t digits = 0;
        for (; digits < rest_.size() && is_digit(rest_[digits]); ++digits)
            if (digits < 6) millionths = 10 * millionths + (rest_[digits] - '0');
        for (std::size_t i = digits; i < 6; ++i) millionths *= 10;
        rest_.remove_prefix(digits);
        fraction = double(millionths) / 1e6;
        return digits > 0;
    }

    // 12 AM is midnight, 12 PM noon.
    bool read_half_of_day(int& hours) {
        std::string_view word = rest_.substr(std::min(rest_.find_first_not_of(' '), rest_.size()));
        if (word.size() < 2 || (word[1] != 'M' && word[1] != 'm')) return true;
        const bool morning = word[0] == 'A' || word[0] == 'a';
        if (!morning && word[0] != 'P' && word[0] != 'p') return true;
        if (hours < 1 || hours > 12) return false;
        hours = hours % 12 + (morning ? 0 : 12);
        rest_ = word.substr(2);
        return true;
    }

    bool read_zone(DateFormat& format) {
        format.zone = rest_;
        skip_blanks();
        if (rest_ == "Z" || rest_ == "z" || rest_ == "UTC" || rest_ == "GMT") rest_ = {};
        if (rest_.empty()) return true;
        const int sign = rest_.front() == '-' ? -1 : 1;
        int hours = 0, minutes = 0;
        if ((!take('+') && !take('-')) || !number(2, 2, hours)) return false;
        if (!rest_.empty()) {
            take(':');
            if (!number(2, 2, minutes)) return false;
        }
        format.offset = sign * (3600 * hours + 60 * minutes);
        return hours <= 18 && minutes <= 59;
    }

    std::string_view rest_;
    bool is_basic_ = false;    // 20240131T101500
    bool has_name_ = false;    // 31 Jan 2024
    bool is_chinese_ = false;  // 2024年1月31日
};

}  // namespace

std::optional<double> parse_date(std::string_view field, DateFormat& format) {
    if (field.empty() || field.size() > longest_date ||
        !(is_digit(field.front()) || is_letter(field.front())))
        return std::nullopt;
    return DateParser(field).parse(format);
}

}  // namespace gradus
