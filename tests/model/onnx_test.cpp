#include "gradus/model/onnx.h"

#include <gtest/gtest.h>

#include "tests/support/compare.h"

namespace gradus::test {
namespace {

Table numbers_table() {
    return {.name = "numbers",
            .rows = 3,
            .columns = {{.name = "a", .numbers = {1, 2, missing}}, {.name = "b", .numbers = {0.25, -3, 7}}}};
}

template <class T>
Model<T> small_model(const std::string& text = "4 tanh, 3 softmax") {
    Model<T> model{.network = Network<T>(2, text)};
    RandomState random(1);
    model.network.initialize(Initializer::glorot, random);
    model.features = {.scaling = Scaling::standard,
                      .numeric = {{.name = "a", .fill = 1.5, .line = {1.5, 0.5}},
                                  {.name = "b", .fill = 1, .line = {1, 4}}}};
    model.target = {.task = Task::classify, .names = {"class"}, .classes = {"x", "y", "z"}};
    model.recipe.network = text;
    model.recipe.precision = std::is_same_v<T, double> ? Precision::twice : Precision::single;
    model.sample = numbers_table();
    return model;
}

TEST(Onnx, a_model_comes_back_with_the_same_bits) {
    const auto model = small_model<float>();
    const std::string bytes = to_onnx(model);
    const AnyModel again = from_onnx(bytes, "m.onnx");
    EXPECT_TRUE(
        same_bits(outputs(std::get<Model<float>>(again), numbers_table()), outputs(model, numbers_table())));
    EXPECT_EQ(to_onnx(again), bytes);
}

TEST(Onnx, in_double_too) {
    const auto model = small_model<double>();
    const std::string bytes = to_onnx(model);
    const AnyModel again = from_onnx(bytes, "m.onnx");
    EXPECT_TRUE(
        same_bits(outputs(std::get<Model<double>>(again), numbers_table()), outputs(model, numbers_table())));
    EXPECT_EQ(to_onnx(again), bytes);
}

}  // namespace
}  // namespace gradus::test
