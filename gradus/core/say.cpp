#include "gradus/core/say.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace gradus {

static Translation translation = nullptr;

void set_language(Translation of) {
    translation = of;
}

// The shortest digits that read back; from 0.0001 to below 10^16 without an exponent.
template <class Real>
static std::string shortest(Real number) {
    if (std::isnan(number)) return "nan";
    char text[40];
    const Real size = std::abs(number);
    const bool plain = size == 0 || (Real(1e-4) <= size && size < Real(1e16));
    const auto form = plain ? std::chars_format::fixed : std::chars_format::scientific;
    return {text, std::to_chars(text, text + sizeof text, number, form).ptr};
}

void SaidPart::add(std::string& to, std::string_view form) const {
    if (kind_ == Kind::text) {
        to += text_;
    } else if (kind_ == Kind::whole) {
        to += std::to_string(whole_);
    } else if (form.empty()) {
        to += kind_ == Kind::single ? shortest(static_cast<float>(real_)) : shortest(real_);
    } else {
        char text[400];  // 309 digits before the point
        const auto how = form.back() == 'g' ? std::chars_format::general : std::chars_format::fixed;
        to.append(text, std::to_chars(text, text + sizeof text, real_, how, form[1] - '0').ptr);
    }
}

std::string said(std::string_view english, std::initializer_list<SaidPart> parts) {
    std::string_view pattern = translation == nullptr ? std::string_view{} : translation(english);
    if (pattern.empty()) pattern = english;
    std::string text;
    std::size_t next = 0;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '}') ++i;  // the second of two
        if (c != '{' || pattern[i + 1] == '{') {
            text += c;
            if (c == '{') ++i;
            continue;
        }
        const std::size_t end = pattern.find('}', i), colon = std::min(pattern.find(':', i), end);
        const std::size_t place = colon == i + 1 ? next++ : static_cast<std::size_t>(pattern[i + 1] - '0');
        if (place < parts.size())
            parts.begin()[place].add(text, colon < end ? pattern.substr(colon + 1, end - colon - 1) : "");
        i = end;
    }
    return text;
}

}  // namespace gradus
