// Where does a number come from? The products of one cell, and where each factor stands.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/explain/cell_name.h"
#include "gradus/explain/trace.h"

namespace gradus {

/// A number and its name.
struct Factor {
    std::string cell;  ///< its name: "W1[2,1]"
    double value = 0;  ///< at this iteration
};

/// How one number was made: value = (sum of the products in `terms`) * `then` / divisor, where there are
/// terms; else as `formula` says from `sources`.
struct CellReport {
    Factor cell;            ///< the number itself
    std::size_t phase = 0;  ///< its number, from 0
    std::string formula;    ///< with cells in the place of matrices where each is read in one place
    std::vector<std::vector<Factor>> terms;  ///< products that are added
    std::optional<Factor> then;              ///< "1 - A1[2,1].^2"
    Index divisor = 1;                       ///< of their sum
    std::vector<Factor> sources;             ///< the cells that `formula` names
};

/// Looks a cell up in the phase with this number, from 0 (not checked), or without one in the first phase
/// that computes it, else in the first that reads it. A layer that multiplies parameters with its input
/// (dense, convolution, or a new one) is asked which with which, and a layer that is linear for the one
/// example which number has which factor; terms whose sum would not be the number are not shown. Throws Error
/// (input), at `place`, for a matrix or a cell that does not exist.
CellReport explain_cell(const Network<double>& layers, const Trace& trace, const CellName& name,
                        std::optional<std::size_t> phase, const std::string& place);

/// The same for a machine's trace, whose formulas say which numbers meet.
CellReport explain_cell(const Trace& trace, const CellName& name, std::optional<std::size_t> phase,
                        const std::string& place);

}  // namespace gradus
