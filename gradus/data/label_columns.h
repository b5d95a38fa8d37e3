// What do several columns of 0 and 1 say? One class for each row, or labels that a row has or has not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/data/dataset.h"

namespace gradus {

/// The numbers of a column of 0 and 1 (or of False and True, in any case), NaN where they are missing;
/// nothing for another column.
std::optional<std::vector<double>> zeros_and_ones(const Column& column);

/// Is there a single 1 in every row of two or more such columns (labels x rows)?
bool is_one_hot(View<const double> rows);

/// What the label columns of a table are: classes (one-hot), labels or values. Asks the choices first. Throws
/// Error (input), with line and value, for columns that are not what was asked for.
Labels kind_of_columns(const Table& table, const std::vector<Column>& labels, const ColumnChoices& choices);

/// The truth, from columns that kind_of_columns calls classes or labels: class numbers, or the labels.
void take_one_hot(Dataset& data, const Table& table, const std::vector<Column>& labels,
                  const ColumnChoices& choices, std::vector<std::string>& notes);
void take_multilabel(Dataset& data, const Table& table, const std::vector<Column>& labels,
                     const ColumnChoices& choices, std::vector<std::string>& notes);

}  // namespace gradus
