#include "gradus/core/letters.h"

namespace gradus {

std::string visible(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string shown;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F are control characters as well: in UTF-8 the byte C2 and this one
        const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
        const bool second_set = byte == 0xC2 && next >= 0x80 && next < 0xA0;
        if (second_set) byte = next, ++i;
        if (!second_set && byte >= 0x20 && byte != 0x7F) {
            shown += text[i];
        } else if (byte == '\n' || byte == '\r' || byte == '\t') {
            shown += byte == '\n' ? "\\n" : byte == '\r' ? "\\r" : "\\t";
        } else {
            shown.append("\\x").append({digits[byte / 16], digits[byte % 16]});
        }
    }
    return shown;
}

std::vector<std::string> visible(const std::vector<std::string>& texts) {
    std::vector<std::string> shown;
    for (const std::string& text : texts) shown.push_back(visible(text));
    return shown;
}

}  // namespace gradus
