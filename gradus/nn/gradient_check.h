// Is a layer's backward half the derivative of its forward half? Compare it with central differences.
#pragma once

#include <cstdint>
#include <string>

#include "gradus/nn/layer.h"
#include "gradus/nn/loss.h"

namespace gradus {

/// The worst disagreement that a gradient check found.
struct GradientReport {
    double worst_error =
        0;  ///< |backward - difference| / max(1, |backward|, |difference|); infinite for a broken contract
    std::string where;   ///< "dW[2,1]: backward says 0.25, central difference 0.5; dW = dY * X' / m"
    Index compared = 0;  ///< how many derivatives were compared

    /// Were there derivatives, and did all agree so well?
    [[nodiscard]] bool passed(double tolerance = 1e-6) const {
        return compared > 0 && worst_error <= tolerance;
    }
};

/// Checks a layer on random numbers: a batch of several examples, random parameters, a random upstream
/// gradient. Outputs are filled with NaN before each call, so that a result that is added (+=) or left out
/// shows; each half is called for the whole, again in pieces, and of a layer that says `in_parts` also part
/// by part of the batch, which must give the same bits. `mask_seed` fixes dropout's masks. Throws Error
/// (usage) for less than one example, (input) for a shape that the layer refuses.
GradientReport check_gradients(const Layer<double>& layer, Shape in, Index examples = 3,
                               std::uint32_t seed = 0);

/// Checks a loss's gradient at A = last_layer(Z) for targets Y (out x examples): with respect to Z when the
/// loss is fused with the last layer, else with respect to A. Throws Error (usage) when Z and Y differ in
/// size, or are empty.
GradientReport check_gradients(const Loss<double>& loss, const Layer<double>& last_layer,
                               View<const double> Z, View<const double> Y);

}  // namespace gradus
