// How is a trained network used (inference)? A Predictor reads the network; the memory is its own.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "gradus/nn/loss.h"
#include "gradus/nn/metrics.h"
#include "gradus/nn/network.h"

namespace gradus {

template <class T>
class BinPasses;

/// Predicts with a network that others may use at the same time: one Predictor for each thread. It allocates
/// nothing after its construction; the network must outlive it and stay where it is (after a move the next
/// call throws).
template <class T>
class Predictor {
public:
    /// Throws Error for a batch below 1, or of more numbers than any machine has.
    explicit Predictor(const Network<T>& network, Index batch = 1);
    explicit Predictor(const Network<T>&& temporary, Index batch = 1) = delete;

    /// An ensemble: from now on the output is the mean of those of all networks, added in this order. Throws
    /// Error (usage) for one with other inputs or outputs, and as the constructor does.
    void add(const Network<T>& network);
    void add(const Network<T>&& temporary) = delete;

    /// From now on these rows of X are runs of bins, as in Examples::bins: the same but for rounding, faster.
    void see_bins(std::span<const Range> bins);

    /// May be moved, not copied.
    Predictor(Predictor&&) noexcept;  // a copy would write into the same memory
    ~Predictor();

    /// The network's output (out x m) for 1 <= m <= batch examples X (in x m), without dropout. Valid until
    /// the next call. Throws Error (usage) for an X of another size.
    View<const T> operator()(View<const T> X);

    /// The loss of each of any number of examples, as mean_loss.
    void losses(std::span<double> each, const Loss<T>& loss, View<const T> X, View<const T> Y,
                View<T> A = {});

    /// The mean loss over any number of examples; with weights w (1 x n), sum w l / sum w. Writes the outputs
    /// to A (out x n), unless A is empty. Throws Error (usage) when the sizes do not fit, and for a loss that
    /// is fused with the last layer where the output is the mean of several networks'.
    double mean_loss(const Loss<T>& loss, View<const T> X, View<const T> Y, View<T> A = {},
                     View<const T> weights = {});

private:
    View<const T> first(View<const T> X);

    const Network<T>& network_;
    Index batch_;
    AlignedVector<T> memory_;
    std::vector<double> losses_;
    std::vector<Pass<T>> passes_;
    std::unique_ptr<BinPasses<T>> bins_;
    View<T> series_;                    // the examples in the layers' order, when they are series
    std::vector<Predictor<T>> others_;  // of an ensemble
    Matrix<T> mean_;                    // of its outputs
};

/// The metrics and the mean loss of a network on the examples X (in x n) with truth Y (out x n), each
/// counting with its weight (1 x n) if there are any. Throws Error (usage) when the sizes do not fit, or the
/// loss means nothing for this network.
template <class T>
Evaluation evaluate(const Network<T>& network, Same<T> X, Same<T> Y, LossKind loss, Task task,
                    Asked asked = Asked::everything, Same<T> weights = {});

}  // namespace gradus
