#include "gradus/nn/words.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "gradus/error.h"

namespace gradus {

static constexpr std::string_view blanks = " \t\r\n";

Words::Words(std::string_view text, std::string_view item) : text_(text), item_(item) {
    std::size_t begin = item.find_first_not_of(blanks);
    while (begin != std::string_view::npos) {
        const std::size_t end = std::min(item.find_first_of(blanks, begin), item.size());
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
    const std::string expected = what + " from " + std::to_string(low) + " to " + std::to_string(high);
    const auto fits = [&](double x) { return x == std::floor(x) && double(low) <= x && x <= double(high); };
    return static_cast<Index>(number(expected, fits));
}

void Words::reject_last(const std::string& expected, const std::string& hint) const {
    const std::string_view found = next_ <= words_.size() ? words_[next_ - 1] : item_.substr(item_.size());
    const auto character = found.data() - text_.data() + 1;
    throw Error(Fault::usage,
                {.place = "network \"" + std::string(text_) + "\", character " + std::to_string(character),
                 .found = found.empty() ? "nothing more" : "\"" + std::string(found) + "\"",
                 .expected = expected,
                 .hint = hint});
}

double to_number(std::string_view word) {
    double value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = problem == std::errc{} && end == word.data() + word.size();
    return whole && std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

std::string to_text(double number) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace gradus
