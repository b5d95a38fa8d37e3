// Does every machine compute the same bits? Runs whose numbers are written down bit by bit, to be compared.
#pragma once

#include <string>

namespace gradus::test {

/// A line for each: its name, and its bits in hexadecimal digits, or those of many numbers folded into one
/// word.
std::string portable_runs();

}  // namespace gradus::test
