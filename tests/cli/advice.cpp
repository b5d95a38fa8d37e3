#include "tests/cli/advice.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace gradus::tests {
namespace {

bool is_option(const std::string& word) {
    return word.size() > 2 && word.starts_with("--") &&
           std::islower(static_cast<unsigned char>(word[2])) != 0;
}

// "FILE", "N", "COL,...": it stands for something else.
bool is_placeholder(const std::string& word) {
    return !word.empty() && std::ranges::all_of(word, [](char c) {
        return std::isupper(static_cast<unsigned char>(c)) != 0 || c == ',' || c == '.' || c == '|';
    });
}

// What stands behind an option in a sentence and is no value of it.
bool is_prose(const std::string& word) {
    constexpr std::string_view prose[]{"names", "if", "or", "and",  "in",  "it",
                                       "tries", "of", "to", "with", "says"};
    return std::ranges::find(prose, word) != std::end(prose);
}

std::string between(const std::string& line, const std::string& begin, const std::string& end) {
    const auto from = line.find(begin), to = line.rfind(end);
    if (from == std::string::npos || to == std::string::npos || to < from + begin.size()) return {};
    return line.substr(from + begin.size(), to - from - begin.size());
}

// The hints of all lines, without what stands around them.
std::vector<std::string> hints_in(const std::string& printed) {
    std::vector<std::string> hints;
    for (const std::string& line : lines_of(printed)) {
        const std::string slip = between(line, "(hint: did you mean ", "?)");
        hints.push_back(!slip.empty() ? slip : between(line, "(hint: ", ")"));
        hints.push_back(between(line + '\n', "   type      ", "\n"));
        if (const std::string run = between(line, "gradus doctor ", " tries what could help"); !run.empty())
            hints.push_back("gradus doctor " + run);
    }
    std::erase(hints, "");
    return hints;
}

// "error: --lr: there is no such option (hint: did you mean --learning-rate?)"
std::vector<std::string> corrected(std::vector<std::string> words, const std::string& printed,
                                   const std::string& hint) {
    const std::string wrong = between(printed, "error: ", ": there is no such ");
    const auto typed = std::ranges::find_if(
        words, [&](const std::string& word) { return word == wrong || word.starts_with(wrong + "="); });
    if (wrong.empty() || typed == words.end()) return {};
    if (hint.starts_with("gradus ")) return {};
    const std::vector<std::string> right = shell_words(hint);
    const std::string value = typed->substr(wrong.size());
    if (right.size() == 2 && value.empty() && typed + 1 != words.end()) words.erase(typed + 1);
    *typed = right[0] + (right.size() == 1 ? value : "");
    if (right.size() == 2) words.insert(std::ranges::find(words, right[0]) + 1, right[1]);
    return words;
}

std::vector<std::string> with_option(std::vector<std::string> words, const std::vector<std::string>& option) {
    const auto typed = std::ranges::find_if(words, [&](const std::string& word) {
        return word == option[0] || word.starts_with(option[0] + "=");
    });
    if (typed != words.end()) {
        const bool has_value =
            typed->find('=') == std::string::npos && typed + 1 != words.end() && option.size() > 1;
        words.erase(typed, typed + (has_value ? 2 : 1));
    }
    words.insert(words.end(), option.begin(), option.end());
    return words;
}

}  // namespace

std::vector<std::string> shell_words(const std::string& text) {
    std::vector<std::string> words;
    char quote = 0;
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0 && c == quote) {
            quote = 0;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
            if (!inside) words.emplace_back();
            inside = true;
        } else if (quote == 0 && c == ' ') {
            inside = false;
        } else {
            if (!inside) words.emplace_back();
            inside = true;
            words.back() += c == '\\' && quote == '"' && i + 1 < text.size() ? text[++i] : c;
        }
    }
    return words;
}

std::vector<Advice> advice_in(const std::string& printed, const std::vector<std::string>& words) {
    std::vector<Advice> all;
    for (const std::string& hint : hints_in(printed)) {
        std::vector<std::string> said = shell_words(hint);
        if (!said.empty() && said[0] == "gradus") {
            all.push_back({hint, {said.begin() + 1, said.end()}});
            continue;
        }
        if (const std::vector<std::string> right = corrected(words, printed, hint); !right.empty()) {
            all.push_back({hint, right});
            continue;
        }
        for (std::size_t i = 0; i < said.size(); ++i) {
            if (!is_option(said[i]) || (i > 0 && said[i - 1] == "without")) continue;
            std::vector<std::string> option{said[i]};
            if (option[0].ends_with(',')) option[0].pop_back();
            const bool last = option[0] != said[i] || i + 1 == said.size();
            if (!last && !is_prose(said[i + 1]) && !is_option(said[i + 1])) option.push_back(said[i + 1]);
            if (option.size() == 1 || is_placeholder(option[1])) continue;
            if (option[1].size() > 1 && option[1].ends_with(',')) option[1].pop_back();
            all.push_back({hint, with_option(words, option)});
        }
    }
    return all;
}

}  // namespace gradus::tests
