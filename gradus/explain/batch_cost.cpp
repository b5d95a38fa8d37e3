#include "gradus/explain/batch_cost.h"

#include "gradus/explain/step_check.h"

namespace gradus {

BatchCost::BatchCost(const Network<double>& layers, const Trace& trace, const RunSettings& settings)
    : network_(network_of(layers, trace)),
      X_(to_matrix(*trace.find("X"))),
      Y_(to_matrix(*trace.find("Y"))),
      step_(network_, settings.loss, settings.optimizer, X_.columns(), settings.mask_seed) {
    if (const Tensor* weights = trace.find("weights")) weights_ = to_matrix(*weights);
    OptimizerState<double> state = step_.optimizer();
    state.updates = trace.iteration;  // the masks belong to the update
    step_.restore(state);
}

double BatchCost::cost() {
    step_.forward(X_);
    return step_.cost(Y_, weights_);
}

std::vector<double> BatchCost::gradient() {
    cost();
    step_.backward(Y_, weights_);
    return {step_.gradient().begin(), step_.gradient().end()};
}

}  // namespace gradus
