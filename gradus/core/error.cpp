#include "gradus/core/error.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"

namespace gradus {

static std::string text(const Error::Sentence& sentence) {
    std::string text = sentence.place;
    if (!sentence.found.empty()) text = text.empty() ? sentence.found : say("{}: {}", text, sentence.found);
    if (!sentence.expected.empty()) text = say("{}, expected {}", text, sentence.expected);
    if (!sentence.hint.empty()) text = say("{} (hint: {})", text, sentence.hint);
    return text;
}

// Within a sentence, until it is known who reads it: begin, id, perhaps between and a value, end.
constexpr char setting_begins = '\x01', value_begins = '\x02', setting_ends = '\x03';

std::string setting(std::string_view id) {
    return setting_begins + std::string(id) + setting_ends;
}

std::string setting(std::string_view id, std::string_view value) {
    return setting_begins + std::string(id) + value_begins + std::string(value) + setting_ends;
}

std::string option_of(std::string_view id) {
    std::string text = "--" + std::string(id);
    std::ranges::replace(text, '_', '-');
    return text;
}

std::string option_of(std::string_view id, const std::string& value) {
    return option_of(id) + " " + shell_word(value);
}

static std::string option(std::string_view id, const std::string* value) {
    return value == nullptr ? option_of(id) : option_of(id, *value);
}

static std::string member(std::string_view id, const std::string* value) {
    return std::string(id) + (value == nullptr ? "" : " = " + *value);
}

template <class Name>
static std::string with_settings(std::string_view sentence, Name name) {
    std::string text;
    while (!sentence.empty()) {
        const std::size_t begin = std::min(sentence.find(setting_begins), sentence.size());
        const std::size_t end = sentence.find(setting_ends, begin);
        text += sentence.substr(0, begin);
        if (end == std::string_view::npos) return text + std::string(sentence.substr(begin));
        const std::string_view marked = sentence.substr(begin + 1, end - begin - 1);
        const std::size_t between = marked.find(value_begins);
        const std::string value(between == std::string_view::npos ? "" : marked.substr(between + 1));
        text += name(marked.substr(0, between), between == std::string_view::npos ? nullptr : &value);
        sentence.remove_prefix(end + 1);
    }
    return text;
}

Error::Error(Fault fault, const Sentence& sentence)
    : std::runtime_error(with_settings(text(sentence), member)),
      fault_(fault),
      marked_(std::make_shared<const Sentence>(sentence)) {}

std::string Error::with_options() const {
    return with_settings(text(*marked_), option);
}

std::string Error::with_names(const Names& names) const {
    bool all = true;
    const auto name = [&](std::string_view id, const std::string* value) {
        const std::optional<std::string> theirs = names(id, value);
        all = all && theirs;
        return theirs.value_or(member(id, value));
    };
    Sentence sentence = *marked_;
    with_settings(sentence.hint, name);
    if (!all) sentence.hint.clear();
    return with_settings(text(sentence), name);
}

Error Error::at(const std::string& place) const {
    Sentence inner = *marked_;
    const std::string hint = std::exchange(inner.hint, {});
    return {fault_, {.place = place, .found = text(inner), .hint = hint}};
}

// The typing mistakes between two words: letters left out, added, replaced, or two that changed places
// (Damerau and Levenshtein).
static std::size_t distance(std::string_view a, std::string_view b) {
    const auto row = [&b](std::size_t first) { return std::vector<std::size_t>(b.size() + 1, first); };
    std::vector<std::size_t> before = row(0),
                             above = row(0);  // for the beginnings of a of length i - 1 and i
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::vector<std::size_t> now = row(i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = above[j] + (a[i] == b[j] ? 0 : 1);
            now[j + 1] = std::min({replaced, above[j + 1] + 1, now[j] + 1});
            if (i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j])
                now[j + 1] = std::min(now[j + 1], before[j - 1] + 1);
        }
        before = std::exchange(above, now);
    }
    return above.back();
}

// What is compared: the letters, whatever their case, without the dashes of an option.
static std::string letters_of(std::string_view word) {
    word.remove_prefix(std::min(word.find_first_not_of('-'), word.size()));
    return lower(word);
}

std::string nearest(std::string_view typed, std::span<const std::string> candidates) {
    constexpr std::size_t longest = 64;  // beyond it is no slip of the finger
    constexpr std::size_t fewest_shared = 2;
    if (typed.size() > longest) return {};
    const std::string word = letters_of(typed);
    const std::size_t allowed = word.size() <= 3 ? 1 : word.size() / 3;
    std::string best;
    std::size_t best_distance = allowed + 1;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > 2 * longest) continue;
        const std::string letters = letters_of(candidate);
        const std::size_t d = distance(word, letters);
        const bool alike = d == 0 || std::max(word.size(), letters.size()) >= d + fewest_shared;
        if (d < best_distance && alike) {
            best_distance = d;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
    const std::string candidate = nearest(word, candidates);
    return candidate.empty() ? "" : say("did you mean {}?", candidate);
}

std::string one_of(std::span<const std::string> candidates) {
    std::string text;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        text = i == 0                       ? candidates[i]
               : i + 1 == candidates.size() ? say("{} or {}", text, candidates[i])
                                            : say("{}, {}", text, candidates[i]);
    return text;
}

std::string listed(std::span<const std::string> parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i)
        text = i == 0                  ? parts[i]
               : i + 1 == parts.size() ? say("{} and {}", text, parts[i])
                                       : say("{}, {}", text, parts[i]);
    return text;
}

}  // namespace gradus
