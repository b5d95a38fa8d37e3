#include <algorithm>
#include <cmath>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/dataset.h"
#include "gradus/data/division.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

[[noreturn]] void fail(const std::string& place, const std::string& found, const std::string& expected,
                       const std::string& hint = {}) {
    throw Error(Fault::usage, {.place = place, .found = found, .expected = expected, .hint = hint});
}

std::string cell(const char* name, Index i, Index j) {
    return std::string(name) + "(" + std::to_string(i) + ", " + std::to_string(j) + ")";
}

// An answer by name must have one meaning.
void require_distinct(const char* place, std::vector<std::string> names) {
    std::ranges::sort(names);
    if (!names.empty() && names.front().empty()) fail(place, say("a name that is empty"), say("a name"));
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
        fail(place, say("the name {} comes twice", in_quotes(*twice)), say("names that differ"));
}

void require_examples(View<const double> X, Index truths) {
    if (X.empty())
        fail("X", say("{} rows and {} columns", X.rows(), X.columns()),
             say("at least one feature and one example"));
    if (truths != X.columns())
        fail("Y", say_count(static_cast<std::size_t>(truths), "{} example", "{} examples"),
             say("{}, as many as X has columns", X.columns()),
             truths == X.rows() ? say("examples are columns: X.transposed()") : "");
}

}  // namespace

Table make_table(View<const double> X, const std::vector<std::string>& names) {
    if (!names.empty() && std::ssize(names) != X.rows())
        fail("make_table", say_count(names.size(), "{} name", "{} names"),
             say("{}, one for each row", X.rows()));
    require_distinct("make_table", names);
    Table table{.name = "X", .rows = X.columns()};
    for (Index i = 0; i < X.rows(); ++i) {
        Column column{.name = names.empty() ? std::to_string(i + 1) : names[static_cast<std::size_t>(i)]};
        column.numbers.reserve(static_cast<std::size_t>(X.columns()));
        for (Index j = 0; j < X.columns(); ++j) {
            if (std::isinf(X(i, j)))
                fail(cell("X", i, j), to_text(X(i, j)), say("a finite number, or NaN where it is missing"));
            column.numbers.push_back(X(i, j));
        }
        table.columns.push_back(std::move(column));
    }
    return table;
}

static Dataset dataset_of(View<const double> X, View<const double> Y) {
    require_examples(X, Y.columns());
    if (Y.rows() < 1) fail("Y", say("0 rows"), say("a row for each target"));
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
            if (!std::isfinite(Y(i, j))) fail(cell("Y", i, j), to_text(Y(i, j)), say("a finite number"));
    return data;
}

Dataset dataset_of_labels(View<const double> X, View<const double> Y, std::vector<std::string> label_names) {
    Dataset data = dataset_of(X, Y);
    data.multilabel = true;
    if (!label_names.empty() && static_cast<Index>(label_names.size()) != Y.rows())
        fail("label_names", say_count(label_names.size(), "{} name", "{} names"),
             say("{}, one for each row of Y", Y.rows()));
    require_distinct("label_names", label_names);
    if (!label_names.empty()) data.target_names = std::move(label_names);
    for (Index i = 0; i < Y.rows(); ++i)
        for (Index j = 0; j < Y.columns(); ++j)
            if (Y(i, j) != 0 && Y(i, j) != 1)
                fail(cell("Y", i, j), to_text(Y(i, j)), say("1 where the example has the label, else 0"));
    return data;
}

Dataset dataset_of_classes(View<const double> X, const std::vector<Index>& labels,
                           std::vector<std::string> class_names) {
    require_examples(X, static_cast<Index>(labels.size()));
    const auto [smallest, largest] = std::ranges::minmax(labels);
    const auto named = static_cast<Index>(class_names.size());
    if (smallest < 0) fail("labels", std::to_string(smallest), say("class numbers: 0, 1, ..."));
    if (named > 0 ? largest >= named : largest >= static_cast<Index>(labels.size()))
        fail("labels", std::to_string(largest),
             named > 0 ? say("0 to {}, there are {}", named - 1,
                             say_count(class_names.size(), "{} class name", "{} class names"))
                       : say("class numbers: 0, 1, ... without large gaps"));
    for (Index c = named; named == 0 && c <= std::max<Index>(1, largest); ++c)
        class_names.push_back(std::to_string(c));
    if (class_names.size() < 2) fail("class_names", say("1 name"), say("at least two classes"));
    require_distinct("class_names", class_names);
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
                                       .found = say("row {}", row),
                                       .expected = say("from 0 to below {}", table.rows)});
}

void require_fits(const Table& table, const Column& column) {
    const Index found = rows_of(column);
    if (found != table.rows)
        fail(table.name,
             say("column {} has {}", in_quotes(column.name), say_count(found, "{} value", "{} values")),
             say("{}, as many as the table has rows", table.rows));
    const auto texts = static_cast<std::int64_t>(column.texts.size());
    for (const std::int32_t code : column.codes)
        if (code != Column::no_text && (code < 0 || code >= texts))
            fail(table.name, say("column {} has the code {}", in_quotes(column.name), code),
                 say("a place among its {}", say_count(column.texts.size(), "{} text", "{} texts")));
}

void require_valid(const Table& table) {
    for (const Column& column : table.columns) require_fits(table, column);
}

void require_valid(const Dataset& data) {
    const auto wrong = [&](const std::string& found, const std::string& expected) {
        fail(data.name.empty() ? say("the data set") : data.name, found, expected);
    };
    const auto classes = static_cast<Index>(data.class_names.size());
    if (data.examples() < 1) wrong(say("0 examples"), say("at least one"));
    if (data.table.columns.empty()) wrong(say("no columns"), say("at least one feature"));
    if (data.table.rows != data.examples())
        wrong(say("the table has {}",
                  say_count(static_cast<std::size_t>(data.table.rows), "{} row", "{} rows")),
              say("{}, as many as Y has columns", data.examples()));
    require_valid(data.table);
    const auto require_rows_of = [&](std::size_t found, const std::string& said) {
        if (found != 0 && found != static_cast<std::size_t>(data.examples()))
            wrong(said, say("{}, one for each row", data.examples()));
    };
    require_rows_of(data.together.size(),
                    say_count(data.together.size(), "{} number of rows that belong together",
                              "{} numbers of rows that belong together"));
    require_rows_of(data.times.size(), say_count(data.times.size(), "{} time", "{} times"));
    require_rows_of(data.weights.size(), say_count(data.weights.size(), "{} weight", "{} weights"));
    double sum = 0;
    for (const double weight : data.weights) {
        sum += weight;
        if (!(weight >= 0)) wrong(say("the weight {}", to_text(weight)), say("a number of at least 0"));
    }
    if (!data.weights.empty() && !(0 < sum && std::isfinite(sum)))
        wrong(say("the weights sum to {}", to_text(sum)), say("a positive finite number"));
    for (std::size_t j = 0; j < data.together.size(); ++j)
        if (const Index first = data.together[j]; first < 0 || first > static_cast<Index>(j) ||
                                                  data.together[static_cast<std::size_t>(first)] != first)
            wrong(say("row {} belongs to row {}", j, first),
                  say("the first row of those that belong together"));
    if (classes == 1) wrong(say("1 class name"), say("at least two, or none and a regression"));
    if (classes > 0 && data.Y.rows() != 1)
        wrong(say("Y has {}", say_count(static_cast<std::size_t>(data.Y.rows()), "{} row", "{} rows")),
              say("one row of class numbers"));
    if (data.multilabel && classes > 0)
        wrong(say("class names of a multi-label"), say("none: its rows are labels"));
    const bool one_hot = classes > 0 && data.target_names == data.class_names;
    if (data.target_names.size() != static_cast<std::size_t>(data.Y.rows()) && !one_hot)
        wrong(say_count(data.target_names.size(), "{} target name", "{} target names"),
              say("{}, as many as Y has rows", data.Y.rows()));
    for (Index j = 0; j < data.Y.columns(); ++j)
        for (Index i = 0; i < data.Y.rows(); ++i) {
            const double y = data.Y(i, j);
            if (classes > 0 && !(y >= 0 && y < double(classes) && y == std::floor(y)))
                wrong(say("{} is {}", cell("Y", i, j), to_text(y)),
                      say("a class number from 0 to {}", classes - 1));
            if (data.multilabel && y != 0 && y != 1)
                wrong(say("{} is {}", cell("Y", i, j), to_text(y)), say("0 or 1, of a multi-label"));
            if (!std::isfinite(y))
                wrong(say("{} is {}", cell("Y", i, j), to_text(y)), say("a finite number"));
        }
}

}  // namespace gradus
