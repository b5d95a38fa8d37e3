#include "gradus/model/memory.h"

#include <gtest/gtest.h>

#include "gradus/data/generators.h"

namespace gradus::test {
namespace {

// Two inputs, 1000 units twice, one output.
constexpr double parameters = 3 * 1000 + 1001 * 1000 + 1001;

double needed(const Choices& choices, Index examples = 100) {
    const Dataset data = generate("moons", {.examples = 100});
    return memory_needed(data, make_recipe(choices, data), examples);
}

// What has to be there at once, whoever keeps it: the parameters, their gradient, what the optimizer
// remembers of each, and with validation the best so far. Not much more than as many again.
TEST(MemoryNeeded, CountsEachNumberThatIsKeptOfAParameter) {
    struct Case {
        OptimizerKind optimizer;
        Precision precision;
        double validation;
        double numbers;
    };
    for (const auto& [optimizer, precision, validation, numbers] :
         {Case{OptimizerKind::gd, Precision::single, 0, 2},
          Case{OptimizerKind::momentum, Precision::single, 0, 3},
          Case{OptimizerKind::adam, Precision::single, 0, 4},
          Case{OptimizerKind::adam, Precision::single, 0.2, 5},
          Case{OptimizerKind::adam, Precision::twice, 0.2, 5}}) {
        const double bytes = needed({.hidden = "1000 relu, 1000 relu",
                                     .optimizer = optimizer,
                                     .batch = 1,
                                     .validation = validation,
                                     .precision = precision});
        const double kept = numbers * parameters * (precision == Precision::single ? 4 : 8);
        EXPECT_GT(bytes, kept);
        EXPECT_LT(bytes, 2.5 * kept);
    }
}

// A checkpoint copies the network and its run's state, and writes both: 9 million parameters with Adam took
// 192 MiB without and 892 MiB with checkpoints.
TEST(MemoryNeeded, CountsWhatItTakesToWriteACheckpoint) {
    const Dataset data = generate("moons", {.examples = 100});
    const Recipe recipe =
        make_recipe({.hidden = "3000 relu, 3000 relu", .precision = Precision::single}, data);
    constexpr double mebibyte = 1024 * 1024;
    const double without = memory_needed(data, recipe, 100) / mebibyte,
                 with = memory_needed(data, recipe, 100, true) / mebibyte;
    EXPECT_NEAR(without, 192, 0.15 * 192);
    EXPECT_NEAR(with, 892, 0.15 * 892);
}

TEST(MemoryNeeded, CountsTheBinsOfEachNumber) {
    const double parameters_of_bins = 2 * 32 * 1000;  // of two columns, to 1000 units
    const Choices plain{.hidden = "1000 relu", .optimizer = OptimizerKind::gd, .validation = 0};
    Choices bins = plain;
    bins.encoding = NumberEncoding::ple;
    const double more = needed(bins) - needed(plain);
    EXPECT_GT(more, 4 * (2 * parameters_of_bins + 64 * 100));  // the gradient too, and X
    EXPECT_LT(more, 2.5 * 4 * (2 * parameters_of_bins + 64 * 100));
}

TEST(MemoryNeeded, GrowsWithTheExamplesAndWithTheBatch) {
    const Choices choices{.hidden = "1000 relu", .batch = 10, .precision = Precision::single};
    const double few = needed(choices, 1000), many = needed(choices, 1'001'000);
    EXPECT_GT(many - few,
              1e6 * (3 * 8 + 3 * 4));  // two features and a target in the table, and as the network sees them
    Choices larger = choices;
    larger.batch = 1010;
    EXPECT_GT(needed(larger, 100'000) - needed(choices, 100'000),
              1000.0 * 1000 * 4);  // the outputs of the hidden layer
}

}  // namespace
}  // namespace gradus::test
