// Are two models told apart as they should be? Against the formulas of two papers, and against a slow twin
// that lets each example count a little more and looks how far the difference moves.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/random.h"
#include "gradus/nn/metrics.h"

namespace gradus::test {
namespace {

struct Pair {
    Matrix<double> A, B, Y;
};

// Two classifiers that often agree.
Pair classifiers(Index classes, Index n) {
    RandomState random(3);
    const Index rows = classes == 2 ? 1 : classes;
    Pair pair{Matrix<double>(rows, n), Matrix<double>(rows, n), Matrix<double>(rows, n)};
    for (Index j = 0; j < n; ++j) {
        const auto truth = static_cast<Index>(random.random_sample() * double(classes));
        if (rows == 1) pair.Y(0, j) = double(truth);
        if (rows > 1) pair.Y(truth, j) = 1;
        double sum_a = 0, sum_b = 0;
        for (Index i = 0; i < rows; ++i) {
            const double hint = pair.Y(i, j) + 0.8 * random.randn();
            pair.A(i, j) = std::exp(hint + 0.3 * random.randn());
            pair.B(i, j) = std::exp(0.8 * hint + 0.5 * random.randn());
            sum_a += pair.A(i, j);
            sum_b += pair.B(i, j);
        }
        for (Index i = 0; i < rows; ++i) {
            pair.A(i, j) /= rows == 1 ? sum_a + 1.6 : sum_a;
            pair.B(i, j) /= rows == 1 ? sum_b + 1.6 : sum_b;
        }
    }
    return pair;
}

Pair regressions(Index outputs, Index n) {
    RandomState random(4);
    Pair pair{Matrix<double>(outputs, n), Matrix<double>(outputs, n), Matrix<double>(outputs, n)};
    for (Index j = 0; j < n; ++j)
        for (Index i = 0; i < outputs; ++i) {
            const double hard = random.randn();
            pair.Y(i, j) = 3 * random.randn();
            pair.A(i, j) = pair.Y(i, j) + hard + 0.2 * random.randn();
            pair.B(i, j) = pair.Y(i, j) + hard + 0.4 * random.randn();
        }
    return pair;
}

// The difference when example j counts `weight`, the others 1.
double weighted(Task task, const Pair& pair, double Evaluation::*metric, Index j, double weight) {
    Matrix<double> weights(1, pair.Y.columns());
    std::fill_n(weights.data(), pair.Y.columns(), 1.0);
    weights(0, j) = weight;
    const Evaluation a = measure<double>(task, pair.A, pair.Y, weights);
    const Evaluation b = measure<double>(task, pair.B, pair.Y, weights);
    return a.*metric - b.*metric;
}

void expect_twin(Task task, const Pair& pair, double Evaluation::*metric, const Estimate& found) {
    constexpr double h = 1e-4;
    double squares = 0;
    for (Index j = 0; j < pair.Y.columns(); ++j) {
        const double slope =
            (weighted(task, pair, metric, j, 1 + h) - weighted(task, pair, metric, j, 1 - h)) / (2 * h);
        squares += slope * slope;
    }
    EXPECT_EQ(found.value,
              measure<double>(task, pair.A, pair.Y).*metric - measure<double>(task, pair.B, pair.Y).*metric);
    EXPECT_NEAR(found.standard_error / std::sqrt(squares), 1, 1e-5);
}

class ComparedClassifiers : public testing::TestWithParam<Index> {};

TEST_P(ComparedClassifiers, DifferAsASlowTwinSays) {
    const Pair pair = classifiers(GetParam(), 80);
    const Comparison c = compare<double>(Task::classify, pair.A, pair.B, pair.Y);
    expect_twin(Task::classify, pair, &Evaluation::accuracy, c.accuracy);
    expect_twin(Task::classify, pair, &Evaluation::f1, c.f1);
    expect_twin(Task::classify, pair, &Evaluation::log_loss, c.log_loss);
    expect_twin(Task::classify, pair, &Evaluation::roc_auc, c.roc_auc);
}
INSTANTIATE_TEST_SUITE_P(Comparison, ComparedClassifiers, testing::Values(2, 4));

TEST(Comparison, OfRegressionsDiffersAsASlowTwinSays) {
    for (const Index outputs : {1, 3}) {
        const Pair pair = regressions(outputs, 60);
        const Comparison c = compare<double>(Task::regress, pair.A, pair.B, pair.Y);
        expect_twin(Task::regress, pair, &Evaluation::rmse, c.rmse);
        expect_twin(Task::regress, pair, &Evaluation::mae, c.mae);
        expect_twin(Task::regress, pair, &Evaluation::r2, c.r2);
    }
}

// McNemar 1947: only examples count that one model has right and the other wrong.
TEST(Comparison, OfAccuraciesHasMcNemarsStandardError) {
    Matrix<double> A(1, 100), B(1, 100), Y(1, 100);
    for (Index j = 0; j < 9; ++j) B(0, j) = 1;   // wrong, and A right
    for (Index j = 9; j < 13; ++j) A(0, j) = 1;  // the reverse
    for (Index j = 50; j < 70; ++j) A(0, j) = B(0, j) = 1;
    const Comparison c = compare<double>(Task::classify, A, B, Y);
    EXPECT_NEAR(c.accuracy.value, 0.05, 1e-15);
    EXPECT_NEAR(c.accuracy.standard_error, std::sqrt(9 + 4 - 25.0 / 100) / 100, 1e-15);
}

// DeLong et al. 1988, pair by pair of a member and another.
TEST(Comparison, OfAreasHasTheStandardErrorOfDeLong) {
    const Pair pair = classifiers(2, 60);
    std::vector<Index> in, out;
    for (Index j = 0; j < 60; ++j) (pair.Y(0, j) == 1 ? in : out).push_back(j);
    const auto wins = [](double x, double y) { return x > y ? 1.0 : x == y ? 0.5 : 0.0; };
    const auto gap = [&](Index i, Index k) {
        return wins(pair.A(0, i), pair.A(0, k)) - wins(pair.B(0, i), pair.B(0, k));
    };
    const auto variance = [](const std::vector<double>& values) {
        double mean = 0, sum = 0;
        for (const double x : values) mean += x / double(values.size());
        for (const double x : values) sum += (x - mean) * (x - mean);
        return sum / double(values.size()) / double(values.size());
    };
    std::vector<double> of_in, of_out;
    for (const Index i : in) {
        of_in.push_back(0);
        for (const Index k : out) of_in.back() += gap(i, k) / double(out.size());
    }
    for (const Index k : out) {
        of_out.push_back(0);
        for (const Index i : in) of_out.back() += gap(i, k) / double(in.size());
    }
    const Comparison c = compare<double>(Task::classify, pair.A, pair.B, pair.Y);
    EXPECT_NEAR(c.roc_auc.standard_error, std::sqrt(variance(of_in) + variance(of_out)), 1e-12);
}

TEST(Comparison, OfAModelWithItselfIsNothing) {
    const Pair pair = classifiers(4, 50);
    const Comparison c = compare<double>(Task::classify, pair.A, pair.A, pair.Y);
    EXPECT_EQ(c.accuracy, (Estimate{0, 0}));
    EXPECT_EQ(c.f1, (Estimate{0, 0}));
    EXPECT_EQ(c.log_loss, (Estimate{0, 0}));
    EXPECT_EQ(c.roc_auc, (Estimate{0, 0}));
    EXPECT_THROW(compare<double>(Task::classify, pair.A, pair.A.view().columns({0, 4}), pair.Y), Error);
}

TEST(Metrics, OfProbabilitiesAreLeftOutWhereNobodyAsks) {
    const Pair pair = classifiers(4, 50);
    const Evaluation all = measure<double>(Task::classify, pair.A, pair.Y);
    const Evaluation some = measure<double>(Task::classify, pair.A, pair.Y, {}, Asked::classes);
    EXPECT_EQ(some.accuracy, all.accuracy);
    EXPECT_EQ(some.f1, all.f1);
    EXPECT_EQ(some.confusion, all.confusion);
    EXPECT_EQ(some.standard_error.accuracy, all.standard_error.accuracy);
    for (const double none : {some.log_loss, some.roc_auc, some.calibration_error})
        EXPECT_TRUE(std::isnan(none));
}

TEST(Metrics, CalibrationBinsHoldTheExamplesByTheirLargestProbability) {
    const Matrix<double> P{{0.9, 0.19, 0.81, 0.99}}, Y{{1, 1, 1, 0}};
    const std::vector<CalibrationBin> bins = calibration_bins<double>(P.view(), Y);
    ASSERT_EQ(bins.size(), 15U);
    EXPECT_EQ(bins[12].examples, 2);  // 0.81 for the first class, wrong; 0.81 for the second, right
    EXPECT_EQ(bins[12].right, 0.5);
    EXPECT_EQ(bins[13].examples, 1);
    EXPECT_EQ(bins[14].examples, 1);
    EXPECT_EQ(bins[14].right, 0);
    EXPECT_DOUBLE_EQ(bins[13].probability, 0.9);
}

}  // namespace
}  // namespace gradus::test
