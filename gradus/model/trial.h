// Which of several recipes suits the data, where its columns alone do not say? Each is tried on some folds.
#pragma once

#include <span>
#include <variant>
#include <vector>

#include "gradus/model/recipe.h"
#include "gradus/model/training.h"

namespace gradus {

/// A recipe that was tried.
struct Trial {
    Recipe recipe = {};  ///< of the whole ensemble
    double loss = 0;  ///< the mean over some folds, each answered by a network trained without it, with the
                      ///< weights of the run; infinite where training failed
};

/// Trained networks of one precision.
using AnyMembers = std::variant<std::vector<MemberNews<float>>, std::vector<MemberNews<double>>>;
/// These of the precision T; none where they have the other one.
template <class T>
std::span<const MemberNews<T>> members_of(const AnyMembers& any) {
    const auto* const members = std::get_if<std::vector<MemberNews<T>>>(&any);
    return members == nullptr ? std::span<const MemberNews<T>>{} : *members;
}

/// A recipe, and what decided about it.
struct TriedRecipe {
    Recipe recipe = {};              ///< what is to be trained
    Index folds = 0;                 ///< so many were asked
    std::vector<Trial> trials = {};  ///< empty where nothing was open
    AnyMembers members = {};         ///< the first of the ensemble, for Start::members
};

/// make_recipe, but where a table is learned by an ensemble, its rivals (defaults.h) are tried as well: the
/// first members of all their ensembles are trained as the ensemble would train them, side by side on so many
/// threads, which change no bit. One after the other takes the place of what was best before it: the first if
/// its loss is lower, the next, which takes longer, if it is lower by more than a standard error of the
/// difference, over the rows. Settings that were not said follow. Of `watch` only `stop`, `progress` and
/// `ranks` count: the progress of this process's networks is told by one thread at a time; several processes,
/// with the same data and choices, deal the networks out (dealing.h), or train each together where they share
/// the data, and all get the same answer. Stopped, also by another process, it is make_recipe's. Throws Error
/// as it does.
TriedRecipe tried_recipe(const Choices& said, const Dataset& data, Index threads, const Watch& watch = {});

}  // namespace gradus
