#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/column_format.h"
#include "gradus/data/csv.h"
#include "gradus/data/labels.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

// How many of a text column's fields are numbers of one kind (without a unit, or with the same), and the
// first that is none of them.
struct Mixture {
    std::string kind = {};
    Index numbers = 0;
    Index present = 0;
    std::int32_t other = Column::no_text;
    std::vector<std::string> others = {};  // all that are none of them
};

Mixture mixture_of(const Column& column) {
    std::vector<std::string> kinds;
    std::vector<Index> numbers;
    std::vector<std::vector<bool>> is_of_kind;  // for each kind: which texts
    std::vector<Index> occurrences(column.texts.size());
    for (const std::int32_t code : column.codes)
        if (code != Column::no_text) ++occurrences[static_cast<std::size_t>(code)];
    for (std::size_t i = 0; i < column.texts.size(); ++i) {
        const std::string kind = kind_of_value(column.texts[i]);
        if (kind.empty() || occurrences[i] == 0) continue;
        auto place = static_cast<std::size_t>(std::ranges::find(kinds, kind) - kinds.begin());
        if (place == kinds.size()) {
            constexpr std::size_t most_kinds = 20;
            if (place == most_kinds) continue;
            kinds.push_back(kind);
            numbers.push_back(0);
            is_of_kind.emplace_back(column.texts.size());
        }
        numbers[place] += occurrences[i];
        is_of_kind[place][i] = true;
    }
    Mixture mixture{.present = std::accumulate(occurrences.begin(), occurrences.end(), Index{0})};
    if (kinds.empty()) return mixture;
    const auto best = static_cast<std::size_t>(std::ranges::max_element(numbers) - numbers.begin());
    mixture.kind = kinds[best];
    mixture.numbers = numbers[best];
    for (const std::int32_t code : column.codes)
        if (code != Column::no_text && !is_of_kind[best][static_cast<std::size_t>(code)]) {
            mixture.other = code;
            break;
        }
    for (std::size_t i = 0; i < column.texts.size(); ++i)
        if (!is_of_kind[best][i] && kind_of_value(column.texts[i]) != mixture.kind) {
            mixture.others.push_back(column.texts[i]);
            if (mixture.other == Column::no_text)  // it stood in a row that was left out
                mixture.other = static_cast<std::int32_t>(i);
        }
    return mixture;
}

// In which line a text stands first, if that is known.
std::string place_of(const Table& table, const Column& column, std::int32_t text) {
    const std::string& words = column.texts[static_cast<std::size_t>(text)];
    const auto row = static_cast<std::size_t>(std::ranges::find(column.codes, text) - column.codes.begin());
    const Index line = words == column.first_text ? column.first_text_line
                       : row < table.lines.size() ? table.lines[row]
                                                  : 0;
    return line > 0 ? fmt::format("{}:{}", table.name, line) : table.name;
}

// One word of a command line, in quotes even where no shell asks for them.
std::string typed_word(const std::string& text) {
    const std::string word = shell_word(text);
    return word == text ? '"' + word + '"' : word;
}

std::string typed(const std::string& text) {
    return typed_word(csv_field(text));
}

// One word for all of them.
std::string typed(const std::vector<std::string>& texts) {
    if (texts.size() == 1) return typed(texts.front());
    std::string list;
    for (const std::string& text : texts) list += (list.empty() ? "" : ",") + csv_field(text);
    return typed_word(list);
}

// Does it stand in the first row alone, which was taken for data? The row may be left out by now.
bool is_in_first_row(const Table& table, const Column& column, std::int32_t text) {
    const std::ptrdiff_t count = std::ranges::count(column.codes, text);
    if (!table.unnamed || count > 1) return false;
    if (count == 1) return column.codes.front() == text;
    return column.texts[static_cast<std::size_t>(text)] == column.first_text && !table.lines.empty() &&
           column.first_text_line < table.lines.front();
}

bool has_one_other(const Mixture& mixture) {
    return 2 * mixture.numbers > mixture.present && mixture.others.size() == 1;
}

// Another column holds its only word in the same line: a row of units, or of types.
bool is_line_of_words(const Table& table, const Column& column, const Mixture& mixture) {
    const auto is_like_it = [&](const Column& one) {
        if (&one == &column || !one.is_text() || one.first_text_line != column.first_text_line) return false;
        const Shown shown(one);
        const Mixture other = mixture_of(one);
        return has_one_other(other) && other.others.front() == one.first_text;
    };
    return column.first_text_line > 0 && has_one_other(mixture) &&
           mixture.others.front() == column.first_text && std::ranges::any_of(table.columns, is_like_it);
}

}  // namespace

void require_words(const Table& table, const Column& column, const std::string& hint,
                   const std::string& if_many) {
    const Mixture mixture = mixture_of(column);
    if (2 * mixture.numbers <= mixture.present) return;
    const bool are_numbers = mixture.kind.starts_with("number");
    // No field made it text: somebody said so, the model that its file belongs to.
    if (mixture.other == Column::no_text && column.first_text_line == 0) return;
    if (mixture.other == Column::no_text) {  // "1.5" and "1,5"; 31/01/2024 and 01/31/2024
        const std::string field = in_quotes(column.first_text);
        throw Error(
            Fault::input,
            {.place = fmt::format("{}:{}", table.name, column.first_text_line),
             .found =
                 are_numbers
                     ? say("column \"{}\" holds {}, not written as the numbers before it or not as {} says",
                           column.name, field, setting("decimal"))
                     : say("column \"{}\" holds {}, not written as the dates before it or not as {} says",
                           column.name, field, setting("date_order")),
             .expected = say("one way to write them"),
             .hint = hint});
    }
    const bool holds_its_name = !table.unnamed && std::ranges::count(mixture.others, column.name) > 0;
    const std::int32_t other =
        holds_its_name
            ? static_cast<std::int32_t>(std::ranges::find(column.texts, column.name) - column.texts.begin())
            : mixture.other;
    const std::string& text = column.texts[static_cast<std::size_t>(other)];
    constexpr std::size_t many = 5;
    const auto is_number = [](const std::string& one) { return kind_of_value(one).starts_with("number"); };
    const bool stand_for_nothing =
        mixture.others.size() <= many && !(are_numbers && std::ranges::any_of(mixture.others, is_number));
    const std::string missing =
        stand_for_nothing ? setting("missing") + " " + typed(mixture.others) : if_many;
    constexpr std::string_view with_unit = "number ";
    throw Error(
        Fault::input,
        {.place = place_of(table, column, other),
         .found = say("column {} holds {}", in_quotes(column.name), in_quotes(text)),
         .expected = mixture.kind.starts_with(with_unit)
                         ? say("a number with the unit {}", in_quotes(mixture.kind.substr(with_unit.size())))
                     : are_numbers            ? say("a number")
                     : mixture.kind == "date" ? say("a date")
                                              : say("a time of day"),
         .hint = holds_its_name ? delete_names()
                 : !table.unnamed && is_line_of_words(table, column, mixture)
                     ? say("delete line {} if it is no row of data", column.first_text_line)
                 : is_in_first_row(table, column, other)
                     ? say("{} if the first row is names", setting("header", "yes"))
                 : hint.empty()    ? missing
                 : missing.empty() ? hint
                                   : say("{} or {}", missing, hint)});
}

}  // namespace gradus
