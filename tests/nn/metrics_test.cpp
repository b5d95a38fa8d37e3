#include "gradus/nn/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/compare.h"
#include "tests/support/golden.h"

namespace gradus::test {
namespace {

TEST(Metrics, TakeASingleOutputForTheSecondClassFromOneHalfOn) {
    const Golden golden("metrics");
    EXPECT_EQ(classes_of<double>(golden.matrix("binary_probability")),
              golden.list<Index>("binary_predicted"));
    EXPECT_EQ(classes_of<float>(Matrix<float>{{0.5F, 0.49999997F}}), (std::vector<Index>{1, 0}));
}

TEST(Metrics, TakeTheFirstOfTheLargestOutputsForTheClass) {
    EXPECT_EQ(classes_of<double>(Matrix<double>{{1, 0, 3}, {1, 5, 3}, {0, 2, 4}}),
              (std::vector<Index>{0, 1, 2}));
}

TEST(Metrics, HaveAColumnForEachClassNumber) {
    EXPECT_EQ(one_hot<double>(std::vector<Index>{2, 0}, 3), (Matrix<double>{{0, 1}, {0, 0}, {1, 0}}));
    EXPECT_EQ(classes_of(one_hot<float>(std::vector<Index>{2, 0, 1}, 3)), (std::vector<Index>{2, 0, 1}));
}

class GoldenClassification : public testing::TestWithParam<const char*> {};

TEST_P(GoldenClassification, AgreesWithNumpy) {
    const std::string name = GetParam();
    const Golden golden("metrics");
    const Matrix<double> expected = golden.matrix(name + "_confusion");
    const Confusion table = confusion(golden.list<Index>(name + "_truth"),
                                      golden.list<Index>(name + "_predicted"), expected.rows());
    for (std::size_t i = 0; i < table.size(); ++i)
        for (std::size_t j = 0; j < table.size(); ++j)
            EXPECT_EQ(double(table[i][j]), expected(static_cast<Index>(i), static_cast<Index>(j)));
    EXPECT_DOUBLE_EQ(accuracy(table), golden.number(name + "_accuracy"));
    EXPECT_DOUBLE_EQ(macro_f1(table), golden.number(name + "_macro_f1"));
}
INSTANTIATE_TEST_SUITE_P(Metrics, GoldenClassification,
                         testing::Values("binary", "three", "four", "perfect"));

class GoldenRegression : public testing::TestWithParam<const char*> {};

TEST_P(GoldenRegression, AgreesWithNumpy) {
    const std::string name = GetParam();
    const Golden golden("metrics");
    const Matrix<double> A = golden.matrix(name + "_predicted"), Y = golden.matrix(name + "_truth");
    EXPECT_DOUBLE_EQ(root_mean_squared_error<double>(A, Y), golden.number(name + "_rmse"));
    EXPECT_DOUBLE_EQ(mean_absolute_error<double>(A, Y), golden.number(name + "_mae"));
    EXPECT_DOUBLE_EQ(r_squared<double>(A, Y), golden.number(name + "_r2"));
}
INSTANTIATE_TEST_SUITE_P(Metrics, GoldenRegression,
                         testing::Values("one_output", "two_outputs", "worse_than_the_mean"));

TEST(Metrics, CountATruthThatNeverVariesAsOneOrZero) {
    // Ten times 0.1 has not the mean 0.1: the rounding must not pass for variation.
    Matrix<double> constant(1, 10);
    std::fill_n(constant.data(), 10, 0.1);
    Matrix<double> off = constant;
    off(0, 3) = 0.2;
    EXPECT_EQ(r_squared<double>(constant, constant), 1);
    EXPECT_EQ(r_squared<double>(off, constant), 0);
}

TEST(Metrics, FillOnlyThePartOfTheTask) {
    const Matrix<double> A{{0.9, 0.2, 0.6}}, Y{{1, 0, 0}};
    const Evaluation classified = measure<double>(Task::classify, A, Y);
    EXPECT_EQ(classified.examples, 3);
    EXPECT_EQ(classified.confusion, (Confusion{{1, 1}, {0, 1}}));
    EXPECT_DOUBLE_EQ(classified.accuracy, 2.0 / 3);
    EXPECT_EQ(classified.rmse, 0);
    const Evaluation regressed = measure<double>(Task::regress, A, Y);
    EXPECT_TRUE(regressed.confusion.empty());
    EXPECT_DOUBLE_EQ(regressed.mae, 0.3);
}

TEST(Metrics, OfNoExamplesAreZero) {
    EXPECT_EQ(accuracy(confusion({}, {}, 2)), 0);
    EXPECT_EQ(macro_f1(confusion({}, {}, 2)), 0);
}

}  // namespace
}  // namespace gradus::test
