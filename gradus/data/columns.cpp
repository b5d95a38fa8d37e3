#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/data/dataset.h"

namespace gradus {
namespace {

constexpr std::size_t most_classes_of_numbers = 20;
constexpr std::size_t few_categories = 50;
constexpr double largest_target = 1e38;  // its distance to another must be a float

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
    return kept;
}

std::vector<Index> lines_of(const Table& table, const std::vector<Index>& rows) {
    std::vector<Index> lines;
    for (const Index row : rows)
        if (row < static_cast<Index>(table.lines.size()))
            lines.push_back(table.lines[static_cast<std::size_t>(row)]);
    return lines;
}

bool are_whole(const Column& column) {
    return std::ranges::all_of(column.numbers, [](double x) { return std::isnan(x) || x == std::trunc(x); });
}

// How many different numbers, counted no further than `limit`.
std::size_t count_different(const Column& column, std::size_t limit) {
    std::set<double> different;
    for (const double x : column.numbers) {
        if (!std::isnan(x)) different.insert(x);
        if (different.size() > limit) break;
    }
    return different.size();
}

bool is_label_of_classes(const Column& column, const ColumnChoices& choices, Labels by_file) {
    const Labels said = choices.labels != Labels::automatic ? choices.labels : by_file;
    if (said != Labels::automatic) return said == Labels::classes;
    if (column.is_text()) return true;
    if (!are_whole(column)) return false;
    return choices.labels_are_an_array ||
           count_different(column, most_classes_of_numbers) <= most_classes_of_numbers;
}

// The labels' texts in ascending order: numbers by their value, text by its bytes.
std::vector<std::string> class_names(const Column& column) {
    if (column.is_text()) {
        std::vector<bool> occurs(column.texts.size());
        for (const std::int32_t code : column.codes)
            if (code != Column::no_text) occurs[static_cast<std::size_t>(code)] = true;
        std::vector<std::string> names;
        for (std::size_t i = 0; i < occurs.size(); ++i)
            if (occurs[i]) names.push_back(column.texts[i]);
        std::ranges::sort(names);
        return names;
    }
    std::set<double> values;
    for (const double x : column.numbers)
        if (!std::isnan(x)) values.insert(x);
    std::vector<std::string> names;
    for (const double x : values) names.push_back(text_of(x));
    return names;
}

void require_learnable(const Table& table, const Column& label, const std::vector<std::string>& classes,
                       Index examples) {
    const std::string place = fmt::format("{}: column \"{}\"", table.name, label.name);
    if (classes.size() < 2)
        throw Error(Fault::input, {.place = place,
                                   .found = fmt::format("every label is \"{}\"", classes.front()),
                                   .expected = "at least two classes",
                                   .hint = "--target names the column to predict"});
    if (classes.size() > most_classes_of_numbers && 2 * static_cast<Index>(classes.size()) > examples)
        throw Error(Fault::input,
                    {.place = place,
                     .found = fmt::format("{} different labels for {} examples", classes.size(), examples),
                     .expected = "classes with several examples each",
                     .hint = label.is_text() ? "--target names the column to predict" : "--task regress"});
}

Matrix<double> class_numbers(const Table& table, const Column& label,
                             const std::vector<std::string>& classes) {
    const Column text = as_text(label);
    std::vector<double> number_of(text.texts.size());
    for (std::size_t i = 0; i < text.texts.size(); ++i) {
        auto place = std::ranges::find(classes, text.texts[i]);
        if (place == classes.end()) place = std::ranges::find(classes, canonical(text.texts[i]));
        if (place == classes.end() && std::ranges::count(text.codes, static_cast<std::int32_t>(i)) > 0)
            throw Error(Fault::input,
                        {.place = fmt::format("{}: column \"{}\"", table.name, label.name),
                         .found = fmt::format("the class \"{}\" was not there in training", text.texts[i]),
                         .expected = classes.size() <= few_categories ? one_of(classes) : "a known class"});
        number_of[i] = double(place - classes.begin());
    }
    Matrix<double> Y(1, static_cast<Index>(text.codes.size()));
    for (std::size_t j = 0; j < text.codes.size(); ++j)
        Y(0, static_cast<Index>(j)) = number_of[static_cast<std::size_t>(text.codes[j])];
    return Y;
}

Matrix<double> values(const Table& table, const std::vector<Column>& targets) {
    Matrix<double> Y(static_cast<Index>(targets.size()), static_cast<Index>(targets.front().numbers.size()));
    for (std::size_t i = 0; i < targets.size(); ++i) {
        require_numbers(table, targets[i],
                        targets.size() == 1 ? "--task classify" : "one text target at a time");
        for (Index j = 0; j < Y.columns(); ++j) {
            const double y = targets[i].numbers[static_cast<std::size_t>(j)];
            if (std::abs(y) > largest_target)
                throw Error(Fault::input,
                            {.place = fmt::format("{}: column \"{}\"", table.name, targets[i].name),
                             .found = fmt::format("the target {}", y),
                             .expected = "at most 1e38",
                             .hint = "a larger unit, or the logarithm"});
            Y(static_cast<Index>(i), j) = y;
        }
    }
    return Y;
}

// What each column of a table is for.
enum class Role { feature, category, target, ignored };

// An array has its labels in a file of their own; a model that learned them calls them "label".
void require_labels_of_array(const Table& table, const std::vector<std::string>& targets) {
    if (!table.is_array || table.label >= 0) return;
    if (!targets.empty() && targets != std::vector<std::string>{"label"}) return;
    throw Error(Fault::input,
                {.place = table.name,
                 .found = table.divisor != 1 ? "these images have no labels" : "this array has no labels",
                 .expected = "a file with the label of each example",
                 .hint = "--labels FILE, or --target N if column N is what to predict"});
}

std::vector<Role> roles(const Table& table, const ColumnChoices& choices, std::vector<std::size_t>& targets) {
    require_labels_of_array(table, choices.targets);
    std::vector<Role> roles(table.columns.size(), Role::feature);
    for (const std::string& name : choices.categorical) roles[column_place(table, name)] = Role::category;
    for (const std::string& name : choices.ignored) roles[column_place(table, name)] = Role::ignored;
    for (const std::string& name : choices.targets) {
        const std::size_t place = column_place(table, name);
        if (roles[place] == Role::ignored || roles[place] == Role::target)
            throw Error(Fault::input, {.place = "--target",
                                       .found = fmt::format("column \"{}\" is {}", name,
                                                            roles[place] == Role::ignored ? "ignored as well"
                                                                                          : "there twice")});
        targets.push_back(place);
        roles[place] = Role::target;
    }
    if (targets.empty() && table.label >= 0) targets.push_back(static_cast<std::size_t>(table.label));
    if (targets.empty()) {
        for (std::size_t i = table.columns.size(); i-- > 0 && targets.empty();)
            if (roles[i] != Role::ignored) targets.push_back(i);
    }
    for (const std::size_t place : targets) roles[place] = Role::target;
    return roles;
}

// What counts the rows says nothing about them, unless somebody wants it.
void ignore_counters(const Table& table, std::vector<Role>& roles, std::vector<std::string>& notes) {
    for (std::size_t i = 0; i < roles.size(); ++i)
        if (table.columns[i].counts_rows && roles[i] == Role::feature) {
            roles[i] = Role::ignored;
            notes.push_back(fmt::format("the first column is left out: it has no name and counts the rows"));
        }
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
        throw Error(Fault::input, {.place = table.name, .found = "no column is left to predict"});
    if (rows.empty())
        throw Error(Fault::input, {.place = fmt::format("{}: column \"{}\"", table.name,
                                                        table.columns[targets.front()].name),
                                   .found = "no row has a label",
                                   .hint = "--target names the column to predict"});
}

// How many of a text column's fields are numbers of one kind (without a unit, or with the same), and the
// first that is none of them.
struct Mixture {
    std::string kind = {};
    Index numbers = 0;
    Index present = 0;
    std::int32_t other = Column::no_text;
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

std::size_t most_categories(Index rows) {
    return std::max(few_categories, static_cast<std::size_t>(rows) / 10);
}

// A few words among many numbers are mistakes, until somebody says that the numbers are names.
void require_words(const Table& table, const Column& column, const std::string& otherwise) {
    const Mixture mixture = mixture_of(column);
    if (2 * mixture.numbers <= mixture.present) return;
    if (mixture.other == Column::no_text && mixture.kind == "date")  // 31/01/2024 and 01/31/2024
        throw Error(Fault::input,
                    {.place = fmt::format("{}:{}", table.name, column.first_text_line),
                     .found = fmt::format("column \"{}\" holds {} behind dates that are written otherwise",
                                          column.name, in_quotes(column.first_text)),
                     .expected = "one way to write them",
                     .hint = otherwise});
    if (mixture.other == Column::no_text)  // "1.5" and "1,5"
        throw Error(Fault::input,
                    {.place = fmt::format("{}:{}", table.name, column.first_text_line),
                     .found = fmt::format("column \"{}\" holds {} behind numbers that are written otherwise",
                                          column.name, in_quotes(column.first_text)),
                     .expected = "one way to write them",
                     .hint = otherwise.empty() ? "--decimal . or --decimal ," : otherwise});
    const std::string& text = column.texts[static_cast<std::size_t>(mixture.other)];
    const std::string also = otherwise.empty() ? "" : " or " + otherwise;
    throw Error(Fault::input, {.place = place_of(table, column, mixture.other),
                               .found = fmt::format("column \"{}\" holds {}", column.name, in_quotes(text)),
                               .expected = mixture.kind == "date" ? "a date" : "a number",
                               .hint = fmt::format("--missing \"{}\"{}", text, also)});
}

// Names that stay names when typed: what is no category would be left out.
std::string categorical_hint(const Table& table, const Column& column) {
    return column.texts.size() <= most_categories(table.rows)
               ? fmt::format("--categorical \"{}\"", column.name)
               : "";
}

void require_clear_dates(const Table& table, const Column& column) {
    if (!column.is_date()) return;
    const auto& format = std::get<DateFormat>(column.format);
    if (!is_ambiguous(column.numbers, format)) return;
    const double first = *std::ranges::find_if(column.numbers, [&](double x) {
        return !std::isnan(x) && x != with_day_and_month_swapped(x, format);
    });
    throw Error(Fault::input, {.place = fmt::format("{}: column \"{}\"", table.name, column.name),
                               .found = fmt::format("nothing says which part of {} is the day",
                                                    in_quotes(text_of(first, format))),
                               .hint = "--date-order dmy, or --date-order mdy"});
}

// The columns to learn from.
std::vector<Column> feature_columns(Table& table, const std::vector<Role>& roles, bool validation,
                                    std::vector<std::string>& notes) {
    std::vector<Column> columns;
    const std::size_t most = most_categories(table.rows);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (roles[i] != Role::feature && roles[i] != Role::category) continue;
        Column column = roles[i] == Role::category ? as_text(table.columns[i]) : std::move(table.columns[i]);
        if (!validation && table.length == 0 && count_present(column, table.rows) == 0)
            throw Error(Fault::input, {.place = fmt::format("{}: column \"{}\"", table.name, column.name),
                                       .found = "every value is missing",
                                       .hint = fmt::format("--ignore \"{}\"", column.name)});
        if (!validation && column.is_text() && roles[i] == Role::feature)
            require_words(table, column, categorical_hint(table, column));
        if (!validation) require_clear_dates(table, column);
        if (!validation && column.is_text() && column.texts.size() > most) {
            notes.push_back(fmt::format("column \"{}\" is left out: {} different texts in {} rows",
                                        column.name, column.texts.size(), table.rows));
            continue;
        }
        columns.push_back(std::move(column));
    }
    if (columns.empty())
        throw Error(Fault::input, {.place = table.name, .found = "no column is left to learn from"});
    return columns;
}

}  // namespace

std::size_t column_place(const Table& table, const std::string& name) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].name == name) return i;
        names.push_back(table.columns[i].name);
    }
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc{} && end == name.data() + name.size() && 1 <= number && number <= names.size())
        return number - 1;
    const std::string near = did_you_mean(name, names);
    throw Error(Fault::input, {.place = table.name,
                               .found = fmt::format("there is no column \"{}\"", name),
                               .expected = names.size() <= 12 && near.empty() ? one_of(names) : "",
                               .hint = near});
}

Dataset make_dataset(Table table, const ColumnChoices& choices, std::vector<std::string>& notes) {
    notes.insert(notes.end(), table.notes.begin(), table.notes.end());
    std::vector<std::size_t> targets;
    std::vector<Role> role = roles(table, choices, targets);
    ignore_counters(table, role, notes);
    const std::vector<Index> rows = labelled_rows(table, targets);
    require_labels(table, targets, rows);
    if (const auto left_out = table.rows - static_cast<Index>(rows.size()); left_out > 0) {
        notes.push_back(fmt::format("{} row{} without a label {} left out", left_out,
                                    left_out == 1 ? "" : "s", left_out == 1 ? "is" : "are"));
        for (Column& column : table.columns) column = only(column, rows);
        table.lines = lines_of(table, rows);
        table.rows = static_cast<Index>(rows.size());
    }

    const Labels by_file =
        targets.front() == static_cast<std::size_t>(table.label) ? table.labels : Labels::automatic;
    std::vector<Column> labels;
    for (const std::size_t place : targets) labels.push_back(std::move(table.columns[place]));
    if (!choices.classes && choices.labels == Labels::automatic && labels.size() == 1 &&
        labels.front().is_text())
        require_words(table, labels.front(), "--task classify");
    Dataset data{.name = table.name};
    for (const Column& label : labels) {
        data.target_names.push_back(label.name);
        if (label.is_date()) require_numbers(table, label, "--target names another column to predict");
    }
    if (choices.classes ? !choices.classes->empty()
                        : labels.size() == 1 && is_label_of_classes(labels.front(), choices, by_file)) {
        data.class_names = choices.classes ? *choices.classes : class_names(labels.front());
        if (!choices.classes) require_learnable(table, labels.front(), data.class_names, table.rows);
        data.Y = class_numbers(table, labels.front(), data.class_names);
    } else {
        data.Y = values(table, labels);
    }
    const auto in_series = static_cast<std::size_t>(table.channels * table.length);
    table.columns = feature_columns(table, role, choices.classes.has_value(), notes);
    if (table.columns.size() != in_series) table.channels = table.length = 0;
    table.label = -1;  // it is gone
    data.table = std::move(table);
    return data;
}

}  // namespace gradus
