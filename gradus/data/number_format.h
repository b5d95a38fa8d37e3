// How are the numbers of a column written? "1.234,50 EUR" is a number as well.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/data/date_format.h"

namespace gradus {

/// One way to write numbers: with this decimal mark, perhaps with thousands separators (in every field or in
/// none of its places, "1234567" is allowed beside "1,234,567"), and with the same unit in every field.
struct NumberFormat {
    char decimal = '.';  ///< '.' or ','
    std::string thousands =
        {};                   ///< one character of , . ' or a blank (also those that do not break); or none
    std::string before = {};  ///< a currency, with the blanks behind it
    std::string after = {};   ///< a unit, with the blanks before it

    /// As a program writes numbers: a point, and nothing else.
    [[nodiscard]] bool is_plain() const { return *this == NumberFormat{}; }
    /// On one side or on both?
    [[nodiscard]] bool has_unit() const { return !before.empty() || !after.empty(); }
    /// The unit without its blanks: "EUR", "%"; with one on both sides "$ k".
    [[nodiscard]] std::string unit() const;
    bool operator==(const NumberFormat&) const = default;
};

/// The same unit on the same side, whatever the blanks between?
bool has_same_unit(const NumberFormat& a, const NumberFormat& b);

/// The number in a field that is written so. Blanks around a unit do not count; a minus may be that of
/// typographers (U+2212) and stand before or behind the unit in front.
std::optional<double> number_in(std::string_view field, const NumberFormat& format);

/// A number as it is written so, without thousands separators and without an exponent.
std::string text_of(double number, const NumberFormat& format);

/// 'numbers with a decimal comma and the unit "EUR" behind'; empty for plain numbers.
std::string description(const NumberFormat& format);

/// What decides where one field alone does not.
struct FormatRules {
    char decimal = 0;                          ///< the only decimal mark that is allowed; 0: either
    bool comma_is_decimal = false;             ///< "1,234": 1.234, not a thousand and more
    std::optional<DateOrder> date_order = {};  ///< the only one of dates that may be dmy or mdy
};

/// The formats that this field may have, the likeliest first. What it leaves open is taken from `known`, the
/// format of the fields before it.
std::vector<NumberFormat> number_formats_of(std::string_view field, const NumberFormat& known,
                                            const FormatRules& rules);

}  // namespace gradus
