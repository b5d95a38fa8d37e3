// How do a curve and a share look in a terminal? In dots of braille, eight to a character; as a bar.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace gradus::cli {

/// The values from left to right in lines of at most 80 columns, with the highest and the lowest of them on
/// the left, and what the first and the last belong to below. Values that are not finite have no dot; without
/// any finite one there are no lines.
std::vector<std::string> plot(std::span<const double> values, const std::string& first,
                              const std::string& last);

/// A share of 0 to 1 as a bar of so many columns, in eighths of a column; what is above 0 is seen.
std::string bar(double share, int columns);

}  // namespace gradus::cli
