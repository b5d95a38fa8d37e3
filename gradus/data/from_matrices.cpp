#include <algorithm>
#include <cmath>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/data/dataset.h"
#include "gradus/data/division.h"

namespace gradus {
namespace {

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

[[noreturn]] void fail(const std::string& place, const std::string& found, const std::string& expected,
                       const std::string& hint = {}) {
    throw Error(Fault::usage, {.place = place, .found = found, .expected = expected, .hint = hint});
}

std::string cell(const char* name, Index i, Index j) {
    return std::string(name) + "(" + std::to_string(i) + ", " + std::to_string(j) + ")";
}

void require_names(std::size_t found, const std::string& what, Index expected, const std::string& of_what) {
    if (found != static_cast<std::size_t>(expected))
        fail("make_table", counted(found, what), std::to_string(expected) + ", one for each " + of_what);
}

void require_examples(View<const double> X, Index truths) {
    if (X.empty())
        fail("X", std::to_string(X.rows()) + " rows and " + std::to_string(X.columns()) + " columns",
             "at least one feature and one example");
    if (truths != X.columns())
        fail("Y", counted(static_cast<std::size_t>(truths), "example"),
             std::to_string(X.columns()) + ", as many as X has columns",
             truths == X.rows() ? "examples are columns: X.transposed()" : "");
}

}  // namespace

Table make_table(View<const double> X, const std::vector<std::string>& names) {
    if (!names.empty()) require_names(names.size(), "name", X.rows(), "row");
    Table table{.name = "X", .rows = X.columns()};
    for (Index i = 0; i < X.rows(); ++i) {
        Column column{.name = names.empty() ? std::to_string(i + 1) : names[static_cast<std::size_t>(i)]};
        column.numbers.reserve(static_cast<std::size_t>(X.columns()));
        for (Index j = 0; j < X.columns(); ++j) {
            if (std::isinf(X(i, j)))
                fail(cell("X", i, j), to_text(X(i, j)), "a finite number, or NaN where it is missing");
            column.numbers.push_back(X(i, j));
        }
        table.columns.push_back(std::move(column));
    }
    return table;
}

static Dataset dataset_of(View<const double> X, View<const double> Y) {
    require_examples(X, Y.columns());
    if (Y.rows() < 1) fail("Y", "0 rows", "a row for each target");
    Dataset data{.name = "X", .table = make_table(X), .Y = Matrix<double>(Y)};
    for (Index i = 0; i < Y.rows(); ++i)
        data.target_names.push_back(Y.rows() == 1 ? "y" : "y" + std::to_string(i + 1));
    data.together = equal_rows(data.table);
    return data;
}

Dataset dataset_of_values(View<const double> X, View<const double> Y) {
    Dataset data = dataset_of(X, Y);
    for (Index i = 0; i < Y.rows(); ++i)
        for (Index j = 0; j < Y.columns(); ++j)
            if (!std::isfinite(Y(i, j))) fail(cell("Y", i, j), to_text(Y(i, j)), "a finite number");
    return data;
}

Dataset dataset_of_labels(View<const double> X, View<const double> Y, std::vector<std::string> label_names) {
    Dataset data = dataset_of(X, Y);
    data.multilabel = true;
    if (!label_names.empty() && static_cast<Index>(label_names.size()) != Y.rows())
        fail("label_names", counted(label_names.size(), "name"),
             std::to_string(Y.rows()) + ", one for each row of Y");
    if (!label_names.empty()) data.target_names = std::move(label_names);
    for (Index i = 0; i < Y.rows(); ++i)
        for (Index j = 0; j < Y.columns(); ++j)
            if (Y(i, j) != 0 && Y(i, j) != 1)
                fail(cell("Y", i, j), to_text(Y(i, j)), "1 where the example has the label, else 0");
    return data;
}

Dataset dataset_of_classes(View<const double> X, const std::vector<Index>& labels,
                           std::vector<std::string> class_names) {
    require_examples(X, static_cast<Index>(labels.size()));
    const auto [smallest, largest] = std::ranges::minmax(labels);
    const auto named = static_cast<Index>(class_names.size());
    if (smallest < 0) fail("labels", std::to_string(smallest), "class numbers: 0, 1, ...");
    if (named > 0 ? largest >= named : largest >= static_cast<Index>(labels.size()))
        fail("labels", std::to_string(largest),
             named > 0 ? "0 to " + std::to_string(named - 1) + ", there are " +
                             counted(class_names.size(), "class name")
                       : "class numbers: 0, 1, ... without large gaps");
    for (Index c = named; named == 0 && c <= std::max<Index>(1, largest); ++c)
        class_names.push_back(std::to_string(c));
    if (class_names.size() < 2) fail("class_names", "1 name", "at least two classes");
    Dataset data{.name = "X",
                 .table = make_table(X),
                 .Y = Matrix<double>(1, X.columns()),
                 .target_names = {"y"},
                 .class_names = std::move(class_names)};
    for (Index j = 0; j < X.columns(); ++j) data.Y(0, j) = double(labels[static_cast<std::size_t>(j)]);
    data.together = equal_rows(data.table);
    return data;
}

void require_rows(const Table& table, std::span<const Index> rows) {
    for (const Index row : rows)
        if (row < 0 || row >= table.rows)
            throw Error(Fault::usage, {.place = table.name,
                                       .found = "row " + std::to_string(row),
                                       .expected = "from 0 to below " + std::to_string(table.rows)});
}

void require_fits(const Table& table, const Column& column) {
    const std::size_t found = column.is_text() ? column.codes.size() : column.numbers.size();
    if (found != static_cast<std::size_t>(table.rows))
        fail(table.name, "column " + in_quotes(column.name) + " has " + counted(found, "value"),
             std::to_string(table.rows) + ", as many as the table has rows");
    const auto texts = static_cast<std::int64_t>(column.texts.size());
    for (const std::int32_t code : column.codes)
        if (code != Column::no_text && (code < 0 || code >= texts))
            fail(table.name, "column " + in_quotes(column.name) + " has the code " + std::to_string(code),
                 "a place among its " + counted(column.texts.size(), "text"));
}

void require_valid(const Dataset& data) {
    const auto wrong = [&](const std::string& found, const std::string& expected) {
        fail(data.name.empty() ? "the data set" : data.name, found, expected);
    };
    const auto classes = static_cast<Index>(data.class_names.size());
    if (data.examples() < 1) wrong("0 examples", "at least one");
    if (data.table.columns.empty()) wrong("no columns", "at least one feature");
    if (data.table.rows != data.examples())
        wrong("the table has " + counted(static_cast<std::size_t>(data.table.rows), "row"),
              std::to_string(data.examples()) + ", as many as Y has columns");
    for (const Column& column : data.table.columns) require_fits(data.table, column);
    const auto require_rows_of = [&](std::size_t found, const std::string& what) {
        if (found != 0 && found != static_cast<std::size_t>(data.examples()))
            wrong(counted(found, what), std::to_string(data.examples()) + ", one for each row");
    };
    require_rows_of(data.together.size(), "number of rows that belong together");
    require_rows_of(data.times.size(), "time");
    require_rows_of(data.weights.size(), "weight");
    double sum = 0;
    for (const double weight : data.weights) {
        sum += weight;
        if (!(weight >= 0)) wrong("the weight " + to_text(weight), "a number of at least 0");
    }
    if (!data.weights.empty() && !(0 < sum && std::isfinite(sum)))
        wrong("the weights sum to " + to_text(sum), "a positive finite number");
    for (std::size_t j = 0; j < data.together.size(); ++j)
        if (const Index first = data.together[j]; first < 0 || first > static_cast<Index>(j) ||
                                                  data.together[static_cast<std::size_t>(first)] != first)
            wrong("row " + std::to_string(j) + " belongs to row " + std::to_string(first),
                  "the first row of those that belong together");
    if (classes == 1) wrong("1 class name", "at least two, or none and a regression");
    if (classes > 0 && data.Y.rows() != 1)
        wrong("Y has " + counted(static_cast<std::size_t>(data.Y.rows()), "row"), "one row of class numbers");
    if (data.multilabel && classes > 0) wrong("class names of a multi-label", "none: its rows are labels");
    const bool one_hot = classes > 0 && data.target_names == data.class_names;
    if (data.target_names.size() != static_cast<std::size_t>(data.Y.rows()) && !one_hot)
        wrong(counted(data.target_names.size(), "target name"),
              std::to_string(data.Y.rows()) + ", as many as Y has rows");
    for (Index j = 0; j < data.Y.columns(); ++j)
        for (Index i = 0; i < data.Y.rows(); ++i) {
            const double y = data.Y(i, j);
            if (classes > 0 && !(y >= 0 && y < double(classes) && y == std::floor(y)))
                wrong(cell("Y", i, j) + " is " + to_text(y),
                      "a class number from 0 to " + std::to_string(classes - 1));
            if (data.multilabel && y != 0 && y != 1)
                wrong(cell("Y", i, j) + " is " + to_text(y), "0 or 1, of a multi-label");
            if (!std::isfinite(y)) wrong(cell("Y", i, j) + " is " + to_text(y), "a finite number");
        }
}

}  // namespace gradus
