#include "gradus/nn/words.h"
#include "gradus/core/number.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/compare.h"

namespace gradus::test {
namespace {

TEST(Words, AreTakenFromLeftToRight) {
    const std::string text = " conv\t25x5  stride 2 ";
    Words words(text, text);
    EXPECT_EQ(words.peek(), "conv");
    EXPECT_EQ(words.take(), "conv");
    EXPECT_EQ(words.take(), "25x5");
    EXPECT_FALSE(words.number_follows());
    EXPECT_EQ(words.take(), "stride");
    EXPECT_TRUE(words.number_follows());
    EXPECT_EQ(words.whole_number("a stride", 1, 9), 2);
    EXPECT_TRUE(words.done());
    EXPECT_EQ(words.take(), "");
}

TEST(Words, RejectANumberThatDoesNotFitAndPointAtIt) {
    const std::string text = "tanh, dropout 1.5";
    Words words(text, std::string_view(text).substr(5));
    words.take();
    EXPECT_EQ(error_of([&] { words.number("a rate below 1", [](double x) { return x < 1; }); }),
              "usage: network \"tanh, dropout 1.5\", character 15: \"1.5\", expected a rate below 1");
}

TEST(Words, RejectAFractionWhereAWholeNumberBelongs) {
    const std::string text = "2.5";
    EXPECT_EQ(error_of([&] { Words(text, text).whole_number("a number of units", 1, 9); }),
              "usage: network \"2.5\", character 1: \"2.5\", expected a number of units from 1 to 9");
}

TEST(Words, PointAtTheEndWhenNothingMoreComes) {
    const std::string text = "dropout";
    Words words(text, text);
    words.take();
    EXPECT_EQ(error_of([&] { words.whole_number("a rate", 0, 1); }),
              "usage: network \"dropout\", character 8: nothing more, expected a rate from 0 to 1");
}

TEST(Words, ReadANumberFromItsFirstToItsLastLetter) {
    EXPECT_EQ(to_number("0.5"), 0.5);
    EXPECT_EQ(to_number("-1e-3"), -0.001);
    for (const char* no_number : {"", "x", "1x", "1 ", "+1", "0x10", "1,5", "nan", "inf", "1e999"})
        EXPECT_TRUE(std::isnan(to_number(no_number))) << no_number;
}

TEST(Words, WriteANumberInTheShortestWayThatReadsBack) {
    EXPECT_EQ(to_text(0.1), "0.1");
    EXPECT_EQ(to_text(1e30), "1e+30");
    EXPECT_EQ(to_text(1.0 / 3), "0.3333333333333333");
    EXPECT_EQ(to_text(-0.0), "-0");
    EXPECT_EQ(to_text(std::numeric_limits<double>::denorm_min()), "5e-324");
    EXPECT_EQ(to_text(-std::numeric_limits<double>::quiet_NaN()), "nan");
}

}  // namespace
}  // namespace gradus::test
