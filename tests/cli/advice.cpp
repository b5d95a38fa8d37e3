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
    constexpr std::string_view prose[]{"names", "if", "or", "and",  "in",   "it",   "tries",
                                       "turns", "of", "to", "with", "says", "while"};
    return std::ranges::find(prose, word) != std::end(prose);
}

std::string between(const std::string& line, const std::string& begin, const std::string& end) {
    const auto from = line.find(begin), to = line.rfind(end);
    if (from == std::string::npos || to == std::string::npos || to < from + begin.size()) return {};
    return line.substr(from + begin.size(), to - from - begin.size());
}

struct Hint {
    std::string text;
    bool corrects = false;  // "did you mean ...?"
};

// The hints of all lines, without what stands around them.
std::vector<Hint> hints_in(const std::string& printed) {
    std::vector<Hint> hints;
    for (const std::string& line : lines_of(printed)) {
        const std::string slip = between(line, "(hint: did you mean ", "?)");
        hints.push_back({slip.empty() ? between(line, "(hint: ", ")") : slip, !slip.empty()});
        hints.push_back({between(line + '\n', "   type      ", "\n")});
        if (const std::string run = between(line, "gradus doctor ", " tries what could help"); !run.empty())
            hints.push_back({"gradus doctor " + run});
    }
    std::erase_if(hints, [](const Hint& hint) { return hint.text.empty(); });
    return hints;
}

// What stands wrong in "error: --lr: there is no such option" and in "error: --init: "Xavier", expected ...".
std::string slip_in(const std::string& printed) {
    const std::string wrong = between(printed, "error: ", ": there is no such ");
    return wrong.empty() ? between(printed, ": \"", "\", expected") : wrong;
}

// Words with the right one, or an option and its value, in place of the wrong one.
std::vector<std::string> corrected(std::vector<std::string> words, const std::string& printed,
                                   const std::string& hint) {
    const std::string wrong = slip_in(printed);
    const auto typed = std::ranges::find_if(
        words, [&](const std::string& word) { return word == wrong || word.starts_with(wrong + "="); });
    if (wrong.empty() || typed == words.end()) return {};
    const std::vector<std::string> right = shell_words(hint);
    const auto place = typed - words.begin();
    if (right.size() == 1) {
        *typed = right[0] + typed->substr(wrong.size());
        return words;
    }
    const bool has_value = *typed == wrong && typed + 1 != words.end();
    words.erase(typed, typed + (has_value ? 2 : 1));
    words.insert(words.begin() + place, right.begin(), right.end());
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

// "--ignore f in place of --target"
std::vector<std::string> without_replaced(std::vector<std::string> words,
                                          const std::vector<std::string>& said) {
    const auto typed = std::ranges::find(words, said.back());
    if (said.size() > 3 && said[said.size() - 2] == "of" && typed != words.end())
        words.erase(typed, typed + (typed + 1 == words.end() ? 1 : 2));
    return words;
}

// The options that a sentence names, each with its value; those that stand alone are passed over.
std::vector<std::vector<std::string>> options_in(const std::vector<std::string>& said) {
    std::vector<std::vector<std::string>> options;
    for (std::size_t i = 0; i < said.size(); ++i) {
        if (!is_option(said[i]) || (i > 0 && (said[i - 1] == "without" || said[i - 1] == "with"))) continue;
        if (said[i].ends_with(',') || said[i].ends_with(';') || i + 1 == said.size()) continue;
        std::string value = said[i + 1];
        if (value.size() > 1 && (value.ends_with(',') || value.ends_with(';'))) value.pop_back();
        const bool of_another_command = i + 2 < said.size() && said[i + 2] == "learns";  // that of train
        if (!is_prose(value) && !is_option(value) && !is_placeholder(value) && !of_another_command)
            options.push_back({said[i], value});
    }
    return options;
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
            words.back() += c == '\\' && quote != '\'' && i + 1 < text.size() ? text[++i] : c;
        }
    }
    return words;
}

std::vector<Advice> advice_in(const std::string& printed, const std::vector<std::string>& words) {
    std::vector<Advice> all;
    for (const Hint& hint : hints_in(printed)) {
        const std::vector<std::string> said = shell_words(hint.text);
        if (said[0] == "gradus") {
            all.push_back({hint.text, {said.begin() + 1, said.end()}});
        } else if (hint.corrects) {
            if (std::vector<std::string> right = corrected(words, printed, hint.text); !right.empty())
                all.push_back({hint.text, std::move(right)});
        } else if (said[0].find('.') != std::string::npos && std::ranges::count(words, said[0]) > 0) {
            // "m.onnx my.csv": all that stands behind the command
            all.push_back({hint.text, {words[0]}});
            all.back().words.insert(all.back().words.end(), said.begin(), said.end());
        } else {
            for (const std::vector<std::string>& option : options_in(said))
                all.push_back({hint.text, with_option(without_replaced(words, said), option)});
        }
    }
    return all;
}

}  // namespace gradus::tests
