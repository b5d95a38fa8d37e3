// What run does a page ask for? Words of a command line, as JSON, become data and a recipe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/data/dataset.h"
#include "gradus/data/table.h"
#include "gradus/model/recipe.h"

namespace gradus::page {

/// What is to be looked at, once everything about it is known.
struct Problem {
    Dataset data;
    Recipe recipe = {};
    std::optional<Table> whole = {};      ///< with the rows that have no label, which data leaves out
    Index machine = 0;                    ///< of pre-training, from 1: the run is its; 0: of the network
    bool untried = false;                 ///< trial.h would compare recipes; here the first of them is taken
    std::vector<std::string> notes = {};  ///< what was understood of a table and could have been otherwise
};

/// {"data": "xor", "options": {"seed": "2", "learning-rate": "0.3", "examples": "200"}}: the options of
/// `gradus train` without their dashes, and "pretrain-layer" and "member" of `gradus
/// explain`. With "text" the data is
/// that table (CSV), called by "data". Throws Error for what that command would refuse, and for an option
/// that a page does not have.
Problem read_problem(std::string_view request);

/// The recipe with other options, as {"learning-rate": "1"}. Throws Error as above.
Recipe changed(const Problem& problem, std::string_view options);

}  // namespace gradus::page
