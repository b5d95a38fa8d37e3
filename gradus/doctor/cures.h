// What could be typed? Options that often help, and the run that each leads to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/doctor/finding.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// A run with one option more.
struct Treatment {
    Recipe recipe;                     ///< of the run
    std::optional<Dataset> data = {};  ///< where it is not that of before: without some columns
};

/// Reads the option as the command line would, for this data. Nothing when it says nothing new, is refused,
/// or leaves no column.
std::optional<Treatment> treat(const Cure& cure, const Recipe& recipe, const Dataset& data);

/// --learning-rate, `factor` times that of the recipe, to one digit.
Cure rate(const Recipe& recipe, double factor);
/// A third, a tenth, a hundredth of it, and what is usual for the optimizer, as far as that is less.
std::vector<Cure> slower(const Recipe& recipe);
/// Ten, a hundred and a thousand times, and a run four times as long.
std::vector<Cure> faster(const Recipe& recipe);

/// The same for machines: ten and a hundred times, four times as many epochs.
std::vector<Cure> faster_machines(const Recipe& recipe);

/// What --net says of the recipe: its hidden layers, of an autoencoder those down to the code.
std::string said_layers(const Recipe& recipe);
/// --net with these hidden layers; "" for none.
Cure net(const std::string& hidden);
/// --net with larger hidden layers, or with some where there are none that bend; then other first weights.
std::vector<Cure> larger(const Recipe& recipe);
/// Less room to memorise: weight decay (L2 regularization) well above the recipe's, dropout, fewer
/// units, no hidden layers.
std::vector<Cure> simpler(const Recipe& recipe);
/// `text` with every word `from` replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to);
/// `text` with the units of every dense layer multiplied, to at least `least`.
std::string with_more_units(const std::string& text, double factor, Index least);

double to_one_digit(double number);

Cure scale(Scaling scaling);
Cure init(Initializer initializer);
Cure loss(LossKind loss);
Cure weight_decay(double decay);
Cure balanced();
Cure seed(std::uint32_t seed);
/// --ignore with these columns, and those that are left out already.
Cure ignore(const Recipe& recipe, const std::vector<std::string>& columns);

}  // namespace gradus
