// Which columns of a table are those that a model learned from?
#pragma once

#include <string>
#include <vector>

#include "gradus/data/table.h"

namespace gradus {

/// The column of each name. Names that are the numbers of columns, where learning saw no names, call columns
/// by their numbers; with `by_place`, columns without names, as many as there have to be, are taken in their
/// order. Throws Error (input) that lists the names without a column.
std::vector<const Column*> columns_called(const Table& table, const std::vector<std::string>& names,
                                          bool by_place);

}  // namespace gradus
