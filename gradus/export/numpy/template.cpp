#include "gradus/export/numpy/template.h"

#include <algorithm>
#include <cassert>

namespace gradus {

extern const char* const numpy_twin_py;  // the file, made a source by CMake

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

std::string_view word_at(std::string_view text, std::size_t begin) {
    const std::size_t end = std::min(text.find_first_not_of(letters, begin), text.size());
    return text.substr(begin, end - begin);
}

std::vector<std::string_view> split(std::string_view text, char between) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(between), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

struct Piece {
    std::string_view name;
    std::vector<std::string_view> lines;
};

// In the order of the file, without the empty lines between them.
const std::vector<Piece>& pieces() {
    static const std::vector<Piece> all = [] {
        std::vector<Piece> found;
        for (const std::string_view line : lines_of_python(numpy_twin_py)) {
            if (line.starts_with("#: ")) {
                found.push_back({line.substr(3), {}});
            } else if (!found.empty()) {
                found.back().lines.push_back(line);
            }
        }
        for (Piece& piece : found)
            while (!piece.lines.empty() && piece.lines.back().empty()) piece.lines.pop_back();
        return found;
    }();
    return all;
}

const Piece* find(std::string_view name) {
    const auto piece = std::ranges::find(pieces(), name, &Piece::name);
    return piece == pieces().end() ? nullptr : &*piece;
}

bool holds(std::string_view conditions, const NumpyFilling& filling) {
    return std::ranges::all_of(split(conditions, ' '), [&](std::string_view condition) {
        const bool wanted = !condition.starts_with('!');
        return filling.conditions.contains(wanted ? condition : condition.substr(1)) == wanted;
    });
}

std::string filled(std::string_view line, const NumpyFilling& filling) {
    const std::string indent(std::min(line.find_first_not_of(' '), line.size()), ' ');
    std::string text;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '$') {
            text += line[i];
            continue;
        }
        const std::string_view name = word_at(line, i + 1);
        const auto found = filling.names.find(name);
        assert(found != filling.names.end());
        i += name.size();
        std::string_view value = found->second;
        if (value.ends_with('\n')) value.remove_suffix(1);
        for (const char c : value) text += c == '\n' ? "\n" + indent : std::string(1, c);
    }
    return text == indent && !indent.empty() ? "" : text + "\n";
}

}  // namespace

bool has_numpy_piece(std::string_view name) {
    return find(name) != nullptr;
}

std::string numpy_piece(std::string_view name, const NumpyFilling& filling) {
    constexpr std::string_view mark = "  #? ";
    const Piece* piece = find(name);
    assert(piece != nullptr);
    std::string text;
    for (const std::string_view line : piece->lines) {
        const std::size_t end = line.find(mark);
        if (end == std::string_view::npos || holds(line.substr(end + mark.size()), filling))
            text += filled(line.substr(0, end), filling);
    }
    return text;
}

std::vector<std::string> numpy_definitions(const std::string& code, const NumpyFilling& filling) {
    std::vector<std::string> found(pieces().size());
    std::string all = code;
    for (bool more = true; more;) {
        more = false;
        const auto words = words_of_python(all);
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::string_view name = pieces()[i].name;
            if (!found[i].empty() || !name.starts_with("def ") || !words.contains(name.substr(4))) continue;
            found[i] = numpy_piece(name, filling);
            all += found[i];
            more = true;
        }
    }
    std::erase(found, "");
    std::stable_partition(found.begin(), found.end(),
                          [](const std::string& text) { return !text.starts_with("def "); });
    return found;
}

std::vector<std::string_view> lines_of_python(std::string_view text) {
    return split(text, '\n');
}

std::set<std::string, std::less<>> words_of_python(std::string_view code) {
    std::set<std::string, std::less<>> words;
    for (const std::string_view line : lines_of_python(code)) {
        const std::string_view before_comment = line.substr(0, line.find('#'));
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

std::string tidied(std::string_view program) {
    constexpr std::size_t width = 100;
    std::string tidy;
    for (const std::string_view whole : lines_of_python(program)) {
        std::string line(whole);
        for (std::size_t i = line.find("1 * "); i != std::string::npos; i = line.find("1 * ", i + 1))
            if (i > 0 && std::string_view(" ([:").find(line[i - 1]) != std::string_view::npos)
                line.erase(i, 4);
        // a long line goes on behind one of its commas, below what follows its first bracket
        const std::string indent(std::min(line.find_first_of("([{"), line.size() - 1) + 1, ' ');
        const bool code = !line.starts_with('#') && line.find("\"\"\"") == std::string::npos;
        for (std::size_t comma = 0; code && line.size() > width; line = indent + line.substr(comma + 2)) {
            comma = line.rfind(", ", width - 1);
            if (comma == std::string::npos || comma < indent.size()) break;
            tidy += line.substr(0, comma + 1) + "\n";
        }
        tidy += line + "\n";
    }
    return tidy;
}

}  // namespace gradus
