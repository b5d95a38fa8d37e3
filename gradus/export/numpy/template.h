// Where do the lines of a NumPy program come from? From numpy_twin.py, piece by piece, with names filled in.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// What is filled into a piece: text for each $name, and the conditions that hold.
struct NumpyFilling {
    std::map<std::string, std::string, std::less<>> names = {};
    std::set<std::string, std::less<>> conditions = {};

    /// Adds or removes a condition.
    void set(const std::string& condition, bool holds) {
        if (holds) {
            conditions.insert(condition);
        } else {
            conditions.erase(condition);
        }
    }
};

/// Is there a piece of this name?
bool has_numpy_piece(std::string_view name);

/// A piece, filled in. A $name alone on its line becomes as many lines as it stands for, none for an empty
/// text.
std::string numpy_piece(std::string_view name, const NumpyFilling& filling);

/// The pieces "def NAME" whose names occur in `code`, or in each other; constants first.
std::vector<std::string> numpy_definitions(const std::string& code, const NumpyFilling& filling);

/// The lines of a text, without their ends.
std::vector<std::string_view> lines_of_python(std::string_view text);

/// The words of code that may be names; comments do not count.
std::set<std::string, std::less<>> words_of_python(std::string_view code);

/// Items with a comma between them.
std::string listed(const std::vector<std::string>& items);

/// The program as a person would write it: lines of at most 100 columns, no factor 1.
std::string tidied(std::string_view program);

}  // namespace gradus
