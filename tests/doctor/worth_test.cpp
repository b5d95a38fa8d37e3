// Is a network's worth told from chance? By hand, and where many draws say how often chance is taken for
// worth.
#include "gradus/doctor/worth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/core/random.h"

namespace gradus::test {
namespace {

// Answers of two classes: the class that is told, with probability p.
Answers told(const std::vector<Index>& classes, double p) {
    Answers answers{.values = Matrix<double>(2, static_cast<Index>(classes.size())), .classes = classes};
    for (Index j = 0; j < answers.values.columns(); ++j) {
        const bool second = classes[static_cast<std::size_t>(j)] == 1;
        answers.values(0, j) = second ? 1 - p : p;
        answers.values(1, j) = second ? p : 1 - p;
    }
    return answers;
}

Matrix<double> row(const std::vector<Index>& classes) {
    Matrix<double> truth(1, static_cast<Index>(classes.size()));
    for (Index j = 0; j < truth.columns(); ++j) truth(0, j) = double(classes[static_cast<std::size_t>(j)]);
    return truth;
}

// McNemar 1947: b = 9 that the first alone has right, c = 1 that the second alone has right: 8 / sqrt(10).
TEST(Paired, OfRightAndWrongAnswersIsMcNemarsTest) {
    const std::vector<double> d{1, 1, 1, 1, 1, 1, 1, 1, 1, -1, 0, 0, 0};
    EXPECT_NEAR(paired(d).z, 8 / std::sqrt(10), 1e-15);
    EXPECT_NEAR(paired(d).mean, 8.0 / 13, 1e-15);
    EXPECT_FALSE(paired(d).better());
}

TEST(Paired, OneOutlierIsNoProof) {
    std::vector<double> d(100, 0.1);
    EXPECT_NEAR(paired(d).z, 10, 1e-12);
    d[7] = 1e9;
    EXPECT_LT(paired(d).z, 1.01);
}

TEST(Worth, ComparesWithTheMostFrequentClassOfTheTrainingExamples) {
    const std::vector<Index> truth{0, 1, 0, 1, 1, 1};  // of these, 1 is the most frequent
    const Simplest simplest{{0.6, 0.4}};
    const Worth worth =
        worth_of(Task::classify, told(truth, 0.9), nullptr, row(truth), simplest, Judged::validation);
    EXPECT_DOUBLE_EQ(worth.network, 1);
    EXPECT_NEAR(worth.simplest, 2.0 / 6, 1e-15);
    EXPECT_NEAR(worth.over_simplest.z, 2, 1e-15);  // 4 / sqrt(4)
    EXPECT_FALSE(worth.linear);
}

// Fisher's z of w d: the first alone is right where w = 3, the second alone where w = 1.
TEST(Worth, CountsTheWeightsOfTheExamples) {
    const std::vector<Index> truth{0, 1, 0, 1, 1, 1};
    const std::vector<double> weights{3, 1, 3, 1, 0, 0};
    const Simplest simplest = simplest_answer(Task::classify, row(truth), 2, weights);
    EXPECT_EQ(simplest.of, (std::vector<double>{0.75, 0.25}));
    const Worth worth = worth_of(Task::classify, told({1, 1, 0, 1, 0, 0}, 0.9), nullptr, row(truth), simplest,
                                 Judged::validation, weights);
    EXPECT_DOUBLE_EQ(worth.network, 5.0 / 8);
    EXPECT_DOUBLE_EQ(worth.simplest, 6.0 / 8);
    EXPECT_NEAR(worth.over_simplest.z, (1 + 1 - 3) / std::sqrt(1 + 1 + 9), 1e-15);

    const Matrix<double> values{{1, 2, 3, 4}};
    const std::vector<double> counts{1, 0, 0, 3};
    EXPECT_EQ(simplest_answer(Task::regress, values, 0, counts).of, (std::vector<double>{3.25}));
    EXPECT_EQ(simplest_answer(Task::regress, values, 0, counts).medians, (std::vector<double>{4}));
    const Answers all_4{.values = Matrix<double>{{4, 4, 4, 4}}};
    const Worth of_values =
        worth_of(Task::regress, all_4, nullptr, values, simplest_answer(Task::regress, values, 0, counts),
                 Judged::validation, counts);
    EXPECT_DOUBLE_EQ(of_values.network, 1 - 9.0 / 4 / (2.25 * 2.25 / 4 + 3 * 0.75 * 0.75 / 4));
}

TEST(Worth, OfAnswersThatAreUndecidedIsAHalf) {
    const std::vector<Index> truth{0, 1, 1, 0};
    const Worth worth = worth_of(Task::classify, told({0, 1, 1, 1}, 0.5 + 1e-9), nullptr, row(truth),
                                 Simplest{{0.5, 0.5}}, Judged::training);
    EXPECT_EQ(worth.undecided, 4);
    EXPECT_DOUBLE_EQ(worth.network, 0.5);
}

// R2 against the mean of the training examples, whatever the unit.
TEST(Worth, OfValuesHasNoUnit) {
    for (const double unit : {1.0, 1e6}) {
        const Matrix<double> truth{{1 * unit, 2 * unit, 3 * unit, 6 * unit}};
        const Answers answers{.values = Matrix<double>{{1 * unit, 2 * unit, 2 * unit, 6 * unit}}};
        const Worth worth =
            worth_of(Task::regress, answers, nullptr, truth, Simplest{{3 * unit}}, Judged::validation);
        EXPECT_NEAR(worth.network, 1 - 1.0 / 14, 1e-12);
        EXPECT_NEAR(worth.simplest, 0, 1e-12);
        EXPECT_NEAR(worth.over_simplest.z, (4 + 1 - 1 + 9) / std::sqrt(16 + 1 + 1 + 81), 1e-12);
    }
}

// The square of the largest of these targets is half of the sum of all squares: by squares alone nothing is
// sure.
TEST(Worth, OfValuesIsSeenBesideAFewThatAreFarLarger) {
    RandomState random(6);
    Matrix<double> truth(1, 300);
    Answers answers{.values = Matrix<double>(1, 300)};
    for (Index j = 0; j < 300; ++j) {
        truth(0, j) = std::exp(2 * random.randn());
        answers.values(0, j) = 0.95 * truth(0, j);
    }
    const Worth good = worth_of(Task::regress, answers, nullptr, truth,
                                simplest_answer(Task::regress, truth, 0), Judged::validation);
    EXPECT_GT(good.network, 0.99);
    EXPECT_FALSE(good.over_simplest.better());
    EXPECT_FALSE(good.no_better());
    // The median has smaller absolute errors than the mean, and is worth nothing all the same.
    const Simplest simplest = simplest_answer(Task::regress, truth, 0);
    for (Index j = 0; j < 300; ++j) answers.values(0, j) = simplest.medians[0];
    EXPECT_TRUE(worth_of(Task::regress, answers, nullptr, truth, simplest, Judged::validation).no_better());
}

// All seven of seven better: 2 of the 128 ways to change their signs bring the sum as far from 0.
TEST(Paired, OfAFewIsFishersTestItself) {
    const std::vector<double> seven{1, 2, 1, 3, 1, 1, 0, 1};
    EXPECT_NEAR(paired(seven).chance, 2.0 / 128, 1e-15);
    EXPECT_TRUE(paired(seven).likely());
    const std::vector<double> four{1, 2, 1, 3};
    EXPECT_NEAR(paired(four).chance, 2.0 / 16, 1e-15);
    EXPECT_FALSE(paired(four).likely());
    EXPECT_FALSE(paired(std::vector<double>{-1, -2, -1, -3, -1, -1, -1}).likely());
}

// Of 2,000 coin throws against coin throws 1 % is significant; a seventh right of what the other has wrong is
// seen.
TEST(Worth, TakesChanceForWorthOnceInTwoHundred) {
    RandomState random(11);
    int better = 0, worse = 0;
    for (int draw = 0; draw < 2000; ++draw) {
        std::vector<Index> truth, network, linear;
        for (int j = 0; j < 200; ++j) {
            truth.push_back(random.randn() > 0 ? 1 : 0);
            network.push_back(random.randn() > 0 ? 1 : 0);
            linear.push_back(random.randn() > 0 ? 1 : 0);
        }
        const Answers line = told(linear, 0.6);
        const Worth worth = worth_of(Task::classify, told(network, 0.6), &line, row(truth),
                                     Simplest{{0.5, 0.5}}, Judged::validation);
        if (worth.over_simplest.better()) ++better;
        if (worth.worse_than_linear()) ++worse;
    }
    EXPECT_NEAR(better, 10, 10);
    EXPECT_NEAR(worse, 10, 10);
}

}  // namespace
}  // namespace gradus::test
