#include "gradus/export/numpy/python.h"

#include <algorithm>

namespace gradus {

extern const char* const functions_py;  // data.py and its neighbours, made a source by CMake

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

std::string_view word_at(std::string_view text, std::size_t begin) {
    const std::size_t end = std::min(text.find_first_not_of(letters, begin), text.size());
    return text.substr(begin, end - begin);
}

struct PythonFunction {
    std::string_view name;
    std::string text;
};

const std::vector<PythonFunction>& functions() {
    static const std::vector<PythonFunction> all = [] {
        std::vector<PythonFunction> found;
        bool inside = false;
        for (const std::string_view line : lines_of_python(functions_py)) {
            if (line.starts_with("def ")) found.push_back({word_at(line, 4), {}});
            inside = line.starts_with("def ") || (inside && (line.empty() || line.front() == ' '));
            if (inside) found.back().text += std::string(line) + "\n";
        }
        for (PythonFunction& f : found)
            while (f.text.ends_with("\n\n")) f.text.pop_back();
        return found;
    }();
    return all;
}

}  // namespace

std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& names) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view word = text[i] == '{' ? word_at(text, i + 1) : std::string_view{};
        const auto found = names.find(word);
        if (word.empty() || found == names.end()) {
            result += text[i];
            continue;
        }
        result += found->second;
        i += word.size() + 1;
    }
    return result;
}

// Their words call nothing.
static std::string without_docstrings(std::string code) {
    constexpr std::string_view quotes = "\"\"\"";
    for (std::size_t i = code.find(quotes); i != std::string::npos; i = code.find(quotes, i))
        code.erase(i, code.find(quotes, i + quotes.size()) + quotes.size() - i);
    return code;
}

std::vector<std::string> python_functions(const std::string& code) {
    std::vector<std::string> found(functions().size());
    std::string all = code;
    for (bool more = true; more;) {
        more = false;
        const auto words = words_of_python(without_docstrings(all));
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (!found[i].empty() || !words.contains(functions()[i].name)) continue;
            found[i] = functions()[i].text;
            all += found[i];
            more = true;
        }
    }
    std::erase(found, "");
    return found;
}

std::vector<std::string_view> lines_of_python(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
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

std::string indented(std::string_view text) {
    std::string result;
    for (const std::string_view line : lines_of_python(text))
        result += (line.empty() ? "" : "    ") + std::string(line) + "\n";
    return result;
}

std::string tidied(std::string_view program) {
    constexpr std::size_t width = 100;
    std::string tidy;
    for (const std::string_view whole : lines_of_python(program)) {
        std::string line(whole);
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
