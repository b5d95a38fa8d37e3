// How wrong is the network? A number for each example, and its derivative.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gradus/core/matrix.h"

namespace gradus {

/// What a loss reads: A (outputs x m), the network's output, and Z, the input of its last layer.
template <class T>
struct Output {
    View<const T> A = {};
    View<const T> Z = {};
};

/// The mathematics of a loss, as text.
struct LossFormula {
    std::string_view sum;       ///< of the losses, over outputs and examples: "sum((A - Y).^2)"
    std::string_view gradient;  ///< dA; dZ when fused: "2 * (A - Y)"
    bool mean = true;           ///< over the outputs: both are divided by their number
};

/// A loss l(A, Y) of one example; the cost of a batch is the mean over its examples.
template <class T>
class Loss {
public:
    virtual ~Loss() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual LossFormula formula() const = 0;

    /// losses(j) = l(A(:, j), Y(:, j)).
    virtual void value(std::span<double> losses, const Output<T>& output, View<const T> Y) const = 0;

    /// dA(:, j) = the derivative of example j's loss with respect to A(:, j); or with respect to Z(:, j) when
    /// fused.
    virtual void gradient(const View<T>& d, const Output<T>& output, const View<const T>& Y) const = 0;

    /// Does the loss include the last layer's activation? Then both are computed from Z, exact however small
    /// p is.
    [[nodiscard]] virtual bool fused() const { return false; }
};

/// The loss called `name`, fused with the activation whose text is `last_layer` where that is exact:
///
/// binary_cross_entropy  mean over outputs of -(y log a + (1 - y) log(1 - a)); fused with sigmoid: dZ = A - Y
/// cross_entropy         -sum over outputs of y log a; fused with softmax: dZ = A - Y
/// mean_squared          mean over outputs of (a - y)^2
/// mean_absolute         mean over outputs of |a - y|
/// huber                 mean over outputs of e^2 / 2 where |e| <= 1, else |e| - 1/2, with e = a - y (Huber
/// 1964)
///
/// Throws Error (usage) for an unknown name; the short names bce, ce, mse and mae are known too.
template <class T>
std::unique_ptr<Loss<T>> make_loss(std::string_view name, std::string_view last_layer);

/// The full names, in the order above.
std::span<const std::string> loss_names();

/// The full name for a name or a short name. Throws Error (usage), at `place`, when it is unknown.
std::string loss_name(std::string_view name, const std::string& place = "loss");

}  // namespace gradus
