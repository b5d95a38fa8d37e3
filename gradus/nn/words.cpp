#include "gradus/nn/words.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "gradus/core/error.h"
#include "gradus/core/number.h"

namespace gradus {

static constexpr std::string_view blanks = " \t\r\n";

// Where the word that begins at `begin` ends.
static std::size_t end_of_word(std::string_view item, std::size_t begin) {
    if (item[begin] == ')') return begin + 1;
    const std::size_t end = item.find_first_of(" \t\r\n()", begin);
    if (end == std::string_view::npos) return item.size();
    return item[end] == '(' ? end + 1 : end;
}

Words::Words(std::string_view text, std::string_view item) : text_(text), item_(item) {
    std::size_t begin = item.find_first_not_of(blanks);
    while (begin != std::string_view::npos) {
        const std::size_t end = end_of_word(item, begin);
        words_.push_back(item.substr(begin, end - begin));
        begin = item.find_first_not_of(blanks, end);
    }
}

bool Words::number_follows() const {
    return !done() && !std::isnan(to_number(peek()));
}

double Words::number(const std::string& expected, const std::function<bool(double)>& fits) {
    const double value = to_number(take());
    if (!fits(value)) reject_last(expected);
    return value;
}

Index Words::whole_number(const std::string& what, Index low, Index high) {
    const std::string expected = say("{} from {} to {}", what, low, high);
    const auto fits = [&](double x) { return x == std::floor(x) && double(low) <= x && x <= double(high); };
    return static_cast<Index>(number(expected, fits));
}

std::pair<Index, Index> Words::sizes(const std::string& what, Index high) {
    const std::string_view word = take();
    const std::size_t x = std::min(word.find('x'), word.size());
    const double first = to_number(word.substr(0, x)),
                 second = to_number(x < word.size() ? word.substr(x + 1) : "");
    for (const double size : {first, second})
        if (!(size == std::floor(size) && 1 <= size && size <= double(high))) reject_last(what);
    return {static_cast<Index>(first), static_cast<Index>(second)};
}

static bool begins_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0) != 0x80;  // UTF-8: the other bytes are 10xxxxxx
}

// The text in quotation marks; of a very long one, some of it on both sides of byte `place`.
static std::string quoted(std::string_view text, std::size_t place) {
    constexpr std::size_t most = 160, before = 60;
    std::size_t begin = place > before && text.size() > most ? place - before : 0;
    std::size_t end = std::min(begin + most, text.size());
    while (begin > 0 && !begins_character(text[begin])) --begin;
    while (end < text.size() && !begins_character(text[end])) --end;
    return (begin > 0 ? "\"..." : "\"") + std::string(text.substr(begin, end - begin)) +
           (end < text.size() ? "...\"" : "\"");
}

void Words::reject_last(const std::string& expected, const std::string& hint) const {
    const std::string_view found = next_ <= words_.size() ? words_[next_ - 1] : item_.substr(item_.size());
    const auto place = static_cast<std::size_t>(found.data() - text_.data());
    const auto character = 1 + std::ranges::count_if(text_.substr(0, place), begins_character);
    throw Error(Fault::usage, {.place = say("network {}, character {}", quoted(text_, place), character),
                               .found = found.empty() ? say("nothing more") : quoted(found, 0),
                               .expected = expected,
                               .hint = hint});
}

}  // namespace gradus
