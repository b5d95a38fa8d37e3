// Which truth does a data set have? Its labels become classes, quantities or labels of which a row has some.
#pragma once

#include <string>
#include <vector>

#include "gradus/data/dataset.h"

namespace gradus {

/// Names, classes and numbers of the truth, from the columns of labels that a table had; no label is missing.
/// `notes` receives what was decided. Throws Error (input) for labels that cannot be learned.
void take_labels(Dataset& data, const Table& table, const std::vector<Column>& labels,
                 const ColumnChoices& choices, std::vector<std::string>& notes);

/// Throws Error (input), with the line, for a column of text of which more than half are numbers: the others
/// are mistakes, until somebody says that the numbers are names.
void require_words(const Table& table, const Column& column, const std::string& hint,
                   const std::string& if_many = "");

/// Throws Error (input) for whole numbers from 2^53 on, of which a double makes one of several: as names they
/// would be taken for each other.
void require_exact_names(const Table& table, const Column& column);

/// Those of the texts that differ in case or blanks only from another, in groups.
std::vector<std::vector<std::string>> spellings_of(const std::vector<std::string>& texts);

/// '"a", "b"', the first five and how many more.
std::string quoted_list(const std::vector<std::string>& names);

}  // namespace gradus
