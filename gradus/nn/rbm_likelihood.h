// How well does a restricted Boltzmann machine fit? Free energy, reconstruction, and likelihood: exact for
// small machines, estimated for large ones.
#pragma once

#include <cstdint>
#include <vector>

#include "gradus/nn/rbm.h"

namespace gradus {

// V has an example in each contiguous column. Each throws Error (usage) for another number of rows, or for a
// machine that it has no formula for. Likelihoods are natural logarithms (nats).

/// F(v) = -log sum over h of e^-E(v, h): -c'v - sum softplus(W v + b) for Bernoulli visible units,
/// sum((v - c)^2) / 2 - sum softplus(W v + b) for Gaussian ones. A rectified unit counts as infinitely many
/// Bernoulli units whose biases are lower by 1/2, 3/2, 5/2, ...
template <class T>
std::vector<double> free_energies(const Rbm<T>& rbm, const View<const T>& V);

/// The mean over examples and visible units of (v - down(up(v)))^2.
template <class T>
double reconstruction_error(const Rbm<T>& rbm, const View<const T>& V);

/// Of each example the mean over its visible units of (v - v')^2, where v' comes up through all of these
/// machines, from the first layer on, and down again: at each layer the means of the units, of rectified ones
/// at least 0. Throws Error (usage) without machines, for those that do not fit each other, or with labels.
template <class T>
std::vector<double> reconstruction_errors(const std::vector<Rbm<T>>& machines, const View<const T>& V);

/// The mean over examples of sum over i of log P(v(i) | all others). With g = F(v(i) = 0) - F(v(i) = 1) a
/// term is v(i) log sigmoid(g) + (1 - v(i)) log sigmoid(-g) (Besag 1975). Bernoulli units only, without
/// labels.
template <class T>
double log_pseudo_likelihood(const Rbm<T>& rbm, const View<const T>& V);

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
