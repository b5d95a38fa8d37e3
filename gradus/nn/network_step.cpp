#include "gradus/nn/network_step.h"

#include "gradus/nn/checks.h"

namespace gradus {

template <class T>
NetworkStep<T>::NetworkStep(Network<T>& network, LossKind loss, const OptimizerSettings& optimizer,
                            Index batch, std::uint64_t mask_seed, Index threads, Index validated,
                            std::span<const Range> bins)
    : network_(network),
      step_(network, loss, optimizer, batch, mask_seed, threads, Teamwork::when_useful, bins),
      predict_(network, validated) {
    predict_.see_bins(bins);
}

template <class T>
void NetworkStep<T>::require_fit(const Examples<T>& examples, const std::string& name) const {
    require_examples_fit(network_, step_.loss().kind(), examples, name);
}

template <class T>
double NetworkStep<T>::forward(const Examples<T>& batch) {
    step_.forward(batch.X);
    return step_.cost(batch.Y, batch.weights);
}

template <class T>
double NetworkStep<T>::validation_cost(const Examples<T>& examples) {
    return predict_.mean_loss(step_.loss(), examples.X, examples.Y, {}, examples.weights);
}

template class NetworkStep<float>;
template class NetworkStep<double>;

}  // namespace gradus
