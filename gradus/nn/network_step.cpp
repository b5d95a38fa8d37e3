#include "gradus/nn/network_step.h"

#include "gradus/nn/checks.h"

namespace gradus {

template <class T>
NetworkStep<T>::NetworkStep(Network<T>& network, LossKind loss, const OptimizerSettings& optimizer,
                            Index batch, std::uint64_t mask_seed, Index threads, Index validated,
                            std::span<const Range> bins, Ranks& ranks)
    : network_(network),
      step_(network, loss, optimizer, batch, mask_seed, threads, Teamwork::when_useful, bins, ranks),
      predict_(network, validated),
      ranks_(ranks) {
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
    const Kept<T>&X = examples.X, &Y = examples.Y, &weights = examples.weights;
    const bool is_shared = examples.shared_by != nullptr;
    Ranks& ranks = is_shared ? *examples.shared_by : ranks_;
    if (ranks.count() == 1) return predict_.mean_loss(step_.loss(), X, Y, {}, weights);
    const Index n = examples.count();
    const Range mine = ranks.share(n);
    losses_.resize(static_cast<std::size_t>(n));
    const auto my_losses = std::span(losses_).subspan(static_cast<std::size_t>(mine.begin),
                                                      static_cast<std::size_t>(mine.size()));
    const View<const T> my_X = is_shared ? View<const T>(X) : X.columns(mine);
    if (mine.size() > 0) predict_.losses(my_losses, step_.loss(), my_X, Y.columns(mine));
    ranks.gather(losses_);
    return MeanLoss().add<T>(losses_, weights).value();
}

template class NetworkStep<float>;
template class NetworkStep<double>;

}  // namespace gradus
