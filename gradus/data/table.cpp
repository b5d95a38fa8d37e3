#include "gradus/data/table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/shared_table.h"

namespace gradus {

std::string text_of(double number) {
    if (number == 0) return "0";  // not "-0"
    const bool whole = std::abs(number) < 1e15 && std::trunc(number) == number;
    std::array<char, 32> text{};
    const auto result = whole ? std::to_chars(text.begin(), text.end(), number, std::chars_format::fixed)
                              : std::to_chars(text.begin(), text.end(), number);
    return {text.begin(), result.ptr};
}

std::string canonical(const std::string& text) {
    if (const auto number = number_in(text)) return text_of(*number);
    const std::vector<ColumnFormat> formats = formats_of(text, {}, {});
    return formats.empty() ? text : text_of(*value_in(text, formats.front()));
}

static double first_number(const Column& column) {
    return *std::ranges::find_if(column.numbers, [](double x) { return !std::isnan(x); });
}

// 20240305, and nothing else in more than one row.
static bool looks_like_days(const Column& column) {
    if (column.is_text() || column.is_date()) return false;
    double before = missing;
    bool differ = false;
    for (const double x : column.numbers) {
        if (std::isnan(x)) continue;
        const auto day = x >= 1900'01'01 && x <= 2099'12'31 && x == std::trunc(x) ? static_cast<int>(x) : 0;
        const int month = day / 100 % 100;
        if (month < 1 || month > 12 || day % 100 < 1 || day % 100 > 31) return false;
        differ = differ || (!std::isnan(before) && x != before);
        before = x;
    }
    return differ;
}

// Whole numbers of more digits than a double keeps: two that differ may have become one.
static bool lost_digits(const Column& column) {
    constexpr double exact = 9007199254740992, longest = 1e21;  // 2^53
    if (column.is_text() || column.is_date()) return false;
    const auto is_long = [](double x) { return std::abs(x) >= exact; };
    const auto is_whole = [](double x) {
        return std::isnan(x) || (x == std::trunc(x) && std::abs(x) < longest);
    };
    return std::ranges::any_of(column.numbers, is_long) && std::ranges::all_of(column.numbers, is_whole);
}

// -999, 99.9: a number of nines in several rows, farther from the others than these are from each other.
static std::string note_of_nines(const Column& column) {
    constexpr Index enough = 20, several = 2;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    double least = infinity, most = -infinity;  // of the others
    const auto look = [&](double nines) {
        least = infinity, most = -infinity;
        Index count = 0, others = 0;
        for (const double x : column.numbers) {
            if (std::isnan(x)) continue;
            if (x == nines) {
                ++count;
                continue;
            }
            ++others;
            least = std::min(least, x), most = std::max(most, x);
        }
        const double gap = nines < least ? least - nines : nines - most;
        return count >= several && others >= enough && gap > most - least ? count : 0;
    };
    const auto is_nines = [](double x) {
        const std::string text = text_of(std::abs(x));
        return std::isfinite(x) && text.find_first_not_of("9.") == text.npos;
    };
    for (const double x : column.numbers)
        if (!std::isnan(x)) least = std::min(least, x), most = std::max(most, x);
    for (const double extreme : {least, most})
        if (is_nines(extreme))
            if (const Index count = look(extreme); count > 0)
                return say(
                    "{} stands in {} of {} rows of column {}, far from all other numbers: does it "
                    "mean a missing value?",
                    text_of(extreme), count, column.numbers.size(), in_quotes(column.name));
    return {};
}

// Is the last number the sum of those above it? It says nothing where less than three of these differ from 0.
static bool ends_in_its_sum(const Column& column) {
    constexpr double rounding = 1e-9;
    constexpr int enough = 3;
    if (std::isnan(column.numbers.back())) return false;
    double sum = 0, size = 0;
    int count = 0;
    for (std::size_t row = 0; row + 1 < column.numbers.size(); ++row) {
        const double x = std::isnan(column.numbers[row]) ? 0 : column.numbers[row];
        sum += x, size += std::abs(x);
        count += x != 0 ? 1 : 0;
    }
    return count >= enough && std::abs(column.numbers.back() - sum) <= rounding * size;
}

static bool has_decimal_comma(const Column& column) {
    const auto* numbers = std::get_if<NumberFormat>(&column.format);
    return !column.is_text() && numbers != nullptr && numbers->decimal == ',';
}

// 1.234 and 56.700, and nothing else: they may be thousands.
static bool may_be_thousands(const Column& column) {
    const auto* numbers = std::get_if<NumberFormat>(&column.format);
    if (numbers == nullptr || numbers->decimal != '.' || !numbers->thousands.empty()) return false;
    bool third_digit = false;
    for (const double x : column.numbers) {
        if (std::isnan(x)) continue;
        const double size = std::abs(x), whole = std::round(1000 * size);
        if (size < 1 || size >= 1000 || size != whole / 1000) return false;
        third_digit = third_digit || std::fmod(whole, 10) != 0;
    }
    return third_digit;
}

void note_formats(Table& table, std::span<const KnownColumn> known) {
    const auto says_the_day = [](const ColumnFormat& format) {
        const auto* date = std::get_if<DateFormat>(&format);
        return date != nullptr && is_day_or_month_first(date->order);
    };
    const auto is_unclear = [&](const Column& column) {
        const auto* date = std::get_if<DateFormat>(&column.format);
        return date != nullptr && is_ambiguous(column.numbers, *date) &&
               std::ranges::none_of(known, [&](const KnownColumn& one) {
                   return one.name == column.name && says_the_day(one.format);
               });
    };
    std::vector<std::pair<std::string, std::vector<std::string>>> kinds;  // and the columns of each
    std::vector<std::string> warnings_of_digits, warnings_of_days, warnings_of_points, warnings_of_nines;
    const auto comma = std::ranges::find_if(table.columns, has_decimal_comma);
    int sums = 0, others = 0;  // columns of numbers, by their last
    for (const Column& column : table.columns) {
        if (column.is_text()) continue;
        const Shown shown(column);
        if (lost_digits(column))
            warnings_of_digits.push_back(
                say("the whole numbers of column {} are beyond 2^53, where not every one of them is a "
                    "double: some that differ may be one (with a letter in front of each they are names)",
                    in_quotes(column.name)));
        if (looks_like_days(column))
            warnings_of_days.push_back(
                say("column {} holds numbers that look like days ({}); written as {} they are "
                    "read as dates",
                    in_quotes(column.name), text_of(first_number(column)), "2024-03-05"));
        if (!column.is_date() && !column.counts_rows && !std::isnan(column.numbers.back()))
            (ends_in_its_sum(column) ? sums : others) += 1;
        if (known.empty() && !column.is_date())
            if (std::string note = note_of_nines(column); !note.empty())
                warnings_of_nines.push_back(std::move(note));
        if (comma != table.columns.end() && may_be_thousands(column))
            warnings_of_points.push_back(
                say("the point in the numbers of column {} is taken for a decimal mark, though column {} has "
                    "decimal commas: does it separate thousands?",
                    in_quotes(column.name), in_quotes(comma->name)));
        const std::string what = is_unclear(column) ? description(DateFormat{}) : description(column.format);
        if (what.empty()) continue;
        auto kind = std::ranges::find(kinds, what, [](const auto& one) { return one.first; });
        if (kind == kinds.end()) kind = kinds.insert(kinds.end(), {what, {}});
        kind->second.push_back(column.name);
    }
    if (known.empty() && sums >= 2 && sums >= others)
        table.notes.push_back(
            say("{} holds the sums of the rows above it (to be deleted if it is no example)",
                place_of(table, table.rows - 1)));
    for (const auto& [what, names] : kinds) {
        table.notes.push_back(names.size() == 1 ? say("column {} holds {}", in_quotes(names), what)
                                                : say("columns {} hold {}", in_quotes(names), what));
    }
    for (const auto& warnings : {warnings_of_digits, warnings_of_days, warnings_of_points, warnings_of_nines})
        table.notes.insert(table.notes.end(), warnings.begin(), warnings.end());
}

std::string place_of(const Table& table, Index row) {
    const auto i = static_cast<std::size_t>(row);
    return i < table.lines.size() ? table.name + ":" + std::to_string(table.lines[i])
                                  : say("{}, row {}", table.name, row + 1);
}

// Of a text table, the line of its first row; otherwise 0.
static Index first_line(const Table& table) {
    return table.lines.empty() ? 0 : table.lines.front();
}

bool is_all_missing(const Column& column) {
    const Shown shown(column);
    return !column.is_text() && std::ranges::all_of(column.numbers, [](double x) { return std::isnan(x); });
}

std::string delete_names() {
    return say("delete the lines that hold the names of the columns again");
}

void require_numbers(const Table& table, const Column& column, const std::string& hint) {
    if (column.is_date())
        throw Error(Fault::input,
                    {.place = say("{}: column {}", table.name, in_quotes(column.name)),
                     .found = say("it holds {}", description(std::get<DateFormat>(column.format))),
                     .expected = say("numbers"),
                     .hint = hint});
    if (!column.is_text()) return;
    if (column.first_text_line == 0)
        throw Error(Fault::input, {.place = say("{}: column {}", table.name, in_quotes(column.name)),
                                   .found = say("it holds {}", say("categories")),
                                   .expected = say("numbers"),
                                   .hint = hint});
    throw Error(Fault::input,
                {.place = table.name + ":" + std::to_string(column.first_text_line),
                 .found = say("column {} holds {}", in_quotes(column.name), in_quotes(column.first_text)),
                 .expected = say("a number"),
                 .hint = !table.unnamed && column.first_text == column.name ? delete_names()
                         : table.unnamed && column.first_text_line == first_line(table)
                             ? say("{} if the first row is names", setting("header", "yes"))
                             : hint});
}

void require_unit(const Table& table, const Column& column, const std::string& unit,
                  const std::string& in_training) {
    if (unit.empty() || in_training.empty() || unit == in_training) return;
    throw Error(Fault::input, {.place = say("{}: column \"{}\"", table.name, column.name),
                               .found = say("the unit is \"{}\"", unit),
                               .expected = say("\"{}\", as in training", in_training)});
}

Matrix<double> numbers_of(const Table& table) {
    require_valid(table);
    const auto is_numeric = [](const Column& column) { return !column.is_text(); };
    Matrix<double> X(std::ranges::count_if(table.columns, is_numeric), table.rows);
    Index i = 0;
    for (const Column& column : table.columns) {
        if (column.is_text()) continue;
        for (Index j = 0; j < table.rows; ++j) X(i, j) = column.numbers[static_cast<std::size_t>(j)];
        ++i;
    }
    return X;
}

Column as_text(const Column& column) {
    if (column.is_text()) return column;
    Column text{.name = column.name};
    std::unordered_map<double, std::int32_t> codes;
    for (const double number : column.numbers) {
        if (std::isnan(number)) {
            text.codes.push_back(Column::no_text);
            continue;
        }
        const auto [place, is_new] = codes.emplace(number, static_cast<std::int32_t>(text.texts.size()));
        if (is_new) text.texts.push_back(column.is_date() ? text_of(number, column.format) : text_of(number));
        text.codes.push_back(place->second);
    }
    return text;
}

void require_clear_dates(const Table& table, const Column& column) {
    if (!column.is_date()) return;
    const auto& format = std::get<DateFormat>(column.format);
    if (!is_ambiguous(column.numbers, format)) return;
    const double first = *std::ranges::find_if(column.numbers, [&](double x) {
        return !std::isnan(x) && x != with_day_and_month_swapped(x, format);
    });
    throw Error(Fault::input,
                {.place = table.name + ": column \"" + column.name + "\"",
                 .found = say("nothing says which part of {} is the day", in_quotes(text_of(first, format))),
                 .hint = say("{} or {}", setting("date_order", "dmy"), setting("date_order", "mdy"))});
}

}  // namespace gradus
