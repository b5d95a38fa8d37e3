#include "gradus/core/shell_word.h"

#include <algorithm>
#include <string_view>

namespace gradus {

static bool is_plain(unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-./,=+:@%").find(static_cast<char>(c)) != std::string_view::npos;
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

}  // namespace gradus
