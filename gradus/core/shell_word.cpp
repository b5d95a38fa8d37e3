#include "gradus/core/shell_word.h"

#include <algorithm>
#include <string_view>

#include "gradus/core/letters.h"

namespace gradus {

static bool is_plain(char c) {
    return is_letter(c) || is_digit(c) || std::string_view("_-./,=+:@%").find(c) != std::string_view::npos;
}

static bool is_control(unsigned char c) {
    return c < 0x20 || c == 0x7f;
}

std::string shell_word(const std::string& text) {
    if (!text.empty() && std::ranges::all_of(text, is_plain)) return text;
    if (std::ranges::any_of(text, is_control)) {
        std::string word;
        for (const char c : text) {
            if (is_control(static_cast<unsigned char>(c))) {
                word += '\\';
                for (const int shift : {6, 3, 0}) word += static_cast<char>('0' + ((c >> shift) & 7));
            } else {
                word += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
            }
        }
        return "$'" + word + "'";
    }
    if (text.find_first_of("\"$`\\!") == std::string::npos) return '"' + text + '"';
    std::string word;
    for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string{c};
    return "'" + word + "'";
}

// What stands in quotes from `i` on, to the quote behind it.
static std::string quoted(const std::string& line, std::size_t& i, bool escaped) {
    const char quote = line[i];
    std::string text;
    for (++i; i < line.size() && line[i] != quote; ++i) {
        if (!escaped || line[i] != '\\' || i + 1 == line.size()) {
            text += line[i];
        } else if (line[i + 1] < '0' || line[i + 1] > '7') {
            text += line[++i];
        } else {
            int code = 0;
            for (int digit = 0; digit < 3 && i + 1 < line.size(); ++digit)
                code = code * 8 + (line[++i] - '0');
            text += static_cast<char>(code);
        }
    }
    return text;
}

std::vector<std::string> shell_words(const std::string& line) {
    std::vector<std::string> words;
    bool within = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == ' ') {
            within = false;
            continue;
        }
        if (!within) words.emplace_back();
        within = true;
        const bool control = c == '$' && i + 1 < line.size() && line[i + 1] == '\'';
        if (control) ++i;
        if (control || c == '"' || c == '\'') {
            words.back() += quoted(line, i, control);
        } else {
            words.back() += c == '\\' && i + 1 < line.size() ? line[++i] : c;
        }
    }
    return words;
}

}  // namespace gradus
