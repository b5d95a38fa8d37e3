#include "gradus/core/spoken.h"

#include <algorithm>
#include <cmath>

#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {

double real_number(const std::string& place, const std::string& text) {
    const double value = to_number(text);
    if (std::isnan(value))
        throw Error(Fault::usage,
                    {.place = place, .found = '"' + text + '"', .expected = say("a finite number")});
    return value;
}

Index whole_number(const std::string& place, const std::string& text, Index low, Index high,
                   const std::string& otherwise) {
    const double value = to_number(text);
    if (value == std::floor(value) && double(low) <= value && value <= double(high))
        return static_cast<Index>(value);
    throw Error(Fault::usage, {.place = place,
                               .found = '"' + text + '"',
                               .expected = say("a whole number from {} to {}{}", low, high, otherwise)});
}

std::size_t name_index(const std::string& place, const std::string& text,
                       const std::vector<std::string>& names) {
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        throw Error(Fault::usage, {.place = place,
                                   .found = '"' + text + '"',
                                   .expected = one_of(names),
                                   .hint = did_you_mean(text, names)});
    return static_cast<std::size_t>(found - names.begin());
}

}  // namespace gradus
