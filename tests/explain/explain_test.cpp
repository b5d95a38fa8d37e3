// An iteration as text: readable at 80 columns, whatever the network and the names.

#include "gradus/explain/explain.h"

#include <gtest/gtest.h>

#include "gradus/explain/display_width.h"
#include "gradus/explain/tensor_text.h"
#include "tests/support/random_matrix.h"

namespace gradus {
namespace {

Tensor tensor(std::vector<Index> shape, double start, double step) {
    Tensor t{"T", std::move(shape), {}};
    Index count = 1;
    for (const Index n : t.shape) count *= n;
    for (Index i = 0; i < count; ++i) t.values.push_back(start + step * double(i));
    return t;
}

using Lines = std::vector<std::string>;

TEST(TensorText, ASmallMatrixIsWhole) {
    EXPECT_EQ(tensor_text(tensor({2, 3}, -0.25, 0.125), {}, 2),
              (Lines{"    -0.2500  -0.1250   0.0000", "     0.1250   0.2500   0.3750"}));
    EXPECT_EQ(tensor_text(tensor({2, 2}, 0, 1), {"温度", "x"}, 0), (Lines{"温度  0  1", "x     2  3"}));
}

TEST(TensorText, ALargeMatrixShowsItsBeginningAndItsStatistics) {
    const Lines lines = tensor_text(tensor({40, 50}, 0, 1), {}, 8);
    ASSERT_EQ(lines.size(), 8);
    EXPECT_EQ(lines[1], "            50    51    52    53    54    55    56    57    58    59    60  ...");
    EXPECT_EQ(lines[6], "          ...");
    EXPECT_EQ(lines[7], "          min 0   max 1999   mean 999.5   zeros 0 %");
}

TEST(TensorText, OfASeriesTheFirstExampleIsShown) {
    Tensor t = tensor({2, 3, 4}, 0, 1);
    t.of_examples = true;
    EXPECT_EQ(tensor_text(t, {}, 0), (Lines{"  of the first example", "   0   4   8", "  12  16  20",
                                            "  min 0   max 23   mean 11.5   zeros 4 %"}));
    t.of_examples = false;
    EXPECT_EQ(tensor_text(t, {}, 0)[2], "   4   5   6   7");
}

TEST(TensorText, VerySmallAndVeryLargeNumbersKeepTheirDigits) {
    EXPECT_EQ(tensor_text(tensor({1, 2}, 1.25e-5, 1e-5), {}, 0), (Lines{"  1.250e-05  2.250e-05"}));
    EXPECT_EQ(tensor_text(tensor({1, 2}, 1.25e7, 0.5), {}, 0), (Lines{"  1.250e+07  1.250e+07"}));
    EXPECT_EQ(row_text({"T", {1, 2}, {-0.0, 0.5}}, 30), "  0.0000  0.5000");
}

struct Look {
    Look(Shape in, const char* text, OptimizerSettings optimizer) : network(in, text) {
        RandomState random(1);
        network.initialize(Initializer::automatic, random);
        const Matrix<double> X = test::random_matrix<double>(in.size(), 40, random);
        Matrix<double> Y(network.out().size(), 40);
        for (Index j = 0; j < 40; ++j) Y(j % Y.rows(), j) = 1;
        const RunSettings settings{.loss = LossKind::mean_squared, .optimizer = optimizer, .batch = 32};
        const Examples<double> examples{.X = X, .Y = Y};
        const Run<double> run(network, examples, settings);
        trace = gradus::trace<double>(network, examples, settings, run.state());
        check = check_step(network, trace, settings, 40);
    }
    Network<double> network;
    Trace trace;
    StepCheck check;
};

void expect_narrow(const Lines& lines) {
    for (const std::string& line : lines) EXPECT_LE(display_width(line), text_width) << line;
}

TEST(Explain, NothingIsWiderThanEightyColumns) {
    const OptimizerSettings adamw{.kind = OptimizerKind::adamw, .weight_decay = 0.01, .clip_norm = 1};
    const RowNames names{.inputs = {"花瓣长度（厘米）以及其他非常非常长的名字", "萼片"},
                         .outputs = {"山鸢尾", "变色鸢尾"}};
    for (const Look& look :
         {Look({.channels = 2}, "30 tanh, batchnorm, dropout 0.25, 2 softmax", adamw),
          Look({.channels = 3, .length = 20},
               "conv 12x5 pad same relu, maxpool 2, residual(conv 12x1), flatten, 2", adamw)}) {
        EXPECT_LE(display_width(headline(look.trace, Task::classify)), text_width);
        for (std::size_t p = 0; p < look.trace.phases.size(); ++p) {
            expect_narrow(phase_text(look.trace, p, names));
            const Tensor& first = look.trace.phases[p].tensors.front();
            const CellReport report = explain_cell(
                look.network, look.trace, {first.name, std::vector<Index>(first.shape.size(), 1)}, p, "");
            expect_narrow(cell_text(report, look.trace));
            expect_narrow(sum_text(report));
        }
        expect_narrow(check_text(look.check));
    }
}

TEST(Explain, ChineseNamesOfColumnsAreAligned) {
    const Look look({.channels = 2}, "2 tanh, 2 softmax", {});
    const Lines lines = phase_text(look.trace, 0, {.inputs = {"花瓣长度", "x"}, .outputs = {}});
    const std::string &petal = lines[lines.size() - 3], &x = lines[lines.size() - 2];
    EXPECT_TRUE(petal.starts_with("        花瓣长度  ")) << petal;
    EXPECT_TRUE(x.starts_with("        x         ")) << x;
    EXPECT_EQ(display_width(petal), display_width(x));
}

TEST(Explain, AMeanOverManyExamplesShowsTheFirstTermsAndTheRest) {
    const Look look({.channels = 2}, "2 tanh, 2 softmax", {});
    const Lines lines =
        cell_text(explain_cell(look.network, look.trace, {"dW1", {2, 1}}, {}, ""), look.trace);
    EXPECT_EQ(lines[0].find("dW1[2,1] = "), 0);
    EXPECT_TRUE(lines[14].starts_with("  and 20 more terms")) << lines[14];
    EXPECT_NE(lines[15].find("sum / 32"), std::string::npos) << lines[15];
}

}  // namespace
}  // namespace gradus
