// What could be typed? Options that often help, each with what it does to a recipe.
#pragma once

#include <vector>

#include "gradus/doctor/finding.h"

namespace gradus {

/// --learning-rate, `factor` times that of the recipe, to one digit.
Cure rate(const Recipe& recipe, double factor);
/// A third, a tenth, a hundredth of it, and what is usual for the optimizer, as far as that is less.
std::vector<Cure> slower(const Recipe& recipe);
/// Ten, a hundred and a thousand times, and a run four times as long.
std::vector<Cure> faster(const Recipe& recipe);

/// --net with other hidden layers; "" for none.
Cure net(const Recipe& recipe, const std::string& hidden);
/// The hidden layers of the recipe's network, as they were typed.
std::string hidden_layers(const Recipe& recipe);
/// `text` with every word `from` replaced.
std::string replaced(std::string text, const std::string& from, const std::string& to);
/// `text` with the units of every dense layer multiplied, to at least `least`.
std::string with_more_units(const std::string& text, Index factor, Index least);

double to_one_digit(double number);

Cure scale(Scaling scaling);
Cure init(Initializer initializer);
Cure weight_decay(double decay);
Cure balanced();
Cure seed(std::uint32_t seed);

}  // namespace gradus
