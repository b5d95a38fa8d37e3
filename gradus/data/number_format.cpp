#include "gradus/data/number_format.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"

namespace gradus {
namespace {

constexpr std::size_t longest = 80;
constexpr std::size_t longest_unit = 24;

constexpr std::array<std::string_view, 4> blanks{" ", "\u00A0", "\u202F", "\u2009"};
constexpr std::array<std::string_view, 2> apostrophes{"'", "\u2019"};

// The signs of currencies, and the codes that stand before a number.
constexpr std::array<std::string_view, 58> currencies{
    "US$",    "A$",     "C$",     "R$",     "NT$",    "HK$",    "Rs.",    "Rs",     "kr",     "Fr.",
    "$",      "\u20AC", "\u00A3", "\u00A5", "\uFFE5", "\u00A2", "\u20B9", "\u20BD", "\u20A9", "\u20BA",
    "\u20AA", "\u20AB", "\u20B4", "\u20B1", "\u0E3F", "\u20BF", "USD",    "EUR",    "GBP",    "JPY",
    "CNY",    "CHF",    "CAD",    "AUD",    "NZD",    "SEK",    "NOK",    "DKK",    "PLN",    "CZK",
    "HUF",    "RUB",    "INR",    "BRL",    "MXN",    "ZAR",    "KRW",    "SGD",    "HKD",    "TWD",
    "TRY",    "ILS",    "THB",    "IDR",    "MYR",    "PHP",    "RMB",    "BTC"};

// The one of these that the text begins with, or "".
std::string_view first_of(std::string_view text, auto&& words) {
    for (const std::string_view word : words)
        if (text.starts_with(word)) return word;
    return {};
}

std::size_t count_blanks(std::string_view text) {
    std::size_t n = 0;
    for (std::string_view blank; !(blank = first_of(text.substr(n), blanks)).empty();) n += blank.size();
    return n;
}

std::string_view without_blanks(std::string_view text) {
    text.remove_prefix(count_blanks(text));
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view blank : blanks)
            if (text.ends_with(blank)) {
                text.remove_suffix(blank.size());
                again = true;
            }
    }
    return text;
}

// A field taken apart: -$ 1.234,50 kg
struct Parts {
    bool negative = false;
    std::string_view before = {}, core = {}, after = {};  // units with their blanks
};

bool take_sign(std::string_view& text, Parts& parts) {
    constexpr std::string_view minus = "\u2212";
    const std::size_t n = text.starts_with('-') || text.starts_with('+') ? 1
                          : text.starts_with(minus)                      ? minus.size()
                                                                         : 0;
    if (n > 0) parts.negative = text[0] != '+';
    text.remove_prefix(n);
    return n > 0;
}

// Digits with what may stand between two of them, and an exponent.
std::size_t core_length(std::string_view text) {
    const auto digit_at = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
    std::size_t n = 0;
    if (!digit_at(0) && !((text.starts_with('.') || text.starts_with(',')) && digit_at(1))) return 0;
    for (;;) {
        if (digit_at(n)) {
            ++n;
            continue;
        }
        const std::string_view rest = text.substr(n);
        std::size_t mark = rest.starts_with('.') || rest.starts_with(',') ? 1 : first_of(rest, blanks).size();
        if (mark == 0) mark = first_of(rest, apostrophes).size();
        if (mark == 0 || !digit_at(n + mark)) break;
        n += mark;
    }
    if (n < text.size() && (text[n] == 'e' || text[n] == 'E')) {
        const std::size_t sign = n + 1 < text.size() && (text[n + 1] == '-' || text[n + 1] == '+') ? 1 : 0;
        std::size_t end = n + 1 + sign;
        while (digit_at(end)) ++end;
        if (end > n + 1 + sign) return end;
    }
    return n;
}

// Letters, %, signs; a digit only at the end, as in m2. Not what is left of a date, a range or a time.
bool is_unit(std::string_view unit) {
    if (unit.size() > longest_unit) return false;
    if (unit.size() > 1 && (unit.back() == '2' || unit.back() == '3') && is_letter(unit[unit.size() - 2]))
        unit.remove_suffix(1);
    bool says_something = false;
    for (const char c : unit) {
        const bool beyond_ascii = (c & 0x80) != 0;
        if (is_letter(c) || beyond_ascii || c == '%' || c == '$' || c == '"' || c == '\'')
            says_something = true;
        else if (std::string_view(" /.^*").find(c) == std::string_view::npos)
            return false;
    }
    return says_something && is_utf8(unit);
}

std::optional<Parts> take_apart(std::string_view field) {
    if (field.size() > longest) return std::nullopt;
    Parts parts;
    const bool has_sign = take_sign(field, parts);
    const std::string_view currency = first_of(field, currencies);
    if (!currency.empty()) {
        const std::size_t n = currency.size() + count_blanks(field.substr(currency.size()));
        parts.before = field.substr(0, n);
        field.remove_prefix(n);
        if (!has_sign) take_sign(field, parts);
    }
    const std::size_t n = core_length(field);
    if (n == 0) return std::nullopt;
    parts.core = field.substr(0, n);
    parts.after = field.substr(n);
    if (!parts.after.empty() && !is_unit(without_blanks(parts.after))) return std::nullopt;
    return parts;
}

// "12,345,678", or as in India "1,23,45,678": is every part between these marks as long as it has to be?
bool is_grouped(std::string_view whole, std::string_view mark) {
    if (whole.starts_with('0')) return false;
    std::size_t first = whole.find(mark), twos = 0, threes = 0;
    if (first == 0 || first == whole.npos || first > 3) return false;
    for (whole.remove_prefix(first + mark.size());; whole.remove_prefix(first + mark.size())) {
        first = whole.find(mark);
        const std::string_view part = whole.substr(0, first);
        if (!std::ranges::all_of(part, is_digit)) return false;
        if (first == whole.npos) return part.size() == 3 && (twos == 0 || threes == 0);
        (part.size() == 2 ? twos : threes) += 1;
        if (part.size() != 2 && part.size() != 3) return false;
    }
}

// "192.168.100.200": four parts up to 255, the later ones of three digits. Thousands end in zeros somewhere.
bool is_address(std::string_view whole) {
    int parts = 0;
    for (std::size_t dot = 0; dot != whole.npos; ++parts) {
        dot = whole.find('.');
        const std::string_view part = whole.substr(0, dot);
        if (part.empty() || part.size() > 3 || part[0] == '0' || (part.size() == 3 && part > "255"))
            return false;
        whole.remove_prefix(dot == whole.npos ? 0 : dot + 1);
    }
    return parts == 4;
}

// Decimal point, no thousands separators: as number_in() wants it.
std::optional<std::string> plain(std::string_view core, const NumberFormat& format) {
    const std::size_t e = std::min(core.find_first_of("eE"), core.size());
    const std::size_t point = std::min(core.substr(0, e).find(format.decimal), e);
    const std::string_view whole = core.substr(0, point);
    std::string text;
    if (std::ranges::all_of(whole, is_digit)) {
        text = whole;
    } else {
        if (format.thousands.empty() || e < core.size() || !is_grouped(whole, format.thousands) ||
            (format.thousands == "." && is_address(whole)))
            return std::nullopt;
        std::ranges::copy_if(whole, std::back_inserter(text), is_digit);
    }
    if (point < e) {
        if (!std::ranges::all_of(core.substr(point + 1, e - point - 1), is_digit)) return std::nullopt;
        text += '.';
        text += core.substr(point + 1, e - point - 1);
    }
    return text.append(core.substr(e));
}

// The marks between the digits: which, and do they come in the order in which one format may have them?
struct Marks {
    std::string_view first = {}, last = {};  // the same where there is one kind
    std::size_t count_first = 0, count_last = 0;
    bool in_order = true;
};

Marks marks_of(std::string_view core) {
    Marks marks;
    core = core.substr(0, core.find_first_of("eE"));
    for (std::size_t i = 0; i < core.size();) {
        std::size_t n = 0;
        while (i + n < core.size() && !is_digit(core[i + n])) ++n;
        if (n > 0) {
            const std::string_view mark = core.substr(i, n);
            if (marks.first.empty()) marks.first = mark;
            if (mark == marks.first) {
                ++marks.count_first;
                marks.in_order = marks.in_order && marks.count_last == 0;
            } else {
                marks.in_order = marks.in_order && ++marks.count_last == 1;
            }
            marks.last = mark;
        }
        i += n + (n == 0 ? 1 : 0);
    }
    return marks;
}

// What a format says where this one says nothing. The two marks differ.
NumberFormat completed(const Parts& parts, char decimal, std::string_view thousands,
                       const NumberFormat& known) {
    NumberFormat format{
        .decimal = decimal == 0 ? known.decimal : decimal,
        .thousands = std::string(thousands.empty() ? std::string_view(known.thousands) : thousands),
        .before = std::string(parts.before),
        .after = std::string(parts.after)};
    if (format.thousands == std::string_view(&format.decimal, 1)) {
        if (decimal != 0)
            format.thousands.clear();
        else
            format.decimal = format.decimal == '.' ? ',' : '.';
    }
    return format;
}

}  // namespace

std::string NumberFormat::unit() const {
    const std::string_view left = without_blanks(before), right = without_blanks(after);
    return std::string(left) + (left.empty() || right.empty() ? "" : " ") + std::string(right);
}

bool has_same_unit(const NumberFormat& a, const NumberFormat& b) {
    return without_blanks(a.before) == without_blanks(b.before) &&
           without_blanks(a.after) == without_blanks(b.after);
}

std::optional<double> number_in(std::string_view field, const NumberFormat& format) {
    if (format.decimal == '.' && !format.has_unit())
        if (const auto number = number_in(field)) return number;
    const std::optional<Parts> parts = take_apart(field);
    if (!parts || without_blanks(parts->before) != without_blanks(format.before) ||
        without_blanks(parts->after) != without_blanks(format.after))
        return std::nullopt;
    const std::optional<std::string> text = plain(parts->core, format);
    const std::optional<double> number = text ? number_in(*text) : std::nullopt;
    return number && parts->negative ? -*number : number;
}

std::string text_of(double number, const NumberFormat& format) {
    std::array<char, 400> digits{};
    const auto end = std::to_chars(digits.begin(), digits.end(), number, std::chars_format::fixed).ptr;
    std::string text = format.before + std::string(digits.begin(), end);
    if (format.decimal != '.')
        std::ranges::replace(text.begin() + std::ptrdiff_t(format.before.size()), text.end(), '.',
                             format.decimal);
    return text + format.after;
}

std::string description(const NumberFormat& format) {
    std::vector<std::string> parts;
    if (format.decimal == ',') parts.emplace_back(say("a decimal comma"));
    if (!format.thousands.empty())
        parts.push_back(first_of(format.thousands, blanks).empty()
                            ? say("the thousands separator {}", in_quotes(format.thousands))
                            : say("blanks between the thousands"));
    if (!format.before.empty())
        parts.push_back(say("the unit {} in front", in_quotes(without_blanks(format.before))));
    if (!format.after.empty())
        parts.push_back(say("the unit {} behind", in_quotes(without_blanks(format.after))));
    return parts.empty() ? "" : say("numbers with {}", listed(parts));
}

std::vector<NumberFormat> number_formats_of(std::string_view field, const NumberFormat& known,
                                            const FormatRules& rules) {
    const std::optional<Parts> parts = take_apart(field);
    if (!parts) return {};
    const Marks marks = marks_of(parts->core);
    std::vector<NumberFormat> formats;
    const auto offer = [&](char decimal, std::string_view thousands) {
        NumberFormat format = completed(*parts, decimal, thousands, known);
        const bool allowed = rules.decimal == 0 || format.decimal == rules.decimal;
        if (allowed && number_in(field, format)) formats.push_back(std::move(format));
    };
    const auto is_decimal = [](std::string_view mark) { return mark == "." || mark == ","; };
    if (!marks.in_order) return {};
    if (marks.first.empty()) {
        offer(0, {});
    } else if (marks.first != marks.last) {
        if (is_decimal(marks.last)) offer(marks.last[0], marks.first);
    } else {
        const bool decimal = is_decimal(marks.first) && marks.count_first == 1;
        const bool decimal_first = marks.first == "." || rules.comma_is_decimal;
        if (decimal && decimal_first) offer(marks.first[0], {});
        offer(0, marks.first);
        if (decimal && !decimal_first) offer(marks.first[0], {});
    }
    return formats;
}

}  // namespace gradus
