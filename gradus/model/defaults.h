// Which settings suit the data, where nobody said any?
#pragma once

#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// Places of a series: what is shorter is seen as a vector.
inline constexpr Index shortest_series = 16;

/// The defaults of all settings for this data: those of the table of settings (settings.h), over them those
/// of its kind: truth tables, a few features, tables, series, what is pre-trained or has no target. What was
/// said counts where one default hangs on another setting. docs/accuracy.md tells what they were chosen on.
Choices natural_choices(const Choices& said, const Dataset& data);

/// The task that was said, else the one that the labels ask for. Throws Error (usage, input) where
/// they do not fit it.
Task task_for(const Choices& choices, const Dataset& data);

/// What else may suit this table than natural_choices, for all that is known before training, in the order of
/// what it costs; `said` counts in each. Its columns in bins; where no network was said, a layer behind waves
/// of each number (Pbld). Nothing where somebody said whether numbers become bins, and of a table that no
/// ensemble learns by default: one of up to three features, of places of a series, of pixels; nor of more
/// than a hundred columns of numbers, or five million numbers.
std::vector<Choices> rivals_of_default(const Choices& said, const Dataset& data);

/// Do layers begin as machines?
bool is_pretrained(const Choices& said);

}  // namespace gradus
