// Which data does the program bring along? Small problems, made from a seed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gradus/data/dataset.h"

namespace gradus {

inline constexpr Index most_examples = 10'000'000;

/// How built-in data is made.
struct GeneratorSettings {
    std::optional<Index> examples = {};  ///< 4 for the truth tables, 500 for the others
    std::optional<double> noise = {};  ///< standard deviation of what is added to each coordinate; see below
    std::uint32_t seed = 0;            ///< of the RandomState that draws
};

/// The built-in data set called `name`; r is uniform, noise is normal, both drawn example by example from
/// RandomState(seed): first r, then the noise of x1, then that of x2 (sine: of y).
///
/// xor and or  the four corners (0,0) (0,1) (1,0) (1,1) in turn; noise 0
/// circles     classes in turn: radius 1 and 1/2, at the angle 2 pi r; noise 0.1
/// moons       (cos pi r, sin pi r) and (1 - cos pi r, 1/2 - sin pi r); noise 0.1
/// spirals     radius r at the angle 3.5 pi r, and the same turned by pi; noise 0.02
/// gauss       around (-1, -1) and (1, 1); no r; noise 0.7
/// sine        x = pi (2 r - 1), y = sin x; noise 0.1, on y
///
/// Throws Error (input) for a name that does not exist; (usage) for settings out of range.
Dataset generate(std::string_view name, const GeneratorSettings& settings = {});

/// How many examples that would be.
Index examples_made(std::string_view name, const GeneratorSettings& settings);

/// The noise that would be added.
double noise_added(std::string_view name, const GeneratorSettings& settings);

/// The names above, in their order.
std::span<const std::string> generator_names();

/// Is `name` one of xor, and, or?
bool is_truth_table(std::string_view name);

/// Is the data built-in, and one of them? A file called xor.csv is not.
bool is_truth_table(const Dataset& data);

}  // namespace gradus
