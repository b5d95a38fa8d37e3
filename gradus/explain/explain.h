// How does one read an iteration? Its phases as text: formula, shape, numbers.
#pragma once

#include <string>
#include <vector>

#include "gradus/explain/cell.h"
#include "gradus/explain/machine_trace.h"
#include "gradus/explain/step_check.h"
#include "gradus/explain/trace.h"
#include "gradus/nn/metrics.h"

namespace gradus {

/// What the rows of the inputs and of the outputs are called; empty: nothing.
struct RowNames {
    std::vector<std::string> inputs;   ///< of X
    std::vector<std::string> outputs;  ///< of the last A
};

/// "iteration 0   cost 0.856267   accuracy 1/4"
std::string headline(const Trace& trace, Task task);

/// The same of a machine: "layer 1   iteration 0   reconstruction error 0.251643"
std::string machine_headline(const Trace& trace);

/// The phase with this number, from 0 (not checked), in lines of at most text_width columns:
///
///     [ 7/10] dW2 = dZ2 * A1' / m                       1x2    -0.0573  -0.1982
std::vector<std::string> phase_text(const Trace& trace, std::size_t number, const RowNames& names);

/// "dW2[1,1] = (0.5000*0.0000 + -0.6637*-0.0562 + ...) / 4 = -0.0573", wrapped; nothing without terms.
std::vector<std::string> sum_text(const CellReport& report);

/// One cell in full: a line for each product (of very many the first), the sources and their phases.
std::vector<std::string> cell_text(const CellReport& report, const Trace& trace);

/// "9 of 9 gradients agree with central differences (worst relative error 1e-10)", and a table of the
/// gradients: all when they are few, else the worst.
std::vector<std::string> check_text(const StepCheck& check);

/// The same of a machine: contrastive divergence beside the exact gradient, and that beside differences of
/// the exact likelihood.
std::vector<std::string> check_text(const MachineCheck& check);

}  // namespace gradus
