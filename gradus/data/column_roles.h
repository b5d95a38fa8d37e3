// What is each column of a table for? Which is predicted, which are learned from.
#pragma once

#include <string>
#include <vector>

#include "gradus/data/dataset.h"

namespace gradus {

enum class Role { feature, category, target, ignored, group, weight };

struct Roles {
    std::vector<Role> of;                   ///< each column
    std::vector<std::size_t> targets = {};  ///< their places: those that were said, those of the file's
                                            ///< labels, else the last; of Labels::none nothing
};

/// What the choices and the file say; notes tell what was left out by itself. Throws Error (input) where
/// there is no such column, or it is to be two things.
Roles roles_of(const Table& table, const ColumnChoices& choices, std::vector<std::string>& notes);

/// A setting with a column's name, in quotes even where no shell asks for them: --ignore "a b".
std::string option_for(const char* id, const std::string& name);

}  // namespace gradus
