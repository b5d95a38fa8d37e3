// Which date, or time of day, does a text say?
#pragma once

#include <optional>
#include <string_view>

#include "gradus/data/date_format.h"

namespace gradus {

/// The seconds since 1970, if the fields of this text stand in the order of `format`: what else it shows of
/// how dates are written is noted there, also where it is no date.
std::optional<double> parse_date(std::string_view field, DateFormat& format);

}  // namespace gradus
