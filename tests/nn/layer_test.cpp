// Every layer of the table has cases here, and each case passes every check; a layer without a case is a red
// test.
#include "gradus/nn/layer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>
#include <vector>

#include "gradus/nn/architecture.h"
#include "gradus/nn/gradient_check.h"
#include "gradus/nn/words.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

struct LayerCase {
    std::string text;
    Index in;  // channels
    Index length = 1;
};

const LayerCase listed[] = {
    {"1", 1},
    {"3", 5},
    {"7", 2},
    {"17", 33},
    {"leaky_relu 0.3", 3},
    {"leaky_relu 0", 3},
    {"elu 0.5", 3},
    {"softmax", 2},
    {"softmax", 7},
    {"dropout 0", 3},
    {"dropout 0.2", 5},
    {"dropout 0.5", 20},
    {"dropout 0.9", 9},
    {"batchnorm", 1},
    {"batchnorm", 5},
    {"batchnorm", 70},
    {"batchnorm", 3, 7},
    {"conv 1x1", 1},
    {"conv 3x1", 4, 6},
    {"conv 3x5", 1, 9},
    {"conv 4x3", 2, 8},
    {"conv 4x3 stride 2", 2, 8},
    {"conv 4x3 pad 2", 2, 5},
    {"conv 4x4 pad same", 3, 9},
    {"conv 2x3 dilation 3", 2, 9},
    {"conv 4x3 groups 2", 6, 8},
    {"conv 6x3 groups 6", 6, 8},
    {"conv 6x5 stride 3 pad 4 dilation 2 groups 3", 3, 11},
    {"conv 25x3 stride 2 pad 1", 17, 19},
    {"maxpool 1", 2, 3},
    {"maxpool 3", 2, 9},
    {"maxpool 3 stride 1", 2, 9},
    {"maxpool 3 stride 2 pad 1", 3, 8},
    {"avgpool 2", 2, 9},
    {"avgpool 3 stride 2 pad 1", 3, 8},
    {"avgpool 4 stride 1 pad same", 1, 7},
    {"globalmaxpool", 3, 7},
    {"globalavgpool", 3, 7},
    {"flatten", 3, 4},
    {"flatten", 5},
    {"pbld", 3},
    {"pbld 1x2", 1},
    {"pbld 5x3 sigma 0.5", 19},
    {"residual(", 5},
    {"residual(", 2, 3},
    {")", 2, 3},
};

// Of every activation two besides.
std::vector<LayerCase> all_cases() {
    std::vector<LayerCase> all(std::begin(listed), std::end(listed));
    for (const LayerKind& kind : layer_table())
        if (kind.activation)
            for (const Index units : {1, 5}) all.push_back({kind.name, units});
    return all;
}

const LayerKind* kind_of(std::string_view text) {
    return find_layer(text.substr(0, text.find(' ')));
}

TEST(LayerTable, HasACaseForEveryRow) {
    for (const LayerKind& kind : layer_table())
        EXPECT_TRUE(
            std::ranges::any_of(all_cases(), [&](const LayerCase& c) { return kind_of(c.text) == &kind; }))
            << "the layer \"" << kind.name << "\" has no case in tests/nn/layer_test.cpp";
}

class LayerCases : public testing::TestWithParam<LayerCase> {
protected:
    template <class T>
    LayerPointer<T> layer() {
        const LayerKind* kind = kind_of(GetParam().text);
        Words words(GetParam().text, GetParam().text);
        if (!words.number_follows()) words.take();
        if constexpr (std::is_same_v<T, float>) {
            return kind->read_float(words);
        } else {
            return kind->read_double(words);
        }
    }
    Shape in_{.channels = GetParam().in, .length = GetParam().length};
};
INSTANTIATE_TEST_SUITE_P(LayerTable, LayerCases, testing::ValuesIn(all_cases()), [](const auto& info) {
    return as_test_name(info.param.text) + "_of_" +
           as_test_name(Shape{.channels = info.param.in, .length = info.param.length}.text());
});

TEST_P(LayerCases, HasTheGradientOfItsForwardHalf) {
    for (const Index examples : {1, 3, 8})
        for (const std::uint32_t seed : {0U, 1U}) {
            const GradientReport report = check_gradients(*layer<double>(), in_, examples, seed);
            EXPECT_TRUE(report.passed()) << report.where;
            EXPECT_GE(report.compared, in_.size() * examples);
        }
}

TEST_P(LayerCases, ReadsBackFromItsText) {
    EXPECT_EQ(layer<double>()->text(), GetParam().text);
    EXPECT_EQ(layer<float>()->text(), GetParam().text);
    EXPECT_EQ(find_layer(layer<double>()->describe().kind), kind_of(GetParam().text));
}

TEST(Layer, DescribesItsKindAndItsSettings) {
    const LayerDescription conv = read_layers<double>("conv 4x3 stride 2 pad 1").front()->describe();
    EXPECT_EQ(conv.kind, "conv");
    EXPECT_EQ(conv.whole("filters"), 4);
    EXPECT_EQ(conv.whole("window"), 3);
    EXPECT_EQ(conv.whole("stride"), 2);
    EXPECT_EQ(conv.whole("pad"), 1);
    EXPECT_EQ(conv.whole("dilation"), 1);  // not said in its text, but known
    EXPECT_EQ(conv.whole("groups"), 1);
    EXPECT_EQ(read_layers<double>("leaky_relu").front()->describe().number("alpha"), 0.01);
}

TEST_P(LayerCases, StatesItsMathematics) {
    const LayerPlan plan = layer<double>()->plan(in_);
    EXPECT_FALSE(plan.forward.empty());
    const auto explains = [&](const std::string& result) {
        return std::ranges::any_of(plan.backward, [&](const Operation& o) { return o.result == result; });
    };
    EXPECT_TRUE(explains("dX") || explains("dZ"));
    for (const Parameter& parameter : plan.parameters) EXPECT_TRUE(explains("d" + parameter.name));
}

// Everything that a layer computes from the same random numbers.
template <class T>
struct Results {
    Matrix<T> Y, dX, gradient;
};
template <class T>
Results<T> results_of(const Layer<T>& layer, Shape in, bool training) {
    RandomState random(1);
    const Index m = 4;
    const LayerPlan plan = layer.plan(in);
    const auto X = random_matrix<T>(in.size(), m, random), dY = random_matrix<T>(plan.out.size(), m, random),
               parameters = random_matrix<T>(plan.parameter_count(), 1, random),
               other = random_matrix<T>(in.size(), m, random);
    Matrix<T> scratch(plan.scratch, m);
    std::vector<T> shared(static_cast<std::size_t>(plan.shared)), statistics;
    for (const Statistic& s : plan.statistics)
        statistics.insert(statistics.end(), static_cast<std::size_t>(s.size), static_cast<T>(s.start));
    std::vector<double> sums(static_cast<std::size_t>(plan.coupling.sums));
    const auto count = static_cast<std::size_t>(plan.parameter_count());
    Results<T> r{{plan.out.size(), m}, {in.size(), m}, {plan.parameter_count(), 1}};
    const Pass<T> pass{.in = in,
                       .out = plan.out,
                       .X = X,
                       .Y = r.Y,
                       .dY = dY,
                       .dX = r.dX,
                       .parameters = {parameters.data(), count},
                       .gradient = {r.gradient.data(), count},
                       .statistics = statistics,
                       .new_statistics = statistics,
                       .shared = shared,
                       .sums = sums,
                       .scratch = scratch,
                       .other = other,
                       .training = training,
                       .mask = {.seed = 1, .step = 2, .layer = 3}};
    for (Index round = 0; training && round <= plan.coupling.forward; ++round)
        layer.couple_forward(pass, {0, plan.coupling.units}, round);
    layer.forward(pass, {0, m});
    for (Index round = 0; round <= plan.coupling.backward; ++round)
        layer.couple_backward(pass, {0, plan.coupling.units}, round);
    layer.backward_input(pass, {0, m});
    layer.backward_parameters(pass, {0, plan.slice_count()});
    return r;
}

TEST_P(LayerCases, AgreesInFloatAndDouble) {
    for (const bool training : {false, true}) {
        const Results<float> single = results_of(*layer<float>(), in_, training);
        const Results<double> twice = results_of(*layer<double>(), in_, training);
        const Tolerance tolerance{.relative = 1e-5, .absolute = 1e-5};
        EXPECT_TRUE(close(single.Y, twice.Y, tolerance));
        EXPECT_TRUE(close(single.dX, twice.dX, tolerance));
        EXPECT_TRUE(close(single.gradient, twice.gradient, tolerance));
    }
}

TEST(Shape, IsWrittenAsChannelsByLength) {
    EXPECT_EQ((Shape{.channels = 8}).text(), "8");
    EXPECT_EQ((Shape{.channels = 25, .length = 19}).text(), "25x19");
    EXPECT_EQ((Shape{.channels = 25, .length = 19}).size(), 475);
}

TEST(LayerPlan, CountsItsParametersAndSlices) {
    const LayerPlan plan{
        .parameters = {{.name = "W", .rows = 3, .columns = 4}, {.name = "b", .rows = 3, .columns = 1}},
        .slice = 3};
    EXPECT_EQ(plan.parameter_count(), 15);
    EXPECT_EQ(plan.slice_count(), 5);
    EXPECT_EQ(LayerPlan{}.slice_count(), 0);
}

}  // namespace
}  // namespace gradus::test
