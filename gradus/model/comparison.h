// Which of two models is better? Both answer the same examples.
#pragma once

#include "gradus/data/dataset.h"
#include "gradus/model/model.h"

namespace gradus {

/// Two models on the same examples.
struct ComparedModels {
    Evaluation first = {};       ///< as evaluate() says
    Evaluation second = {};      ///< the same
    Comparison difference = {};  ///< first minus second, with paired standard errors
};

/// Compares two models, which may see other columns, on the same examples: `data` as the first one reads
/// them, `data_of_second` as the second one does. Throws Error (input) unless they predict the same: the same
/// task, targets, and classes in the same order; or where one of them predicts nothing; or where the examples
/// are not as many.
ComparedModels compare_models(const AnyModel& first, const Dataset& data, const AnyModel& second,
                              const Dataset& data_of_second);

}  // namespace gradus
