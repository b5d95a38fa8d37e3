#include "gradus/data/dialect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/column_format.h"
#include "gradus/data/csv_scanner.h"
#include "gradus/data/shared_table.h"
#include "gradus/data/table.h"

namespace gradus {
namespace {

constexpr std::size_t most_rows = 200;
constexpr char blanks = CsvScanner::runs_of_blanks;
constexpr std::array candidates{';', '\t', '|', ',', blanks};  // who wins where nothing else decides

struct Layout {
    char separator = ',';
    std::size_t fields = 0;  // of most rows
    std::size_t rows = 0;    // that have so many
    std::size_t all_rows = 0;
    std::size_t least = 0;    // fields of a row
    bool ends_empty = false;  // every row but perhaps the first
    bool is_doubled = true;
    double values = -1;         // the share of fields that are numbers, dates or missing
    bool is_one_value = false;  // blanks only: each row but perhaps the first is a date with its time of day
};

bool is_value(std::string_view field) {
    return is_missing(field) || number_in(field) || !formats_of(field, {}, {}).empty();
}

// f(row, field) for each field of the first rows, as far as they can be read; gives the number of whole rows.
template <class F>
std::size_t for_each_field(std::string_view text, bool is_all, char separator, std::size_t lines_before,
                           F f) {
    const Bytes bytes = in_memory(text, "");
    std::size_t row = 0;
    try {
        CsvScanner scanner(*bytes, separator, text.size() + 1);
        for (std::size_t i = 0; i < lines_before; ++i) scanner.skip_line();
        for (; row < most_rows && scanner.next_row(); ++row) do
                f(row, scanner.field());
            while (!scanner.row_ended());
        // the last row may be cut off
        if (!is_all && row > 1 && row < most_rows) --row;
    } catch (const Error&) {  // a quote is in the way: it is another separator, or the reader will say so
    }
    return row;
}

Layout layout_of(std::string_view text, bool is_all, char separator, std::size_t lines_before) {
    std::vector<std::size_t> counts;
    std::vector<bool> ends_empty;
    Layout layout{.separator = separator};
    layout.all_rows =
        for_each_field(text, is_all, separator, lines_before, [&](std::size_t row, std::string_view field) {
            counts.resize(row + 1);
            ends_empty.resize(row + 1);
            layout.is_doubled = layout.is_doubled && (counts[row] % 2 == 0 || field.empty());
            ++counts[row];
            ends_empty[row] = field.empty();
        });
    counts.resize(layout.all_rows);
    ends_empty.resize(layout.all_rows);
    layout.least = counts.empty() ? 0 : *std::ranges::min_element(counts);
    layout.ends_empty = ends_empty.size() > 1 &&
                        std::find(ends_empty.begin() + 1, ends_empty.end(), false) == ends_empty.end();
    std::map<std::size_t, std::size_t> rows_with;
    for (const std::size_t count : counts) ++rows_with[count];
    for (const std::size_t count : counts)  // the first of equally many
        if (rows_with[count] > layout.rows) layout.fields = count, layout.rows = rows_with[count];
    layout.is_doubled = layout.is_doubled && layout.fields >= 3 && layout.fields % 2 == 1 && layout.rows > 1;
    return layout;
}

// A blank stands in "2024-01-31 10:15" and in "9:05 PM" as well: does this field go on with a date or time of
// day? Perhaps with more behind it, which another separator would part: "10:15,Rome".
bool goes_on(const std::string& before, std::string_view field) {
    if (before.find_first_of("/-.:") == before.npos) return false;
    const std::string_view head = field.substr(0, field.find_first_of(";\t|,"));
    const std::string kind = kind_of_value(before + ' ' + std::string(head));
    return !kind.empty() && !kind.starts_with("number");
}

// The two are one field.
void count_values(Layout& layout, std::string_view text, bool is_all, std::size_t lines_before) {
    if (layout.values >= 0) return;
    std::size_t fields = 0, values = 0, last_row = most_rows, in_row = 0;
    std::string before;
    bool before_is_value = false;
    layout.is_one_value = layout.separator == blanks;
    for_each_field(text, is_all, layout.separator, lines_before,
                   [&](std::size_t row, std::string_view field) {
                       if (row != last_row) before.clear(), in_row = 0;
                       last_row = row;
                       if (layout.separator == blanks && !before.empty() && goes_on(before, field)) {
                           values -= before_is_value ? 1 : 0;
                           before += ' ';
                           before += field;
                       } else {
                           before = field;
                           ++fields, ++in_row;
                       }
                       before_is_value = is_value(before);
                       values += before_is_value ? 1 : 0;
                       if (in_row > 1 && (row > 0 || layout.all_rows == 1)) layout.is_one_value = false;
                   });
    layout.values = fields == 0 ? 0 : double(values) / double(fields);
}

// Two words in a row are a name rather than two columns; three, the same number in every row, are a table.
bool are_columns(const Layout& layout) {
    constexpr double some = 0.25;
    if (layout.is_one_value) return false;
    return layout.values >= some || (layout.fields >= 3 && layout.rows == layout.all_rows);
}

// Does b take the place of a? Blanks stand in text as well: a few rows more do not speak for them.
bool is_better(const Layout& b, const Layout& a) {
    constexpr double nearly = 0.9;
    const bool no_matter = b.separator == blanks && double(a.rows) >= nearly * double(b.rows);
    if (b.rows != a.rows && !(no_matter && a.values > b.values)) return b.rows > a.rows;
    return b.values > a.values;
}

// "sep=;". In quotes it is the name of a column.
char separator_said(std::string_view text) {
    std::string_view line = text.substr(0, text.find_first_of("\r\n"));
    const bool said = line.size() == 5 && (line.starts_with("sep=") || line.starts_with("SEP="));
    return said ? line[4] : char(0);
}

// "a,b,c" in quotes, and so in each row: a spreadsheet took the lines of a file for text.
bool are_lines_in_quotes(std::string_view text, bool is_all, char separator, std::size_t lines_before) {
    std::size_t fields = 0;
    std::ptrdiff_t least = 2;  // two numbers with a comma between them are a place
    bool same = true;
    const std::size_t rows =
        for_each_field(text, is_all, separator, lines_before, [&](std::size_t, std::string_view field) {
            const std::ptrdiff_t count = std::ranges::count(field, separator);
            if (fields++ == 0) least = std::max(least, count);
            same = same && count == least;
        });
    return same && rows == fields && rows > 2;
}

bool rise(const std::vector<double>& numbers) {
    if (numbers.size() < 3) return false;
    const auto in_order = [&](auto fits) {
        return std::ranges::adjacent_find(numbers, fits) == numbers.end();
    };
    const bool by_one = in_order([](double a, double b) { return b != a + 1; });
    if (by_one && (numbers[0] == 0 || numbers[0] == 1)) return true;
    const auto is_year = [](double x) { return x >= 1000 && x < 3000 && x == std::trunc(x); };
    return std::ranges::all_of(numbers, is_year) && in_order([](double a, double b) { return b <= a; });
}

// "1/22/20", "1/23/20": a series of days, weeks, months or years. Of dates in a row of data it is not the
// same time from one to the next.
bool are_dates_at_equal_steps(const std::vector<std::string>& fields) {
    const auto are = [&](DateOrder order) {
        std::vector<double> steps;
        for (std::size_t i = 1; i < fields.size(); ++i) {
            const auto before = number_in(fields[i - 1], DateFormat{.order = order});
            const auto date = number_in(fields[i], DateFormat{.order = order});
            if (!before || !date) return false;
            steps.push_back(*date - *before);
        }
        constexpr double months_differ = 31.0 / 28.0;
        const auto [least, most] = std::minmax_element(steps.begin(), steps.end());
        return steps.size() >= 2 && *least > 0 && *most <= months_differ * *least;
    };
    return are(DateOrder::ymd) || are(DateOrder::dmy) || are(DateOrder::mdy);
}

// "2024年1月", "Jan 2024": what a column of that month is called.
bool names_a_month(std::string_view field) {
    const bool begins_with_name = !field.empty() && !is_digit(field[0]);
    return field.ends_with("月") || (begins_with_name && std::ranges::count(field, ' ') == 1);
}

// Names may begin with a number and letters ("1stFlrSF"); with signs they do not ("12 %").
std::optional<double> first_row_number(std::string_view field) {
    if (const auto number = number_in(field)) return number;
    for (const ColumnFormat& format : formats_of(field, {}, {})) {
        const auto* numbers = std::get_if<NumberFormat>(&format);
        if (numbers == nullptr && names_a_month(field)) continue;
        const std::string unit = numbers == nullptr ? "" : numbers->after;
        if (std::ranges::none_of(unit, is_letter)) return value_in(field, format);
    }
    return std::nullopt;
}

std::string_view without_line(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_of("\r\n"), text.size()));
    text.remove_prefix(text.starts_with("\r\n") ? 2 : std::min<std::size_t>(1, text.size()));
    return text;
}

// The lines at the beginning that begin with #. Where there are no others they are rows.
std::vector<std::string_view> comments_in(std::string_view text) {
    std::vector<std::string_view> comments;
    for (; text.starts_with('#'); text = without_line(text))
        comments.push_back(text.substr(0, text.find_first_of("\r\n")));
    return text.empty() ? std::vector<std::string_view>{} : comments;
}

// "# x y" has the names x and y.
bool holds_names(std::string_view comment, const Layout& rows) {
    comment.remove_prefix(std::min(comment.find_first_not_of("# \t"), comment.size()));
    return rows.fields > 1 && layout_of(comment, true, rows.separator, 0).fields == rows.fields;
}

}  // namespace

Dialect find_dialect(std::string_view beginning, bool is_all, char given) {
    std::string_view text = beginning;
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    const char said = separator_said(text);
    if (given == 0) given = said;
    const std::vector<std::string_view> comments = comments_in(said != 0 ? without_line(text) : text);
    const std::size_t lines_before = (said != 0 ? 1 : 0) + comments.size();
    const auto layout = [&](char separator) { return layout_of(beginning, is_all, separator, lines_before); };
    const auto in_most = [](const Layout& one) { return 2 * one.rows > one.all_rows ? one.fields : 0; };
    const auto dialect = [&](const Layout& one) {
        const bool names_commented = !comments.empty() && holds_names(comments.back(), one);
        return Dialect{.separator = one.separator,
                       .lines_before = lines_before - (names_commented ? 1 : 0),
                       .has_comments = !comments.empty(),
                       .names_commented = names_commented,
                       .fields = in_most(one),
                       .ends_empty = one.ends_empty && one.fields > 1,
                       .is_doubled = one.is_doubled};
    };
    if (given != 0) return dialect(layout(given));

    Layout best, ragged;
    const auto occurs = [&](char c) { return beginning.find(c) != beginning.npos; };
    for (const char separator : candidates) {
        if (!occurs(separator) && !(separator == blanks && occurs('\t'))) continue;
        Layout one = layout(separator);
        const auto values = [&](Layout& of) { count_values(of, beginning, is_all, lines_before); };
        if (in_most(one) == 0 && one.least >= 2) {
            values(one);
            if (one.values > std::max(0.5, ragged.values)) ragged = one;
        }
        if (one.fields < 2 || in_most(one) == 0) continue;
        if (separator == blanks) values(one);
        if (separator == blanks && !are_columns(one)) continue;
        if (best.rows > 0) values(best), values(one);  // most tables have one candidate
        if (best.rows == 0 || is_better(one, best)) best = one;
    }
    const bool in_quotes =
        best.rows == 0 && std::ranges::any_of(candidates, [&](char separator) {
            return separator != blanks && are_lines_in_quotes(beginning, is_all, separator, lines_before);
        });
    // No number of fields is that of most rows, but these are numbers: the reader will say which row differs.
    if (best.rows == 0) best = ragged.rows > 0 ? ragged : layout(',');
    Dialect found = dialect(best);
    found.are_lines_in_quotes = in_quotes;
    return found;
}

FirstRow judge_first_row(std::span<const std::string> fields) {
    FirstRow first;
    std::vector<double> numbers;
    std::vector<std::string> dates;
    bool absent = false;
    for (std::size_t j = 0; j < fields.size(); ++j) {
        absent = absent || (is_missing(fields[j]) && !(j == 0 && fields[j].empty() && fields.size() > 1));
        const auto number = is_missing(fields[j]) ? std::nullopt : first_row_number(fields[j]);
        if (!number) continue;
        numbers.push_back(*number);
        if (kind_of_value(fields[j]) == "date") dates.push_back(fields[j]);
        if (first.number.empty()) first.number = fields[j];
    }
    const bool all_dates = dates.size() == numbers.size();
    first.is_names =
        !absent && (numbers.empty() || (all_dates ? are_dates_at_equal_steps(dates) : rise(numbers)));
    return first;
}

// Of several columns of text that hold their names in the same rows and nowhere else: the first of these
// rows, or -1.
static Index row_of_names(const Table& table) {
    if (table.columns.size() < 2) return -1;
    std::vector<char> rows, these;
    for (const Column& column : table.columns) {
        const Shown shown(column);
        const auto name = std::ranges::find(column.texts, column.name) - column.texts.begin();
        these.clear();
        for (const std::int32_t code : column.codes) these.push_back(code == name);
        if (rows.empty()) rows = these;
        if (rows != these) return -1;
    }
    const auto row = std::ranges::find(rows, 1) - rows.begin();
    return row < table.rows ? row : -1;
}

std::string doubt_of_names(const Table& table) {
    if (!std::ranges::all_of(table.columns, &Column::is_text)) return {};
    const auto is_value = [](const Column& column) {
        const Shown shown(column);
        return std::ranges::count(column.texts, column.name) > 0;
    };
    const std::ptrdiff_t values = std::ranges::count_if(table.columns, is_value);
    if (2 * values <= std::ssize(table.columns)) return {};
    if (const Index row = row_of_names(table); row >= 0)
        return say("{} holds the names of the columns again, and counts as an example", place_of(table, row));
    const auto first = std::ranges::find_if(table.columns, is_value);
    return say("the first row is names, although {} stands below as well (--header no otherwise)",
               in_quotes(first->name));
}

bool all_differ(const Column& column) {
    const Shown shown(column);
    std::vector<double> values(column.codes.begin(), column.codes.end());
    if (!column.is_text()) values = column.numbers;
    if (std::ranges::any_of(values, [](double x) { return std::isnan(x); })) return false;
    std::ranges::sort(values);
    return std::ranges::adjacent_find(values) == values.end();
}

Error separator_is_long(const std::string& name, char separator) {
    const std::string one = separator == '\t' ? "\\t" : std::string(1, separator), two = one + one;
    return {Fault::input,
            {.place = name,
             .found = say("{} between its fields", in_quotes(two)),
             .expected = say("one character"),
             .hint = sed_hint("s/" + two + "/" + one + "/g", name)}};
}

std::string sed_hint(const std::string& script, const std::string& name) {
    return "sed " + shell_word(script) + " " + shell_word(name == "standard input" ? "FILE" : name) +
           " > NEW.csv";
}

std::string separator_name(char separator) {
    return separator == '\t' ? "tab" : separator == blanks ? "blank" : std::string(1, separator);
}

}  // namespace gradus
