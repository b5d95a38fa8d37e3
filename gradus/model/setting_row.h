// How does one row of the table of settings become a Setting? What is typed, what is checked, where it acts.
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/spoken.h"
#include "gradus/model/settings.h"

namespace gradus {

// How a value is typed and checked. `place` is who speaks.
template <class V>
struct Typing {
    std::function<V(const std::string& place, const std::string& text)> read;
    std::function<std::string(const V&)> text;
    std::function<void(const std::string& place, const V&)> check = [](const std::string&, const V&) {};
    std::vector<std::string> names = {};
};

/// Throws Error (usage) unless low <= value <= high.
void require_between(const std::string& place, double value, double low, double high,
                     const std::function<std::string()>& expected);

// Kinds of values: numbers from low to high, above 0, from 0 to below 1; any text.
inline constexpr double largest = std::numeric_limits<double>::max();
Typing<double> real(double low, double high, Phrase expected);
Typing<double> positive();
Typing<double> share();
Typing<std::string> any_text();

template <class Whole>
Typing<Whole> whole(Index low, Index high) {
    return {[=](const std::string& place, const std::string& text) {
                return static_cast<Whole>(whole_number(place, text, low, high));
            },
            [](Whole value) { return std::to_string(value); },
            [=](const std::string& place, Whole value) {
                require_between(place, double(value), double(low), double(high),
                                [=] { return say("a whole number from {} to {}", low, high); });
            }};
}

template <class Name>
Typing<Name> one_of_names(std::span<const char* const> names) {
    const std::vector<std::string> texts(names.begin(), names.end());
    Typing<Name> words{[texts](const std::string& place, const std::string& text) {
                           return static_cast<Name>(name_index(place, text, texts));
                       },
                       [texts](Name value) { return texts[static_cast<std::size_t>(value)]; }};
    words.names = texts;
    return words;
}

struct About {
    const char* id;
    Phrase group;
    const char* values;
    Phrase help;
    Phrase otherwise = "";
};

template <class V>
struct Row {
    About about;
    std::optional<V> Choices::*said;
    Typing<V> words;
    V* (*place)(Recipe&) = nullptr;  // where it acts; null: make_recipe knows
    std::optional<V> usual = {};     // the default, unless the data has another
    std::optional<V> none = {};      // says nothing: a limit of 0
    bool (*applies)(const Recipe&) = [](const Recipe&) { return true; };
};

template <class V>
Setting setting_of(const Row<V>& row) {
    const std::string place = setting(row.about.id);
    return {
        .id = row.about.id,
        .group = row.about.group,
        .values = row.about.values,
        .help = row.about.help,
        .names = row.words.names,
        .otherwise = row.about.otherwise,
        .read = [=](Choices& to, const std::string& text) { to.*row.said = row.words.read(place, text); },
        .text = [=](const Choices& from) -> std::optional<std::string> {
            if (!(from.*row.said)) return std::nullopt;
            return row.words.text(*(from.*row.said));
        },
        .require_valid =
            [=](const Choices& choices) {
                if (choices.*row.said) row.words.check(place, *(choices.*row.said));
            },
        .take =
            [=](Choices& to, const Choices& from) {
                if (from.*row.said) to.*row.said = from.*row.said;
            },
        .use_default = [=](Choices& to) { to.*row.said = row.usual; },
        .keep =
            [=](Choices& to, const Recipe& recipe) {
                if (row.place == nullptr || !row.applies(recipe)) return;
                Recipe copy = recipe;
                if (const V& value = *row.place(copy); value != row.none) to.*row.said = value;
            },
        .put =
            [=](Recipe& to, const Choices& from) {
                if (row.place != nullptr && from.*row.said) *row.place(to) = *(from.*row.said);
            },
    };
}

// Of restricted Boltzmann machines.
std::vector<Setting> pretraining_settings();

}  // namespace gradus
