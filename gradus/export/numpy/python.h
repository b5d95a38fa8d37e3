// Which lines make a program in Python? Those written for it, and the functions that they call: of data.py,
// layers.py, machines.py and training.py.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

/// The text with every {name} replaced by what it stands for; the braces of Python stay.
std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& names);

/// The functions of these files whose names occur in `code`, or in each other, in the files' order.
std::vector<std::string> python_functions(const std::string& code);

/// The lines of a text, without their ends.
std::vector<std::string_view> lines_of_python(std::string_view text);

/// The words of code that may be names; comments do not count.
std::set<std::string, std::less<>> words_of_python(std::string_view code);

/// Items with a comma between them.
std::string listed(const std::vector<std::string>& items);

/// Every line of the text, with four spaces before it.
std::string indented(std::string_view text);

/// The program as a person would write it: lines of at most 100 columns.
std::string tidied(std::string_view program);

}  // namespace gradus
