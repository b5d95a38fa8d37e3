// How does a matrix look in a terminal? Whole when it is small, else its beginning and its statistics.
#pragma once

#include <string>
#include <vector>

#include "gradus/explain/trace.h"

namespace gradus {

/// The texts stay within so many columns of a terminal.
inline constexpr int text_width = 80;

/// "2x4"
std::string shape_text(const Tensor& tensor);

/// The numbers of one row when they fit into `width` columns; else empty.
std::string row_text(const Tensor& tensor, int width);

/// The rows of a tensor, each behind `indent` spaces and its label, if it has one. Of many rows and columns
/// the first, then "min, max, mean, zeros" over all. Of three indices, the first example (or filter).
std::vector<std::string> tensor_text(const Tensor& tensor, const std::vector<std::string>& labels,
                                     int indent);

/// `text`, wrapped between words, with `indent` spaces before every line but the first.
std::vector<std::string> wrapped(const std::string& text, int indent);

}  // namespace gradus
