// Which recipe suits a data set better than the default one? Many are tried on some folds, the better half of
// them on more (successive halving).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"
#include "gradus/model/search_space.h"

namespace gradus {

/// What a network that was trained without one fold says to the examples of this fold.
struct FoldScore {
    /// How wrong it is, of each example, whatever loss it was trained on: -log of the truth's probability (of
    /// a multi-label the mean over the labels); of values the squared error over the variance of the target
    /// (mean over the targets), or the absolute one over the standard deviation where the default recipe
    /// trains on absolute errors (huber too). Times the example's weight.
    std::vector<float> losses = {};
    /// Of a classification: which are answered wrongly, 1 or 0 (of a multi-label the share of the labels),
    /// times the weight; of values empty.
    std::vector<float> wrong = {};
    double weight = 0;    ///< of all examples
    bool failed = false;  ///< training ended with numbers that are not finite: there are no losses

    bool operator==(const FoldScore&) const = default;
};

/// One recipe that was tried.
struct TunedTrial {
    Index number = 0;                   ///< from 1, which is the default recipe
    Drawn drawn = {};                   ///< what it says besides what was said
    Choices said = {};                  ///< the same as choices
    Recipe recipe = {};                 ///< all of it
    std::vector<FoldScore> folds = {};  ///< judged so far, from the first
    Index rungs = 0;                    ///< how many it has stood on

    /// The mean over the examples of the first so many folds; infinite where one failed.
    [[nodiscard]] double loss(Index of_folds) const;
    /// The same of all that it has been judged on.
    [[nodiscard]] double loss() const { return loss(static_cast<Index>(folds.size())); }
};

/// What a search is told, and whom it tells.
struct TuneSettings {
    Index trials = 32;          ///< recipes, the default among them; fewer where the space has no more
    Index workers = 1;          ///< networks that are trained at a time, by each process; they change no bit
    std::uint32_t seed = 0;     ///< RandomState(seed) draws the trials
    std::stop_token stop = {};  ///< interrupts it
    /// A score that is known from before; called for each trial and fold. Empty: none is.
    std::function<const FoldScore*(Index trial, Index fold)> known = {};
    /// Receives each new score; by one thread at a time.
    std::function<void(Index trial, Index fold, const FoldScore&)> keep = {};
    /// Folds; before the first, and by one thread at a time behind each.
    std::function<void(double done, double all)> progress = {};
    /// Processes that search together and call this alike: networks are dealt out among them. Rank 0 receives
    /// each score as soon as it is there, the others those of a rung. Null: this one alone.
    Ranks* ranks = nullptr;
};

/// A search that has ended.
struct Tuned {
    std::vector<TunedTrial> trials = {};  ///< by their numbers
    std::vector<Index> rungs = {};        ///< on how many folds each rung judges; the last on all
    Index best = 0;                       ///< the place in `trials` of what is to be taken
    Index lowest = 0;                     ///< of the lowest loss on all folds
    bool interrupted = false;             ///< by the stop: nothing is decided
};

/// By how much a trial's loss is below that of the default recipe, on the folds that both have been judged
/// on, and the standard error of this difference: of d_j = l_j(default) - l_j(trial), paired over the
/// examples, or of the means of the folds, which differ in their networks too; the larger of the two.
Estimate gain(const TunedTrial& trial, const TunedTrial& usual);
/// The same of the share of wrong answers; 0 where there are only values.
Estimate fewer_wrong(const TunedTrial& trial, const TunedTrial& usual);

/// May this trial replace the default? As tune() says.
bool replaces(const TunedTrial& trial, const TunedTrial& usual);

/// What one value of a setting changes.
struct TuneEffect {
    std::string id;        ///< of the setting
    std::string value;     ///< as typed; of a range "0.0002..0.001", the lower or the upper half
    Index trials = 0;      ///< that say it
    Estimate change = {};  ///< of the logarithm of the loss; -0.05: about five percent lower
};

/// The main effects: of all trials on the folds of the first rung (so that nothing was selected), the mean of
/// log(loss / loss of the default) of those that say a value, minus that of those that leave the setting as
/// it is; with its standard error (Welch). Values that fewer than two trials say are left out.
std::vector<TuneEffect> main_effects(const Tuned& tuned, const SearchSpace& space);

/// Searches by successive halving (Jamieson and Talwalkar 2016; here on folds): trial 1 is `usual`, the
/// default recipe; each other one says what draw() gives, and is drawn again where it is refused or says
/// nothing new. With K folds (those of the recipe's ensemble or cross-validation; else 5, fewer examples than
/// 20 are refused), all are judged on the first K/4, the better half on the first K/2, the better half of
/// these on all; on so many at least as have 100 examples; the default stays. A trial replaces it when its
/// loss is below the default's by `significant_gain` standard errors, and of a classification its share of
/// wrong answers by two (gain, fewer_wrong); of several the lowest loss is taken. So what is taken is never
/// worse than the default on its own score.
///
/// The networks are those that train() would make of member_recipe(): each judged on the fold that it was
/// trained without, and stopped by. Throws Error (usage) for settings that are none, (input) as make_recipe.
Tuned tune(const Choices& said, const Dataset& data, const Recipe& usual, const SearchSpace& space,
           const TuneSettings& settings);

/// Of a gain over its standard error: what chance alone hardly makes of one of some ten finalists.
inline constexpr double significant_gain = 2.576;

/// The recipe by whose folds this one is judged: its own, or those of a cross-validation.
Recipe judged_recipe(const Choices& said, const Dataset& data, const Recipe& recipe);

}  // namespace gradus
