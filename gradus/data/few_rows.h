// Are there enough different rows that some of them can judge what was learned from the others?
#pragma once

#include "gradus/data/dataset.h"

namespace gradus {

/// How many different rows there are, if fewer than 20 that come twice or more on average: a few of them are
/// no sample of the others. Else, and where groups were named, 0.
Index too_few_different_rows(const Dataset& data);

}  // namespace gradus
