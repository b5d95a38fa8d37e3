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

Typing<Index> one_of_names(std::span<const char* const> names) {
    const std::vector<std::string> texts(names.begin(), names.end());
    Typing<Index> words{[texts](const std::string& place, const std::string& text) {
                            return static_cast<Index>(name_index(place, text, texts));
                        },
                        [texts](Index value) { return texts[static_cast<std::size_t>(value)]; }};
    words.names = texts;
    return words;
}

Setting setting_of(const About& about, std::vector<std::string> names,
                   const std::shared_ptr<const AnyRow>& row) {
    const std::string place = setting(about.id);
    return {
        .id = about.id,
        .group = about.group,
        .values = about.values,
        .help = about.help,
        .names = std::move(names),
        .otherwise = about.otherwise,
        .read = [=](Choices& to, const std::string& text) { row->read(to, place, text); },
        .text = [=](const Choices& from) { return row->text(from); },
        .require_valid = [=](const Choices& choices) { row->require_valid(choices, place); },
        .take = [=](Choices& to, const Choices& from) { row->take(to, from); },
        .use_default = [=](Choices& to) { row->use_default(to); },
        .keep = [=](Choices& to, const Recipe& recipe) { row->keep(to, recipe); },
        .put = [=](Recipe& to, const Choices& from) { row->put(to, from); },
    };
}

}  // namespace gradus
