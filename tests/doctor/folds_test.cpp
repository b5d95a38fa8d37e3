// Is nothing learned called nothing, though an ensemble's folds also choose when its networks stop?
#include "gradus/doctor/folds.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gradus/data/generators.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/model/training.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

// Four columns of normal numbers, and a target that knows `signal` times the first of them.
Dataset with_signal(std::uint32_t seed, Index examples, double signal, bool classes) {
    RandomState random(seed);
    Matrix<double> X(4, examples);
    Dataset data{.name = "signal", .Y = Matrix<double>(1, examples), .target_names = {"target"}};
    if (classes) data.class_names = {"0", "1"};
    for (Index j = 0; j < examples; ++j) {
        for (Index i = 0; i < 4; ++i) X(i, j) = random.randn();
        const double y = signal * X(0, j) + random.randn();
        data.Y(0, j) = classes ? double(y > 0) : y;
    }
    data.table = table_of(X);
    return data;
}

// What `train` would say of an ensemble.
std::vector<Finding> findings_of(const Dataset& data, std::optional<Index> folds = {}) {
    const Recipe recipe = make_recipe({.ensemble = folds ? 1 : 8, .folds = folds}, data);
    std::vector<Finding> findings;
    const Course history;
    train<float>(data, recipe, {.linear = [](const Evaluation&) {}},
                 [&](const Trained<float>& trained, const PreparedData<float>& prepared) {
                     findings = check<float>(data, recipe, history, trained, prepared);
                 });
    return findings;
}

// Of 20 coins the out-of-fold answers themselves pass five for a little learned. At 1 % by chance one may be.
TEST(StoppedByOtherFolds, ACoinIsNotLearned) {
    Index learned = 0;
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        const std::vector<Finding> findings = findings_of(with_signal(seed, 400, 0, true));
        learned += findings.empty() || findings[0].name != "no_better" ? 1 : 0;
    }
    EXPECT_LE(learned, 1);
}

TEST(StoppedByOtherFolds, JudgeACrossValidationToo) {
    const std::vector<Finding> findings = findings_of(with_signal(46, 400, 0, true), 8);
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings[0].name, "no_better");
    EXPECT_NE(findings[0].evidence.find("stopped by the other folds"), std::string::npos)
        << findings[0].evidence;
}

TEST(StoppedByOtherFolds, AWeakSignalIsLearned) {
    for (const bool classes : {false, true})
        for (const Finding& finding : findings_of(with_signal(1, 400, 0.5, classes)))
            ADD_FAILURE() << finding.sentence << '\n' << finding.evidence;
}

// Where the others chose what a network's own fold has chosen, the answers are those of the ensemble.
TEST(StoppedByOtherFolds, ANetworkOfSoManyEpochsIsTheOneThatWasKept) {
    for (const bool classes : {false, true}) {
        const Dataset data = with_signal(3, 130, 1, classes);
        const Recipe recipe = make_recipe({.hidden = "8 tanh, dropout 0.1",
                                           .learning_rate = 0.05,
                                           .schedule = Schedule::cosine,
                                           .batch = 16,
                                           .epochs = 20,
                                           .patience = 4,
                                           .ensemble = 3,
                                           .precision = Precision::twice},
                                          data);
        const Trained<double> trained = train<double>(data, recipe);
        const std::vector<Index> fold = folds_of(data, recipe);
        ASSERT_EQ(trained.fold_curves.size(), 3U);
        for (std::size_t k = 0; k < 3; ++k) {
            const std::vector<std::vector<CurvePoint>> curves(3, trained.fold_curves[k]);
            const Answers again = stopped_by_other_folds<double>(data, recipe, curves, {});
            ASSERT_FALSE(again.empty());
            for (std::size_t j = 0; j < fold.size(); ++j) {
                if (fold[j] == static_cast<Index>(k)) {
                    const auto example = static_cast<Index>(j);
                    EXPECT_NEAR(again.values(0, example), trained.fold_answers.values(0, example), 1e-9);
                }
            }
        }
    }
}

TEST(StoppedByOtherFolds, IsNothingWhereNobodyMeasuredOrSomebodyStopped) {
    const Dataset data = with_signal(3, 60, 1, true);
    const Recipe recipe = make_recipe({.hidden = "4 tanh", .epochs = 3, .ensemble = 3}, data);
    std::vector<std::vector<CurvePoint>> curves = train<float>(data, recipe).fold_curves;
    EXPECT_FALSE(stopped_by_other_folds<float>(data, recipe, curves, {}).empty());
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(stopped_by_other_folds<float>(data, recipe, curves, stop.get_token()).empty());
    curves[1][0].validation_cost.reset();
    EXPECT_TRUE(stopped_by_other_folds<float>(data, recipe, curves, {}).empty());
}

}  // namespace
}  // namespace gradus::test
