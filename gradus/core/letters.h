// What do ASCII letters, digits and blanks have in common, whatever the language of the machine?
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace gradus {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// With a to z for A to Z; other bytes, of UTF-8 as well, stay as they are.
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
inline std::string lower(std::string_view text) {
    std::string letters(text);
    for (char& c : letters) c = lower(c);
    return letters;
}

constexpr bool is_letter(char c) {
    return lower(c) >= 'a' && lower(c) <= 'z';
}

/// Without the blanks at both ends: spaces, tabs, ends of lines.
inline std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n") {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

/// On one line of a terminal: ends of lines, tabs and other control characters as \n, \t, \x1b.
std::string visible(std::string_view text);
std::vector<std::string> visible(const std::vector<std::string>& texts);

}  // namespace gradus
