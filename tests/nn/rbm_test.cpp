// Restricted Boltzmann machines: their draws and steps beside NumPy's, their likelihood beside enumeration.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <tuple>
#include <vector>

#include "gradus/nn/free_energy.h"
#include "gradus/nn/rbm.h"
#include "gradus/nn/rbm_likelihood.h"
#include "gradus/nn/rbm_step.h"
#include "gradus/nn/run.h"
#include "gradus/nn/sampling.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

// ---- Draws

TEST(Sampling, DrawsTheUniformNumbersThatNumpysPhiloxGives) {
    const Golden golden("rbm");
    Matrix<double> u(20, 2);
    Matrix<float> single(20, 1);
    const Draws draws{.seed = 77, .step = 5, .layer = 2, .sample = 6};
    uniform_numbers(u.data(), 20, draws, 3);
    uniform_numbers(u.data() + 20, 20, draws, 3, 2);
    uniform_numbers(single.data(), 20, draws, 3);
    EXPECT_TRUE(same_bits(u.transposed(), golden.matrix("uniform")));
    for (Index i = 0; i < 20; ++i) EXPECT_EQ(double(single(i, 0)), u(i, 0));
}

TEST(Sampling, DrawsLongColumnsAsShortOnes) {
    constexpr Index rows = 1300;  // several pieces of the memory in which they are made
    Matrix<float> P(rows, 3), S(rows, 3), u(rows, 1);
    for (Index i = 0; i < rows * 3; ++i) P.data()[i] = 0.3F;
    const Draws draws{.seed = 1, .step = 2};
    sample_bernoulli<float>(S, P, draws, 40);
    uniform_numbers(u.data(), rows, draws, 42);
    for (Index i = 0; i < rows; ++i) EXPECT_EQ(S(i, 2), u(i, 0) < 0.3F ? 1 : 0) << i;
}

TEST(Sampling, NeverDrawsTheImpossibleAndAlwaysTheCertain) {
    Matrix<double> P(4000, 1), S = P;
    for (Index i = 0; i < 2000; ++i) P(i, 0) = 1;
    sample_bernoulli<double>(S, P, {}, 0);
    EXPECT_TRUE(same_bits(S, P));
}

TEST(Sampling, DrawsNormalNumbersOfMeanZeroAndVarianceOne) {
    constexpr Index count = 200'000;
    Matrix<double> M(count, 1), S = M;
    sample_normal<double>(S, M, {.seed = 3}, 0);
    double sum = 0, squares = 0, fourth = 0;
    for (Index i = 0; i < count; ++i) {
        const double s = S(i, 0);
        sum += s, squares += s * s, fourth += s * s * s * s;
    }
    EXPECT_NEAR(sum / count, 0, 4 / std::sqrt(double(count)));
    EXPECT_NEAR(squares / count, 1, 4 * std::sqrt(2.0 / count));
    EXPECT_NEAR(fourth / count, 3, 4 * std::sqrt(96.0 / count));
}

TEST(Sampling, DrawsOneOfAGroupAsOftenAsItsProbability) {
    constexpr Index count = 40'000;
    Matrix<double> P(3, count), S = P;
    for (Index j = 0; j < count; ++j) P(0, j) = 0.2, P(1, j) = 0.5, P(2, j) = 0.3;
    sample_one_of<double>(S, P, {.seed = 4}, 0);
    double drawn[3] = {};
    for (Index j = 0; j < count; ++j) {
        EXPECT_EQ(S(0, j) + S(1, j) + S(2, j), 1);
        for (Index i = 0; i < 3; ++i) drawn[i] += S(i, j) / count;
    }
    for (Index i = 0; i < 3; ++i) EXPECT_NEAR(drawn[i], P(i, 0), 0.01);
}

// ---- Steps

Rbm<double> machine_of(const Golden& golden, const std::string& name, const std::string& when) {
    const std::vector<int> units = golden.list<int>(name + "_units");
    const auto labels = static_cast<Index>(golden.list<double>(name + "_settings")[6]);
    const Matrix<double> W = golden.matrix(name + when + "W");
    Rbm<double> rbm(W.columns(), W.rows(), static_cast<VisibleUnits>(units[0]),
                    static_cast<HiddenUnits>(units[1]), labels);
    double* to = rbm.parameters().data();
    for (const char* parameter : {"W", "b", "c"}) {
        const Matrix<double> numbers = golden.matrix(name + when + parameter);
        to = std::copy_n(numbers.data(), numbers.rows() * numbers.columns(), to);
    }
    return rbm;
}

class GoldenSteps : public testing::TestWithParam<std::string> {};

TEST_P(GoldenSteps, AreThoseOfNumpy) {
    const Golden golden("rbm");
    const std::string& name = GetParam();
    const std::vector<double> said = golden.list<double>(name + "_settings");
    const RbmSettings settings{.cd = static_cast<Index>(said[0]),
                               .persistent = said[1] != 0,
                               .anew = said[3] != 0,
                               .sample_visible = said[2] != 0,
                               .first_updates = 2,
                               .weight_decay = 0.01,
                               .sparsity = said[4],
                               .sparsity_cost = said[5]};
    const Matrix<double> X = golden.matrix(name + "_X"), costs = golden.matrix(name + "_costs");
    Rbm<double> rbm = machine_of(golden, name, "_first_");
    RbmStep<double> step(rbm, settings, X.columns(), {.seed = 77, .layer = 2});
    for (Index t = 0; t < costs.columns(); ++t) {
        const Examples<double> batch{.X = X.view().columns({0, t % 2 == 0 ? X.columns() : 7})};
        EXPECT_NEAR(step.forward(batch), costs(0, t), 1e-12);
        step.gradient(batch);
        step.update(0.05);
    }
    const Rbm<double> last = machine_of(golden, name, "_last_");
    EXPECT_TRUE(close(row(rbm.parameters()), row(last.parameters()), {.absolute = 1e-12}));
    EXPECT_TRUE(close(step.mean_activation(), golden.matrix(name + "_q").view(), {.absolute = 1e-12}));
    if (!settings.persistent) return;
    const Matrix<double> chains = golden.matrix(name + "_chains");
    const auto found =
        row(step.statistics().last(static_cast<std::size_t>(chains.rows() * chains.columns())));
    EXPECT_TRUE(close(found, View<const double>(chains.data(), 1, found.columns()), {.absolute = 1e-12}));
}
INSTANTIATE_TEST_SUITE_P(OfContrastiveDivergence, GoldenSteps,
                         testing::ValuesIn(Golden("rbm").names_before("_settings")),
                         [](const auto& info) { return info.param; });

TEST(RbmStep, LeavesItsStateAloneUntilItUpdates) {
    const Golden golden("rbm");
    Rbm<double> rbm = machine_of(golden, "persistent", "_first_");
    const Matrix<double> X = golden.matrix("persistent_X");
    RbmStep<double> step(rbm, {.cd = 2, .persistent = true}, X.columns(), {.seed = 77});
    const Examples<double> batch{.X = X};
    step.forward(batch);
    step.gradient(batch);
    const std::vector<double> first(step.gradient().begin(), step.gradient().end());
    step.forward(batch);
    step.gradient(batch);
    EXPECT_TRUE(same_bits<double>(step.gradient(), first));
}

TEST(RbmStep, IsDrawnTowardsItsSparsityTarget) {
    RandomState random(5);
    Matrix<float> X(20, 200);
    for (Index j = 0; j < 200; ++j)
        for (Index i = 0; i < 20; ++i) X(i, j) = random.random_sample() < 0.5 ? 1.0F : 0.0F;
    const auto mean_activation = [&](double sparsity) {
        Rbm<float> rbm(20, 8);
        RandomState first(1);
        rbm.initialize(std::vector<double>(20, 0.5), 200, first);
        RbmStep<float> step(rbm, {.sparsity = sparsity}, 50);
        gradus::Run<float> run(step, {.X = X},
                               {.optimizer = {.learning_rate = 0.05}, .batch = 50, .epochs = 500});
        while (run.next()) {
        }
        double sum = 0;
        for (Index i = 0; i < 8; ++i) sum += double(step.mean_activation()(i, 0)) / 8;
        return sum;
    };
    EXPECT_GT(mean_activation(0), 0.4);
    EXPECT_NEAR(mean_activation(0.1), 0.1, 0.06);
}

// ---- Energies and likelihood

// The slow obvious twin: every state of both layers, its energy by the sums of the definition.
double energy(const Rbm<double>& rbm, Index v, Index h) {
    double sum = 0;
    for (Index j = 0; j < rbm.visible(); ++j) sum -= rbm.c()(j, 0) * double(v >> j & 1);
    for (Index i = 0; i < rbm.hidden(); ++i) {
        sum -= rbm.b()(i, 0) * double(h >> i & 1);
        for (Index j = 0; j < rbm.visible(); ++j) sum -= rbm.W()(i, j) * double((v >> j & 1) * (h >> i & 1));
    }
    return sum;
}

Rbm<double> random_machine(Index visible, Index hidden, double size,
                           VisibleUnits units = VisibleUnits::bernoulli) {
    Rbm<double> rbm(visible, hidden, units);
    RandomState random(8);
    for (double& w : rbm.parameters()) w = size * random.randn();
    return rbm;
}

Matrix<double> random_states(Index visible, Index count) {
    RandomState random(9);
    Matrix<double> V(visible, count);
    for (Index j = 0; j < count; ++j)
        for (Index i = 0; i < visible; ++i) V(i, j) = random.random_sample() < 0.4 ? 1 : 0;
    return V;
}

double brute_log_partition(const Rbm<double>& rbm) {
    double Z = 0;
    for (Index v = 0; v < Index{1} << rbm.visible(); ++v)
        for (Index h = 0; h < Index{1} << rbm.hidden(); ++h) Z += std::exp(-energy(rbm, v, h));
    return std::log(Z);
}

TEST(RbmLikelihood, HasTheLogPartitionOfAllStates) {
    for (const auto& [visible, hidden] : {std::pair{7, 4}, {4, 7}, {5, 5}, {1, 6}, {6, 1}}) {
        const Rbm<double> rbm = random_machine(visible, hidden, 1);
        EXPECT_NEAR(log_partition(rbm), brute_log_partition(rbm), 1e-10) << visible << "x" << hidden;
    }
}

// The last `labels` visible units: in each state one of them is 1.
Rbm<double> labelled_machine(Index units, Index labels, Index hidden, double size) {
    Rbm<double> rbm(units + labels, hidden, VisibleUnits::bernoulli, HiddenUnits::bernoulli, labels);
    const Rbm<double> numbers = random_machine(units + labels, hidden, size);
    std::copy(numbers.parameters().begin(), numbers.parameters().end(), rbm.parameters().begin());
    return rbm;
}

Matrix<double> labelled_states(Index units, Index labels, Index count) {
    Matrix<double> V(units + labels, count);
    const Matrix<double> X = random_states(units, count);
    for (Index j = 0; j < count; ++j) {
        for (Index i = 0; i < units; ++i) V(i, j) = X(i, j);
        V(units + j % labels, j) = 1;
    }
    return V;
}

TEST(RbmLikelihood, WithLabelsIsThatOfTheStatesWithOneOfThem) {
    for (const auto& [units, labels, hidden] : {std::tuple{4, 3, 3}, {3, 4, 6}, {5, 2, 5}, {0, 3, 4}}) {
        const Rbm<double> rbm = labelled_machine(units, labels, hidden, 1);
        double Z = 0;
        for (Index v = 0; v < Index{1} << units; ++v)
            for (Index label = 0; label < labels; ++label)
                for (Index h = 0; h < Index{1} << hidden; ++h)
                    Z += std::exp(-energy(rbm, v + (Index{1} << (units + label)), h));
        EXPECT_NEAR(log_partition(rbm), std::log(Z), 1e-10) << units << "+" << labels << "x" << hidden;
    }
}

// The gradient that is computed, beside that of the likelihood itself.
void expect_central_differences(Rbm<double>& rbm, const Matrix<double>& V) {
    const std::vector<double> gradient = log_likelihood_gradient<double>(rbm, V);
    constexpr double h = 1e-5;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        double& w = rbm.parameters()[i];
        const double kept = w;
        w = kept + h;
        const double above = log_likelihood<double>(rbm, V);
        w = kept - h;
        const double below = log_likelihood<double>(rbm, V);
        w = kept;
        EXPECT_NEAR(gradient[i], -(above - below) / (2 * h), 1e-9) << "parameter " << i;
    }
}

TEST(RbmLikelihood, WithLabelsHasTheGradientOfCentralDifferences) {
    for (const auto& [units, labels, hidden] : {std::tuple{4, 3, 3}, {3, 2, 5}}) {
        Rbm<double> rbm = labelled_machine(units, labels, hidden, 0.7);
        const Matrix<double> V = labelled_states(units, labels, 7);
        expect_central_differences(rbm, V);
    }
}

TEST(RbmLikelihood, WithLabelsIsEstimatedByAnnealing) {
    const Rbm<double> rbm = labelled_machine(20, 10, 15, 0.6);
    const PartitionEstimate estimate =
        estimate_log_partition(rbm, {.chains = 100, .temperatures = 1000, .seed = 1});
    EXPECT_LT(estimate.standard_error, 0.1);
    EXPECT_NEAR(estimate.log_partition, log_partition(rbm), 3 * estimate.standard_error);
}

TEST(RbmLikelihood, SumsToOneOverAllStates) {
    const Rbm<double> rbm = random_machine(9, 12, 1);
    Matrix<double> V(9, 512);
    for (Index j = 0; j < 512; ++j)
        for (Index i = 0; i < 9; ++i) V(i, j) = double(j >> i & 1);
    double sum = 0;
    for (const double energy : free_energies<double>(rbm, V)) sum += std::exp(-energy - log_partition(rbm));
    EXPECT_NEAR(sum, 1, 1e-10);
}

TEST(RbmLikelihood, OfGaussianUnitsIsAMixtureOfNormalDensities) {
    // Two visible and one hidden unit: Z = 2 pi (1 + e^(b + w'c + w'w / 2)).
    Rbm<double> rbm(2, 1, VisibleUnits::gaussian);
    const std::vector<double> numbers{0.5, -1.5, 0.3, 0.2, -0.7};  // W, b, c
    std::copy(numbers.begin(), numbers.end(), rbm.parameters().begin());
    const double exponent = 0.3 + (0.5 * 0.2 + 1.5 * 0.7) + (0.25 + 2.25) / 2;
    const double pi = std::acos(-1.0);
    EXPECT_NEAR(log_partition(rbm), std::log(2 * pi * (1 + std::exp(exponent))), 1e-12);
    // The density integrates to one.
    double sum = 0;
    const double step = 0.05;
    Matrix<double> V(2, 320);
    for (double x = -8; x < 8; x += step) {
        for (Index j = 0; j < 320; ++j) V(0, j) = x, V(1, j) = -8 + step * double(j);
        for (const double energy : free_energies<double>(rbm, V)) sum += std::exp(-energy) * step * step;
    }
    EXPECT_NEAR(std::log(sum), log_partition(rbm), 1e-6);
}

TEST(RbmLikelihood, HasTheGradientOfCentralDifferences) {
    for (const VisibleUnits units : {VisibleUnits::bernoulli, VisibleUnits::gaussian})
        for (const auto& [visible, hidden] : {std::pair{5, 4}, {4, 6}}) {
            Rbm<double> rbm = random_machine(visible, hidden, 0.7, units);
            const Matrix<double> V = random_states(visible, 11);
            expect_central_differences(rbm, V);
        }
}

TEST(RbmLikelihood, GradientIsThatOfAllStates) {
    const Rbm<double> rbm = random_machine(5, 4, 1);
    const Matrix<double> V = random_states(5, 3);
    std::vector<double> expected(rbm.parameters().size());
    const auto add = [&](const std::vector<double>& v, const std::vector<double>& h, double factor) {
        std::size_t at = 0;
        for (const double x : v)
            for (const double y : h) expected[at++] += factor * x * y;
        for (const double y : h) expected[at++] += factor * y;
        for (const double x : v) expected[at++] += factor * x;
    };
    const double log_Z = brute_log_partition(rbm);
    const auto bits = [](Index state, Index count) {
        std::vector<double> list;
        for (Index i = 0; i < count; ++i) list.push_back(double(state >> i & 1));
        return list;
    };
    for (Index v = 0; v < 32; ++v)
        for (Index h = 0; h < 16; ++h) add(bits(v, 5), bits(h, 4), std::exp(-energy(rbm, v, h) - log_Z));
    for (Index j = 0; j < 3; ++j) {
        Index v = 0;
        for (Index i = 0; i < 5; ++i) v += Index(V(i, j)) << i;
        double sum = 0;
        for (Index h = 0; h < 16; ++h) sum += std::exp(-energy(rbm, v, h));
        for (Index h = 0; h < 16; ++h) add(bits(v, 5), bits(h, 4), -std::exp(-energy(rbm, v, h)) / sum / 3);
    }
    const std::vector<double> found = log_likelihood_gradient<double>(rbm, V);
    EXPECT_TRUE(close(row(found), row(expected), {.absolute = 1e-10}));
}

TEST(RbmLikelihood, PseudoLikelihoodIsThatOfEachUnitGivenTheOthers) {
    const Rbm<double> rbm = random_machine(6, 5, 1);
    const Matrix<double> V = random_states(6, 4);
    double expected = 0;
    for (Index j = 0; j < 4; ++j) {
        Index v = 0;
        for (Index i = 0; i < 6; ++i) v += Index(V(i, j)) << i;
        const auto weight = [&](Index state) {
            double sum = 0;
            for (Index h = 0; h < 32; ++h) sum += std::exp(-energy(rbm, state, h));
            return sum;
        };
        for (Index i = 0; i < 6; ++i)
            expected += std::log(weight(v) / (weight(v) + weight(v ^ (Index{1} << i)))) / 4;
    }
    EXPECT_NEAR(log_pseudo_likelihood<double>(rbm, V), expected, 1e-10);
}

TEST(RbmLikelihood, CountsARectifiedUnitAsManyBernoulliUnits) {
    Rbm<double> copies(3, 600), rectified(3, 1, VisibleUnits::bernoulli, HiddenUnits::rectified);
    const std::vector<double> numbers{40, -3, 25, 0.25, 0.3, 0.2, -0.4};  // W, b, c
    std::copy(numbers.begin(), numbers.end(), rectified.parameters().begin());
    double* to = copies.parameters().data();
    for (Index j = 0; j < 3; ++j) to = std::fill_n(to, 600, numbers[static_cast<std::size_t>(j)]);
    for (Index i = 0; i < 600; ++i) *to++ = numbers[3] - 0.5 - double(i);
    std::copy(numbers.begin() + 4, numbers.end(), to);
    const Matrix<double> V = random_states(3, 8);
    EXPECT_TRUE(close(row(free_energies<double>(rectified, V)), row(free_energies<double>(copies, V)),
                      {.relative = 1e-12, .absolute = 1e-12}));
}

TEST(RbmLikelihood, IsEstimatedByAnnealingWithinThreeStandardErrors) {
    for (const VisibleUnits units : {VisibleUnits::bernoulli, VisibleUnits::gaussian}) {
        const Rbm<double> rbm = random_machine(30, 20, units == VisibleUnits::bernoulli ? 0.6 : 0.2, units);
        const PartitionEstimate estimate =
            estimate_log_partition(rbm, {.chains = 100, .temperatures = 1000, .seed = 1});
        EXPECT_LT(estimate.standard_error, 0.1);
        EXPECT_GT(estimate.standard_error, 0);
        EXPECT_NEAR(estimate.log_partition, log_partition(rbm), 3 * estimate.standard_error);
    }
}

// ---- Beside scikit-learn

// What `--task encode` gives, layer after layer.
TEST(RbmStack, HasTheUnitsAndTheEnergiesOfScikitLearnsBernoulliRbm) {
    const Golden golden("bernoulli_rbm");
    Matrix<double> seen = golden.matrix("X");
    for (const char* const digit : {"1", "2"}) {
        const std::string number = digit;
        const Matrix<double> W = golden.matrix("W" + number), b = golden.matrix("b" + number),
                             c = golden.matrix("c" + number);
        Rbm<double> rbm(W.columns(), W.rows());
        double* to = rbm.parameters().data();
        for (const Matrix<double>* part : {&W, &b, &c})
            to = std::copy_n(part->data(), part->rows() * part->columns(), to);
        EXPECT_TRUE(close(row(free_energies<double>(rbm, seen)), golden.matrix("energy" + number),
                          {.relative = 1e-12, .absolute = 1e-12}));
        if (number == "1") {
            EXPECT_NEAR(log_pseudo_likelihood<double>(rbm, seen), golden.matrix("pseudo_likelihood")(0, 0),
                        1e-12);
        }
        Matrix<double> H(rbm.hidden(), seen.columns());
        rbm.up(H, H, seen);
        EXPECT_TRUE(close(H, golden.matrix("hidden" + number), {.absolute = 1e-14}));
        seen = std::move(H);
    }
}

// ---- A machine that learns

// The 30 patterns of bars and stripes (MacKay 2003), each so many times: each row, or each column, all on or
// all off.
template <class T>
Matrix<T> bars_and_stripes(Index copies = 1) {
    Matrix<T> X(16, 30 * copies);
    Index at = 0;
    for (Index copy = 0; copy < copies; ++copy)
        for (Index pattern = 0; pattern < 16; ++pattern)
            for (const bool stripes : {false, true}) {
                if (stripes && (pattern == 0 || pattern == 15)) continue;  // all off and all on are both
                for (Index i = 0; i < 16; ++i) X(i, at) = T((pattern >> (stripes ? i % 4 : i / 4)) & 1);
                ++at;
            }
    return X;
}

TEST(Rbm, LearnsBarsAndStripesByPersistentChainsTo0_1NatsOfTheirEntropy) {
    const auto X = bars_and_stripes<float>(2);  // as many chains
    Rbm<float> rbm(16, 16);
    RandomState random(1);
    rbm.initialize(std::vector<double>(16, 0.5), 30, random);
    RbmStep<float> step(rbm,
                        {.cd = 20, .persistent = true, .momentum = 0, .first_momentum = 0, .weight_decay = 0},
                        X.columns(), {.seed = 1});
    gradus::Run<float> run(step, {.X = X},
                           {.optimizer = {.learning_rate = 0.15},
                            .schedule = Schedule::cosine,
                            .batch = 0,
                            .iterations = 14'000});
    while (run.next()) {
    }
    EXPECT_NEAR(log_likelihood<float>(rbm, bars_and_stripes<float>()), -std::log(30.0), 0.1);
}

// ---- Mistakes

TEST(Rbm, RefusesSizesThatNoMachineHas) {
    EXPECT_EQ(error_of([] { Rbm<float>(0, 3); }),
              "usage: Rbm: 0 visible units, expected from 1 to 536870912");
    EXPECT_EQ(error_of([] { Rbm<float>(4, -1); }),
              "usage: Rbm: -1 hidden units, expected from 1 to 134217728");
    EXPECT_EQ(error_of([] { Rbm<float>(4, 2, VisibleUnits::bernoulli, HiddenUnits::bernoulli, 5); }),
              "usage: Rbm: 5 labels of 4 visible units, expected none, or from 2 to all of them");
    EXPECT_EQ(error_of([] { Rbm<float>(4, 2, VisibleUnits::gaussian, HiddenUnits::bernoulli, 2); }),
              "usage: Rbm: labels among Gaussian visible units, expected Bernoulli units beside them");
    Rbm<float> rbm(4, 2);
    RandomState random;
    EXPECT_EQ(error_of([&] { rbm.initialize(std::vector<double>(3), 10, random); }),
              "usage: Rbm: 3 means, expected 4");
}

TEST(RbmStep, RefusesSettingsThatNoStepHas) {
    Rbm<float> rbm(4, 2);
    const auto said = [&rbm](const RbmSettings& settings, Index batch = 5, Index threads = 1) {
        return error_of([&] { RbmStep<float>(rbm, settings, batch, {}, threads); });
    };
    EXPECT_EQ(said({.cd = 0}), "usage: RbmSettings::cd is 0, expected from 1 to 1048575");
    EXPECT_EQ(said({.momentum = 1}), "usage: RbmSettings::momentum is 1, expected from 0 to below 1");
    EXPECT_EQ(said({.first_momentum = -0.5}),
              "usage: RbmSettings::first_momentum is -0.5, expected from 0 to below 1");
    EXPECT_EQ(said({.weight_decay = std::numeric_limits<double>::quiet_NaN()}),
              "usage: RbmSettings::weight_decay is nan, expected 0 or more");
    EXPECT_EQ(said({.sparsity = 1.5}), "usage: RbmSettings::sparsity is 1.5, expected from 0 to below 1");
    EXPECT_EQ(said({.sparsity_cost = -1}), "usage: RbmSettings::sparsity_cost is -1, expected 0 or more");
    EXPECT_EQ(said({}, 0), "usage: batch is 0, expected at least 1");
    EXPECT_EQ(said({}, 5, 0), "usage: threads: 0, expected from 1 to 4096");
    EXPECT_EQ(said({}, Index{1} << 40),
              "input: Rbm: needs 16 numbers for each of 1099511627776 examples at a time, expected at most "
              "68719476736 in all (hint: a smaller batch)");
}

TEST(RbmStep, RefusesExamplesThatDoNotFit) {
    Rbm<float> rbm(2, 3);
    RbmStep<float> step(rbm, {}, 4);
    const auto run = [&step](const Matrix<float>& X, const Matrix<float>& weights = {}) {
        return error_of(
            [&] { gradus::Run<float>(step, {.X = X, .weights = weights}, {.batch = 2, .epochs = 1}); });
    };
    EXPECT_EQ(run(Matrix<float>(3, 5)), "input: X has 3 rows, expected 2, one for each visible unit");
    EXPECT_EQ(
        run({{0, 1}, {0.5F, 1.5F}}),
        "input: X is 1.5 at position 2 of example 2, expected from 0 to 1, as Bernoulli visible units need "
        "(hint: Gaussian visible units)");
    EXPECT_EQ(run({{0, 1}, {0, 1}}, {{1, 2}}),
              "input: there are weights, expected none: every example counts alike");
    const Matrix<float> X(2, 5), wide(5, 2), few(2, 3);
    EXPECT_EQ(error_of([&] { step.forward({.X = X}); }),
              "usage: X is 2x5, expected 2 rows and from 1 to 4 columns");
    EXPECT_EQ(
        error_of([&] {
            step.forward({.X = wide.view().transposed().columns({0, 3})});
        }),
        "usage: the numbers of an example are apart, expected one after the other (hint: a Matrix with a "
        "column for each)");
    step.forward({.X = few});
    EXPECT_EQ(error_of([&] { step.gradient({.X = X}); }),
              "usage: other examples than those that went forward, expected forward(batch) before "
              "gradient(batch)");
    step.gradient({.X = few});
    EXPECT_EQ(error_of([&] { step.update(-1); }), "usage: learning_rate is -1, expected 0 or more");
    EXPECT_EQ(
        error_of([&] { step.restore({}); }),
        "input: the state of an optimizer: 0 numbers, 0 updates, expected 11 numbers, as this optimizer has");
}

TEST(RbmLikelihood, RefusesWhatItHasNoFormulaFor) {
    const Rbm<float> large(30, 25), rectified(3, 2, VisibleUnits::bernoulli, HiddenUnits::rectified),
        labelled(5, 2, VisibleUnits::bernoulli, HiddenUnits::bernoulli, 3),
        gaussian(3, 2, VisibleUnits::gaussian);
    EXPECT_EQ(error_of([&] { log_partition(large); }),
              "usage: the exact likelihood: 25 units to enumerate, expected at most 24");
    EXPECT_EQ(error_of([&] { log_partition(rectified); }),
              "usage: the exact likelihood: rectified hidden units, expected Bernoulli hidden units");
    EXPECT_EQ(error_of([&] { log_pseudo_likelihood<float>(labelled, Matrix<float>(5, 1)); }),
              "usage: the pseudo-likelihood: visible units that are labels, expected none");
    EXPECT_EQ(error_of([&] { log_pseudo_likelihood<float>(gaussian, Matrix<float>(3, 1)); }),
              "usage: the pseudo-likelihood: Gaussian visible units, expected Bernoulli visible units");
    EXPECT_EQ(error_of([&] { free_energies<float>(large, Matrix<float>(3, 1)); }),
              "usage: V is 3x1, expected 30x1");
    EXPECT_EQ(error_of([&] { reconstruction_error<float>(large, Matrix<float>(30, 0)); }),
              "usage: V: it has no columns, expected at least one example");
    EXPECT_EQ(
        error_of([&] { estimate_log_partition(gaussian, {.chains = 1}); }),
        "usage: annealed importance sampling: 1 chains over 10000 temperatures, expected at least 2 over 1");
}

}  // namespace
}  // namespace gradus::test
