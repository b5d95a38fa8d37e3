// Where does a number come from? The terms of every cell make its number, whatever the layer.

#include "gradus/explain/cell.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/core/error.h"
#include "gradus/nn/architecture.h"
#include "tests/support/random_matrix.h"

namespace gradus {
namespace {

struct Iteration {
    Iteration(Shape in, const char* text, LossKind loss, bool weighted = false)
        : Iteration(Network<double>(in, text), loss, weighted) {}
    Iteration(Network<double> made, LossKind loss, bool weighted = false) : network(std::move(made)) {
        RandomState random(4);
        network.initialize(Initializer::automatic, random);
        X = test::random_matrix<double>(network.in().size(), 4, random);
        Y = Matrix<double>(network.out().size(), 4);
        for (Index j = 0; j < 4; ++j) Y(j % Y.rows(), j) = 1;
        if (weighted) weights = Matrix<double>{{1, 2, 0.5, 3}};
        settings.loss = loss;
        const Examples<double> examples{.X = X, .Y = Y, .weights = weights};
        Run<double> run(network, examples, settings);
        run.next();
        run.next();  // of the second epoch the first batch has 3 examples
        trace = gradus::trace<double>(network, examples, settings, run.state());
    }
    [[nodiscard]] CellReport explain(const std::string& cell, std::optional<std::size_t> phase = {}) const {
        return explain_cell(network, trace, CellName::read(cell, "--cell"), phase, "--cell");
    }

    Network<double> network;
    Matrix<double> X, Y, weights;
    RunSettings settings{.batch = 3, .iterations = 5, .mask_seed = 1};
    Trace trace;
};

double sum_of_terms(const CellReport& report) {
    double sum = 0;
    for (const std::vector<Factor>& term : report.terms) {
        double product = 1;
        for (const Factor& f : term) product *= f.value;
        sum += product;
    }
    return sum * (report.then ? report.then->value : 1) / double(report.divisor);
}

std::string names(const std::vector<Factor>& factors) {
    std::string text;
    for (const Factor& f : factors) text += (text.empty() ? "" : " ") + f.cell;
    return text;
}

std::vector<std::string> term_names(const CellReport& report) {
    std::vector<std::string> all;
    for (const std::vector<Factor>& term : report.terms) all.push_back(names(term));
    return all;
}

using Names = std::vector<std::string>;

const Shape points{.channels = 2};

TEST(Cell, AGradientIsAMeanOverTheExamples) {
    const Iteration i(points, "3 tanh, 1 sigmoid", LossKind::binary_cross_entropy);
    const CellReport report = i.explain("dW1[2,1]");
    EXPECT_EQ(report.formula, "dW1 = dZ1 * X' / m");
    EXPECT_EQ(term_names(report), (Names{"dZ1[2,1] X[1,1]", "dZ1[2,2] X[1,2]", "dZ1[2,3] X[1,3]"}));
    EXPECT_EQ(report.divisor, 3);
    EXPECT_EQ(term_names(i.explain("db1[2,1]")), (Names{"dZ1[2,1]", "dZ1[2,2]", "dZ1[2,3]"}));
}

TEST(Cell, AHiddenErrorPassesTheWeightsAndTheSlope) {
    const CellReport report =
        Iteration(points, "3 tanh, 2 softmax", LossKind::cross_entropy).explain("dZ1[3,2]");
    EXPECT_EQ(report.formula, "dZ1 = (W2' * dZ2) .* (1 - A1.^2)");
    EXPECT_EQ(term_names(report), (Names{"W2[1,3] dZ2[1,2]", "W2[2,3] dZ2[2,2]"}));
    EXPECT_EQ(report.then->cell, "(1 - A1[3,2].^2)");
}

TEST(Cell, AFunctionIsReadCellByCell) {
    const CellReport report =
        Iteration(points, "3 tanh, 2 softmax", LossKind::cross_entropy).explain("A1[3,2]");
    EXPECT_EQ(report.formula, "A1[3,2] = tanh(Z1[3,2])");
    EXPECT_EQ(names(report.sources), "Z1[3,2]");
    const CellReport softmax =
        Iteration(points, "3 tanh, 2 softmax", LossKind::cross_entropy).explain("A2[1,2]");
    EXPECT_EQ(softmax.formula, "A2[1,2] = exp(Z2[1,2]) / colsum(exp(Z2[:,2]))");
    EXPECT_EQ(names(softmax.sources), "Z2[1,2] Z2[2,2]");
}

TEST(Cell, AConvolutionShowsItsWindowWithoutThePadding) {
    const Iteration i({.channels = 2, .length = 5}, "conv 2x3 pad 1 relu, maxpool 2, flatten, 1 sigmoid",
                      LossKind::binary_cross_entropy);
    EXPECT_EQ(term_names(i.explain("Z1[2,1,3]")),
              (Names{"W1[2,1,2] X[1,1,3]", "W1[2,2,2] X[2,1,3]", "W1[2,1,3] X[1,2,3]", "W1[2,2,3] X[2,2,3]",
                     "b1[2,1]"}));
    EXPECT_EQ(i.explain("dW1[2,1,1]").terms.size(), 3 * 4);  // examples, positions but one
}

TEST(Cell, AnUpdateShowsWhatItReads) {
    const CellReport report =
        Iteration(points, "3 tanh, 1 sigmoid", LossKind::binary_cross_entropy).explain("W1[2,1]", 9);
    EXPECT_EQ(names(report.sources), "W1[2,1] dW1[2,1] vW1[2,1] sW1[2,1]");
    EXPECT_TRUE(report.formula.starts_with("vW1[2,1] <- 0.9 vW1[2,1] + 0.1 dW1[2,1]; sW1[2,1] <- "));
}

TEST(Cell, TheRowOfARowNeedNotBeNamed) {
    EXPECT_EQ(
        Iteration(points, "3 tanh, 1 sigmoid", LossKind::binary_cross_entropy).explain("dW2[3]").cell.cell,
        "dW2[1,3]");
}

// Every cell of every result: it has terms that make the number, or a formula with its sources.
void expect_every_cell(const Iteration& i, const std::string& network) {
    for (std::size_t p = 0; p + 1 < i.trace.phases.size(); ++p) {
        const Phase& phase = i.trace.phases[p];
        for (std::size_t t = 0; t < phase.operations.size(); ++t) {
            const Tensor& tensor = phase.tensors[t];
            std::vector<Index> indices(tensor.shape.size(), 1);
            for (std::size_t flat = 0; flat < tensor.values.size(); ++flat) {
                std::size_t rest = flat;
                for (std::size_t d = indices.size(); d-- > 0;) {
                    indices[d] = static_cast<Index>(rest) % tensor.shape[d] + 1;
                    rest /= static_cast<std::size_t>(tensor.shape[d]);
                }
                const CellReport report = explain_cell(i.network, i.trace, {tensor.name, indices}, p, "");
                ASSERT_EQ(report.cell.value, tensor.values[flat]) << network << " " << report.cell.cell;
                if (!report.terms.empty()) {
                    EXPECT_NEAR(sum_of_terms(report), report.cell.value,
                                1e-12 * (1 + std::abs(report.cell.value)))
                        << network << " " << report.cell.cell;
                }
                const bool said = !report.terms.empty() || !report.sources.empty() ||
                                  report.formula.find(":") != std::string::npos || report.cell.value == 0 ||
                                  tensor.name.starts_with("M");
                EXPECT_TRUE(said) << network << " " << report.cell.cell << ": " << report.formula;
            }
        }
    }
}

TEST(Cell, EveryCellOfEveryLayerHasItsTermsOrItsSources) {
    const Shape series{.channels = 4, .length = 7};
    for (const char* text :
         {"conv 4x3 stride 2 pad 1 relu, avgpool 2, flatten, 3 softmax",
          "conv 6x2 dilation 2 groups 2 tanh, maxpool 2, batchnorm, globalavgpool, 3 softmax",
          "conv 4x3 pad same, residual(conv 4x1 elu, conv 4x1), dropout 0.4, globalmaxpool, 3 softmax"})
        expect_every_cell(Iteration(series, text, LossKind::cross_entropy, true), text);
    for (const char* text :
         {"5 gelu, 3 identity", "4, batchnorm, silu, dropout 0.2, 3 softmax", "3 sigmoid tanh"})
        expect_every_cell(Iteration(points, text, LossKind::mean_squared), text);
}

// Y = W .* sin(X): it learns, but does not multiply with its input.
class Wave final : public Layer<double> {
public:
    [[nodiscard]] LayerDescription describe() const override { return {"wave"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override {
        return {.out = in,
                .parameters = {{.name = "W", .rows = in.size(), .columns = 1, .fan_in = 1, .fan_out = 1}},
                .slice = 1,
                .forward = {{"Y", "W .* sin(X)"}},
                .backward = {{"dX", "dY .* W .* cos(X)"}, {"dW", "rowsum(dY .* sin(X)) / m"}}};
    }
    void forward(const Pass<double>& p, Range examples) const override {
        each(p, examples, [&](std::size_t i, Index j) {
            p.Y(Index(i), j) = p.parameters[i] * std::sin(p.X(Index(i), j));
        });
    }
    void backward_input(const Pass<double>& p, Range examples) const override {
        each(p, examples, [&](std::size_t i, Index j) {
            p.dX(Index(i), j) = p.dY(Index(i), j) * p.parameters[i] * std::cos(p.X(Index(i), j));
        });
    }
    void backward_parameters(const Pass<double>& p, Range slices) const override {
        for (Index i = slices.begin; i < slices.end; ++i) {
            double sum = 0;
            for (Index j = 0; j < p.X.columns(); ++j) sum += p.dY(i, j) * std::sin(p.X(i, j));
            p.gradient[static_cast<std::size_t>(i)] = sum / double(p.X.columns());
        }
    }

private:
    template <class F>
    static void each(const Pass<double>& p, Range examples, F f) {
        for (Index j = examples.begin; j < examples.end; ++j)
            for (std::size_t i = 0; i < p.parameters.size(); ++i) f(i, j);
    }
};

TEST(Cell, ALayerThatDoesNotMultiplyShowsItsFormula) {
    std::vector<LayerPointer<double>> layers = read_layers<double>("3 tanh");
    layers.push_back(std::make_shared<Wave>());
    const Iteration i(Network<double>(points, layers), LossKind::mean_squared);
    const CellReport Z2 = i.explain("Z2[2,1]");
    EXPECT_EQ(Z2.formula, "Z2[2,1] = W2[2,1] .* sin(A1[2,1])");
    EXPECT_TRUE(Z2.terms.empty());
    EXPECT_EQ(names(Z2.sources), "W2[2,1] A1[2,1]");
    const CellReport dW2 = i.explain("dW2[2,1]");
    EXPECT_EQ(dW2.formula, "dW2[2,1] = rowsum(dZ2[2,:] .* sin(A1[2,:])) / m");
    EXPECT_TRUE(dW2.terms.empty());
}

std::string error_of(const std::string& cell, std::optional<std::size_t> phase = {}) {
    try {
        (void)Iteration(points, "3 tanh, 1 sigmoid", LossKind::binary_cross_entropy).explain(cell, phase);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(Cell, AMistakeIsToldWithWhatExists) {
    EXPECT_EQ(error_of("dW1[4,1]"), "--cell: there is no dW1[4,1], expected dW1[1,1] to dW1[3,2]");
    EXPECT_EQ(error_of("dW1[1]"), "--cell: there is no dW1[1], expected dW1[1,1] to dW1[3,2]");
    EXPECT_EQ(error_of("X[1,1]", 2), "--cell: there is no X in phase 3, expected Z2, W2 or b2");
    EXPECT_EQ(
        error_of("W3[1,1]"),
        "--cell: there is no W3, expected Z1, W1, b1, X, A1, Z2, W2, b2, A2, J, L, Y, dZ2, dW2, db2, dZ1, "
        "dA1, dW1, db1, vW1, vb1, sW1, sb1, vW2, vb2, sW2 or sb2");
    for (const char* text : {"dW1", "dW1[]", "[1,1]", "dW1[0,1]", "dW1[1,]", "dW1[1,1", "dW1[1,1,1,1]",
                             "dW1[a,1]", "dW1[1;1]", ""})
        EXPECT_EQ(error_of(text), "--cell: \"" + std::string(text) +
                                      "\", expected a matrix and its row and column, as in dW1[2,1]");
}

}  // namespace
}  // namespace gradus
