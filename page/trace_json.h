// An iteration as a page wants it.
#pragma once

#include "gradus/explain/trace.h"
#include "gradus/nn/network.h"
#include "page/json.h"

namespace gradus::page {

/// {"iteration","epoch","cost","learning_rate","examples","predicted_change","actual_change","failure",
/// "phases":[as to_json(trace, number), with "kind", "layer", "results", and "of_examples" of each
/// tensor,...]}.
std::string trace_text(const Trace& trace);

/// Rows of numbers; `digits` behind the point where a picture needs no more, 0: all.
template <class T>
Json rows_json(const View<const T>& M, Index columns, int digits = 0);

}  // namespace gradus::page
