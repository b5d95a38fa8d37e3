// What would a batch cost with other parameters? For what looks around those that it had.
#pragma once

#include <span>
#include <vector>

#include "gradus/explain/trace.h"
#include "gradus/nn/training_step.h"

namespace gradus {

/// The cost of a trace's batch, in double, with the weights and masks of its update, as a function of the
/// parameters. `layers` gives the network, the trace its parameters.
class BatchCost {
public:
    BatchCost(const Network<double>& layers, const Trace& trace, const RunSettings& settings);

    /// Those of the trace at first; to be changed.
    [[nodiscard]] std::span<double> parameters() { return network_.parameters(); }
    double cost();                   ///< at the parameters
    std::vector<double> gradient();  ///< at the parameters, a number each

private:
    Network<double> network_;
    Matrix<double> X_, Y_, weights_;
    TrainingStep<double> step_;
};

}  // namespace gradus
