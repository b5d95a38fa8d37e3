// How much do an example's neighbours know about it?
#include "gradus/doctor/neighbours.h"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

Columns on_a_line(const Matrix<double>& truth) {
    return {.X = Matrix<double>{{0, 1, 10, 11}}, .truth = truth};
}

TEST(Neighbours, TellTheClassWhereClassesKeepTogether) {
    EXPECT_EQ(told_by_neighbours(on_a_line({{0, 0, 1, 1}}), Task::classify).accuracy, 1);
    EXPECT_EQ(told_by_neighbours(on_a_line({{0, 1, 0, 1}}), Task::classify).accuracy, 0);
    const Evaluation told = told_by_neighbours(on_a_line({{0, 0, 1, 2}}), Task::classify);
    EXPECT_EQ(told.accuracy, 0.5);
    EXPECT_EQ(told.confusion, (Confusion{{2, 0, 0}, {0, 0, 1}, {0, 1, 0}}));
}

// Four times 2^2 of 6^2 + 4^2 + 4^2 + 6^2.
TEST(Neighbours, TellAQuantityAsFarAsItIsSmooth) {
    EXPECT_DOUBLE_EQ(told_by_neighbours(on_a_line({{0, 2, 10, 12}}), Task::regress).r2, 1 - 16.0 / 104);
}

}  // namespace
}  // namespace gradus::test
