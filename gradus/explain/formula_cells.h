// Which cells does a formula read for one cell of its result?
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/explain/cell.h"

namespace gradus {

/// The number at these indices (from 1), and its name.
Factor factor(const Tensor& tensor, const std::vector<Index>& indices);

/// The expression with every name replaced that `replace` knows; it is told the sum around the name: "mean",
/// "rowsum", "colsum", or nothing.
using Replace = std::function<std::optional<std::string>(const std::string& name, const std::string& around)>;
std::string substituted(std::string_view expression, const Replace& replace);

/// Reads expressions of a trace for the cell of `tensor` at `indices`. Keeps references to all three.
class FormulaCells {
public:
    FormulaCells(const Trace& trace, const Tensor& tensor, const std::vector<Index>& indices)
        : trace_(trace), tensor_(tensor), indices_(indices) {}

    /// Has each matrix of the expression one cell, or behind a sum one row or column, that belongs to this
    /// cell? A product of matrices reads more.
    [[nodiscard]] bool are_enough(const std::string& expression) const;

    /// The expression with these cells in the place of the matrices: "A1[2,1] .* (1 - A1[2,1])". Adds each
    /// that is not there yet to the sources.
    [[nodiscard]] std::string in(const std::string& expression, std::vector<Factor>& sources) const;

private:
    [[nodiscard]] std::string cell_in(const Tensor& t, const std::string& around,
                                      std::vector<Factor>* sources) const;

    const Trace& trace_;
    const Tensor& tensor_;
    const std::vector<Index>& indices_;
};

}  // namespace gradus
