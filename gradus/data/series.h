// When are rows of numbers a series?
#pragma once

#include "gradus/data/table.h"

namespace gradus {

/// A table that has its label in the first column, no names and otherwise numbers only, as the UCR archive
/// has its series: each row is one of 1 x (columns - 1). Another table stays as it is.
void become_series(Table& table);

/// Does a series of more than one place end in missing numbers, of all channels?
bool has_unequal_lengths(const Table& table);

/// Do the columns have no names but their numbers, from 1?
bool has_no_names(const Table& table);

}  // namespace gradus
