// How well does a restricted Boltzmann machine fit, as far as is known without the sum over all its states?
// Free energy, reconstruction, pseudo-likelihood.
#pragma once

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

/// The mean of these over the examples.
template <class T>
double mean_free_energy(const Rbm<T>& rbm, const View<const T>& V);

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

}  // namespace gradus
