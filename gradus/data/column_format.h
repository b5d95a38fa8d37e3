// How is a column of a text table understood? Each kind of understanding makes a number of a field.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gradus/data/date_format.h"
#include "gradus/data/number_format.h"

namespace gradus {

/// What all present fields of a column of numbers have in common.
using ColumnFormat = std::variant<NumberFormat, DateFormat>;

/// What is known of a column before the file is read: what a model learned of it.
struct KnownColumn {
    std::string name;          ///< of the column
    bool text = false;         ///< text, whatever its fields look like
    ColumnFormat format = {};  ///< of numbers: decides where the file leaves it open
};

/// The number in a field of such a column, if it is one.
std::optional<double> value_in(std::string_view field, const ColumnFormat& format);

/// The field of a number, in the format's simplest way to write it.
std::string text_of(double value, const ColumnFormat& format);

/// What a person is told: "numbers with a decimal comma"; empty for plain numbers.
std::string description(const ColumnFormat& format);

/// Would every field that fits `narrow` give the same number with `wide`?
bool extends(const ColumnFormat& wide, const ColumnFormat& narrow);

/// The formats that this field may have, the likeliest first; what it leaves open is as in `known`.
std::vector<ColumnFormat> formats_of(std::string_view field, const ColumnFormat& known,
                                     const FormatRules& rules);

/// What kind of value a field is by itself: a number ("number"), one with a unit ("number kg"), a
/// date ("date"), a time of day ("time of day"); empty: text.
/// Fields of one kind may belong to one column of numbers.
std::string kind_of_value(std::string_view field);

}  // namespace gradus
