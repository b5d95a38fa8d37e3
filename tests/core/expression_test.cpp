// A formula that computes writes itself down: for people, and for NumPy.
#include "gradus/core/expression.h"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

const Expression A = Expression::name("A"), Y = Expression::name("Y"), Z = Expression::name("Z");

std::string in_numpy(const Expression& e) {
    return to_text(e, Notation::numpy);
}

TEST(Expression, IsWrittenAsAPersonWould) {
    EXPECT_EQ(to_text(1 - A * A), "1 - A.^2");
    EXPECT_EQ(to_text(A * (1 - A)), "A .* (1 - A)");
    EXPECT_EQ(to_text(where(Z < 0, 0, Z)), "max(Z, 0)");
    EXPECT_EQ(to_text(where(Z > 0, 1, 0)), "Z > 0");
    EXPECT_EQ(to_text(where(Z > 0, Z, 0.01 * Z)), "Z > 0 ? Z : 0.01 * Z");
    EXPECT_EQ(to_text(where(Z > 0, Z, 1 * expm1(Z))), "Z > 0 ? Z : exp(Z) - 1");
    EXPECT_EQ(to_text(0.5 * expm1(Z)), "0.5 * (exp(Z) - 1)");
    EXPECT_EQ(to_text((1 - Y) / (1 - A) - Y / A), "(1 - Y) ./ (1 - A) - Y ./ A");
    EXPECT_EQ(to_text(clamp(A - Y, -1, 1)), "min(max(A - Y, -1), 1)");
    EXPECT_EQ(to_text(2 * (A - Y)), "2 * (A - Y)");
    EXPECT_EQ(to_text(-(Y * log(above_zero(A)))), "-(Y .* log(A))");
    EXPECT_EQ(to_text(A - (Y - Z)), "A - (Y - Z)");
    EXPECT_EQ(to_text(A / (Y * Z)), "A ./ (Y .* Z)");
}

TEST(Expression, WritesAFunctionOfItsOwnOutWhereItStandsAlone) {
    EXPECT_EQ(to_text(sigmoid(Z)), "1 / (1 + exp(-Z))");
    EXPECT_EQ(to_text(softplus(Z)), "log(1 + exp(Z))");
    EXPECT_EQ(to_text(Z * sigmoid(Z)), "Z .* sigmoid(Z)");
    EXPECT_EQ(to_text(Z * normal_cdf(Z)), "Z .* Phi(Z)");
}

TEST(Expression, OfSingleNumbersNeedsNoSignForProducts) {
    const Expression v = Expression::name("v"), dW = Expression::name("dW");
    EXPECT_EQ(to_text(0.9 * v + (1 - 0.9) * dW * dW, Notation::number), "0.9 v + 0.1 dW.^2");
    EXPECT_EQ(to_text(0.01 * (v / (1 - dW)) / (sqrt(v) + 1e-8), Notation::number),
              "0.01 (v / (1 - dW)) / (sqrt(v) + 1e-8)");
}

TEST(Expression, IsWrittenForNumPyWithAllItsDigits) {
    EXPECT_EQ(in_numpy(1 - A * A), "1 - A ** 2");
    EXPECT_EQ(in_numpy(Y * (Z > 0)), "Y * (Z > 0)");
    EXPECT_EQ(in_numpy(where(Z > 0, Z, expm1(Z))), "np.where(Z > 0, Z, np.expm1(Z))");
    EXPECT_EQ(in_numpy(where(Z < 0, 0, Z)), "np.maximum(Z, 0)");
    EXPECT_EQ(in_numpy((1 - 0.9) * Z), "0.09999999999999998 * Z");
    EXPECT_EQ(in_numpy(log(above_zero(A))), "np.log(np.maximum(A, 1e-30))");
    EXPECT_EQ(in_numpy(softplus(Z)), "np.logaddexp(0, Z)");
    EXPECT_EQ(in_numpy(clamp(A - Y, -1, 1)), "np.clip(A - Y, -1, 1)");
}

TEST(Expression, CallsNamesAsItIsTold) {
    EXPECT_EQ(to_text(A - Y, Notation::numpy, [](const std::string& name) { return name + "2"; }), "A2 - Y2");
}

TEST(Expression, KnowsWhichFunctionsItCalls) {
    EXPECT_TRUE((1 + exp(-Z)).calls("exp"));
    EXPECT_FALSE((1 + exp(-Z)).calls("log"));
}

}  // namespace
}  // namespace gradus::test
