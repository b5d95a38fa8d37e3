// How does another program read an iteration? Each phase, cell or check as one JSON object.
#pragma once

#include <string>

#include "gradus/explain/cell.h"
#include "gradus/explain/step_check.h"
#include "gradus/explain/trace.h"

namespace gradus {

/// The phase with this number, from 0, on one line; numbers have 17 digits, what is not finite is null:
///
///     {"iteration":0,"phase":7,"title":"dW2","formula":"dW2 = ...","tensors":[{"name":"dW2","shape":[1,2],
///      "values":[...]}],"cost":...}
///
/// Phases are counted from 1; the values of a tensor lie row by row.
std::string to_json(const Trace& trace, std::size_t number);

/// {"iteration","phase","cell","value","formula","terms":[[{"cell","value"},...],...],"then","divisor",
/// "sources":[...]}
std::string to_json(const CellReport& report, Index iteration);

/// {"iteration","compared","agree","kinks","worst_relative_error","check":[{"cell","backward",
/// "central_difference","relative_error","kink"},...]}
std::string to_json(const StepCheck& check, Index iteration);

}  // namespace gradus
