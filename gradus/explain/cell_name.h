// What is a number called? By its matrix, its row and its column: "dW1[2,1]".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/matrix.h"

namespace gradus {

/// A matrix by its name, and indices from 1: two of a matrix, three of a series.
struct CellName {
    std::string tensor;          ///< "W1"
    std::vector<Index> indices;  ///< from 1

    /// Throws Error (usage), at `place`, for a text that is no such name.
    static CellName read(std::string_view text, const std::string& place);
};

/// "dW1[2,1]"
std::string cell_name(const std::string& tensor, const std::vector<Index>& indices);

}  // namespace gradus
