// Does the doctor see what is wrong with the data, and only that? By the columns as the user wrote them.
#include <gtest/gtest.h>

#include <cmath>

#include "gradus/core/random.h"
#include "gradus/doctor/doctor.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

constexpr Index examples = 100;

// Three columns of noise around 0, and classes in turn.
Dataset sound() {
    Dataset data{.name = "t.csv",
                 .table = table_of(Matrix<double>(3, examples)),
                 .Y = Matrix<double>(1, examples),
                 .target_names = {"class"},
                 .class_names = {"no", "yes"}};
    RandomState random(1);
    for (Index j = 0; j < examples; ++j) {
        for (Column& column : data.table.columns)
            column.numbers[static_cast<std::size_t>(j)] = random.randn();
        data.Y(0, j) = double(j % 2);
    }
    const char* names[] = {"a", "b", "c"};
    for (std::size_t i = 0; i < 3; ++i) data.table.columns[i].name = names[i];
    data.table.name = "t.csv";
    return data;
}

std::vector<Finding> found(const Dataset& data, Scaling scaling = Scaling::standard) {
    Measurements m;
    m.recipe.network = "4 tanh, 1 sigmoid";
    m.recipe.scaling = scaling;
    m.recipe.task = data.has_classes() ? Task::classify : Task::regress;
    const Rows rows = all_rows_of(data);
    return judge({m, &rows});
}

std::string names(const std::vector<Finding>& findings) {
    std::string all;
    for (const Finding& finding : findings) all += finding.name + " ";
    return all;
}

void change(Dataset& data, std::size_t column, double (*f)(double x, double truth)) {
    for (Index j = 0; j < examples; ++j) {
        double& x = data.table.columns[column].numbers[static_cast<std::size_t>(j)];
        x = f(x, data.Y(0, j));
    }
}

Dataset of_values() {
    Dataset data = sound();
    data.class_names.clear();
    for (Index j = 0; j < examples; ++j)
        data.Y(0, j) = data.table.columns[0].numbers[static_cast<std::size_t>(j)] * 2 +
                       data.table.columns[1].numbers[static_cast<std::size_t>(j)];
    return data;
}

TEST(ColumnFindings, SoundDataHaveNone) {
    EXPECT_EQ(names(found(sound())), "");
    EXPECT_EQ(names(found(of_values())), "");
    EXPECT_EQ(names(found(sound(), Scaling::none)), "");
}

TEST(ColumnFindings, ALargeColumnIsNotScaled) {
    Dataset data = sound();
    change(data, 1, [](double x, double) { return 128 + x; });
    const std::vector<Finding> findings = found(data, Scaling::none);
    ASSERT_EQ(names(findings), "unscaled_input ");
    EXPECT_TRUE(findings[0].evidence.starts_with("\"b\" has mean 12")) << findings[0].evidence;
    EXPECT_EQ(findings[0].cures.front().option(), "--scale standard");
    EXPECT_EQ(names(found(data)), "");
}

TEST(ColumnFindings, ACopyOfTheLabelLeaksAndIsCalledAsTheUserWroteIt) {
    Dataset data = sound();
    change(data, 2, [](double, double truth) { return 3 * truth - 1; });
    std::vector<Finding> findings = found(data);
    ASSERT_EQ(names(findings), "leaking_column ");
    EXPECT_EQ(findings[0].sentence, "The column \"c\" predicts the label alone: is it a copy of the answer?");
    EXPECT_EQ(findings[0].cures.front().option(), "--ignore c");

    std::vector<std::string> words;
    for (Index j = 0; j < examples; ++j) words.emplace_back(data.Y(0, j) == 1 ? "alive" : "dead");
    data.table.columns[2] = text_column("state", words);
    findings = found(data);
    ASSERT_EQ(names(findings), "leaking_column ");
    EXPECT_EQ(findings[0].cures.front().option(), "--ignore state");
}

TEST(ColumnFindings, AColumnThatIsZeroForOneClassOnlyLeaks) {
    Dataset data = sound();
    change(data, 0,
           [](double x, double truth) { return truth * (5 + x); });  // hours of repair of what failed
    EXPECT_EQ(names(found(data)), "leaking_column ");
}

TEST(ColumnFindings, AMeasurementWithALimitIsNoLeak) {
    Dataset data = sound();
    for (Index j = 0; j < examples; ++j)
        data.Y(0, j) = data.table.columns[0].numbers[static_cast<std::size_t>(j)] > 0.3 ? 1 : 0;
    EXPECT_EQ(names(found(data)), "");
}

TEST(ColumnFindings, TwoGoodColumnsAreAnEasyProblemNotALeak) {
    Dataset data = sound();
    for (const std::size_t column : {0, 2})
        change(data, column, [](double, double truth) { return 3 * truth; });
    EXPECT_EQ(names(found(data)), "");
}

// Three classes, a column of 0 and 1 for each, the last dropped: none of them alone tells the class.
TEST(ColumnFindings, OneHotColumnsGiveTheLabelAwayTogether) {
    Dataset data = sound();
    data.class_names = {"a", "b", "c"};
    for (Index j = 0; j < examples; ++j) data.Y(0, j) = double(j % 3);
    data.table.columns[0].name = "is_a";
    data.table.columns[1].name = "is_b";
    change(data, 0, [](double, double truth) { return truth == 0 ? 1.0 : 0.0; });
    change(data, 1, [](double, double truth) { return truth == 1 ? 1.0 : 0.0; });
    const std::vector<Finding> findings = found(data);
    ASSERT_EQ(names(findings), "leaking_column ");
    EXPECT_EQ(findings[0].sentence,
              "The columns \"is_a\", \"is_b\" together predict the label: are they a copy of the answer?");
    EXPECT_EQ(findings[0].cures.front().option(), "--ignore is_a,is_b");
}

TEST(ColumnFindings, AQuantityInAnotherUnitLeaks) {
    Dataset data = sound();
    data.class_names.clear();
    for (Index j = 0; j < examples; ++j)
        data.Y(0, j) = data.table.columns[0].numbers[static_cast<std::size_t>(j)] * 2 + 0.5;
    const std::vector<Finding> findings = found(data);
    ASSERT_EQ(names(findings), "leaking_column ");
    EXPECT_TRUE(findings[0].evidence.starts_with("its correlation with the target is 1.00000"))
        << findings[0].evidence;
}

// 100 of the numbers from 1 to 600, none twice: by chance 1 in 4,000. From 1 to 6,000: nothing odd about it.
TEST(ColumnFindings, AWholeNumberThatNeverComesTwiceNamesTheRows) {
    for (const Index range : {600, 6000}) {
        Dataset data = sound();
        const std::vector<Index> order = RandomState(3).permutation(range);
        for (std::size_t j = 0; j < std::size_t{examples}; ++j)
            data.table.columns[1].numbers[j] = double(20'000 + order[j]);
        const std::vector<Finding> findings = found(data);
        ASSERT_EQ(names(findings), range == 600 ? "identifier " : "");
        if (findings.empty()) continue;
        EXPECT_EQ(findings[0].sentence,
                  "\"b\" is a different whole number in each row: does it only name the rows?");
        EXPECT_EQ(findings[0].cures.front().option(), "--ignore b");
    }
}

TEST(ColumnFindings, AnOutlierIsNamedByItsLineAndValue) {
    Dataset data = of_values();
    for (Index j = 0; j < examples; ++j) data.table.lines.push_back(j + 2);
    data.Y(0, 5) = 99999999;
    data.Y(0, 70) = 77000000;
    std::vector<Finding> findings = found(data);
    ASSERT_EQ(names(findings), "outliers ");
    EXPECT_EQ(findings[0].sentence, "\"class\" has 2 values far from all others.");
    EXPECT_EQ(findings[0].evidence, "beyond 20 robust deviations: t.csv:7: 99999999, t.csv:72: 77000000");
    EXPECT_EQ(findings[0].cures.front().option(), "--loss mean_absolute");

    data = sound();
    data.table.columns[2].numbers[1] = -999;
    findings = found(data);
    ASSERT_EQ(names(findings), "outliers ");
    EXPECT_EQ(findings[0].sentence, "\"c\" has 1 value far from all others.");
}

// e^(2 z): its largest of 100 is some fifty robust deviations out, and not alone there.
TEST(ColumnFindings, ALongTailIsNoOutlier) {
    Dataset data = of_values();
    RandomState random(5);
    for (Index j = 0; j < examples; ++j) data.Y(0, j) = std::exp(2 * random.randn());
    EXPECT_EQ(names(found(data)), "");
}

TEST(ColumnFindings, NothingIsLearnedFromInputsThatNeverVary) {
    Dataset data = sound();
    change(data, 0, [](double, double) { return 0.5; });
    EXPECT_EQ(names(found(data)), "");  // a note of `train` says so, and it does no harm
    for (const std::size_t column : {1, 2}) change(data, column, [](double, double) { return 7.0; });
    data.Y(0, 0) = 1;
    const std::vector<Finding> findings = found(data);
    ASSERT_EQ(names(findings), "constant_inputs ");
    EXPECT_EQ(findings[0].evidence, "3 columns with one value each in all 100 rows");
}

// Each row four times, with labels in turn.
TEST(RowFindings, EqualRowsWithDifferentLabelsLimitWhatCanBeReached) {
    Dataset data = sound();
    for (std::size_t j = 0; j < std::size_t{examples}; ++j)
        for (Column& column : data.table.columns) column.numbers[j] = column.numbers[j / 4 * 4];
    data.together = equal_rows(data.table);
    std::vector<Finding> findings = found(data);
    ASSERT_EQ(names(findings), "conflicting_rows ");
    EXPECT_EQ(findings[0].evidence,
              "100 of 100 rows; whoever gives equal rows equal answers reaches accuracy 0.5000 at most");
    for (Index j = 0; j < examples; ++j) data.Y(0, j) = double(j / 4 % 2);
    EXPECT_EQ(names(found(data)), "");
    data.class_names.clear();
    for (Index j = 0; j < examples; ++j) data.Y(0, j) = double(j / 4) + (j % 2 == 0 ? 10 : -10);
    findings = found(data);
    ASSERT_EQ(names(findings), "conflicting_rows ");
    EXPECT_EQ(findings[0].sentence, "Rows that are equal to the network have different targets.");
}

TEST(RowFindings, RowsOfAValidationFileThatAreLearnedFromJudgeNothing) {
    const Dataset data = sound();
    Measurements m;
    m.recipe.validation_file = "v.csv";
    Dataset other = sound();
    for (std::size_t j = 0; j < std::size_t{examples}; ++j)
        other.table.columns[0].numbers[j] += j < 95 ? 1 : 0;
    const Rows few = divided_rows(data, m.recipe, &other);
    EXPECT_EQ(names(judge({m, &few})), "");  // five of a hundred
    const Dataset same = sound();
    const Rows rows = divided_rows(data, m.recipe, &same);
    const std::vector<Finding> findings = judge({m, &rows});
    ASSERT_EQ(names(findings), "equal_rows_on_both_sides ");
    EXPECT_EQ(findings[0].evidence,
              "100 of the 100 rows set aside are equal, in every column, to one that it learned from");
}

}  // namespace
}  // namespace gradus::test
