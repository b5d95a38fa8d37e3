// What does a network of two inputs answer over their plane? In half blocks, two places to a character.
#pragma once

#include <string>
#include <vector>

#include "gradus/model/model.h"

namespace gradus::cli {

/// Where the answer is above the middle: of two classes where the second is likelier, of values where they
/// are above the middle of what is seen. Lines of at most 80 columns, 36 x 36 places around the examples, as
/// the network sees them; the ends of both axes in the units of the data. No lines for other networks, and
/// for ensembles. Ranks that share the examples all call it.
template <class T>
std::vector<std::string> plane_of(const Model<T>& model, const Examples<T>& examples);

}  // namespace gradus::cli
