#include "gradus/model/setting_row.h"

#include <fmt/format.h>

#include <cmath>

namespace gradus {

void require_between(const std::string& place, double value, double low, double high,
                     const std::function<std::string()>& expected) {
    if (low <= value && value <= high) return;
    throw Error(Fault::usage, {.place = place, .found = to_text(value), .expected = expected()});
}

Typing<double> real(double low, double high, Phrase expected) {
    return {real_number, [](double value) { return fmt::format("{}", value); },
            [=](const std::string& place, double value) {
                require_between(place, value, low, high, [=] { return say(expected); });
            }};
}

Typing<double> positive() {
    return real(std::numeric_limits<double>::denorm_min(), largest, say_later("a positive number"));
}

Typing<double> share() {
    return real(0, std::nextafter(1.0, 0.0), say_later("a number from 0 to below 1"));
}

Typing<std::string> any_text() {
    return {[](const std::string&, const std::string& text) { return text; },
            [](const std::string& text) { return text; }};
}

}  // namespace gradus
