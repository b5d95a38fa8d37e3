#include "gradus/inspect/python_text.h"

#include <cassert>

namespace gradus::python {

static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

static std::string_view word_at(std::string_view text, std::size_t begin) {
    const std::size_t end = std::min(text.find_first_not_of(letters, begin), text.size());
    return text.substr(begin, end - begin);
}

std::string fill(std::string_view text, const Names& names) {
    if (text.starts_with('\n')) text.remove_prefix(1);
    std::string filled;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$') {
            filled += text[i];
            continue;
        }
        const std::string_view name = word_at(text, i + 1);
        const auto found = names.find(name);
        assert(found != names.end());
        filled += found->second;
        i += name.size();
    }
    return filled;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

std::string indented(std::string_view text) {
    std::string moved;
    for (const std::string& line : lines_of(text)) moved += (line.empty() ? "" : "    " + line) + "\n";
    return moved;
}

std::set<std::string, std::less<>> words_of(std::string_view code) {
    std::set<std::string, std::less<>> words;
    for (const std::string& line : lines_of(code)) {
        const std::string_view before_comment = std::string_view(line).substr(0, line.find('#'));
        for (std::size_t i = 0; i < before_comment.size(); ++i) {
            const std::string_view word = word_at(before_comment, i);
            if (word.empty()) continue;
            words.emplace(word);
            i += word.size();
        }
    }
    return words;
}

std::string listed(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
    return text;
}

std::string wrapped(const std::string& head, const std::vector<std::string>& items, const std::string& tail) {
    constexpr std::size_t width = 92;  // it will be indented
    std::string text, line = head;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string end = i + 1 < items.size() ? "," : tail;
        if (i > 0 && line.size() + 1 + items[i].size() + end.size() > width) {
            text += line + "\n";
            line = std::string(head.size(), ' ');
        } else if (i > 0) {
            line += ' ';
        }
        line += items[i] + end;
    }
    return text + line + (items.empty() ? tail : "") + "\n";
}

}  // namespace gradus::python
