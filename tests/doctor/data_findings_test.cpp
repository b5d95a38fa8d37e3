// Does the doctor see what is wrong with the data, and only that?
#include "gradus/doctor/data_findings.h"

#include <gtest/gtest.h>

#include "gradus/core/random.h"

namespace gradus::test {
namespace {

constexpr Index examples = 100;

// Three columns of noise around 0, and classes in turn.
Columns sound() {
    Columns data{
        .names = {"a", "b", "c"}, .X = Matrix<double>(3, examples), .truth = Matrix<double>(1, examples)};
    RandomState random(1);
    for (Index j = 0; j < examples; ++j) {
        for (Index i = 0; i < 3; ++i) data.X(i, j) = random.randn();
        data.truth(0, j) = double(j % 2);
    }
    return data;
}

Recipe unscaled() {
    Recipe recipe;
    recipe.shape = {.channels = 3};
    recipe.network = "4 tanh, 1 sigmoid";
    recipe.scaling = Scaling::none;
    return recipe;
}

void change(Columns& data, Index row, double (*f)(double x, double truth)) {
    for (Index j = 0; j < examples; ++j) data.X(row, j) = f(data.X(row, j), data.truth(0, j));
}

TEST(DataFindings, SoundDataHaveNone) {
    EXPECT_TRUE(data_findings(sound(), unscaled()).empty());
}

TEST(DataFindings, ALargeColumnIsNotScaled) {
    Columns data = sound();
    change(data, 1, [](double x, double) { return 128 + 0 * x; });
    data.X(1, 0) = 0;
    const std::vector<Finding> found = data_findings(data, unscaled());
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found[0].name, "unscaled_input");
    EXPECT_TRUE(found[0].evidence.starts_with("\"b\" has mean 126.7 and standard deviation 12.74"))
        << found[0].evidence;
    EXPECT_EQ(found[0].cures.front().option, "--scale standard");
    Recipe standard = unscaled();
    standard.scaling =
        Scaling::standard;  // then the columns come scaled, and what is left is no matter of scale
    EXPECT_TRUE(data_findings(data, standard).empty());
}

TEST(DataFindings, ACopyOfTheLabelLeaks) {
    Columns data = sound();
    change(data, 2, [](double, double truth) { return 3 * truth - 1; });
    const std::vector<Finding> found = data_findings(data, unscaled());
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found[0].name, "leaking_column");
    EXPECT_EQ(found[0].sentence, "The column \"c\" predicts the label alone: is it a copy of the answer?");
    EXPECT_EQ(found[0].hint, "--ignore \"c\"");
}

TEST(DataFindings, TwoGoodColumnsAreAnEasyProblemNotALeak) {
    Columns data = sound();
    for (const Index row : {0, 2})
        change(data, row, [](double x, double truth) { return 3 * truth + 0.1 * x; });
    EXPECT_TRUE(data_findings(data, unscaled()).empty());
}

TEST(DataFindings, AColumnThatFollowsAQuantityLeaks) {
    Columns data = sound();
    Recipe recipe = unscaled();
    recipe.task = Task::regress;
    for (Index j = 0; j < examples; ++j) data.truth(0, j) = data.X(0, j) * 2 + 0.5;
    const std::vector<Finding> found = data_findings(data, recipe);
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found[0].name, "leaking_column");
    EXPECT_TRUE(found[0].evidence.starts_with("its correlation with the target is 1.00000"))
        << found[0].evidence;
}

TEST(DataFindings, LabelsFrom0To255AreClasses) {
    Columns data = sound();
    Recipe recipe = unscaled();
    recipe.task = Task::regress;
    for (Index j = 0; j < examples; ++j) data.truth(0, j) *= 255;
    std::vector<Finding> found = data_findings(data, recipe);
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found[0].name, "label_range");
    EXPECT_EQ(found[0].evidence, "its 2 values in 100 examples are 0, 255");
    EXPECT_EQ(found[0].hint, "--task classify");
    for (Index j = 0; j < examples; ++j) data.truth(0, j) += 1e5 + 0.1 * double(j);
    found = data_findings(data, recipe);
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found[0].name, "label_range");
    EXPECT_TRUE(found[0].evidence.starts_with("its mean is 1.001e+05")) << found[0].evidence;
}

TEST(DataFindings, AColumnThatNeverVariesSaysNothing) {
    Columns data = sound();
    change(data, 0, [](double, double) { return 0.5; });
    const std::vector<Finding> found = data_findings(data, unscaled());
    ASSERT_EQ(found.size(), 1);
    EXPECT_EQ(found[0].name, "constant_column");
    EXPECT_EQ(found[0].sentence, "The column \"a\" never varies.");
    EXPECT_EQ(found[0].hint, "--ignore \"a\"");
}

}  // namespace
}  // namespace gradus::test
