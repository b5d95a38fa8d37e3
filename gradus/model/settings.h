// Which settings does a training have? One table: how each is called, what may stand there, and where it
// acts.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/say.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// One setting. The command line, its help, the checks, the words of a recipe and what a resumed run compares
/// come from these rows; a new setting is a field in Choices, a row here, and the code where it acts.
struct Setting {
    std::string id;      ///< "learning_rate"; on a command line --learning-rate
    Phrase group;        ///< of the help: Data, Network, Pretraining, Learning or Run
    std::string values;  ///< what stands behind it: "X", "N", "NAME", ...; empty: nothing, it is said or not
    Phrase help;         ///< what it is
    std::vector<std::string> names = {};  ///< that it may have, if it is one of a few
    Phrase otherwise = "";                ///< what holds where nothing is said; empty: nothing

    /// What somebody typed. Throws Error (usage).
    std::function<void(Choices&, const std::string&)> read;
    /// As somebody would type it; nothing where nothing is said.
    std::function<std::optional<std::string>(const Choices&)> text;
    /// Throws Error (usage) for a value that is wrong whatever the data.
    std::function<void(const Choices&)> require_valid;
    /// What the second says replaces what the first says.
    std::function<void(Choices&, const Choices&)> take;
    /// The default, where it is the same for all data.
    std::function<void(Choices&)> use_default;
    /// Says what the recipe has, unless that has no meaning there, as a momentum for Adam.
    std::function<void(Choices&, const Recipe&)> keep;
    /// To where it acts.
    std::function<void(Recipe&, const Choices&)> put;
};

/// All of them, in the order of the help and of a recipe's words.
std::span<const Setting> settings();

/// The one called `id`, which must be there.
const Setting& setting_called(std::string_view id);

/// Is it about how a network is trained by updates? The task `encode` makes none: it only pre-trains.
bool is_about_updates(const Setting& setting);

/// The choices that bring this recipe about.
Choices choices_of(const Recipe& recipe);

/// `said` where something was said, `otherwise` elsewhere. Epochs and iterations both say how long: who says
/// one does not want the other.
Choices over(const Choices& otherwise, const Choices& said);

}  // namespace gradus
