// How wrong is the network? A number for each example, and its derivative.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gradus/core/expression.h"
#include "gradus/core/matrix.h"

namespace gradus {

/// With a an output and y its truth, the loss of one example:
enum class LossKind {
    binary_cross_entropy,  ///< mean over outputs of -(y log a + (1 - y) log(1 - a)); after sigmoid dZ = A - Y
    cross_entropy,         ///< -sum over outputs of y log a; after softmax dZ = A - Y
    mean_squared,          ///< mean over outputs of (a - y)^2
    mean_absolute,         ///< mean over outputs of |a - y|
    huber,  ///< mean over outputs of e^2 / 2 where |e| <= 1, else |e| - 1/2, with e = a - y (Huber 1964)
};
inline constexpr std::array loss_names{"binary_cross_entropy", "cross_entropy", "mean_squared",
                                       "mean_absolute", "huber"};

/// Does it take logarithms of the outputs, so that they must be probabilities?
constexpr bool needs_probabilities(LossKind loss) {
    return loss == LossKind::binary_cross_entropy || loss == LossKind::cross_entropy;
}

/// The loss of this name; the short names bce, ce, mse and mae are known too. Throws Error (usage), at
/// `place`, for another.
LossKind read_loss(std::string_view name, const std::string& place = "loss");

/// What a loss reads: A (outputs x m), the network's output, and Z, the input of its last layer.
template <class T>
struct Output {
    View<const T> A = {};  ///< outputs x m
    View<const T> Z = {};  ///< inputs of the last layer x m
};

/// The mathematics of a loss, of one output A whose truth is Y.
struct LossFormula {
    Expression value = 0;  ///< its loss
    Expression slope = 0;  ///< dA; dZ when fused
    bool mean = true;      ///< over the outputs: both are divided by their number
};

/// A loss l(A, Y) of one example; the cost of a batch is the mean over its examples.
template <class T>
class Loss {
public:
    virtual ~Loss() = default;

    [[nodiscard]] virtual LossKind kind() const = 0;        ///< which loss it is
    [[nodiscard]] virtual LossFormula formula() const = 0;  ///< its mathematics as text

    /// losses(j) = l(A(:, j), Y(:, j)).
    virtual void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const = 0;

    /// dA(:, j) = the derivative of example j's loss with respect to A(:, j); or with respect to Z(:, j) when
    /// fused.
    virtual void gradient(const View<T>& d, const Output<T>& output, const View<const T>& Y) const = 0;

    /// Does the loss include the last layer's activation? Then both are computed from Z, exact however small
    /// p is.
    [[nodiscard]] virtual bool fused() const { return false; }
};

/// The loss, fused with the activation whose text is `last_layer` where that is exact: binary cross-entropy
/// with sigmoid, cross-entropy with softmax.
template <class T>
std::unique_ptr<Loss<T>> make_loss(LossKind kind, std::string_view last_layer);

/// The derivative of each example's loss, times the example's weight.
template <class T>
void weigh(const View<T>& d, const View<const T>& weights) {
    for (Index j = 0; j < d.columns(); ++j)
        for (Index i = 0; i < d.rows(); ++i) d(i, j) *= weights(0, j);
}

/// The mean of losses, sum w l / sum w: added block by block in the order of the examples, so that however
/// they are cut, and whoever computed them, it has the same bits.
class MeanLoss {
public:
    /// Adds losses with their weights (1 x losses); without any each counts 1.
    template <class T>
    MeanLoss& add(std::span<const double> losses, const View<const T>& weights) {
        for (std::size_t j = 0; j < losses.size(); ++j) {
            const double weight = weights.empty() ? 1 : double(weights(0, static_cast<Index>(j)));
            sum_ += losses[j] * weight;
            weights_ += weight;
        }
        return *this;
    }
    [[nodiscard]] double value() const { return sum_ / weights_; }  ///< of all that were added

private:
    double sum_ = 0, weights_ = 0;
};

}  // namespace gradus
