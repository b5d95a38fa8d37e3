// Are the gradients of an iteration right? Each beside a central difference of the cost.
#pragma once

#include <string>
#include <vector>

#include "gradus/explain/trace.h"

namespace gradus {

/// One derivative, computed and measured.
struct CheckedCell {
    std::string cell;       ///< "dW1[2,1]"
    double backward = 0;    ///< by back-propagation
    double difference = 0;  ///< by a central difference
    double error = 0;       ///< |backward - difference| / scale
    bool kink = false;      ///< the cost has a kink here
};

/// The derivatives of the cost with respect to the parameters, all of them or so many at equal distances. The
/// scale of an error is the largest of |backward|, |difference|, a thousandth of the largest derivative, and
/// a millionth of the cost, below which a difference of costs is rounding.
struct StepCheck {
    std::vector<CheckedCell> cells = {};  ///< those that were compared
    Index parameters = 0;                 ///< of the network

    static constexpr double tolerance = 1e-6;  ///< an error up to this agrees

    /// How many agree; how many do not because the cost has a kink there (a relu at 0, equal numbers under a
    /// maximum): its slopes to the left and to the right differ, and the derivative is one of those between.
    [[nodiscard]] Index agreeing() const;
    /// See agreeing.
    [[nodiscard]] Index kinks() const;
    /// The largest error, kinks aside; nullptr when there is none.
    [[nodiscard]] const CheckedCell* worst() const;
};

/// Checks the iteration on its own batch, under its own masks, in double whatever its precision: the step is
/// computed once more for the gradients, and four or more times for each difference: of at most `most`
/// derivatives (0: of 2000, of fewer where a step is long). `layers` says which layers there are; the
/// numbers come from the trace.
StepCheck check_step(const Network<double>& layers, const Trace& trace, const RunSettings& settings,
                     Index most = 0);

/// A parameter's name for the k-th number of all, in the manner of a cell: "W1[2,1]"; of a convolution
/// "W1[filter,channel,position]".
std::string parameter_cell(const Network<double>& layers, Index k);

/// The network with the parameters that the trace has before its update.
Network<double> network_of(const Network<double>& layers, const Trace& trace);

/// A tensor as a matrix: all indices but the last make the rows.
Matrix<double> to_matrix(const Tensor& tensor);

}  // namespace gradus
