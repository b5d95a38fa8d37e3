#include "gradus/explain/display_width.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>

namespace gradus {
namespace {

struct Block {
    std::uint32_t first, last;
};

constexpr std::array wide{Block{0x1100, 0x115f},   Block{0x2e80, 0x303e},   Block{0x3041, 0x4dbf},
                          Block{0x4e00, 0xa4cf},   Block{0xa960, 0xa97f},   Block{0xac00, 0xd7a3},
                          Block{0xf900, 0xfaff},   Block{0xfe30, 0xfe6f},   Block{0xff00, 0xff60},
                          Block{0xffe0, 0xffe6},   Block{0x1f300, 0x1f64f}, Block{0x1f680, 0x1f6ff},
                          Block{0x1f900, 0x1f9ff}, Block{0x20000, 0x3fffd}};
constexpr std::array combining{Block{0x0300, 0x036f}, Block{0x200b, 0x200f}, Block{0x20d0, 0x20ff},
                               Block{0x3099, 0x309a}, Block{0xfe00, 0xfe0f}};

template <std::size_t n>
bool contains(const std::array<Block, n>& blocks, std::uint32_t character) {
    return std::ranges::any_of(blocks,
                               [character](Block b) { return b.first <= character && character <= b.last; });
}

struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 1;
};

// The character that begins at `text`; a byte that begins none stands for itself.
Character first_of(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (bytes == 1 || bytes > text.size()) return {lead, 1};
    std::uint32_t code = lead & (0x7fU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0U) != 0x80U) return {lead, 1};
        code = code << 6U | (next & 0x3fU);
    }
    return {code, bytes};
}

int width_of(std::uint32_t character) {
    if (character < combining.front().first) return 1;  // nearly every one
    return contains(combining, character) ? 0 : contains(wide, character) ? 2 : 1;
}

// As much of the text as fits.
std::string cut(std::string_view text, int width) {
    if (display_width(text) <= width) return std::string(text);
    std::size_t end = 0;
    for (int used = 0; end < text.size();) {
        const Character next = first_of(text.substr(end));
        used += width_of(next.code);
        if (used > width - 1) break;
        end += next.bytes;
    }
    return std::string(text.substr(0, end)) + "~";
}

std::string spaces(std::string_view text, int width) {
    return std::string(static_cast<std::size_t>(std::max(0, width - display_width(text))), ' ');
}

}  // namespace

int display_width(std::string_view text) {
    int width = 0;
    while (!text.empty()) {
        const Character next = first_of(text);
        width += width_of(next.code);
        text.remove_prefix(next.bytes);
    }
    return width;
}

std::string pad_right(std::string_view text, int width) {
    const std::string kept = cut(text, width);
    return kept + spaces(kept, width);
}

std::string pad_left(std::string_view text, int width) {
    const std::string kept = cut(text, width);
    return spaces(kept, width) + kept;
}

namespace {

bool is_wide(std::string_view character) {
    return display_width(character) == 2;
}

bool holds(std::initializer_list<std::string_view> characters, std::string_view character) {
    return std::ranges::find(characters, character) != characters.end();
}

// May a line end between these two?
bool may_break(std::string_view before, std::string_view after) {
    return (is_wide(before) || is_wide(after)) && !holds({"（", "「", "“"}, before) &&
           !holds({"，", "。", "、", "；", "：", "？", "！", "）", "」", "”", ",", ".", ";", ":", ")", "]"},
                  after);
}

}  // namespace

std::vector<Piece> pieces_of(std::string_view text) {
    std::vector<Piece> pieces;
    std::string_view before;
    for (std::size_t i = 0, next = 0; i < text.size(); i = next) {
        next = i + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
        const std::string_view character = text.substr(i, next - i);
        const bool blank = character == " " || character == "\n" || character == "\t";
        if (!blank && before.empty()) pieces.push_back({.behind_blank = true});
        if (!blank && !before.empty() && may_break(before, character)) pieces.emplace_back();
        if (!blank) pieces.back().text += character;
        before = blank ? std::string_view{} : character;
    }
    return pieces;
}

std::string behind_label(const std::string& label, std::string_view text, int width) {
    const int begin = display_width(label);
    std::string lines, line = label;
    int columns = begin;
    for (const Piece& piece : pieces_of(text)) {
        const int more = display_width(piece.text), gap = piece.behind_blank && columns > begin ? 1 : 0;
        if (columns > begin && columns + gap + more > width) {
            lines += line + "\n";
            line = std::string(static_cast<std::size_t>(begin), ' ');
            columns = begin;
        } else {
            line += std::string(static_cast<std::size_t>(gap), ' ');
            columns += gap;
        }
        line += piece.text;
        columns += more;
    }
    return lines + line;
}

}  // namespace gradus
