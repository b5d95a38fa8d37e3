// How likely are examples to a restricted Boltzmann machine? Exact for small machines, estimated for large
// ones.
#pragma once

#include <cstdint>
#include <vector>

#include "gradus/nn/rbm.h"

namespace gradus {

// V has an example in each contiguous column. Each throws Error (usage) for another number of rows, or for a
// machine that it has no formula for. Likelihoods are natural logarithms (nats).

/// The units whose states the exact functions go through: the smaller of the two layers, if it is Bernoulli.
constexpr Index most_enumerated = 24;

/// log Z, where Z is the sum (for Gaussian units the integral) of e^-E over all states, those with one label
/// where there are any. Bernoulli hidden units only; throws Error (usage) when each layer has more than
/// most_enumerated units (labels not counted) to enumerate.
template <class T>
double log_partition(const Rbm<T>& rbm);

/// The mean of log P(v) = -F(v) - log Z.
template <class T>
double log_likelihood(const Rbm<T>& rbm, const View<const T>& V);

/// The derivative of -log_likelihood with respect to rbm.parameters(): what contrastive divergence is after.
/// The mean of h v' over all states minus that over the examples, and so on.
template <class T>
std::vector<double> log_likelihood_gradient(const Rbm<T>& rbm, const View<const T>& V);

/// How annealed importance sampling goes about it.
struct AnnealingSettings {
    Index chains = 100;          ///< importance samples
    Index temperatures = 10000;  ///< steps from the machine without weights to the one that is asked about
    std::uint64_t seed = 0;      ///< of the draws
};

/// An estimate of log Z: the log of a mean of importance weights.
struct PartitionEstimate {
    double log_partition = 0;   ///< log(mean w)
    double standard_error = 0;  ///< of it, to first order: sd(w) / (mean(w) sqrt(chains))
};

/// log Z by annealed importance sampling (Neal 2001; Salakhutdinov and Murray 2008): chains go from a machine
/// whose hidden units see nothing, W = 0 and b = 0, over those with beta W and beta b, beta = 1/n, 2/n, ...,
/// to this one. Bernoulli hidden units only.
template <class T>
PartitionEstimate estimate_log_partition(const Rbm<T>& rbm, const AnnealingSettings& settings = {});

}  // namespace gradus
