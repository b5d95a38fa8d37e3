#include "gradus/nn/layers/activation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/nn/architecture.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"
#include "tests/support/targets.h"

namespace gradus::test {
namespace {

// A layer without parameters between Z and A, forward and backward.
struct Passed {
    Matrix<double> A, dZ;
};
Passed pass_through(const std::string& text, const Matrix<double>& Z, const Matrix<double>& dA) {
    Passed passed{Matrix<double>(Z.rows(), Z.columns()), Matrix<double>(Z.rows(), Z.columns())};
    const Pass<double> pass{.X = Z, .Y = passed.A, .dY = dA, .dX = passed.dZ};
    const LayerPointer<double> layer = read_layers<double>(text).front();
    layer->forward(pass, {0, Z.columns()});
    layer->backward_input(pass, {0, Z.columns()});
    return passed;
}

Matrix<double> filled(const Matrix<double>& shape, double value) {
    Matrix<double> M(shape.rows(), shape.columns());
    std::fill_n(M.data(), M.rows() * M.columns(), value);
    return M;
}

class GoldenActivation : public testing::TestWithParam<const char*> {};

TEST_P(GoldenActivation, HasTheValuesAndSlopesOfNumpy) {
    const std::string name = GetParam();
    const Golden golden("activations");
    const Matrix<double> z = golden.matrix("z");
    const Passed passed = pass_through(name, z, filled(z, 1));
    EXPECT_TRUE(close(passed.A, golden.matrix(name), {.relative = 1e-12, .absolute = 1e-300})) << "values";
    // A slope that is computed from the value, 1 - a^2, has the rounding of the value: absolute, not
    // relative.
    EXPECT_TRUE(close(passed.dZ, golden.matrix(name + "_derivative"), {.relative = 1e-12, .absolute = 5e-16}))
        << "slopes";
}
INSTANTIATE_TEST_SUITE_P(Activation, GoldenActivation,
                         testing::Values("sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "gelu",
                                         "hard_sigmoid", "silu", "softplus"),
                         [](const auto& info) { return std::string(info.param); });

TEST(Activation, HasGoldenValuesForEachThatActsNumberByNumber) {
    const Golden golden("activations");
    for (const LayerKind& kind : layer_table())
        if (kind.activation && kind.name != "identity" && kind.name != "softmax") {
            EXPECT_NO_THROW((void)golden.matrix(kind.name)) << kind.name;
        }
}

TEST(Activation, IdentityChangesNothing) {
    const Matrix<double> Z{{1, -2}, {0, 4}}, dA{{5, 6}, {7, 8}};
    EXPECT_EQ(pass_through("identity", Z, dA).A, Z);
    EXPECT_EQ(pass_through("identity", Z, dA).dZ, dA);
}

TEST(Activation, MultipliesTheUpstreamGradientByItsSlope) {
    const Matrix<double> Z{{-2, 3}}, dA{{10, 20}};
    EXPECT_EQ(pass_through("relu", Z, dA).dZ, (Matrix<double>{{0, 20}}));
    EXPECT_EQ(pass_through("leaky_relu 0.5", Z, dA).dZ, (Matrix<double>{{5, 20}}));
}

TEST(Activation, TakesItsSlopeFromTheText) {
    const Matrix<double> Z{{-2, 3}};
    EXPECT_EQ(pass_through("leaky_relu", Z, Z).A, (Matrix<double>{{-0.02, 3}}));
    EXPECT_EQ(pass_through("leaky_relu 0.25", Z, Z).A, (Matrix<double>{{-0.5, 3}}));
    EXPECT_NEAR(pass_through("elu 2", Z, Z).A(0, 0), 2 * (std::exp(-2) - 1), 1e-15);
}

TEST(Activation, StaysFiniteForHugeNumbers) {
    const Matrix<double> Z{{-1e300, -1000, 1000, 1e300}};
    for (const LayerKind& kind : layer_table()) {
        if (!kind.activation) continue;
        const Passed passed = pass_through(kind.name, Z, filled(Z, 1));
        for (Index j = 0; j < 4; ++j) {
            EXPECT_TRUE(std::isfinite(passed.A(0, j))) << kind.name << " of " << Z(0, j);
            EXPECT_TRUE(std::isfinite(passed.dZ(0, j))) << kind.name << "'s slope at " << Z(0, j);
        }
    }
}

TEST(Activation, HidesNoNan) {
    const Matrix<double> Z{{std::nan("")}};
    for (const LayerKind& kind : layer_table())
        if (kind.activation) {
            EXPECT_TRUE(std::isnan(pass_through(kind.name, Z, Z).A(0, 0))) << kind.name;
        }
}

TEST(Softmax, HasTheValuesAndGradientsOfNumpy) {
    const Golden golden("activations");
    const Passed passed = pass_through("softmax", golden.matrix("softmax_Z"), golden.matrix("softmax_dA"));
    EXPECT_TRUE(close(passed.A, golden.matrix("softmax_A"), {.relative = 1e-14}));
    EXPECT_TRUE(close(passed.dZ, golden.matrix("softmax_dZ"), {.relative = 1e-13, .absolute = 1e-16}));
}

TEST(Softmax, OfOneUnitIsOne) {
    EXPECT_EQ(pass_through("softmax", {{-700, 0, 900}}, {{1, 2, 3}}).A, (Matrix<double>{{1, 1, 1}}));
    EXPECT_EQ(pass_through("softmax", {{-700, 0, 900}}, {{1, 2, 3}}).dZ, (Matrix<double>{{0, 0, 0}}));
}

TEST(Softmax, GivesEqualsAnEqualShare) {
    EXPECT_EQ(pass_through("softmax", {{7}, {7}, {7}, {7}}, {{0}, {0}, {0}, {0}}).A,
              (Matrix<double>{{.25}, {.25}, {.25}, {.25}}));
}

// All below zero, and so far apart that the exponentials overflow unless the largest is found: at each place,
// in registers of every width.
TEST(Softmax, FindsTheLargestUnitWhereverItStands) {
    on_each_target([](std::int64_t /*target*/) {
        for (Index units = 1; units <= 40; ++units)
            for (Index largest = 0; largest < units; ++largest) {
                Matrix<double> Z(units, 1);
                for (Index i = 0; i < units; ++i) Z(i, 0) = i == largest ? -1 : -2000;
                Matrix<double> expected(units, 1);
                expected(largest, 0) = 1;
                EXPECT_EQ(pass_through("softmax", Z, Z).A, expected) << largest << " of " << units;
            }
    });
}

TEST(Softmax, HidesNoNanInItsColumn) {
    const Passed passed = pass_through("softmax", {{1, 1}, {std::nan(""), 1}, {1, 1}}, Matrix<double>(3, 2));
    for (Index i = 0; i < 3; ++i) {
        EXPECT_TRUE(std::isnan(passed.A(i, 0)));
        EXPECT_FALSE(std::isnan(passed.A(i, 1)));
    }
}

}  // namespace
}  // namespace gradus::test
