// What does a deep belief network dream of? Its machines draw inputs: chains at the top, then one pass down.
#pragma once

#include <optional>
#include <vector>

#include "gradus/nn/rbm.h"

namespace gradus {

/// How inputs are drawn.
struct DreamSettings {
    Index steps = 1000;               ///< Gibbs steps of the last machine
    std::optional<Index> label = {};  ///< the class that it sees all the time, from 0; empty: none is said
    bool keeps_label = false;         ///< without `label`, each sample keeps the class that it drew first
    std::uint64_t seed = 0;           ///< of the draws
};

/// Inputs (in x count) that these machines, from the first layer on, think likely (Hinton, Osindero and Teh
/// 2006): `count` chains of alternating Gibbs steps of the last machine, then down through the others, units
/// drawn at each layer; of the inputs the means. Chains begin with units drawn by the visible biases, or at
/// the inputs `from` (in x n, again from the first when n < count). Throws Error (usage) without machines,
/// for machines that do not fit each other or `from`, for a number of samples or steps below 1, and for a
/// label that the last machine does not have.
template <class T>
Matrix<T> dream(const std::vector<Rbm<T>>& machines, Index count, const DreamSettings& settings = {},
                const View<const T>& from = {});

}  // namespace gradus
