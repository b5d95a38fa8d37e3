// How does one row of the table of settings become a Setting? What is typed, what is checked, where it acts.
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
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

// Names of an enumeration, by their places.
Typing<Index> one_of_names(std::span<const char* const> names);

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
    Typing<std::conditional_t<std::is_enum_v<V>, Index, V>> words;
    V* (*place)(Recipe&) = nullptr;  // where it acts; null: make_recipe knows
    std::optional<V> usual = {};     // the default, unless the data has another
    std::optional<V> none = {};      // says nothing: a limit of 0
    bool (*applies)(const Recipe&) = [](const Recipe&) { return true; };
};

// A row whose type of value is hidden: a std::function for each type and each thing to do would be a tenth of
// the program.
struct AnyRow {
    virtual ~AnyRow() = default;
    virtual void read(Choices& to, const std::string& place, const std::string& text) const = 0;
    [[nodiscard]] virtual std::optional<std::string> text(const Choices& from) const = 0;
    virtual void require_valid(const Choices& choices, const std::string& place) const = 0;
    virtual void take(Choices& to, const Choices& from) const = 0;
    virtual void use_default(Choices& to) const = 0;
    virtual void keep(Choices& to, Recipe recipe) const = 0;
    virtual void put(Recipe& to, const Choices& from) const = 0;
};

template <class V>
struct RowOf final : AnyRow {
    explicit RowOf(Row<V> given) : row(std::move(given)) {}
    void read(Choices& to, const std::string& place, const std::string& text) const override {
        to.*row.said = static_cast<V>(row.words.read(place, text));
    }
    [[nodiscard]] std::optional<std::string> text(const Choices& from) const override {
        if (!(from.*row.said)) return std::nullopt;
        return row.words.text(typed(from));
    }
    void require_valid(const Choices& choices, const std::string& place) const override {
        if (choices.*row.said) row.words.check(place, typed(choices));
    }
    void take(Choices& to, const Choices& from) const override {
        if (from.*row.said) to.*row.said = from.*row.said;
    }
    void use_default(Choices& to) const override { to.*row.said = row.usual; }
    void keep(Choices& to, Recipe recipe) const override {
        if (row.place == nullptr || !row.applies(recipe)) return;
        if (const V& value = *row.place(recipe); value != row.none) to.*row.said = value;
    }
    void put(Recipe& to, const Choices& from) const override {
        if (row.place != nullptr && from.*row.said) *row.place(to) = *(from.*row.said);
    }
    [[nodiscard]] auto typed(const Choices& from) const {
        return static_cast<std::conditional_t<std::is_enum_v<V>, Index, V>>(*(from.*row.said));
    }
    Row<V> row;
};

Setting setting_of(const About& about, std::vector<std::string> names,
                   const std::shared_ptr<const AnyRow>& row);

template <class V>
Setting setting_of(const Row<V>& row) {
    return setting_of(row.about, row.words.names, std::make_shared<RowOf<V>>(row));
}

// Of restricted Boltzmann machines.
std::vector<Setting> pretraining_settings();

// Of the loss, and of how the weights move.
std::vector<Setting> learning_settings();

}  // namespace gradus
