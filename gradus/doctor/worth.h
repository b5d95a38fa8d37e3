// What is a network worth? It is compared, example by example, with what needs no network.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "gradus/model/answers.h"
#include "gradus/nn/metrics.h"

namespace gradus {

/// A paired test: d_j is by how much the first of two is better on example j. z = sum d / sqrt(sum d^2) is
/// the normal form of Fisher's test by changing signs ("The design of experiments", 1935, section 21); for
/// right and wrong answers it is (b - c) / sqrt(b + c) of McNemar 1947 with the b examples that the first
/// alone has right and the c that the second alone has right. One outlier cannot make it large.
struct Paired {
    double mean = 0;  ///< of d
    double z = 0;     ///< 0 where no example differs
    /// Of fewer than 20 that differ, where z is coarse: Fisher's test itself, the share of all changes of
    /// signs that bring the sum as far from 0. 1 of others.
    double chance = 1;

    static constexpr double significant = 2.576;                    ///< two-sided 1 %
    [[nodiscard]] bool better() const { return z >= significant; }  ///< the first, beyond chance
    [[nodiscard]] bool worse() const { return z <= -significant; }  ///< the second, beyond chance
    [[nodiscard]] bool likely() const { return better() || (mean > 0 && chance <= 0.05); }  ///< also of a few
};
Paired paired(std::span<const double> differences);

/// The simplest answer, the same to every example: the share of each class (or label), of which the largest
/// is told; or the mean of each target.
struct Simplest {
    std::vector<double> of;            ///< each class, label or target
    std::vector<double> medians = {};  ///< of each target: nothing has smaller absolute errors
};
/// By the truth (a row of class numbers, or a row for each label or target) of the examples to learn from, as
/// their `weights` say (empty: all alike).
Simplest simplest_answer(Task task, View<const double> truth, Index classes,
                         std::span<const double> weights = {});

/// Where the examples come from that something is judged by.
enum class Judged {
    validation,  ///< those set aside
    folds,       ///< all: each by a network that was trained without it (cross-validation)
    others,      ///< the same, and its training ended where the other folds said (stopped_by_other_folds)
    training,    ///< those that it learned from: where nothing was set aside
};

/// A network, the simplest answer and a linear model on the same examples. Right are the shares of right
/// answers, of a regression R2 against the mean of the training examples; an answer of p = 0.5 is half right.
struct Worth {
    Judged judged = Judged::validation;  ///< which examples
    Index examples = 0;                  ///< how many
    double network = 0;                  ///< how much is right
    double simplest = 0;                 ///< of the simplest answer
    std::optional<double> linear = {};   ///< the same, where there is a linear model
    Paired over_simplest = {};           ///< right answers; squared errors
    /// Log-probabilities of the truth; of a regression absolute errors, beside the median: where a few
    /// targets are far larger than the others, squares see these alone.
    Paired by_probability = {};
    std::optional<Paired> over_linear = {};           ///< as over_simplest
    std::optional<Paired> linear_over_simplest = {};  ///< is the linear model worth anything itself?
    Index undecided = 0;                              ///< answers of p = 0.5 but for rounding

    static constexpr double flattered = 3;  ///< standard errors; noise reached 2.6 (docs/doctor.md)
    static constexpr Index fewest = 20;     ///< below, chance says more than the network
    static constexpr Index enough = 200;    ///< below, of those set aside, a difference that matters may hide

    /// Neither its answers nor its probabilities (absolute errors) are significantly better than the
    /// simplest.
    [[nodiscard]] bool no_better() const {
        return examples >= fewest && !over_simplest.better() && !by_probability.better();
    }
    /// So little better that early stopping by the very examples that judge could be all of it, and no linear
    /// model, which is not stopped early, tells that there is something to learn.
    [[nodiscard]] bool perhaps_flattered() const {
        return judged != Judged::training && std::max(over_simplest.z, by_probability.z) < flattered &&
               !(linear_over_simplest && linear_over_simplest->better());
    }
    /// Significantly fewer right answers, or larger squared errors, than a linear model that is better than
    /// the simplest answer.
    [[nodiscard]] bool worse_than_linear() const {
        return examples >= fewest && over_linear && over_linear->worse() && linear_over_simplest->better();
    }
    /// So few examples were set aside that they do not tell: all could be asked.
    [[nodiscard]] bool undecided_by_few() const {
        return judged == Judged::validation && examples < enough && (examples < fewest || no_better());
    }
    /// Better than the simplest answer, as far as few examples can say so.
    [[nodiscard]] bool likely_better() const { return over_simplest.likely() || by_probability.likely(); }
};

/// `linear` may be null. Truth: as in Simplest. `weights` of the examples, or none: each d_j of the paired
/// tests counts w_j n / sum w, and so does each right answer.
Worth worth_of(Task task, const Answers& network, const Answers* linear, View<const double> truth,
               const Simplest& simplest, Judged judged, std::span<const double> weights = {});

}  // namespace gradus
