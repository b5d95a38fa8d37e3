#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/data/column_roles.h"
#include "gradus/data/dataset.h"
#include "gradus/data/dialect.h"
#include "gradus/data/division.h"
#include "gradus/data/labels.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

constexpr std::size_t few_categories = 50;

bool is_absent(const Column& column, Index row) {
    const auto i = static_cast<std::size_t>(row);
    return column.is_text() ? column.codes[i] == Column::no_text : std::isnan(column.numbers[i]);
}

Index count_present(const Column& column, Index rows) {
    Index count = 0;
    for (Index row = 0; row < rows; ++row) count += is_absent(column, row) ? 0 : 1;
    return count;
}

Column only(const Column& column, const std::vector<Index>& rows) {
    const Shown shown(column);
    Column kept{.name = column.name,
                .texts = column.texts,
                .format = column.format,
                .first_text = column.first_text,
                .first_text_line = column.first_text_line};
    for (const Index row : rows) {
        const auto i = static_cast<std::size_t>(row);
        if (column.is_text()) {
            kept.codes.push_back(column.codes[i]);
        } else {
            kept.numbers.push_back(column.numbers[i]);
        }
    }
    keep_like(kept, column);
    return kept;
}

// The rows that are not among these.
Table other_rows(const Table& table, const std::vector<Index>& rows) {
    std::vector<Index> others;
    auto next = rows.begin();
    for (Index row = 0; row < table.rows; ++row) {
        if (next != rows.end() && *next == row) {
            ++next;
        } else {
            others.push_back(row);
        }
    }
    Table other{.name = table.name, .rows = static_cast<Index>(others.size()), .divisor = table.divisor};
    for (const Column& column : table.columns) other.columns.push_back(only(column, others));
    return other;
}

// Those columns of `from` that the table has.
Table with_columns_of(const Table& table, Table from) {
    std::erase_if(from.columns, [&](const Column& column) {
        return std::ranges::find(table.columns, column.name, &Column::name) == table.columns.end();
    });
    from.channels = table.channels;
    from.length = table.length;
    return from;
}

std::vector<Index> lines_of(const Table& table, const std::vector<Index>& rows) {
    std::vector<Index> lines;
    for (const Index row : rows)
        if (row < static_cast<Index>(table.lines.size()))
            lines.push_back(table.lines[static_cast<std::size_t>(row)]);
    return lines;
}

// What a column is called: by its name, unless that is another's as well.
std::string word_for(const Table& table, std::size_t place) {
    const std::string& name = table.columns[place].name;
    const auto* first = std::ranges::find(table.columns, name, &Column::name).base();
    return !name.empty() && first == &table.columns[place] ? name : std::to_string(place + 1);
}

std::vector<Index> labelled_rows(const Table& table, const std::vector<std::size_t>& targets) {
    std::vector<Index> rows;
    for (Index row = 0; row < table.rows; ++row)
        if (std::ranges::none_of(targets, [&](std::size_t i) { return is_absent(table.columns[i], row); }))
            rows.push_back(row);
    return rows;
}

void require_labels(const Table& table, const std::vector<std::size_t>& targets,
                    const std::vector<Index>& rows) {
    if (targets.empty())
        throw Error(Fault::input, {.place = table.name, .found = say("no column is left to predict")});
    if (rows.empty())
        throw Error(Fault::input,
                    {.place = say("{}: column \"{}\"", table.name, table.columns[targets.front()].name),
                     .found = say("no row has a label"),
                     .hint = say("{} names the column to predict", setting("target"))});
}

std::size_t most_categories(Index rows) {
    return std::max(few_categories, static_cast<std::size_t>(rows) / 10);
}

// Names that stay names when typed: what is no category would be left out.
std::string categorical_hint(const Table& table, const Column& column) {
    return column.texts.size() <= most_categories(table.rows) ? option_for("categorical", column.name) : "";
}

// "date", "Time", "日期": a column of dates that says when its row was, whatever other dates stand there.
bool says_when(const std::string& name) {
    constexpr std::array names{"date", "time", "datetime", "timestamp", "日期", "时间", "时间戳"};
    return std::ranges::count(names, lower(name)) > 0;
}

bool is_time_of_day(const Column& column) {
    return column.is_date() && std::get<DateFormat>(column.format).order == DateOrder::time_of_day;
}

// By which dates rows are latest, and a note that says so.
const Column* column_of_times(const Table& table, const std::vector<Role>& roles,
                              std::vector<std::string>& notes) {
    std::vector<const Column*> dates, named;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const Column& column = table.columns[i];
        if (!column.is_date() || is_time_of_day(column) || roles[i] == Role::target ||
            roles[i] == Role::group || roles[i] == Role::weight)
            continue;
        require_clear_dates(table, column);
        dates.push_back(&column);
        if (says_when(column.name)) named.push_back(&column);
    }
    const Column* found = dates.size() == 1 ? dates.front() : named.size() == 1 ? named.front() : nullptr;
    notes.push_back(found != nullptr ? say("the time of a row is that of column \"{}\"", found->name)
                    : dates.empty() ? say("the time of a row is its place in the file: no column holds dates")
                    : named.empty()
                        ? say("the time of a row is its place in the file: of {} columns of dates none is "
                              "called \"date\" or \"time\"",
                              dates.size())
                        : say("the time of a row is its place in the file: of {} columns of dates more than "
                              "one is called \"date\" or \"time\"",
                              dates.size()));
    return found;
}

void note_absent(const Column& column, Index rows, const std::string& what, std::vector<std::string>& notes) {
    const Index absent = rows - count_present(column, rows);
    if (absent == 0) return;
    notes.push_back(
        say_count(absent, "{} row without \"{}\": {}", "{} rows without \"{}\": {}", column.name, what));
}

// How much each row counts.
void take_weights(Dataset& data, const Table& table, const ColumnChoices& choices,
                  const std::vector<Role>& roles, std::vector<std::string>& notes) {
    const auto place = std::ranges::find(roles, Role::weight) - roles.begin();
    if (place == std::ssize(roles)) {
        if (!choices.weight.empty())
            notes.push_back(say("there is no column \"{}\": every row has the weight 1", choices.weight));
        return;
    }
    const Column& column = table.columns[static_cast<std::size_t>(place)];
    require_numbers(table, column);
    double sum = 0;
    for (Index row = 0; row < table.rows; ++row) {
        const double weight = column.numbers[static_cast<std::size_t>(row)];
        sum += weight;
        if (!(weight >= 0))
            throw Error(Fault::input,
                        {.place = place_of(table, row),
                         .found = say("column \"{}\" holds {}", column.name,
                                      std::isnan(weight) ? say("nothing") : "\"" + text_of(weight) + "\""),
                         .expected = say("a weight of at least 0")});
    }
    if (!(0 < sum && std::isfinite(sum)))
        throw Error(Fault::input, {.place = say("{}: column \"{}\"", table.name, column.name),
                                   .found = sum == 0 ? say("every weight is 0")
                                                     : say("the sum of the weights is too large"),
                                   .expected = say("weights with a positive sum")});
    data.weights = column.numbers;
    data.weight_name = word_for(table, static_cast<std::size_t>(place));
}

// What is known of the rows besides their features and labels, before the columns go.
void take_division(Dataset& data, const Table& table, const ColumnChoices& choices,
                   const std::vector<Role>& roles, std::vector<std::string>& notes) {
    const auto place = std::ranges::find(roles, Role::group) - roles.begin();
    if (place < std::ssize(roles)) {
        const Column& column = table.columns[static_cast<std::size_t>(place)];
        if (count_present(column, table.rows) == 0)
            throw Error(Fault::input, {.place = say("{}: column \"{}\"", table.name, column.name),
                                       .found = say("every value is missing"),
                                       .expected = say("the group of each row")});
        note_absent(column, table.rows, say("each is a group of its own"), notes);
        data.together = groups_of(column);
        data.group_name = word_for(table, static_cast<std::size_t>(place));
    }
    if (!choices.by_time) return;
    const Column* column = column_of_times(table, roles, notes);
    if (column == nullptr) return;
    note_absent(*column, table.rows, say("they count as the earliest"), notes);
    data.times = column->numbers;
    data.time_name = column->name;
}

// "0x1F", "~5", "3/4", "12 kg" beside "30 lb": no number to us, though its writer may have meant one.
bool begins_with_digit(std::string_view text) {
    for (const std::string_view sign : {"\u20AC", "\u00A3", "\u00A5", "\uFFE5", "\u2248", "\u2264", "\u2265"})
        if (text.starts_with(sign)) text.remove_prefix(sign.size());
    text.remove_prefix(std::min(text.find_first_not_of("+-~<>=($'\" "), text.size()));
    const std::string_view wide = "\uFF10";  // up to U+FF19
    const bool is_wide = text.size() >= 3 && text.starts_with(wide.substr(0, 2)) && text[2] >= wide[2] &&
                         text[2] <= wide[2] + 9;
    return is_wide || (!text.empty() && is_digit(text[0]));
}

void note_text_of_digits(const Column& column, std::vector<std::string>& notes) {
    constexpr std::size_t few = 10;  // are names, "2nd floor"
    if (!column.is_text() || column.texts.size() <= few) return;
    const auto with_digits = std::ranges::count_if(column.texts, begins_with_digit);
    if (2 * with_digits <= std::ssize(column.texts)) return;
    notes.push_back(
        say("column {} is text, although its fields begin with digits ({}): each of its {} different texts "
            "is a category",
            in_quotes(column.name), in_quotes(*std::ranges::find_if(column.texts, begins_with_digit)),
            column.texts.size()));
}

void note_spellings(const Column& column, std::vector<std::string>& notes) {
    const auto groups = spellings_of(column.texts);
    if (groups.empty()) return;
    const std::string first = quoted_list(groups.front());
    notes.push_back(
        groups.size() == 1
            ? say("column {}: the categories {} differ in case or blanks only", in_quotes(column.name), first)
            : say_count(static_cast<Index>(groups.size()) - 1,
                        "column {1}: the categories {2} differ in case or blanks only, and so do those of "
                        "{0} other group",
                        "column {1}: the categories {2} differ in case or blanks only, and so do those of "
                        "{0} other groups",
                        in_quotes(column.name), first));
}

// As text, where somebody says that its numbers are categories.
Column column_in_role(Column& column, Role role) {
    if (role != Role::category || column.is_text()) return std::move(column);
    const Shown shown(column);
    Column text = as_text(column);
    keep_like(text, column);
    return text;
}

// Every rank keeps what an update needs of all examples, and what divides them.
void keep_labels_everywhere(Table& table, const std::vector<Role>& roles, bool by_time) {
    for (std::size_t i = 0; i < roles.size(); ++i)
        if (roles[i] == Role::target || roles[i] == Role::group || roles[i] == Role::weight ||
            (by_time && table.columns[i].is_date()))
            keep_everywhere(table.columns[i]);
}

// The columns to learn from.
std::vector<Column> feature_columns(Table& table, const std::vector<Role>& roles, bool validation,
                                    std::vector<std::string>& notes) {
    std::vector<Column> columns;
    std::string left_out, hint;
    const std::size_t most = most_categories(table.rows);
    const auto is_learned_from = [](Role role) { return role == Role::feature || role == Role::category; };
    const auto require_values = [&](const Column& column) {
        if (table.length > 0 || count_present(column, table.rows) > 0) return;
        const bool others = std::ranges::count_if(roles, is_learned_from) > 1;
        throw Error(Fault::input,
                    {.place = say("{}: column \"{}\"", table.name, column.name),
                     .found = others ? say("every value is missing")
                                     : say("every value of the only column to learn from is missing"),
                     .hint = others ? option_for("ignore", column.name) : ""});
    };
    const auto suits = [&](const Column& column, Role role) {
        const Shown shown(column);
        if (role == Role::category) require_exact_names(table, column);
        require_values(column);
        if (role == Role::category) return true;
        if (column.is_text())
            require_words(table, column, categorical_hint(table, column), option_for("ignore", column.name));
        require_clear_dates(table, column);
        if (column.is_text() && column.texts.size() > most) {
            left_out = say("column \"{}\" is left out: {} different texts in {} rows", column.name,
                           column.texts.size(), table.rows);
            hint = option_for("categorical", column.name);
            notes.push_back(left_out);
            return false;
        }
        note_text_of_digits(column, notes);
        note_spellings(column, notes);
        return true;
    };
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (is_learned_from(roles[i]) && (validation || suits(table.columns[i], roles[i])))
            columns.push_back(column_in_role(table.columns[i], roles[i]));
    if (columns.empty())
        throw Error(Fault::input,
                    {.place = table.name,
                     .found = left_out.empty() ? say("no column is left to learn from")
                                               : say("no column is left to learn from: {}", left_out),
                     .hint = hint});
    return columns;
}

// Its columns leave the table.
void take_target(Dataset& data, Table& table, const std::vector<std::size_t>& targets,
                 const ColumnChoices& choices, std::vector<std::string>& notes) {
    const Labels by_file =
        targets.front() == static_cast<std::size_t>(table.label) ? table.labels : Labels::automatic;
    std::vector<Column> labels;
    for (const std::size_t place : targets) labels.push_back(std::move(table.columns[place]));
    for (const Column& label : labels)
        if (label.is_date())
            require_numbers(table, label, say("{} names another column to predict", setting("target")));
    ColumnChoices of_labels = choices;
    if (choices.labels == Labels::automatic) of_labels.labels = by_file;
    take_labels(data, table, labels, of_labels, notes);
}

}  // namespace

// One column, whose fields all have the same sign in them as often as its name: "a^b^y".
static void require_separated(const Table& table) {
    if (table.columns.size() != 1 || table.is_array || table.length > 0 || !table.columns[0].is_text())
        return;
    const Shown shown(table.columns[0]);
    const std::string& name = table.columns[0].name;
    const std::vector<std::string>& texts = table.columns[0].texts;
    for (const char sign : std::string_view("^:~!#&*")) {
        const auto times = std::ranges::count(name, sign);
        const auto as_often = [&](const std::string& text) {
            return std::ranges::count(text, sign) == times;
        };
        if (times == 0 || !std::ranges::all_of(texts, as_often)) continue;
        const std::string two(2, sign);
        if (std::string_view("^*&").find(sign) == std::string_view::npos &&
            name.find(two) != std::string::npos && std::ranges::all_of(texts, [&](const std::string& text) {
                return text.find(two) != std::string::npos;
            }))
            throw separator_is_long(table.name, sign);
        throw Error(Fault::input, {.place = table.name,
                                   .found = say("one column, {}", in_quotes(name)),
                                   .expected = say("at least two"),
                                   .hint = setting("delimiter", std::string(1, sign))});
    }
}

Dataset make_dataset(Table table, const ColumnChoices& choices, std::vector<std::string>& notes) {
    require_valid(table);
    if (!choices.classes) require_separated(table);
    notes.insert(notes.end(), table.notes.begin(), table.notes.end());
    const auto [role, targets] = roles_of(table, choices, notes);
    keep_labels_everywhere(table, role, choices.by_time);
    const bool has_targets = choices.labels != Labels::none;
    std::vector<std::string> words;
    for (const std::size_t place : targets) words.push_back(word_for(table, place));
    const std::vector<Index> rows = labelled_rows(table, targets);
    if (has_targets) require_labels(table, targets, rows);
    std::optional<Table> unlabelled;
    if (const auto left_out = table.rows - static_cast<Index>(rows.size()); left_out > 0) {
        unlabelled = other_rows(table, rows);
        notes.push_back(say_count(left_out, "{} row without a label is left out",
                                  "{} rows without a label are left out"));
        for (Column& column : table.columns) column = only(column, rows);
        table.lines = lines_of(table, rows);
        table.rows = static_cast<Index>(rows.size());
    }

    Dataset data{.name = table.name, .target_words = words};
    take_division(data, table, choices, role, notes);
    take_weights(data, table, choices, role, notes);
    if (has_targets) take_target(data, table, targets, choices, notes);
    if (!has_targets) data.Y = Matrix<double>(0, table.rows);
    const auto in_series = static_cast<std::size_t>(table.channels * table.length);
    table.columns = feature_columns(table, role, choices.classes.has_value(), notes);
    if (table.columns.size() != in_series) table.channels = table.length = 0;
    table.label = -1;  // it is gone
    table.label_columns = 1;
    table.labels_are_numbered = false;
    data.table = std::move(table);
    if (unlabelled) data.unlabelled.push_back(with_columns_of(data.table, std::move(*unlabelled)));
    if (data.group_name.empty()) data.together = equal_rows(data.table);
    return data;
}

}  // namespace gradus
