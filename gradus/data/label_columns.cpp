#include "gradus/data/label_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/labels.h"

namespace gradus {
namespace {

double truth_in(const std::string& text) {
    constexpr std::array yes{"1", "true", "yes", "t", "y"}, no{"0", "false", "no", "f", "n"};
    const std::string word = lower(text);
    return std::ranges::count(yes, word) > 0 ? 1 : std::ranges::count(no, word) > 0 ? 0 : missing;
}

bool is_zero_or_one(double x) {
    return x == 0 || x == 1 || std::isnan(x);
}

// The first field that is neither 0 nor 1.
[[noreturn]] void refuse(const Table& table, const Column& column, const std::string& expected,
                         const std::string& hint) {
    Index row = 0;
    std::string found;
    for (; row < table.rows && found.empty(); ++row) {
        const auto i = static_cast<std::size_t>(row);
        if (column.is_text()) {
            const std::string& text = column.texts[static_cast<std::size_t>(column.codes[i])];
            if (std::isnan(truth_in(text))) found = text;
        } else if (!is_zero_or_one(column.numbers[i])) {
            found = text_of(column.numbers[i]);
        }
    }
    throw Error(Fault::input, {.place = place_of(table, row - 1),
                               .found = say("column \"{}\" holds {}", column.name, in_quotes(found)),
                               .expected = expected,
                               .hint = hint});
}

Matrix<double> matrix_of(const Table& table, const std::vector<Column>& labels, const std::string& expected,
                         const std::string& hint) {
    Matrix<double> rows(static_cast<Index>(labels.size()), table.rows);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto numbers = zeros_and_ones(labels[i]);
        if (!numbers) refuse(table, labels[i], expected, hint);
        for (Index j = 0; j < table.rows; ++j)
            rows(static_cast<Index>(i), j) = (*numbers)[static_cast<std::size_t>(j)];
    }
    return rows;
}

Index ones_in(View<const double> rows, Index j) {
    Index ones = 0;
    for (Index i = 0; i < rows.rows(); ++i) ones += rows(i, j) == 1 ? 1 : 0;
    return ones;
}

// What a model has learned is no more to be chosen. Words are no quantities.
std::string hint_at_task(const std::vector<Column>& labels, const ColumnChoices& choices) {
    if (choices.classes) return "";
    if (std::ranges::none_of(labels, &Column::is_text))
        return say("{} learns quantities", setting("task", "regress"));
    return labels.size() == 1 ? say("{} learns classes", setting("task", "classify")) : "";
}

Matrix<double> one_hot_rows(const Table& table, const std::vector<Column>& labels,
                            const ColumnChoices& choices) {
    Matrix<double> rows = matrix_of(table, labels, say("0, or the single 1 of its row: a class"),
                                    hint_at_task(labels, choices));
    for (Index j = 0; j < table.rows; ++j)
        if (const Index ones = ones_in(rows, j); ones != 1)
            throw Error(Fault::input,
                        {.place = place_of(table, j),
                         .found = say("{} of the {} target columns are 1",
                                      ones == 0 ? say("none") : std::to_string(ones), labels.size()),
                         .expected = say("one: the class of the row"),
                         .hint = choices.classes ? "" : setting("task", "multilabel")});
    return rows;
}

Matrix<double> label_rows(const Table& table, const std::vector<Column>& labels,
                          const ColumnChoices& choices) {
    return matrix_of(table, labels, say("0 or 1: whether the row has this label"),
                     hint_at_task(labels, choices));
}

std::vector<std::string> without_any(const Dataset& data, const std::vector<Index>& counts, Index count) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] == count) names.push_back(data.target_names[i]);
    return names;
}

std::string note_of_labels(const std::vector<Column>& labels, const std::vector<std::string>& names) {
    for (const Column& label : labels)
        if (label.is_text() && label.texts.size() > 1)
            return say("{} and {} in {} columns are taken for labels: {}", in_quotes(label.texts[0]),
                       in_quotes(label.texts[1]), labels.size(), quoted_list(names));
    return say("the 0 and 1 of {} columns are taken for labels: {} (--task regress: for quantities)",
               labels.size(), quoted_list(names));
}

}  // namespace

std::optional<std::vector<double>> zeros_and_ones(const Column& column) {
    std::vector<double> numbers = column.numbers;
    for (const std::int32_t code : column.codes) {
        const bool absent = code == Column::no_text;
        numbers.push_back(absent ? missing : truth_in(column.texts[static_cast<std::size_t>(code)]));
        if (!absent && std::isnan(numbers.back())) return std::nullopt;
    }
    if (column.is_date() || !std::ranges::all_of(numbers, is_zero_or_one)) return std::nullopt;
    return numbers;
}

bool is_one_hot(View<const double> rows) {
    if (rows.rows() < 2) return false;
    for (Index j = 0; j < rows.columns(); ++j)
        if (ones_in(rows, j) != 1) return false;
    return true;
}

Labels kind_of_columns(const Table& table, const std::vector<Column>& labels, const ColumnChoices& choices) {
    if (choices.classes && !choices.classes->empty()) return Labels::classes;
    if (choices.classes && choices.labels == Labels::automatic) return Labels::values;
    if (choices.labels != Labels::automatic) return choices.labels;
    for (const Column& column : labels)
        if (!zeros_and_ones(column)) return Labels::values;
    return is_one_hot(label_rows(table, labels, choices)) ? Labels::classes : Labels::multilabel;
}

void take_one_hot(Dataset& data, const Table& table, const std::vector<Column>& labels,
                  const ColumnChoices& choices, std::vector<std::string>& notes) {
    const Matrix<double> rows = one_hot_rows(table, labels, choices);
    for (std::size_t i = 0; i < labels.size(); ++i)
        data.class_names.push_back(table.labels_are_numbered ? std::to_string(i) : labels[i].name);
    if (choices.classes && *choices.classes != data.class_names)
        throw Error(Fault::input, {.place = table.name,
                                   .found = say("its one-hot columns are {}", quoted_list(data.class_names)),
                                   .expected = say("the classes {}", quoted_list(*choices.classes))});
    if (choices.labels_are_an_array) data.target_names = {"label"};
    data.Y = Matrix<double>(1, table.rows);
    for (Index j = 0; j < table.rows; ++j)
        for (Index i = 0; i < rows.rows(); ++i)
            if (rows(i, j) == 1) data.Y(0, j) = double(i);
    if (choices.classes) return;
    const auto same = [&](Index j) { return data.Y(0, j) == data.Y(0, 0); };
    Index equal = 0;
    while (equal < table.rows && same(equal)) ++equal;
    if (equal == table.rows)
        throw Error(Fault::input, {.place = table.name,
                                   .found = say("every row is of the class \"{}\"",
                                                data.class_names[static_cast<std::size_t>(data.Y(0, 0))]),
                                   .expected = say("at least two classes"),
                                   .hint = say("{} names the columns to predict", setting("target"))});
    if (choices.labels == Labels::automatic)
        notes.push_back(say("one-hot labels of {} classes: {} ({}: a label each)", data.class_names.size(),
                            quoted_list(data.class_names), "--task multilabel"));
}

void take_multilabel(Dataset& data, const Table& table, const std::vector<Column>& labels,
                     const ColumnChoices& choices, std::vector<std::string>& notes) {
    data.multilabel = true;
    data.Y = label_rows(table, labels, choices);
    if (choices.classes) return;
    std::vector<Index> counts;
    for (Index i = 0; i < data.Y.rows(); ++i) {
        counts.push_back(0);
        for (Index j = 0; j < table.rows; ++j) counts.back() += data.Y(i, j) == 1 ? 1 : 0;
    }
    const std::vector<std::string> none = without_any(data, counts, 0),
                                   all = without_any(data, counts, table.rows);
    if (none.size() + all.size() == labels.size())
        throw Error(Fault::input, {.place = table.name,
                                   .found = say("no label differs from row to row"),
                                   .expected = say("at least one that some rows have and others have not"),
                                   .hint = say("{} names the columns to predict", setting("target"))});
    if (choices.labels == Labels::automatic) notes.push_back(note_of_labels(labels, data.target_names));
    if (!none.empty()) notes.push_back(say("no row has the label {}", quoted_list(none)));
    if (!all.empty()) notes.push_back(say("every row has the label {}", quoted_list(all)));
}

}  // namespace gradus
