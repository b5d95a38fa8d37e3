// Which settings suit the data, where nobody said any?
#pragma once

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

/// Can bins help here, for all that is known before training? Those of a table that an ensemble learns by
/// default: of more than three features, not the places of a series, not pixels; and those of more than a
/// hundred columns, or of five million numbers, are too many.
bool suits_bins(const Choices& said, const Dataset& data);

/// Do layers begin as machines?
bool is_pretrained(const Choices& said);

}  // namespace gradus
