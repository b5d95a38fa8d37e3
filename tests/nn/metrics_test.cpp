#include "gradus/nn/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "gradus/core/error.h"
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

TEST(Metrics, RefuseOutputsThatAreNoNumbers) {
    const Matrix<double> A{{0.5, std::numeric_limits<double>::quiet_NaN()}}, Y{{0, 1}};
    for (const Task task : {Task::classify, Task::regress}) try {
            measure<double>(task, A, Y);
            ADD_FAILURE() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.what(),
                      std::string("metrics: the output for example 2 is nan, expected a finite "
                                  "number (hint: a number in this row is too large, or missing)"));
        }
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

// The truth as a network's outputs should be: a row for each class, of two the second's.
Matrix<double> one_hot(const std::vector<Index>& truth, Index rows) {
    Matrix<double> Y(rows, static_cast<Index>(truth.size()));
    for (std::size_t j = 0; j < truth.size(); ++j)
        if (rows > 1 || truth[j] == 1) Y(rows > 1 ? truth[j] : 0, static_cast<Index>(j)) = 1;
    return Y;
}

class GoldenProbabilities : public testing::TestWithParam<const char*> {
protected:
    GoldenProbabilities() {
        const Matrix<double> all = golden.matrix(name + "_probability");
        const Index rows = all.rows() == 2 ? 1 : all.rows();
        P = Matrix<double>(rows, all.columns());
        for (Index i = 0; i < rows; ++i)
            for (Index j = 0; j < P.columns(); ++j) P(i, j) = all(rows == 1 ? 1 : i, j);
        Y = one_hot(golden.list<Index>(name + "_truth"), rows);
    }

    std::string name = GetParam();
    Golden golden{"metrics"};
    Matrix<double> P, Y;
};

TEST_P(GoldenProbabilities, AgreeWithNumpy) {
    const Evaluation e = measure<double>(Task::classify, P, Y);
    EXPECT_NEAR(e.accuracy, golden.number(name + "_accuracy_of"), 1e-12);
    EXPECT_NEAR(e.f1, golden.number(name + "_f1_of"), 1e-12);
    EXPECT_NEAR(e.log_loss, golden.number(name + "_log_loss"), 1e-12);
    EXPECT_NEAR(e.roc_auc, golden.number(name + "_roc_auc"), 1e-12);
    EXPECT_NEAR(e.calibration_error, golden.number(name + "_calibration_error"), 1e-12);
}

TEST_P(GoldenProbabilities, AgreeWithNumpyWhereExamplesHaveWeights) {
    const Matrix<double> weights = golden.matrix(name + "_weights");
    const Evaluation e = measure<double>(Task::classify, P, Y, weights);
    EXPECT_NEAR(e.accuracy, golden.number(name + "_weighted_accuracy_of"), 1e-12);
    EXPECT_NEAR(e.f1, golden.number(name + "_weighted_f1_of"), 1e-12);
    EXPECT_NEAR(e.log_loss, golden.number(name + "_weighted_log_loss"), 1e-12);
    EXPECT_NEAR(e.roc_auc, golden.number(name + "_weighted_roc_auc"), 1e-12);
    EXPECT_NEAR(e.calibration_error, golden.number(name + "_weighted_calibration_error"), 1e-12);
}

// 2,000 draws know a standard error to one part in sixty.
void expect_near_bootstrap(double found, double expected) {
    EXPECT_NEAR(found / expected, 1, 0.06);
}

TEST_P(GoldenProbabilities, HaveTheStandardErrorsOfABootstrap) {
    const StandardErrors e = measure<double>(Task::classify, P, Y).standard_error;
    expect_near_bootstrap(e.accuracy, golden.number(name + "_accuracy_of_error"));
    expect_near_bootstrap(e.f1, golden.number(name + "_f1_of_error"));
    expect_near_bootstrap(e.log_loss, golden.number(name + "_log_loss_error"));
    expect_near_bootstrap(e.roc_auc, golden.number(name + "_roc_auc_error"));
    EXPECT_NEAR(e.calibration_error / golden.number(name + "_calibration_error_error"), 1, 0.15);
}
INSTANTIATE_TEST_SUITE_P(Metrics, GoldenProbabilities, testing::Values("two_classes", "four_classes"));

TEST(Metrics, OfARegressionHaveTheStandardErrorsOfABootstrap) {
    const Golden golden("metrics");
    const Evaluation e =
        measure<double>(Task::regress, golden.matrix("noisy_predicted"), golden.matrix("noisy_truth"));
    EXPECT_NEAR(e.rmse, golden.number("noisy_rmse"), 1e-12);
    EXPECT_NEAR(e.mae, golden.number("noisy_mae"), 1e-12);
    EXPECT_NEAR(e.r2, golden.number("noisy_r2"), 1e-12);
    expect_near_bootstrap(e.standard_error.rmse, golden.number("noisy_rmse_error"));
    expect_near_bootstrap(e.standard_error.mae, golden.number("noisy_mae_error"));
    expect_near_bootstrap(e.standard_error.r2, golden.number("noisy_r2_error"));
}

// Each label, their mean, and the standard error of the mean: the labels of an example are not independent.
TEST(Metrics, OfLabelsAgreeWithNumpy) {
    const Golden golden("metrics");
    const Matrix<double> P = golden.matrix("labels_probability"), Y = golden.matrix("labels_truth");
    const Evaluation e = measure<double>(Task::multilabel, P, Y);
    const Evaluation weighted = measure<double>(Task::multilabel, P, Y, golden.matrix("labels_weights"));
    ASSERT_EQ(e.labels.size(), 4U);
    const auto expect = [&](const std::string& name, double Evaluation::*metric,
                            double StandardErrors::*error, double error_tolerance) {
        EXPECT_NEAR(e.*metric, golden.number("labels_" + name), 1e-12) << name;
        EXPECT_NEAR(weighted.*metric, golden.number("labels_weighted_" + name), 1e-12) << name;
        EXPECT_NEAR(e.standard_error.*error / golden.number("labels_" + name + "_error"), 1, error_tolerance)
            << name;
        const Matrix<double> each = golden.matrix("labels_" + name + "_each");
        for (std::size_t i = 0; i < 4; ++i) {
            const double found = e.labels[i].*metric;
            EXPECT_NEAR(std::isnan(found) ? -1 : found, each(0, static_cast<Index>(i)), 1e-12) << name;
        }
    };
    expect("accuracy", &Evaluation::accuracy, &StandardErrors::accuracy, 0.06);
    expect("f1", &Evaluation::f1, &StandardErrors::f1, 0.06);
    expect("log_loss", &Evaluation::log_loss, &StandardErrors::log_loss, 0.06);
    expect("roc_auc", &Evaluation::roc_auc, &StandardErrors::roc_auc, 0.06);
    expect("calibration_error", &Evaluation::calibration_error, &StandardErrors::calibration_error, 1);
    EXPECT_GT(e.standard_error.calibration_error,
              golden.number("labels_calibration_error_error"));  // a bound
}

TEST(Metrics, OfLabelsCountEachAnswer) {
    const Matrix<double> P{{0.9, 0.5, 0.2}, {0.1, 0.1, 0.1}}, Y{{1, 0, 1}, {0, 0, 0}};
    const Evaluation e = measure<double>(Task::multilabel, P, Y);
    EXPECT_EQ(e.labels[0].confusion, (Confusion{{0, 1}, {1, 1}}));
    EXPECT_DOUBLE_EQ(e.labels[0].f1, 0.5);
    EXPECT_EQ(e.labels[1].f1, 0);  // nobody has it, nobody is said to
    EXPECT_DOUBLE_EQ(e.accuracy, (1.0 / 3 + 1) / 2);
    EXPECT_TRUE(e.confusion.empty());
    EXPECT_DOUBLE_EQ(e.roc_auc, e.labels[0].roc_auc);  // the other label has none
}

TEST(Metrics, HaveTheBinomialStandardErrorOfAnAccuracy) {
    Matrix<double> A(1, 100), Y(1, 100);
    for (Index j = 0; j < 20; ++j) A(0, j) = 1;
    EXPECT_NEAR(measure<double>(Task::classify, A, Y).standard_error.accuracy, 0.04, 1e-15);
}

TEST(Metrics, CountAnExampleOfWeightTwoTwice) {
    const Matrix<double> A{{0.9, 0.2, 0.6}}, Y{{1, 0, 0}}, weights{{1, 2, 1}};
    const Matrix<double> A2{{0.9, 0.2, 0.2, 0.6}}, Y2{{1, 0, 0, 0}};
    const Evaluation weighted = measure<double>(Task::classify, A, Y, weights);
    const Evaluation twice = measure<double>(Task::classify, A2, Y2);
    EXPECT_DOUBLE_EQ(weighted.accuracy, twice.accuracy);
    EXPECT_DOUBLE_EQ(weighted.roc_auc, twice.roc_auc);
    EXPECT_DOUBLE_EQ(weighted.log_loss, twice.log_loss);
    EXPECT_DOUBLE_EQ(measure<double>(Task::regress, A, Y, weights).r2,
                     measure<double>(Task::regress, A2, Y2).r2);
}

// An example of weight 0 is one that is not there: also the only one of its class, and the surest mistake.
TEST(Metrics, DoNotSeeAnExampleOfWeightZero) {
    const Matrix<double> A{{0.9, 0.999, 0.2, 0.6, 0.001}}, Y{{1, 0, 0, 0, 1}}, weights{{1, 0, 2, 1, 0}};
    const Matrix<double> A2{{0.9, 0.2, 0.6}}, Y2{{1, 0, 0}}, weights2{{1, 2, 1}};
    const Evaluation all = measure<double>(Task::classify, A, Y, weights);
    const Evaluation some = measure<double>(Task::classify, A2, Y2, weights2);
    EXPECT_TRUE(all.weighted);
    for (const auto metric : {&Evaluation::accuracy, &Evaluation::f1, &Evaluation::log_loss,
                              &Evaluation::roc_auc, &Evaluation::calibration_error})
        EXPECT_DOUBLE_EQ(all.*metric, some.*metric);
    for (const auto error : {&StandardErrors::f1, &StandardErrors::log_loss, &StandardErrors::roc_auc})
        EXPECT_DOUBLE_EQ(all.standard_error.*error, some.standard_error.*error);
    for (const auto metric : {&Evaluation::rmse, &Evaluation::mae, &Evaluation::r2})
        EXPECT_DOUBLE_EQ(measure<double>(Task::regress, A, Y, weights).*metric,
                         measure<double>(Task::regress, A2, Y2, weights2).*metric);
    Matrix<double> ranked(1, 100), halves(1, 100);  // 50 times 1/50 is above 1 in double
    for (Index j = 0; j < 100; ++j) ranked(0, j) = double(j) / 100, halves(0, j) = j < 50 ? 0 : 1;
    EXPECT_EQ(measure<double>(Task::classify, ranked, halves).roc_auc, 1);
    EXPECT_EQ(measure<double>(Task::classify, ranked, halves).standard_error.roc_auc, 0);
    const Matrix<double> one_class{{1, 1, 1, 1, 0}};
    EXPECT_TRUE(std::isnan(measure<double>(Task::classify, A, one_class, weights).roc_auc));
    const Matrix<double> L{{1, 0, 0, 0, 1}, {0, 0, 1, 1, 1}}, L2{{1, 0, 0}, {0, 1, 1}};
    const Matrix<double> B{{0.9, 0.999, 0.2, 0.6, 0.001}, {0.1, 0.9, 0.8, 0.4, 0}},
        B2{{0.9, 0.2, 0.6}, {0.1, 0.8, 0.4}};
    EXPECT_DOUBLE_EQ(measure<double>(Task::multilabel, B, L, weights).f1,
                     measure<double>(Task::multilabel, B2, L2, weights2).f1);
}

TEST(Metrics, ThatWereNotAskedForAreNone) {
    const Matrix<double> A{{0.9, 0.2, 0.6}}, Y{{1, 0, 0}};
    const Evaluation all = measure<double>(Task::classify, A, Y);
    const Evaluation loss = measure<double>(Task::classify, A, Y, {}, Asked::log_loss);
    const Evaluation classes = measure<double>(Task::classify, A, Y, {}, Asked::classes);
    EXPECT_EQ(loss.log_loss, all.log_loss);
    EXPECT_EQ(loss.accuracy, all.accuracy);
    EXPECT_TRUE(std::isnan(loss.roc_auc) && std::isnan(loss.calibration_error));
    EXPECT_TRUE(std::isnan(classes.log_loss) && std::isnan(classes.roc_auc));
    EXPECT_FALSE(all.weighted);
}

TEST(Metrics, HaveNoRocCurveOfOneClassAlone) {
    const Matrix<double> A{{0.9, 0.2}}, Y{{1, 1}};
    EXPECT_TRUE(std::isnan(measure<double>(Task::classify, A, Y).roc_auc));
}

TEST(Metrics, KeepTheLogLossFiniteForACertainMistake) {
    const Matrix<double> A{{0.0}}, Y{{1.0}};
    EXPECT_NEAR(measure<double>(Task::classify, A, Y).log_loss, 36.04, 0.01);  // -log of double's epsilon
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

TEST(Measure, OfAReconstructionIsTheMeanSquaredErrorOfItsExamples) {
    const Matrix<double> A{{0.5, 1}, {0, 0.2}}, Y{{0, 1}, {1, 0}};
    const Evaluation e = measure<double>(Task::reconstruct, A, Y);
    EXPECT_DOUBLE_EQ(e.reconstruction_error, (0.625 + 0.02) / 2);
    EXPECT_DOUBLE_EQ(e.standard_error.reconstruction_error, 0.3025 / std::sqrt(2.0));
    const Matrix<double> weights{{3, 1}};
    EXPECT_DOUBLE_EQ(measure<double>(Task::reconstruct, A, Y, weights).reconstruction_error,
                     (3 * 0.625 + 0.02) / 4);
    const Comparison c = compare<double>(Task::reconstruct, A, Y, Y);
    EXPECT_DOUBLE_EQ(c.reconstruction_error.value, 0.3225);
    EXPECT_EQ(error_of([&] { measure<double>(Task::encode, A, Y); }),
              "usage: metrics: the task encode has no truth to compare with, expected reconstruction_errors, "
              "free_energies");
}

}  // namespace
}  // namespace gradus::test
