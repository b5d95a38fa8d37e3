// What does a word say that somebody typed? A number within its range, or one of a few names.
#pragma once

#include <string>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/matrix.h"

namespace gradus {

/// `text` as a finite number. Throws Error (usage) at `place`, as the next two.
double real_number(const std::string& place, const std::string& text);

/// `text` as a whole number in [low, high]; `otherwise`, as in " or \"full\"", says what else may stand
/// there.
Index whole_number(const std::string& place, const std::string& text, Index low, Index high,
                   const std::string& otherwise = {});

/// The place of `text` among the names.
std::size_t name_index(const std::string& place, const std::string& text,
                       const std::vector<std::string>& names);

}  // namespace gradus
