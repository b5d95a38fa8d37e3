// How does another program read an iteration? Each phase, cell or check as one JSON object.
#pragma once

#include <string>

#include "gradus/explain/cell.h"
#include "gradus/explain/machine_trace.h"
#include "gradus/explain/step_check.h"
#include "gradus/explain/trace.h"

namespace gradus {

/// The phase with this number, from 0, on one line; numbers have 17 digits, what is not finite is null:
///
///     {"iteration":0,"phase":7,"title":"dW2","formula":"dW2 = ...","tensors":[{"name":"dW2","shape":[1,2],
///      "values":[...]}],"cost":...}
///
/// Phases are counted from 1; the values of a tensor lie row by row. Of a machine, "pretrain_layer":1 stands
/// first.
std::string to_json(const Trace& trace, std::size_t number);

/// {"iteration","phase","cell","value","formula","terms":[[{"cell","value"},...],...],"then","divisor",
/// "sources":[...]}
std::string to_json(const CellReport& report, Index iteration);

/// {"iteration","compared","agree","kinks","worst_relative_error","check":[{"cell","backward",
/// "central_difference","relative_error","kink"},...]}
std::string to_json(const StepCheck& check, Index iteration);

/// {"pretrain_layer","iteration","compared","agree","worst_relative_error","cosine","log_likelihood",
/// "log_likelihood_after","check":[{"cell","contrastive_divergence","exact","central_difference",
/// "relative_error"},...]}
std::string to_json(const MachineCheck& check, const Trace& trace);

}  // namespace gradus
