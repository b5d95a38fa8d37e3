#include "gradus/core/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <system_error>

#include "gradus/core/letters.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

// Is a number that is no double too small rather than too large? By the place of its first digit that counts.
bool is_below_one(std::string_view number) {
    const std::size_t e = std::min(number.find_first_of("eE"), number.size());
    const std::string_view digits = number.substr(0, e);
    const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
    const auto first = static_cast<std::int64_t>(digits.find_first_of("123456789"));
    const bool negative = number.substr(e).starts_with("e-") || number.substr(e).starts_with("E-");
    std::int64_t exponent = 0;
    for (const char c : number.substr(e))
        if (is_digit(c)) exponent = std::min<std::int64_t>(10 * exponent + (c - '0'), 1'000'000'000);
    return point - first + (negative ? -exponent : exponent) < 0;
}

}  // namespace

std::optional<double> number_in(std::string_view field) {
    if (field.starts_with('+')) {
        field.remove_prefix(1);
        if (field.starts_with('-')) return std::nullopt;
    }
    const std::size_t first = field.starts_with('-') ? 1 : 0;
    if (first == field.size() || (!is_digit(field[first]) && field[first] != '.')) return std::nullopt;
    double number = 0;
    const char* const end = field.data() + field.size();
    const auto [stopped, problem] = std::from_chars(field.data(), end, number);
    if (stopped != end) return std::nullopt;
    if (problem == std::errc{}) return number;
    if (problem != std::errc::result_out_of_range || !is_below_one(field)) return std::nullopt;
    return first == 1 ? -0.0 : 0.0;
}

bool is_missing(std::string_view field) {
    if (field.empty()) return true;
    static constexpr std::array<std::string_view, 21> words{
        "NA",   "N/A", "n/a", "NaN", "nan",      "-nan",    "-NaN",     "null",   "NULL",    "None", "<NA>",
        "#N/A", "#NA", "?",   "-",   "#N/A N/A", "-1.#IND", "-1.#QNAN", "1.#IND", "1.#QNAN", "."};
    static constexpr auto begins_one = [] {
        std::array<bool, 256> letters{};
        for (const std::string_view word : words) letters[static_cast<unsigned char>(word[0])] = true;
        return letters;
    }();
    static constexpr std::size_t longest = [] {
        std::size_t most = 0;
        for (const std::string_view word : words) most = std::max(most, word.size());
        return most;
    }();
    return field.size() <= longest && begins_one[static_cast<unsigned char>(field[0])] &&
           std::ranges::find(words, field) != words.end();
}

bool is_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    for (std::size_t i = 0; i < text.size();) {
        const unsigned lead = byte(i);
        const std::size_t more = lead < 0x80 ? 0 : lead < 0xC2 ? 4 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
        if (lead == 0 || more == 4 || lead > 0xF4) return false;
        for (std::size_t k = 1; k <= more; ++k)
            if ((byte(i + k) & 0xC0) != 0x80) return false;
        // written longer than need be, half of a surrogate pair, beyond the last character
        const unsigned second = byte(i + 1);
        if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
            (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F))
            return false;
        i += more + 1;
    }
    return true;
}

std::string in_quotes(std::string_view text) {
    const bool shown = is_utf8(text);
    std::size_t end = std::min<std::size_t>(text.size(), 60);
    while (shown && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    std::string quoted = "\"";
    for (const char c : text.substr(0, end)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7F && (byte < 0x80 || shown)) {
            quoted += c;
        } else {
            constexpr std::string_view digits = "0123456789abcdef";
            quoted.append("\\x").append({digits[byte / 16], digits[byte % 16]});
        }
    }
    return quoted + (end < text.size() ? "...\"" : "\"");
}

std::string in_quotes(std::span<const std::string> texts, std::size_t most) {
    const std::size_t shown = std::min(most, texts.size());
    std::string list;
    for (std::size_t i = 0; i < shown; ++i)
        list = i == 0                  ? in_quotes(texts[i])
               : i + 1 == texts.size() ? say("{} and {}", list, in_quotes(texts[i]))
                                       : say("{}, {}", list, in_quotes(texts[i]));
    return shown == texts.size() ? list : say("{} and {} more", list, texts.size() - shown);
}

double to_number(std::string_view word) {
    double value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool whole = problem == std::errc{} && end == word.data() + word.size();
    return whole && std::isfinite(value) ? value : std::numeric_limits<double>::quiet_NaN();
}

std::string to_text(double number) {
    if (std::isnan(number)) return "nan";  // whatever its sign
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace gradus
