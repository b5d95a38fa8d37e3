// How are inputs written that were made back into columns? As CSV, or as objects of JSON.
#pragma once

#include <string>

#include "cli/terminal.h"
#include "gradus/core/matrix.h"
#include "gradus/data/decoder.h"

namespace gradus::cli {

/// A line of names, and a line for each column of X (inputs x rows).
template <class T>
std::string csv_of(const Decoder& decoder, const Matrix<T>& X);

/// One input, by the names of its columns.
template <class T>
Json object_of(const Decoder& decoder, const T* x);

}  // namespace gradus::cli
