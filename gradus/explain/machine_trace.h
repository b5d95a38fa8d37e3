// What were the numbers of one update in pre-training? The phases of contrastive divergence.
#pragma once

#include <vector>

#include "gradus/explain/step_check.h"
#include "gradus/explain/trace.h"
#include "gradus/nn/pretraining.h"

namespace gradus {

/// The update that a machine would make from where its run stands. Its phases, with the numbers of RbmStep:
///
///     V0         what the machine sees            negative   negW = H1 * V1' / m, negb, negc
///     H0         H0 = sigmoid(Z0), Z0 = W V0 + b  dW         dW = negW - posW, db, dc
///     S0         S0 = U0 < H0: drawn              update     of W, b, c and what is remembered
///     V1         V1 = sigmoid(D1), D1 = W' S0 + c
///     J          the reconstruction error, L of each example
///     H1         H1 = sigmoid(Z1)
///     positive   posW = H0 * V0' / m, posb, posc
///
/// Of CD-k S1, V2, H2, ... to Vk, Hk stand behind H1. A T is a V that was drawn. Of persistent chains the
/// names of the negative phase begin with P, and P are their states. U are uniform numbers, N normal ones; q
/// is the running mean activation. Formulas say the rest: the units' kinds, labels, a sparsity target.
template <class T>
Trace trace(const MachineRun<T>& now);

/// Contrastive divergence beside what it stands for, on the batch of a trace.
struct MachineCheck {
    /// The exact gradient of -log-likelihood beside central differences of it.
    StepCheck exact = {};
    std::vector<double> cd = {};      ///< what contrastive divergence says of the same cells
    double cosine = 0;                ///< of the angle between both gradients, over these cells
    double log_likelihood = 0;        ///< the mean over the batch, in nats, before the update
    double log_likelihood_after = 0;  ///< behind it
};

/// In double, whatever the run's precision; of at most `most` parameters (0: as many as some seconds allow),
/// at equal distances. Throws Error (input) at `place` for a machine without an exact likelihood (rectified
/// units, labels), or with so many units that going through their states would take too long.
template <class T>
MachineCheck check_machine(const MachineRun<T>& now, const Trace& trace, const std::string& place,
                           Index most = 0);

}  // namespace gradus
