// What does the cost look like around a run? A plane through where it stands: along the gradient, and across.
#pragma once

#include <utility>
#include <vector>

#include "gradus/explain/trace.h"
#include "gradus/nn/network.h"
#include "gradus/nn/run.h"
#include "page/json.h"

namespace gradus::page {

/// Parameters after so many updates.
using Waypoint = std::pair<Index, std::vector<double>>;

/// The cost of the iteration's batch at the parameters W - a g/|g| + b v: g is its gradient, v the part
/// across g of the way to the waypoint that is farthest off, with length 1. n x n places, over all waypoints
/// and a margin:
/// {"n","a":[low,high],"b":[low,high],"costs":[row after row of b; null: not finite],"gradient":|g|,
/// "path":[{"iteration","a","b","distance"},...]}; the distance of a waypoint is how far it lies from the
/// plane. In double, whatever the run's precision. Throws Error (input) where the gradient is 0 or not
/// finite.
Json slice_json(const Network<double>& layers, const Trace& trace, const RunSettings& settings,
                const std::vector<Waypoint>& path, Index n);

}  // namespace gradus::page
