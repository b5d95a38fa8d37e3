#include "gradus/data/label_columns.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/data/division.h"
#include "gradus/files/read_table.h"
#include "tests/support/compare.h"
#include "tests/support/folder.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

using Texts = std::vector<std::string>;

Dataset dataset(const std::string& text, const ColumnChoices& choices, Texts* notes = nullptr,
                const std::string& labels = {}) {
    const Folder folder;
    ReadOptions options{.labels = labels.empty() ? "" : folder.with("Y.csv", labels)};
    Table table = read_table(folder.with("t.csv", text), options);
    table.name = "t.csv";
    Texts none;
    return make_dataset(std::move(table), choices, notes == nullptr ? none : *notes);
}

std::string refused(const std::string& text, const ColumnChoices& choices) {
    return error_of([&] { dataset(text, choices); });
}

const std::string one_hot_table = "x,a,b,c\n1,0,1,0\n2,1,0,0\n3,0,0,1\n4,0,1,0\n";
const std::string label_table = "x,a,b,c\n1,0,1,1\n2,1,0,0\n3,0,0,0\n4,0,1,0\n";
const Texts abc{"a", "b", "c"};

TEST(LabelColumns, AreZeroAndOneOrFalseAndTrue) {
    EXPECT_EQ(zeros_and_ones({.name = "t", .numbers = {0, 1, 1}}), (std::vector<double>{0, 1, 1}));
    EXPECT_EQ(zeros_and_ones(text_column("t", {"True", "FALSE", "true"})), (std::vector<double>{1, 0, 1}));
    EXPECT_FALSE(zeros_and_ones({.name = "t", .numbers = {0, 2}}));
    EXPECT_FALSE(zeros_and_ones({.name = "t", .numbers = {0, 0.5}}));
    EXPECT_EQ(zeros_and_ones(text_column("t", {"yes", "No"})), (std::vector<double>{1, 0}));
    EXPECT_FALSE(zeros_and_ones(text_column("t", {"yes", "perhaps"})));
    const auto with_a_gap = zeros_and_ones({.name = "t", .numbers = {missing, 1}});
    ASSERT_TRUE(with_a_gap);
    EXPECT_TRUE(std::isnan(with_a_gap->front()));
}

TEST(LabelColumns, AreOneHotWithASingleOneInEveryRow) {
    EXPECT_TRUE(is_one_hot(Matrix<double>{{0, 1}, {1, 0}}));
    EXPECT_FALSE(is_one_hot(Matrix<double>{{0, 1}, {0, 0}}));  // none in the first row
    EXPECT_FALSE(is_one_hot(Matrix<double>{{1, 1}, {0, 1}}));  // two in the second
    EXPECT_FALSE(is_one_hot(Matrix<double>{{1, 1}}));          // a single column
}

TEST(LabelColumns, ThatAreOneHotAreOneClassification) {
    Texts notes;
    const Dataset data = dataset(one_hot_table, {.targets = abc}, &notes);
    EXPECT_EQ(data.class_names, abc);
    EXPECT_EQ(data.target_names, abc);
    EXPECT_TRUE(close(data.Y, {{1, 0, 2, 1}}, {}));
    EXPECT_EQ(notes,
              Texts{"one-hot labels of 3 classes: \"a\", \"b\", \"c\" (--task multilabel: a label each)"});
    require_valid(data);
    EXPECT_FALSE(split(data, 0.5, RandomState(0)).validation.empty());
}

TEST(LabelColumns, OfOtherZerosAndOnesAreLabels) {
    Texts notes;
    const Dataset data = dataset(label_table, {.targets = abc}, &notes);
    EXPECT_TRUE(data.multilabel);
    EXPECT_FALSE(data.has_classes());
    EXPECT_EQ(data.target_names, abc);
    EXPECT_TRUE(close(data.Y, {{0, 1, 0, 0}, {1, 0, 0, 1}, {1, 0, 0, 0}}, {}));
    EXPECT_EQ(notes,
              Texts{"the 0 and 1 of 3 columns are taken for labels: \"a\", \"b\", \"c\" (--task regress: "
                    "for quantities)"});
    require_valid(data);
}

TEST(LabelColumns, MayBeWordsForZeroAndOne) {
    for (const auto& [no, yes] :
         {std::pair<std::string, std::string>{"no", "yes"}, {"False", "True"}, {"N", "Y"}}) {
        Texts notes;
        const std::string text =
            "x,a,b\n1," + no + "," + yes + "\n2," + yes + "," + yes + "\n3," + no + "," + no + "\n";
        const Dataset data = dataset(text, {.targets = {"a", "b"}}, &notes);
        EXPECT_TRUE(data.multilabel) << yes;
        EXPECT_TRUE(close(data.Y, {{0, 1, 0}, {1, 1, 0}}, {})) << yes;
        EXPECT_EQ(notes, Texts{"\"" + no + "\" and \"" + yes +
                               "\" in 2 columns are taken for labels: \"a\", \"b\""});
    }
}

TEST(LabelColumns, AreWhatTheTaskSays) {
    EXPECT_TRUE(dataset(one_hot_table, {.targets = abc, .labels = Labels::multilabel}).multilabel);
    const Dataset values = dataset(label_table, {.targets = abc, .labels = Labels::values});
    EXPECT_FALSE(values.multilabel);
    EXPECT_FALSE(values.has_classes());
    EXPECT_EQ(values.Y.rows(), 3);
    EXPECT_EQ(dataset(label_table, {.targets = {"a"}, .labels = Labels::multilabel}).Y.rows(), 1);
    EXPECT_EQ(dataset("x,a,b\n1,0,0.5\n2,1,1\n", {.targets = {"a", "b"}}).multilabel, false);
}

TEST(LabelColumns, OfWholeNumbersAreTakenForQuantitiesWithANote) {
    Texts notes;
    EXPECT_FALSE(dataset("x,a,b\n1,0,1\n2,1,2\n3,5,4\n", {.targets = {"a", "b"}}, &notes).multilabel);
    EXPECT_EQ(notes,
              (Texts{"the whole numbers of \"a\", \"b\" are taken for quantities (--task multilabel: for "
                     "labels of 0 and 1)"}));
    notes.clear();
    dataset("x,a,b\n1,0,1.5\n2,1,2\n3,5,4\n", {.targets = {"a", "b"}}, &notes);
    EXPECT_EQ(notes, Texts{});
}

TEST(LabelColumns, ThatDoNotFitTheTaskAreRefusedWithLineAndValue) {
    EXPECT_EQ(
        refused("x,a,b\n1,0,1\n2,1,2\n", {.targets = {"a", "b"}, .labels = Labels::multilabel}),
        "input: t.csv:3: column \"b\" holds \"2\", expected 0 or 1: whether the row has this label (hint: "
        "task = regress learns quantities)");
    EXPECT_EQ(
        refused("x,a,b\n1,low,True\n2,high,False\n", {.targets = {"b", "a"}, .labels = Labels::multilabel}),
        "input: t.csv:2: column \"a\" holds \"low\", expected 0 or 1: whether the row has this label");
    EXPECT_EQ(
        refused("x,a\n1,low\n2,high\n", {.targets = {"a"}, .labels = Labels::multilabel}),
        "input: t.csv:2: column \"a\" holds \"low\", expected 0 or 1: whether the row has this label (hint: "
        "task = classify learns classes)");
    EXPECT_EQ(
        refused(label_table, {.targets = abc, .labels = Labels::classes}),
        "input: t.csv:2: 2 of the 3 target columns are 1, expected one: the class of the row (hint: task = "
        "multilabel)");
    EXPECT_EQ(
        refused("x,a,b\n1,0,1\n2,0,0\n", {.targets = {"a", "b"}, .labels = Labels::classes}),
        "input: t.csv:3: none of the 2 target columns are 1, expected one: the class of the row (hint: task "
        "= multilabel)");
    EXPECT_EQ(refused("x,a,b\n1,0,0\n2,0,0\n", {.targets = {"a", "b"}}),
              "input: t.csv: no label differs from row to row, expected at least one that some rows have and "
              "others have not (hint: target names the columns to predict)");
    EXPECT_EQ(refused("x,a,b\n1,1,0\n2,1,0\n", {.targets = {"a", "b"}}),
              "input: t.csv: every row is of the class \"a\", expected at least two classes (hint: target "
              "names the "
              "columns to predict)");
}

TEST(LabelColumns, WithAMissingFieldLeaveTheRowOut) {
    Texts notes;
    const Dataset data = dataset("x,a,b\n1,0,1\n2,1,\n3,1,1\n4,,0\n5,0,0\n", {.targets = {"a", "b"}}, &notes);
    EXPECT_TRUE(close(data.Y, {{0, 1, 0}, {1, 1, 0}}, {}));
    EXPECT_EQ(notes.front(), "2 rows without a label are left out");
}

TEST(LabelColumns, ThatNeverVaryAreNamed) {
    Texts notes;
    dataset("x,a,b,c\n1,0,1,0\n2,0,1,1\n", {.targets = abc, .labels = Labels::multilabel}, &notes);
    EXPECT_EQ(notes, (Texts{"no row has the label \"a\"", "every row has the label \"b\""}));
}

// Other rows of the same kind need not look like it: each may have one label by chance.
TEST(LabelColumns, OfOtherRowsAreWhatTheyWere) {
    const Dataset labels =
        dataset(one_hot_table, {.targets = abc, .labels = Labels::multilabel, .classes = Texts{}});
    EXPECT_TRUE(labels.multilabel);
    const Dataset classes = dataset("x,a,b,c\n1,0,1,0\n", {.targets = abc, .classes = abc});
    EXPECT_TRUE(close(classes.Y, {{1}}, {}));
    EXPECT_EQ(refused(label_table, {.targets = abc, .classes = abc}),
              "input: t.csv:2: 2 of the 3 target columns are 1, expected one: the class of the row");
}

TEST(LabelColumns, OfAFileOfTheirOwnAreClassesOrLabels) {
    const std::string X = "x,y\n1,2\n3,4\n5,6\n";
    const ColumnChoices choices{.labels_are_an_array = true};
    const Dataset named = dataset(X, choices, nullptr, "cat,dog\n0,1\n1,0\n0,1\n");
    EXPECT_EQ(named.class_names, (Texts{"cat", "dog"}));
    EXPECT_EQ(named.target_names, Texts{"label"});
    EXPECT_EQ(dataset(X, choices, nullptr, "0,1\n1,0\n0,1\n").class_names, (Texts{"0", "1"}));
    const Dataset labels = dataset(X, choices, nullptr, "0,1\n1,1\n0,0\n");
    EXPECT_TRUE(labels.multilabel);
    EXPECT_EQ(labels.target_names, (Texts{"label1", "label2"}));
    EXPECT_EQ(labels.features(), 2);
    EXPECT_EQ(dataset(X, choices, nullptr, "cat,dog\n0,1\n1,1\n0,1\n").target_names, (Texts{"cat", "dog"}));
}

}  // namespace
}  // namespace gradus::test
