#include "gradus/data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/data/generators.h"
#include "tests/support/compare.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

TEST(Select, TakesColumnsInTheGivenOrder) {
    const Matrix<double> M{{1, 2, 3}, {4, 5, 6}};
    EXPECT_EQ(select(M, {2, 0, 2}), (Matrix<double>{{3, 1, 3}, {6, 4, 6}}));
    EXPECT_EQ(select(M, {}), Matrix<double>(2, 0));
}

TEST(DatasetOf, ClassesHasTheClassNumbersAndTheirNames) {
    const Matrix<double> X{{0, 0, 1}, {0, missing, 1}};
    const Dataset data = dataset_of_classes(X, {2, 0, 1}, {"cat", "dog", "owl"});
    EXPECT_EQ(data.class_names, (std::vector<std::string>{"cat", "dog", "owl"}));
    EXPECT_EQ(data.Y, (Matrix<double>{{2, 0, 1}}));
    EXPECT_EQ(data.features(), 2);
    EXPECT_EQ(data.table.columns[1].name, "2");
    EXPECT_TRUE(std::isnan(data.table.columns[1].numbers[1]));
    EXPECT_EQ(dataset_of_classes(X, {0, 2, 0}).class_names, (std::vector<std::string>{"0", "1", "2"}));
}

TEST(DatasetOf, ValuesHasATargetForEachRow) {
    const Matrix<double> X{{1, 2, 3}};
    const Dataset data = dataset_of_values(X, Matrix<double>{{1, 2, 3}, {4, 5, 6}});
    EXPECT_FALSE(data.has_classes());
    EXPECT_EQ(data.target_names, (std::vector<std::string>{"y1", "y2"}));
    EXPECT_EQ(numbers_of(data.table), X);
    EXPECT_EQ(dataset_of_values(X, X).target_names, (std::vector<std::string>{"y"}));
}

// What a row of the file below says: id, colour, size, weight, kind.
Table file() {
    Table table{.name = "file.csv", .rows = 4};
    table.columns = {{.name = "id", .numbers = {1, 2, 3, 4}},
                     text_column("colour", {"red", "blue", "", "red"}),
                     {.name = "weight", .numbers = {0.5, missing, 2.5, 3.5}},
                     {.name = "kind", .numbers = {10, 2, 10, 2}}};
    return table;
}

Dataset dataset(const ColumnChoices& choices, Table table = file()) {
    std::vector<std::string> notes;
    return make_dataset(std::move(table), choices, notes);
}

std::string error_of_columns(const ColumnChoices& choices, const Table& table = file()) {
    return error_of([&] { dataset(choices, table); });
}

TEST(Dataset, PredictsTheLastColumnWhoseFewWholeNumbersAreClassesInAscendingOrder) {
    const Dataset data = dataset({});
    EXPECT_EQ(data.target_names, (std::vector<std::string>{"kind"}));
    EXPECT_EQ(data.class_names,
              (std::vector<std::string>{"2", "10"}));  // by value: as texts "10" comes first
    EXPECT_EQ(data.Y, (Matrix<double>{{1, 0, 1, 0}}));
    ASSERT_EQ(data.features(), 3);
    EXPECT_EQ(data.table.columns[1].name, "colour");
}

TEST(Dataset, OrdersTextByItsBytesAndLeavesOutRowsWithoutALabel) {
    std::vector<std::string> notes;
    const Dataset data = make_dataset(file(), {.targets = {"colour"}}, notes);
    EXPECT_EQ(data.class_names, (std::vector<std::string>{"blue", "red"}));
    EXPECT_EQ(data.Y, (Matrix<double>{{1, 0, 1}}));
    EXPECT_EQ(data.table.columns[2].numbers, (std::vector<double>{10, 2, 2}));  // the third row is gone
    EXPECT_EQ(notes, (std::vector<std::string>{"1 row without a label is left out",
                                               "the class \"blue\" has one example"}));
}

// A target of so many rows, of which so many are different.
Table numbers(Index rows, Index different, double scale = 1) {
    Table table = table_of(Matrix<double>(2, rows));
    for (Index i = 0; i < rows; ++i)
        table.columns[1].numbers[static_cast<std::size_t>(i)] = scale * double(i % different);
    return table;
}

TEST(Dataset, TakesFewWholeNumbersThatComeOftenForClasses) {
    const auto has_classes = [](Index rows, Index different, double scale = 1, bool array = false) {
        return dataset({.labels_are_an_array = array}, numbers(rows, different, scale)).has_classes();
    };
    EXPECT_TRUE(has_classes(30, 3));
    EXPECT_FALSE(has_classes(29, 3));  // ten examples each on average
    EXPECT_FALSE(has_classes(30, 3, 0.5));
    EXPECT_TRUE(has_classes(200, 20));
    EXPECT_FALSE(has_classes(210, 21));
    EXPECT_TRUE(has_classes(3, 2, 0.5));  // two of whatever kind
    EXPECT_TRUE(has_classes(210, 21, 1, true));
    EXPECT_FALSE(has_classes(209, 21, 1, true));
    EXPECT_FALSE(has_classes(7, 7));
    EXPECT_FALSE(dataset({.labels = Labels::values}).has_classes());
    EXPECT_TRUE(dataset({.labels = Labels::classes}, numbers(7, 7)).has_classes());
    EXPECT_EQ(dataset({.targets = {"weight"}}).Y, (Matrix<double>{{0.5, 2.5, 3.5}}));
    EXPECT_EQ(dataset({.targets = {"id", "weight"}}).Y, (Matrix<double>{{1, 3, 4}, {0.5, 2.5, 3.5}}));
}

std::vector<std::string> notes_on(const Table& table, const ColumnChoices& choices = {}) {
    std::vector<std::string> notes;
    make_dataset(table, choices, notes);
    return notes;
}

TEST(Dataset, NotesWhatItTookNumbersFor) {
    using Notes = std::vector<std::string>;
    EXPECT_EQ(notes_on(numbers(30, 3)),
              Notes{"the 3 different numbers of \"2\" are taken for classes (--task "
                    "regress: for quantities)"});
    EXPECT_EQ(notes_on(numbers(7, 7)),
              Notes{"the whole numbers of \"2\" are taken for quantities (--task classify: "
                    "for classes)"});
    EXPECT_EQ(notes_on(numbers(30, 3), {.labels = Labels::values}), Notes{});
    EXPECT_EQ(notes_on(numbers(30, 30, 0.5)), Notes{});
}

TEST(Dataset, NotesClassesThatAreOneOrHaveOneExample) {
    Table table = table_of(Matrix<double>(2, 6));
    table.columns[1] = text_column("kind", {"Yes", "no", " yes ", "No", "maybe", "no"});
    EXPECT_EQ(
        notes_on(table),
        (std::vector<std::string>{"the classes \"No\", \"no\" differ in case or blanks only",
                                  "the classes \" yes \", \"Yes\" differ in case or blanks only",
                                  "4 classes have one example each: \" yes \", \"No\", \"Yes\", \"maybe\""}));
}

TEST(Dataset, TakesAFewWordsAmongNumbersForMistakes) {
    Table table = table_of(Matrix<double>(2, 4));
    table.columns[1] = text_column("price", {"1", "n.a.", "3", "4"});
    table.columns[1].first_text = "n.a.";
    table.columns[1].first_text_line = 3;
    EXPECT_EQ(error_of_columns({}, table),
              "input: test:3: column \"price\" holds \"n.a.\", expected a number (hint: "
              "missing \"n.a.\" or task = classify)");
    EXPECT_TRUE(dataset({.labels = Labels::classes}, table).has_classes());
}

TEST(Dataset, SaysHowItsTargetIsNamed) {
    EXPECT_EQ(dataset({}).target_words, std::vector<std::string>{"kind"});
    Table unnamed = file();
    unnamed.columns[3].name = "";
    EXPECT_EQ(dataset({}, unnamed).target_words, std::vector<std::string>{"4"});
    unnamed.columns[3].name = "colour";
    EXPECT_EQ(dataset({}, unnamed).target_words, std::vector<std::string>{"4"});
}

TEST(Dataset, TakesAColumnByItsNumberButANameWins) {
    EXPECT_EQ(dataset({.targets = {"2"}}).target_names.front(), "colour");
    Table table = file();
    table.columns[3].name = "2";
    EXPECT_EQ(column_place(table, "2"), 3U);
    EXPECT_EQ(error_of_columns({.targets = {"color"}}),
              "input: file.csv: there is no column \"color\" (hint: did you mean colour?)");
    EXPECT_EQ(error_of_columns({.targets = {"5"}}),
              "input: file.csv: there is no column \"5\", expected id, colour, weight or kind");
}

TEST(Dataset, TurnsNumbersIntoCategoriesWhereAskedAndIgnoresColumns) {
    const Dataset data = dataset({.ignored = {"weight"}, .categorical = {"id"}});
    ASSERT_EQ(data.features(), 2);
    EXPECT_EQ(data.table.columns[0].texts, (std::vector<std::string>{"1", "2", "3", "4"}));
}

TEST(Dataset, LeavesOutTextWithTooManyCategories) {
    Table table = table_of(Matrix<double>(2, 60));
    std::vector<std::string> words;
    for (int i = 100; i < 160; ++i) words.push_back(std::to_string(i).insert(0, 1, 'w'));
    table.columns[0] = text_column("name", words);
    table.columns.push_back(text_column("label", std::vector<std::string>(60, "a")));
    table.columns.back().texts.emplace_back("b");
    table.columns.back().codes[5] = 1;
    std::vector<std::string> notes;
    EXPECT_EQ(make_dataset(table, {}, notes).features(), 1);
    EXPECT_EQ(notes.back(), "column \"name\" is left out: 60 different texts in 60 rows");
}

TEST(Dataset, RefusesWhatCannotBeLearned) {
    Table same = file();
    same.columns[3].numbers = {7, 7, 7, 7};
    EXPECT_EQ(error_of_columns({}, same),
              "input: file.csv: column \"kind\": every label is \"7\", expected at least two classes (hint: "
              "target names the column to predict)");
    Table none = file();
    none.columns[3].numbers = {missing, missing, missing, missing};
    EXPECT_EQ(
        error_of_columns({}, none),
        "input: file.csv: column \"kind\": no row has a label (hint: target names the column to predict)");
    Table empty = file();
    empty.columns[2].numbers = {missing, missing, missing, missing};
    EXPECT_EQ(error_of_columns({}, empty),
              "input: file.csv: column \"weight\": every value is missing (hint: ignore \"weight\")");
    EXPECT_EQ(
        error_of_columns({.targets = {"colour"}, .labels = Labels::values}),
        "input: file.csv:2: column \"colour\" holds \"red\", expected a number (hint: task = classify)");
    EXPECT_EQ(error_of_columns({.ignored = {"1", "2", "3"}}),
              "input: file.csv: no column is left to learn from");
    EXPECT_EQ(error_of_columns({.targets = {"kind"}, .ignored = {"kind"}}),
              "input: target: column \"kind\" is ignored as well");
}

TEST(Dataset, HasAnotherFingerprintWhenAnythingDiffers) {
    const std::uint64_t print = fingerprint(dataset({}));
    EXPECT_EQ(print, fingerprint(dataset({})));
    Table table = file();
    table.columns[0].numbers[1] = 2.0000000000000004;
    EXPECT_NE(print, fingerprint(dataset({}, table)));
    EXPECT_NE(print, fingerprint(dataset({.categorical = {"id"}})));
    EXPECT_NE(print, fingerprint(dataset({.ignored = {"id"}})));
}

}  // namespace
}  // namespace gradus::test
