// Central differences beside the gradients of one iteration.

#include "gradus/explain/step_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/explain/cell.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/layers/dense.h"
#include "tests/support/from_zero.h"
#include "tests/support/layer_nets.h"
#include "tests/support/random_matrix.h"

namespace gradus {
namespace {

struct CheckCase {
    std::string network;
    LossKind loss = LossKind::cross_entropy;
    bool weights = false;
    Shape in = {.channels = 3, .length = 12};
};

// Behind a convolution, so that layers which learn nothing have something before them.
const CheckCase listed[] = {
    {"conv 4x3 identity, flatten, dense 3 softmax"},
    {"conv 4x3 stride 2 pad 1 sigmoid, globalavgpool, 3 softmax"},
    {"conv 4x3 dilation 2 tanh, globalmaxpool, 3 softmax"},
    {"conv 6x3 pad same groups 3 relu, maxpool 2, flatten, 3 softmax"},
    {"conv 4x3 leaky_relu 0.1, avgpool 2, flatten, 5 elu, 3 softmax"},
    {"conv 4x3, batchnorm, selu, flatten, dropout 0.3, 3 softmax", LossKind::cross_entropy, true},
    {"conv 3x3 pad same, residual(conv 3x1 gelu, conv 3x1), flatten, 4 silu, 3 softmax"},
    {"flatten, 5 softplus, batchnorm, 3 softmax", LossKind::mean_squared},
    {"flatten, 5 tanh, 3 sigmoid", LossKind::binary_cross_entropy, true},
    {"flatten, 5 tanh, 3 identity", LossKind::huber},
    {"flatten, 5 tanh, 3", LossKind::mean_absolute},
    {"flatten, 5 tanh, 3 sigmoid tanh", LossKind::mean_squared},
};

// And every layer of the table.
std::vector<CheckCase> every_case() {
    std::vector<CheckCase> all(std::begin(listed), std::end(listed));
    for (const auto& [kind, nets] : test::layer_nets())
        for (const std::string& net : nets)
            all.push_back({net + ", 3 softmax", LossKind::cross_entropy, false, test::shape_of_nets});
    return all;
}
const std::vector<CheckCase> cases = every_case();

struct CheckedIteration {
    explicit CheckedIteration(Network<double> made, const CheckCase& c) : network(std::move(made)) {
        RandomState random(4);
        network.initialize(Initializer::automatic, random);
        X = test::random_matrix<double>(network.in().size(), 9, random);
        Y = Matrix<double>(network.out().size(), 9);
        for (Index j = 0; j < 9; ++j) Y(j % Y.rows(), j) = 1;
        if (c.weights) weights = Matrix<double>{{1, 2, 0.5, 1, 2, 0.5, 1, 2, 0.5}};
        settings = {.loss = c.loss, .batch = 5, .iterations = 9, .mask_seed = 3};
        const Examples<double> examples{.X = X, .Y = Y, .weights = weights};
        gradus::Run<double> run(network, examples, settings);
        for (int i = 0; i < 3; ++i) run.next();
        trace = gradus::trace<double>(network, examples, settings, run.state());
    }
    [[nodiscard]] StepCheck check() const { return check_step(network, trace, settings); }

    Network<double> network;
    Matrix<double> X, Y, weights;
    RunSettings settings;
    Trace trace;
};

TEST(StepCheck, GradientsAgreeForEveryKindOfLayer) {
    for (const CheckCase& c : cases) {
        const StepCheck check = CheckedIteration(Network<double>(c.in, c.network), c).check();
        EXPECT_EQ(static_cast<Index>(check.cells.size()), check.parameters) << c.network;
        ASSERT_NE(check.worst(), nullptr);
        EXPECT_LT(check.worst()->error, 1e-6) << c.network << ": " << check.worst()->cell;
        EXPECT_EQ(check.kinks(), 0) << c.network;
    }
}

TEST(StepCheck, TheCasesHaveEveryKindOfLayer) {
    for (const LayerKind& kind : layer_table()) {
        const auto has = [&](const CheckCase& c) { return c.network.find(kind.name) != std::string::npos; };
        EXPECT_TRUE(std::ranges::any_of(cases, has)) << kind.name;
    }
}

TEST(StepCheck, ItsGradientsAreThoseOfTheTrace) {
    for (const CheckCase& c : cases) {
        const CheckedIteration iteration(Network<double>(c.in, c.network), c);
        for (const CheckedCell& cell : iteration.check().cells) {
            const CellReport there = explain_cell(iteration.network, iteration.trace,
                                                  CellName::read(cell.cell, ""), std::nullopt, "");
            EXPECT_EQ(there.cell.value, cell.backward) << c.network << ": " << cell.cell;
        }
    }
}

// A dense layer whose bias forgets the mean.
class Forgetful final : public Layer<double> {
public:
    [[nodiscard]] LayerDescription describe() const override { return {"forgetful"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override { return dense_.plan(in); }
    void forward(const Pass<double>& pass, Range examples) const override { dense_.forward(pass, examples); }
    void backward_input(const Pass<double>& pass, Range examples) const override {
        dense_.backward_input(pass, examples);
    }
    void backward_parameters(const Pass<double>& pass, Range slices) const override {
        dense_.backward_parameters(pass, slices);
        pass.gradient.back() *= double(pass.X.columns());
    }

private:
    Dense<double> dense_{3};
};

TEST(StepCheck, FindsTheOneGradientThatIsWrong) {
    std::vector<LayerPointer<double>> layers = read_layers<double>("flatten, 4 tanh");
    layers.push_back(std::make_shared<Forgetful>());
    const StepCheck check = CheckedIteration(Network<double>(Shape{.channels = 3, .length = 12}, layers),
                                             {"", LossKind::mean_squared})
                                .check();
    EXPECT_EQ(check.agreeing(), check.parameters - 1);
    EXPECT_EQ(check.kinks(), 0);
    EXPECT_EQ(check.worst()->cell, "db2[3,1]");
    EXPECT_NEAR(check.worst()->error, 0.75, 1e-9);  // four examples: four times too large
}

TEST(StepCheck, AKinkIsNoMistake) {
    Network<double> network(1, "1 relu, 1", test::from_zero);
    network.parameter("W1")(0, 0) = 1;
    network.parameter("W2")(0, 0) = 1;
    const Matrix<double> X{{0}}, Y{{1}};  // Z1 = 0: the relu's slope is 0 below and 1 above
    const Examples<double> examples{.X = X, .Y = Y};
    const RunSettings settings{.loss = LossKind::mean_squared, .batch = 0, .iterations = 1};
    const gradus::Run<double> run(network, examples, settings);
    const StepCheck check =
        check_step(network, trace<double>(network, examples, settings, run.state()), settings);
    EXPECT_EQ(check.kinks(), 1);
    EXPECT_EQ(check.agreeing(), 3);
    EXPECT_TRUE(check.cells[1].kink);
    EXPECT_EQ(check.cells[1].cell, "db1[1,1]");
    EXPECT_EQ(check.worst()->cell, "db2[1,1]");
}

TEST(StepCheck, OfManyParametersSomeAtEqualDistances) {
    const CheckCase& c = cases[0];
    const CheckedIteration iteration(Network<double>(c.in, c.network), c);
    const StepCheck check = check_step(iteration.network, iteration.trace, iteration.settings, 10);
    EXPECT_LE(check.cells.size(), 10);
    EXPECT_GE(check.cells.size(), 9);
}

}  // namespace
}  // namespace gradus
