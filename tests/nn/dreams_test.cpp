// What machines draw, beside the probabilities of all their states.
#include "gradus/nn/dreams.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/nn/free_energy.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

Rbm<double> small_machine(Index visible, Index hidden, Index labels = 0) {
    Rbm<double> rbm(visible, hidden, VisibleUnits::bernoulli, HiddenUnits::bernoulli, labels);
    RandomState random(12);
    for (double& w : rbm.parameters()) w = random.randn();
    return rbm;
}

// The mean of each visible unit over all states in which exactly one label is on: that one, or any.
std::vector<double> exact_means(const Rbm<double>& rbm, std::optional<Index> label) {
    const Index n = rbm.visible(), units = n - rbm.labels();
    std::vector<double> means(static_cast<std::size_t>(units));
    double all = 0;
    for (Index state = 0; state < Index{1} << n; ++state) {
        Matrix<double> v(n, 1);
        Index on = 0;
        for (Index i = 0; i < n; ++i) v(i, 0) = double((state >> i) & 1);
        for (Index i = units; i < n; ++i) on += (state >> i) & 1;
        if (rbm.labels() > 0 && (on != 1 || (label && v(units + *label, 0) != 1))) continue;
        const double weight = std::exp(-free_energies<double>(rbm, v).front());
        all += weight;
        for (Index i = 0; i < units; ++i) means[static_cast<std::size_t>(i)] += weight * v(i, 0);
    }
    for (double& mean : means) mean /= all;
    return means;
}

void expect_means(const Matrix<double>& X, const std::vector<double>& expected) {
    ASSERT_EQ(X.rows(), static_cast<Index>(expected.size()));
    for (Index i = 0; i < X.rows(); ++i) {
        double sum = 0;
        for (Index j = 0; j < X.columns(); ++j) sum += X(i, j);
        EXPECT_NEAR(sum / double(X.columns()), expected[static_cast<std::size_t>(i)], 0.02) << i;
    }
}

TEST(Dream, HasTheMeansOfAllStates) {
    const Rbm<double> rbm = small_machine(5, 3);
    expect_means(dream<double>({rbm}, 20000, {.steps = 30, .seed = 1}), exact_means(rbm, {}));
}

TEST(Dream, OfAClassHasTheMeansOfItsStates) {
    const Rbm<double> rbm = small_machine(6, 3, 3);
    for (const Index label : {0, 2})
        expect_means(dream<double>({rbm}, 20000, {.steps = 30, .label = label, .seed = 1}),
                     exact_means(rbm, label));
    expect_means(dream<double>({rbm}, 20000, {.steps = 30, .seed = 1}), exact_means(rbm, {}));
}

// Labels that are never drawn again, though the machine would.
TEST(Dream, MayKeepTheClassThatItDrewFirst) {
    Rbm<double> rbm = small_machine(6, 3, 3);
    for (Index i = 3; i < 6; ++i) rbm.parameters()[static_cast<std::size_t>(3 * 6 + 3 + i)] = i == 4 ? 30 : 0;
    expect_means(dream<double>({rbm}, 20000, {.steps = 30, .keeps_label = true, .seed = 1}),
                 exact_means(rbm, 1));
    EXPECT_EQ(dream<double>({rbm}, 5, {.steps = 3, .label = 1, .keeps_label = true, .seed = 1}),
              dream<double>({rbm}, 5, {.steps = 3, .label = 1, .seed = 1}));
}

TEST(Dream, BeginsWhereItIsTold) {
    Rbm<double> rbm = small_machine(5, 5);
    for (double& w : rbm.parameters()) w = 0;
    for (Index i = 0; i < 5; ++i)
        rbm.parameters()[static_cast<std::size_t>(6 * i)] = 40;  // W: each unit its own
    for (std::size_t i = 25; i < 35; ++i) rbm.parameters()[i] = -20;
    const Matrix<double> from{{1, 0}, {0, 1}, {1, 1}, {0, 0}, {0, 1}};
    const Matrix<double> X = dream<double>({rbm}, 3, {.steps = 5}, from);
    for (Index j = 0; j < 3; ++j)
        for (Index i = 0; i < 5; ++i) EXPECT_NEAR(X(i, j), from(i, j % 2), 1e-6);
}

TEST(Dream, GoesDownThroughAllMachines) {
    // The first machine copies each hidden unit to a visible one, turned round.
    Rbm<double> below(4, 4);
    for (Index i = 0; i < 4; ++i) below.parameters()[static_cast<std::size_t>(5 * i)] = -40;
    for (std::size_t i = 20; i < 24; ++i) below.parameters()[i] = 20;
    const Rbm<double> top = small_machine(4, 3);
    std::vector<double> expected = exact_means(top, {});
    for (double& mean : expected) mean = 1 - mean;
    expect_means(dream<double>({below, top}, 20000, {.steps = 30, .seed = 2}), expected);
}

TEST(Dream, IsTheSameForTheSameSeed) {
    const Rbm<double> rbm = small_machine(5, 3);
    const auto drawn = [&](std::uint64_t seed) {
        return dream<double>({rbm}, 4, {.steps = 5, .seed = seed});
    };
    EXPECT_EQ(drawn(1), drawn(1));
    EXPECT_NE(drawn(1), drawn(2));
}

TEST(Dream, RefusesWhatNoMachineCanDream) {
    const Rbm<double> rbm = small_machine(5, 3), labelled = small_machine(6, 3, 3);
    const auto said = [](const std::vector<Rbm<double>>& machines, Index count, const DreamSettings& settings,
                         const Matrix<double>& from = {}) {
        return error_of([&] { dream<double>(machines, count, settings, from); });
    };
    EXPECT_EQ(said({}, 1, {}), "usage: dream: there are no machines, expected at least one");
    EXPECT_EQ(said({rbm, rbm}, 1, {}),
              "usage: dream: machine 1 has 3 hidden units, expected as many as the next has visible ones");
    EXPECT_EQ(said({rbm}, 0, {}), "usage: dream: 0 samples, expected at least 1");
    EXPECT_EQ(said({rbm}, 1, {.steps = 0}), "usage: dream: 0 steps, expected at least 1");
    EXPECT_EQ(said({rbm}, 1, {.label = 0}), "usage: dream: label 0, expected one of 0 labels, from 0");
    EXPECT_EQ(said({labelled}, 1, {.label = 3}), "usage: dream: label 3, expected one of 3 labels, from 0");
    EXPECT_EQ(said({rbm}, 1, {}, Matrix<double>(4, 2)), "usage: from is 4x2, expected 5x2");
}

}  // namespace
}  // namespace gradus::test
