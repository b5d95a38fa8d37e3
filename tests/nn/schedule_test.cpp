#include "gradus/nn/schedule.h"

#include <gtest/gtest.h>

#include "tests/support/compare.h"
#include "tests/support/golden.h"

namespace gradus::test {
namespace {

TEST(Schedule, HasTheRatesOfNumpy) {
    using enum Schedule;
    const Golden golden("optimizers");
    for (const auto& [name, schedule] :
         {std::pair{"step", step}, {"cosine", cosine}, {"warmup_cosine", warmup_cosine}})
        for (const Index T : {1, 10, 50}) {
            std::vector<double> rates;
            for (Index t = 0; t < T; ++t) rates.push_back(schedule_factor(schedule, t, T));
            const Matrix<double> expected =
                golden.matrix(std::string(name) + "_" + std::to_string(T) + "_rates");
            EXPECT_TRUE(close(row(rates), expected.view(), {.absolute = 1e-15})) << name << " over " << T;
        }
}

TEST(Schedule, StaysOneWhereItDoesNotDependOnTheUpdate) {
    for (const Schedule schedule : {Schedule::constant, Schedule::plateau})
        for (const Index t : {0, 5, 9}) EXPECT_EQ(schedule_factor(schedule, t, 10), 1);
}

TEST(Plateau, DividesByTenAfterTenEpochsWithoutALowerCost) {
    Plateau plateau;
    plateau.see(5);
    for (int epoch = 0; epoch < 9; ++epoch) plateau.see(5);
    EXPECT_EQ(plateau.factor, 1);
    plateau.see(5);
    EXPECT_EQ(plateau.factor, 0.1);
    for (int epoch = 0; epoch < 10; ++epoch) plateau.see(6);
    EXPECT_DOUBLE_EQ(plateau.factor, 0.01);
}

TEST(Plateau, CountsAnewAfterALowerCost) {
    Plateau plateau;
    for (int epoch = 0; epoch < 10; ++epoch) plateau.see(5);
    plateau.see(4.9);
    for (int epoch = 0; epoch < 9; ++epoch) plateau.see(4.95);
    EXPECT_EQ(plateau.factor, 1);
    plateau.see(4.95);
    EXPECT_EQ(plateau.factor, 0.1);
}

}  // namespace
}  // namespace gradus::test
