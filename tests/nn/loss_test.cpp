#include "gradus/nn/loss.h"

#include <gtest/gtest.h>

#include <cmath>
#include <span>
#include <vector>

#include "gradus/nn/architecture.h"
#include "gradus/nn/gradient_check.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"
#include "tests/support/names.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

Matrix<double> activated(const std::string& activation, const Matrix<double>& Z) {
    Matrix<double> A(Z.rows(), Z.columns());
    read_layers<double>(activation).front()->forward({.X = Z, .Y = A}, {0, Z.columns()});
    return A;
}

struct Judged {
    std::vector<double> losses;
    Matrix<double> gradient;
};
Judged judge(const Loss<double>& loss, const Matrix<double>& A, const Matrix<double>& Z,
             const Matrix<double>& Y) {
    Judged judged{std::vector<double>(static_cast<std::size_t>(Y.columns())), {Y.rows(), Y.columns()}};
    loss.value(judged.losses, {.A = A, .Z = Z}, Y);
    loss.gradient(judged.gradient, {.A = A, .Z = Z}, Y);
    return judged;
}

struct GoldenCase {
    std::string name, loss, last_layer;
};
class GoldenLoss : public testing::TestWithParam<GoldenCase> {};

TEST_P(GoldenLoss, HasTheValuesAndGradientsOfNumpy) {
    const auto& [name, loss_name, last_layer] = GetParam();
    const Golden golden("activations");
    const Matrix<double> prediction = golden.matrix(name + "_prediction"),
                         Y = golden.matrix(name + "_target");
    const auto loss = make_loss<double>(read_loss(loss_name), last_layer);
    const bool from_logits = name.ends_with("_from_logits");
    ASSERT_EQ(loss->fused(), from_logits);
    const Matrix<double> A = from_logits ? activated(last_layer, prediction) : prediction;
    const Judged judged = judge(*loss, A, prediction, Y);
    const Tolerance tolerance{.relative = 1e-13, .absolute = 1e-15};
    EXPECT_TRUE(close(row(judged.losses), golden.matrix(name + "_losses").view(), tolerance)) << "losses";
    EXPECT_TRUE(close(judged.gradient, golden.matrix(name + "_gradient"), tolerance)) << "gradient";
}
INSTANTIATE_TEST_SUITE_P(Loss, GoldenLoss,
                         testing::Values(GoldenCase{"binary_cross_entropy_from_logits",
                                                    "binary_cross_entropy", "sigmoid"},
                                         GoldenCase{"binary_cross_entropy", "binary_cross_entropy", "tanh"},
                                         GoldenCase{"cross_entropy_from_logits", "cross_entropy", "softmax"},
                                         GoldenCase{"cross_entropy", "cross_entropy", "identity"},
                                         GoldenCase{"mean_squared", "mean_squared", "identity"},
                                         GoldenCase{"mean_absolute", "mean_absolute", "identity"},
                                         GoldenCase{"huber", "huber", "identity"}),
                         [](const auto& info) { return info.param.name; });

// Targets that suit every loss: the columns are distributions, and none is met exactly.
Matrix<double> distributions(Index outputs, Index examples) {
    return activated("softmax", random_matrix<>(outputs, examples, 3U));
}

TEST(Loss, HasTheGradientOfItsValueWithEveryLastLayer) {
    for (const std::string name : loss_names)
        for (const char* last_layer : {"sigmoid", "softmax", "identity"})
            for (const Index outputs : {2, 5}) {
                // a logarithm needs a probability
                if (name.ends_with("cross_entropy") && std::string(last_layer) == "identity") continue;
                const auto loss = make_loss<double>(read_loss(name), last_layer);
                const GradientReport report =
                    check_gradients(*loss, *read_layers<double>(last_layer).front(),
                                    random_matrix<>(outputs, 4, 2U), distributions(outputs, 4));
                EXPECT_TRUE(report.passed()) << name << " after " << last_layer << ": " << report.where;
                EXPECT_EQ(report.compared, outputs * 4);
            }
}

// A multi-label: none, some or all of the outputs are to be 1.
TEST(Loss, OfLabelsHasTheGradientOfItsValueAndIsTheirMean) {
    const Matrix<double> Y{{0, 1, 1, 0}, {0, 0, 1, 1}, {0, 1, 1, 0}}, Z = random_matrix<>(3, 4, 2U);
    const auto loss = make_loss<double>(LossKind::binary_cross_entropy, "sigmoid");
    const GradientReport report = check_gradients(*loss, *read_layers<double>("sigmoid").front(), Z, Y);
    EXPECT_TRUE(report.passed()) << report.where;
    const Judged judged = judge(*loss, activated("sigmoid", Z), Z, Y);
    for (Index j = 0; j < 4; ++j) {
        double sum = 0;
        for (Index i = 0; i < 3; ++i) sum += std::log1p(std::exp(Y(i, j) == 1 ? -Z(i, j) : Z(i, j)));
        EXPECT_NEAR(judged.losses[static_cast<std::size_t>(j)], sum / 3, 1e-14);
    }
}

TEST(Loss, IsFusedOnlyWhereThatIsExact) {
    for (const std::string name : loss_names)
        for (const char* last_layer : {"sigmoid", "softmax", "identity", "tanh"}) {
            const bool exact = (name == "binary_cross_entropy" && std::string(last_layer) == "sigmoid") ||
                               (name == "cross_entropy" && std::string(last_layer) == "softmax");
            EXPECT_EQ(make_loss<double>(read_loss(name), last_layer)->fused(), exact)
                << name << " after " << last_layer;
        }
}

TEST(Loss, IsTheSameFusedOrNot) {
    const Matrix<double> Z = random_matrix<>(3, 5, 4U), Y = distributions(3, 5);
    for (const auto& [name, last_layer] : {std::pair{"bce", "sigmoid"}, {"ce", "softmax"}}) {
        const Matrix<double> A = activated(last_layer, Z);
        const auto fused = judge(*make_loss<double>(read_loss(name), last_layer), A, Z, Y).losses;
        const auto plain = judge(*make_loss<double>(read_loss(name), ""), A, Z, Y).losses;
        EXPECT_TRUE(close(row(fused), row(plain), {.relative = 1e-13})) << name;
    }
}

// To the bit: however many examples there are, and wherever the blocks begin in which they are computed.
TEST(Loss, OfAnExampleIsThatOfTheExampleAlone) {
    for (const auto& [name, last_layer] : {std::pair{"bce", "sigmoid"}, {"ce", "softmax"}, {"mse", "tanh"}})
        for (const Index outputs : {1, 3, 10, 63, 64, 65, 130}) {
            const Matrix<double> Z = random_matrix<>(outputs, 9, 4U), Y = distributions(outputs, 9);
            const Matrix<double> A = activated(last_layer, Z);
            const auto loss = make_loss<double>(read_loss(name), last_layer);
            std::vector<double> alone(9);
            for (Index j = 0; j < 9; ++j) {
                const Range one{j, j + 1};
                loss->value(std::span(alone).subspan(static_cast<std::size_t>(j), 1),
                            {.A = A.view().columns(one), .Z = Z.view().columns(one)}, Y.view().columns(one));
            }
            EXPECT_EQ(judge(*loss, A, Z, Y).losses, alone) << name << " of " << outputs << " outputs";
        }
}

TEST(Loss, StaysFiniteForExtremeLogits) {
    const Matrix<double> Z{{1000, -1000, 1000, -1000}, {-1000, 1000, 1000, -1000}};
    const Matrix<double> Y{{0, 0, 1, 1}, {1, 1, 0, 0}};
    for (const std::string name : loss_names)
        for (const char* last_layer : {"sigmoid", "softmax", "identity"})
            for (const double loss :
                 judge(*make_loss<double>(read_loss(name), last_layer), activated(last_layer, Z), Z, Y)
                     .losses)
                EXPECT_TRUE(std::isfinite(loss)) << name << " after " << last_layer << " is " << loss;
}

TEST(Loss, IsExactForExtremeLogitsWhenFused) {
    const Matrix<double> Z{{1000}}, Y{{0}};
    EXPECT_EQ(
        judge(*make_loss<double>(LossKind::binary_cross_entropy, "sigmoid"), activated("sigmoid", Z), Z, Y)
            .losses[0],
        1000);
    const Matrix<double> Z2{{1000}, {-1000}}, Y2{{0}, {1}};
    EXPECT_EQ(judge(*make_loss<double>(LossKind::cross_entropy, "softmax"), activated("softmax", Z2), Z2, Y2)
                  .losses[0],
              2000);
}

TEST(Loss, IsZeroForWhatIsExactlyRight) {
    const Matrix<double> Z{{1000}, {-1000}}, Y{{1}, {0}};
    for (const auto& [name, last_layer] : {std::pair{"bce", "sigmoid"},
                                           {"bce", ""},
                                           {"ce", "softmax"},
                                           {"ce", ""},
                                           {"mse", ""},
                                           {"mae", ""},
                                           {"huber", ""}}) {
        const Judged judged =
            judge(*make_loss<double>(read_loss(name), last_layer), activated("softmax", Z), Z, Y);
        EXPECT_EQ(judged.losses[0], 0) << name;
    }
}

TEST(Loss, HidesNoNan) {
    const Matrix<double> Z{{std::nan("")}, {1}}, Y{{1}, {0}};
    for (const std::string name : loss_names)
        for (const char* last_layer : {"sigmoid", "softmax", "identity"}) {
            const auto loss = make_loss<double>(read_loss(name), last_layer);
            EXPECT_TRUE(std::isnan(judge(*loss, activated(last_layer, Z), Z, Y).losses[0])) << name;
        }
}

TEST(Loss, WritesDownTheFormulaThatItComputes) {
    const auto value = [](LossKind kind) {
        return to_text(make_loss<double>(kind, "identity")->formula().value);
    };
    const auto slope = [](LossKind kind) {
        return to_text(make_loss<double>(kind, "identity")->formula().slope);
    };
    EXPECT_EQ(value(LossKind::binary_cross_entropy), "-(Y .* log(A) + (1 - Y) .* log(1 - A))");
    EXPECT_EQ(slope(LossKind::binary_cross_entropy), "(1 - Y) ./ (1 - A) - Y ./ A");
    EXPECT_EQ(value(LossKind::cross_entropy), "-(Y .* log(A))");
    EXPECT_EQ(slope(LossKind::cross_entropy), "-Y ./ A");
    EXPECT_EQ(value(LossKind::mean_squared), "(A - Y).^2");
    EXPECT_EQ(slope(LossKind::mean_squared), "2 * (A - Y)");
    EXPECT_EQ(value(LossKind::huber), "abs(A - Y) <= 1 ? abs(A - Y).^2 / 2 : abs(A - Y) - 0.5");
    EXPECT_EQ(slope(LossKind::huber), "min(max(A - Y, -1), 1)");
    EXPECT_EQ(to_text(make_loss<double>(LossKind::cross_entropy, "softmax")->formula().slope), "A - Y");
}

TEST(Loss, KnowsShortNames) {
    for (const auto& [text, kind] : {std::pair{"bce", LossKind::binary_cross_entropy},
                                     {"ce", LossKind::cross_entropy},
                                     {"mse", LossKind::mean_squared},
                                     {"mae", LossKind::mean_absolute}})
        EXPECT_EQ(read_loss(text), kind) << text;
}

TEST(Loss, IsReadFromEachOfItsNames) {
    for (std::size_t i = 0; i < loss_names.size(); ++i) {
        EXPECT_EQ(read_loss(loss_names[i]), static_cast<LossKind>(i));
        EXPECT_EQ(make_loss<float>(static_cast<LossKind>(i), "identity")->kind(), static_cast<LossKind>(i));
    }
}

TEST(Loss, SuggestsTheNearestName) {
    EXPECT_EQ(error_of([] { read_loss("mean_square"); }), "usage: loss: \"mean_square\", expected " +
                                                              test::one_of(test::every_loss) +
                                                              " (hint: did you mean mean_squared?)");
}

// By hand: log(1e-30) = -30 log 10. What is impossible and happens costs much, and its slope is a number.
TEST(Loss, StopsLogarithmAndSlopeShortOfInfinity) {
    const double most = 30 * std::log(10.0);
    const Matrix<double> A{{0, 1, 0, 1}}, Y{{1, 0, 0, 1}};
    const Judged binary = judge(*make_loss<double>(LossKind::binary_cross_entropy, "tanh"), A, A, Y);
    EXPECT_TRUE(close(row(binary.losses), Matrix<double>{{most, most, 0, 0}}.view(), {.relative = 1e-13}));
    EXPECT_TRUE(close(binary.gradient, Matrix<double>{{-1e30, 1e30, 1, -1}}, {.relative = 1e-13}));
    const Matrix<double> A2{{0}, {1}}, Y2{{1}, {0}};
    const Judged several = judge(*make_loss<double>(LossKind::cross_entropy, "identity"), A2, A2, Y2);
    EXPECT_TRUE(close(row(several.losses), Matrix<double>{{most}}.view(), {.relative = 1e-13}));
    EXPECT_TRUE(close(several.gradient, Matrix<double>{{-1e30}, {0}}, {.relative = 1e-13}));
}

}  // namespace
}  // namespace gradus::test
