// Has a model learned from these rows? It keeps a print of those that it saw.
#pragma once

#include "gradus/data/dataset.h"
#include "gradus/model/model.h"

namespace gradus {

/// The print of all rows of a data set, as the model sees them: encoded, with their truth; in any order.
template <class T>
RowPrint row_print(const Model<T>& model, const Dataset& data);

/// What is certain about the rows of a data set.
struct SeenRows {
    bool all = false;  ///< they are those that the model was trained on, in some order
    Index some = 0;    ///< at least so many of them are equal to rows that the model was trained on
};

/// Compares with the model's origin; a model that has none, as another program's, has seen nothing.
template <class T>
SeenRows seen_rows(const Model<T>& model, const Dataset& data);

}  // namespace gradus
