// How is a Python program put together? From texts with names to fill in, and lines that are indented or
// wrapped.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gradus::python {

/// What stands for what: "x" for "A1".
using Names = std::map<std::string, std::string, std::less<>>;

/// `text` with every $name replaced by what it stands for. A line break at its very beginning is left out.
std::string fill(std::string_view text, const Names& names);

/// The lines of a text, without their ends.
std::vector<std::string> lines_of(std::string_view text);

/// The text, every line moved to the right by four columns.
std::string indented(std::string_view text);

/// The words of code that may be names; comments do not count.
std::set<std::string, std::less<>> words_of(std::string_view code);

/// Items with a comma between them.
std::string listed(const std::vector<std::string>& items);

/// `head`, the items with commas between them, `tail`: a line, or several where it would be too long; what
/// follows the first stands below the end of `head`.
std::string wrapped(const std::string& head, const std::vector<std::string>& items, const std::string& tail);

}  // namespace gradus::python
