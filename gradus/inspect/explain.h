// How does one read an iteration? Its phases as text: formula, shape, numbers.
#pragma once

#include <string>
#include <vector>

#include "gradus/nn/metrics.h"
#include "gradus/nn/trace.h"

namespace gradus {

/// What the rows of the inputs and of the outputs are called; empty: nothing.
struct RowNames {
    std::vector<std::string> inputs;
    std::vector<std::string> outputs;
};

/// "iteration 0   cost 0.856267   accuracy 1/4"
std::string headline(const Trace& trace, Task task);

/// The phase with this number, from 0, in lines of at most text_width columns:
///
///     [ 7/10] dW2 = dZ2 * A1' / m                       1x2    -0.0573  -0.1982
std::vector<std::string> phase_text(const Trace& trace, std::size_t number, const RowNames& names);

}  // namespace gradus
