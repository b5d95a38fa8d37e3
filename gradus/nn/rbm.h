// What is a restricted Boltzmann machine? Two layers of random units, and an energy for their states.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/core/random.h"
#include "gradus/nn/sampling.h"

namespace gradus {

/// With v visible, h hidden, and E their energy; P(v, h) = e^-E(v, h) / Z.
enum class VisibleUnits {
    bernoulli,  ///< 0 or 1: E = -c'v - b'h - h'W v, P(v = 1) = sigmoid(W'h + c)
    gaussian,   ///< any number, its variance 1: E = sum((v - c)^2) / 2 - b'h - h'W v, mean W'h + c
};
inline constexpr std::array visible_units_names{"bernoulli", "gaussian"};

/// With z = W v + b.
enum class HiddenUnits {
    bernoulli,  ///< 0 or 1: P(h = 1) = sigmoid(z)
    rectified,  ///< max(0, z + n), n normal of variance sigmoid(z) (Nair and Hinton 2010); max(0, z) for its
                ///< mean
};
inline constexpr std::array hidden_units_names{"bernoulli", "rectified"};

/// Whether a Bernoulli unit can have the mean x: from 0 to 1. What was scaled there in float may lie a
/// rounding beyond.
constexpr bool is_bernoulli_mean(double x) {
    constexpr double rounding = 1e-6;
    return x >= -rounding && x <= 1 + rounding;
}

/// A restricted Boltzmann machine. It lives over the parameters of a dense layer, W (hidden x visible) and
/// b (hidden x 1), so that the way up is that layer's product, and adds c (visible x 1). A value: copying it
/// copies the numbers. Notation and first values: Hinton, "A practical guide to training restricted Boltzmann
/// machines" (2010).
template <class T>
class Rbm {
public:
    /// All parameters are zero. The last `labels` of the visible units are a softmax group, of which one is
    /// 1 and the others 0. Throws Error (usage) for sizes that no machine has, or Gaussian units with labels.
    Rbm(Index visible, Index hidden, VisibleUnits visible_units = VisibleUnits::bernoulli,
        HiddenUnits hidden_units = HiddenUnits::bernoulli, Index labels = 0);

    /// The first values: W normal with standard deviation 0.01, row by row; b = 0; c = log(p / (1 - p)),
    /// where p = (n mean + 1) / (n + 2) is the mean of a unit over n examples, drawn in from 0 and 1; for
    /// Gaussian units c is the mean. Throws Error (usage) for another number of means.
    void initialize(std::span<const double> means, Index examples, RandomState& random);

    [[nodiscard]] Index visible() const { return visible_; }  ///< how many visible units
    [[nodiscard]] Index hidden() const { return hidden_; }    ///< how many hidden units
    [[nodiscard]] Index labels() const { return labels_; }    ///< visible ones that are labels
    [[nodiscard]] VisibleUnits visible_units() const { return visible_units_; }  ///< which kind
    [[nodiscard]] HiddenUnits hidden_units() const { return hidden_units_; }     ///< which kind

    /// W column by column, b, c: a dense layer's parameters, and behind them the visible biases.
    [[nodiscard]] std::span<T> parameters() { return parameters_; }
    [[nodiscard]] std::span<const T> parameters() const { return parameters_; }  ///< the same, to read
    [[nodiscard]] View<const T> W() const { return {parameters_.data(), hidden_, visible_}; }  ///< weights
    [[nodiscard]] View<const T> b() const {
        return {parameters_.data() + hidden_ * visible_, hidden_, 1};
    }  ///< of the hidden units
    [[nodiscard]] View<const T> c() const {
        return {parameters_.data() + hidden_ * (visible_ + 1), visible_, 1};
    }  ///< of the visible units

    /// Z = W V + b, and H = the mean of each hidden unit. All views have contiguous columns, one for each
    /// example; H may be Z.
    void up(const View<T>& Z, const View<T>& H, const View<const T>& V) const;
    /// V = the mean of each visible unit when the hidden ones are H.
    void down(const View<T>& V, const View<const T>& H) const;

    /// S = hidden units drawn, from Z and H as up() gives them. S may be Z. Column j is example first + j.
    void sample_hidden(const View<T>& S, const View<const T>& Z, const View<const T>& H, const Draws& draws,
                       Index first) const;
    /// S = visible units drawn, from V as down() gives it. S may be V.
    void sample_visible(const View<T>& S, const View<const T>& V, const Draws& draws, Index first) const;

    bool operator==(const Rbm&) const = default;

private:
    Index visible_, hidden_, labels_;
    VisibleUnits visible_units_;
    HiddenUnits hidden_units_;
    AlignedVector<T> parameters_;
};

/// Throws Error (usage), in the name of `place`, unless there are machines, and the hidden units of each are
/// the visible ones of the next (without its labels, which only the last may have).
template <class T>
void require_stack(const std::vector<Rbm<T>>& machines, const std::string& place);

/// Throws Error (usage) unless V (visible x m) has an example in each of its columns, and some columns.
template <class T>
void require_visible(const Rbm<T>& rbm, const View<const T>& V);

/// Throws Error (usage), in the name of `place`, for hidden units that are not Bernoulli.
template <class T>
void require_bernoulli(const Rbm<T>& rbm, const std::string& place);

/// f(columns) for one run of at most 256 examples after the other: what is made of them stays small.
template <class F>
void each_run(Index examples, F f) {
    constexpr Index at_once = 256;
    for (Index first = 0; first < examples; first += at_once)
        f(Range{first, std::min(first + at_once, examples)});
}

}  // namespace gradus
