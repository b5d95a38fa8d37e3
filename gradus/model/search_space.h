// Which recipes does a search try? A few settings, and the values that each may have.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradus/core/random.h"
#include "gradus/model/recipe.h"

namespace gradus {

/// A setting, and what it may be: one of some values, or a number of a range.
struct SearchedSetting {
    std::string id;                        ///< "learning_rate", as in settings.h; or a piece of the network
    std::vector<std::string> values = {};  ///< as somebody would type them; empty: a number of
    double low = 0;                        ///< from here
    double high = 0;                       ///< to here
    bool log = false;                      ///< its logarithm is uniform
    bool whole = false;                    ///< it is a whole number

    bool operator==(const SearchedSetting&) const = default;
};

/// The settings that a search tries.
struct SearchSpace {
    std::vector<SearchedSetting> settings = {};  ///< each once
};

/// What one trial says: a setting's id, and its value as somebody would type it.
using Drawn = std::vector<std::pair<std::string, std::string>>;

/// Reads a text with a line for each setting: its name, then values, or a range of numbers that may be
/// logarithmic; quotes hold blanks together, and # begins a comment.
///
///     learning-rate 1e-4..1e-2 log
///     net "64 relu" "128 relu, 128 relu"   # or its pieces:
///     width 64 128 256
///
/// A name is that of an option of training that says how to learn, or a piece of the network: width (units of
/// each hidden layer), depth (how many layers), activation, dropout (behind each layer). Throws Error (input)
/// with `name` and the line.
SearchSpace read_search_space(std::string_view text, const std::string& name);

/// The text that read_search_space turns into this space.
std::string to_text(const SearchSpace& space);

/// A space that has a name: "table", "plane" (up to three features), "series".
struct NamedSpace {
    std::string_view name;  ///< as it is typed
    std::string_view text;  ///< as read_search_space reads it
};
std::span<const NamedSpace> named_spaces();

/// The named space that suits the default recipe of a data set.
const NamedSpace& space_for(const Dataset& data, const Recipe& usual);

/// The space without what somebody has said already (who says the network says its pieces), and without the
/// values that the default recipe has anyhow. Throws Error (usage) where pieces are searched and its network
/// has other layers than dense ones.
SearchSpace left_open(const SearchSpace& space, const Choices& said, const Recipe& usual);

/// Draws what a trial says: each setting with probability 1/2, else it stays as the default recipe has it;
/// its values are equally likely. Numbers of a range have three digits.
Drawn draw(const SearchSpace& space, RandomState& random);

/// These values as choices; pieces of the network replace those of the usual hidden layers. Throws Error
/// (usage) where a value is wrong, or those layers have no such pieces.
Choices choices_of(const Drawn& drawn, const std::string& usual_hidden);

}  // namespace gradus
