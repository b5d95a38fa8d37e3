#include "gradus/data/generators.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "gradus/core/random.h"
#include "tests/support/compare.h"

#include "tests/support/table.h"

namespace gradus::test {
namespace {

constexpr double pi = std::numbers::pi;

TEST(Generators, MakeTheTruthTables) {
    const Matrix<double> corners{{0, 0, 1, 1}, {0, 1, 0, 1}};
    for (const auto& [name, Y] : {std::pair{"xor", Matrix<double>{{0, 1, 1, 0}}},
                                  {"and", Matrix<double>{{0, 0, 0, 1}}},
                                  {"or", Matrix<double>{{0, 1, 1, 1}}}}) {
        EXPECT_EQ(numbers_of(generate(name).table), corners) << name;
        EXPECT_EQ(generate(name).Y, Y) << name;
        EXPECT_TRUE(is_truth_table(name));
    }
    EXPECT_FALSE(is_truth_table("moons"));
}

TEST(Generators, RepeatATruthTableForMoreExamples) {
    EXPECT_EQ(numbers_of(generate("xor", {.examples = 6}).table),
              (Matrix<double>{{0, 0, 1, 1, 0, 0}, {0, 1, 0, 1, 0, 1}}));
    EXPECT_EQ(generate("xor", {.examples = 6}).Y, (Matrix<double>{{0, 1, 1, 0, 0, 1}}));
}

struct Point {
    double x1, x2;
};
struct Curve {
    const char* name;
    bool draws_r;
    Point (*point)(Index label, double r);  // the header's formula
    double noise;                           // by default
};
const Curve curves[] = {
    {"circles", true,
     [](Index label, double r) {
         const double radius = label == 0 ? 1 : 0.5;
         return Point{radius * std::cos(2 * pi * r), radius * std::sin(2 * pi * r)};
     },
     0.1},
    {"moons", true,
     [](Index label, double r) {
         return label == 0 ? Point{std::cos(pi * r), std::sin(pi * r)}
                           : Point{1 - std::cos(pi * r), 0.5 - std::sin(pi * r)};
     },
     0.1},
    {"spirals", true,
     [](Index label, double r) {
         const double sign = label == 0 ? 1 : -1;
         return Point{sign * r * std::cos(3.5 * pi * r), sign * r * std::sin(3.5 * pi * r)};
     },
     0.02},
    {"gauss", false,
     [](Index label, double) {
         return label == 0 ? Point{-1, -1} : Point{1, 1};
     },
     0.7},
};

class Curves : public testing::TestWithParam<Curve> {};
INSTANTIATE_TEST_SUITE_P(Generators, Curves, testing::ValuesIn(curves),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(Curves, FollowTheFormulaOfTheHeader) {
    const Curve& curve = GetParam();
    for (const double noise : {0.0, curve.noise}) {
        const Dataset data = generate(curve.name, {.examples = 9, .noise = noise, .seed = 3});
        RandomState random(3);
        for (Index i = 0; i < 9; ++i) {
            const auto [x1, x2] = curve.point(i % 2, curve.draws_r ? random.random_sample() : 0);
            EXPECT_NEAR(data.table.columns[0].numbers[static_cast<std::size_t>(i)],
                        x1 + (noise > 0 ? noise * random.randn() : 0), 1e-15);
            EXPECT_NEAR(data.table.columns[1].numbers[static_cast<std::size_t>(i)],
                        x2 + (noise > 0 ? noise * random.randn() : 0), 1e-15);
            EXPECT_EQ(data.Y(0, i), double(i % 2));
        }
    }
}

TEST_P(Curves, HaveTheNoiseOfTheHeaderByDefault) {
    const Curve& curve = GetParam();
    EXPECT_EQ(numbers_of(generate(curve.name).table),
              numbers_of(generate(curve.name, {.noise = curve.noise}).table));
}

TEST(Generators, PutTheNoiseOfASineOnYOnly) {
    const Dataset data = generate("sine", {.examples = 7, .seed = 3});
    RandomState random(3);
    for (Index i = 0; i < 7; ++i) {
        const double x = pi * (2 * random.random_sample() - 1);
        EXPECT_EQ(data.table.columns[0].numbers[static_cast<std::size_t>(i)], x);
        EXPECT_NEAR(data.Y(0, i), std::sin(x) + 0.1 * random.randn(), 1e-15);
    }
    EXPECT_FALSE(data.has_classes());
}

TEST(Generators, MakeEveryNameWithNamesForEverything) {
    const std::vector<std::string> names(generator_names().begin(), generator_names().end());
    EXPECT_EQ(names,
              (std::vector<std::string>{"xor", "and", "or", "circles", "moons", "spirals", "gauss", "sine"}));
    for (const std::string& name : names) {
        const Dataset data = generate(name);
        EXPECT_EQ(data.name, name);
        EXPECT_EQ(data.examples(), is_truth_table(name) ? 4 : 500);
        EXPECT_EQ(data.table.rows, data.examples());
        EXPECT_EQ(static_cast<Index>(data.target_names.size()), data.Y.rows());
        EXPECT_EQ(data.class_names.size(), name == "sine" ? 0U : 2U);
    }
}

TEST(Generators, MakeTheSameFromTheSameSeed) {
    EXPECT_EQ(numbers_of(generate("moons", {.seed = 1}).table),
              numbers_of(generate("moons", {.seed = 1}).table));
    EXPECT_NE(numbers_of(generate("moons", {.seed = 1}).table),
              numbers_of(generate("moons", {.seed = 2}).table));
    // more examples begin with the same ones
    const Dataset more = generate("moons", {.examples = 20, .seed = 1});
    EXPECT_EQ(select(numbers_of(more.table), {0, 1, 2}),
              numbers_of(generate("moons", {.examples = 3, .seed = 1}).table));
}

TEST(Generators, SuggestTheNearestName) {
    EXPECT_EQ(error_of([] { generate("mons"); }),
              "input: mons: there is no such data set, expected xor, and, or, circles, moons, spirals, gauss "
              "or sine "
              "(hint: did you mean moons?)");
}

TEST(Generators, RejectSettingsOutOfRange) {
    const auto error = [](GeneratorSettings settings) {
        return error_of([&] { generate("moons", settings); });
    };
    const std::string examples = ", expected a whole number from 1 to 10000000";
    const std::string noise = ", expected a number from 0 to 1000000";
    EXPECT_EQ(error({.examples = 0}), "usage: examples: 0" + examples);
    EXPECT_EQ(error({.examples = -5}), "usage: examples: -5" + examples);
    EXPECT_EQ(error({.examples = 10'000'001}), "usage: examples: 10000001" + examples);
    EXPECT_EQ(error({.noise = -0.5}), "usage: noise: -0.5" + noise);
    EXPECT_EQ(error({.noise = 1e7}), "usage: noise: 10000000" + noise);
    EXPECT_EQ(error({.noise = std::nan("")}), "usage: noise: nan" + noise);
    EXPECT_EQ(error({.noise = HUGE_VAL}), "usage: noise: inf" + noise);
}

}  // namespace
}  // namespace gradus::test
