#include "gradus/core/say.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gradus/core/error.h"

namespace gradus::test {
namespace {

// Latin, as far as it is known.
std::string_view in_latin(std::string_view english) {
    if (english == "{} of {} rows") return "ordinum {1}: {0}";
    if (english == "{} row" || english == "{} rows") return "ordines {}";
    if (english == "cost {:.3f}") return "pretium {:.3f}";
    if (english == "{}, expected {}") return "{}, non {}";
    return {};
}

class Say : public testing::Test {
protected:
    ~Say() override { set_language(nullptr); }
};

TEST_F(Say, PutsPartsIntoTheirPlaces) {
    EXPECT_EQ(say("no places"), "no places");
    EXPECT_EQ(say("{} of {} rows", 3, 7U), "3 of 7 rows");
    EXPECT_EQ(say("{1} before {0}, {1} again", "b", std::string("a")), "a before b, a again");
    EXPECT_EQ(say("{{{}}} {{}}", "x"), "{x} {}");
    EXPECT_EQ(say("{}", "{} }{ {{"), "{} }{ {{");  // what is put in is no pattern
}

TEST_F(Say, WritesNumbersAsPrintfDoesAndTheShortestThatReadsBack) {
    EXPECT_EQ(say("{} {} {}", 0.1, 100000.0, 1.0), "0.1 100000 1");
    EXPECT_EQ(say("{} {} {}", 1e15, 1e16, 0.0001), "1000000000000000 1e+16 0.0001");
    EXPECT_EQ(say("{} {} {}", 0.00001, -0.1F, 1e-300), "1e-05 -0.1 1e-300");
    EXPECT_EQ(say("{} {}", std::nan(""), -std::numeric_limits<double>::infinity()), "nan -inf");
    EXPECT_EQ(say("{:.3f} {:.4g} {:.1f}", 2.0 / 3, 12345.678, 1e300).substr(0, 18), "0.667 1.235e+04 10");
    EXPECT_EQ(say("{0:.2f} {0:.0f} {}", 2.5), "2.50 2 2.5");
    EXPECT_EQ(say("{} {}", std::numeric_limits<long long>::min(), short{-1}), "-9223372036854775808 -1");
}

TEST_F(Say, DistinguishesOneFromMany) {
    EXPECT_EQ(say_count(1, "{} row", "{} rows"), "1 row");
    EXPECT_EQ(say_count(0, "{} row", "{} rows"), "0 rows");
    EXPECT_EQ(say_count(2, "{} row of {}", "{} rows of {}", "a.csv"), "2 rows of a.csv");
}

TEST_F(Say, SpeaksTheLanguageThatIsSetAsFarAsItIsKnown) {
    set_language(in_latin);
    EXPECT_EQ(say("{} of {} rows", 3, 7), "ordinum 7: 3");
    EXPECT_EQ(say("cost {:.3f}", 0.25), "pretium 0.250");
    EXPECT_EQ(say_count(1, "{} row", "{} rows"), "ordines 1");
    EXPECT_EQ(say("not known there"), "not known there");
    EXPECT_STREQ(Error(Fault::usage, {.place = "--batch", .found = "-1", .expected = "1"}).what(),
                 "--batch: -1, non 1");
    set_language(nullptr);
    EXPECT_EQ(say("{} of {} rows", 3, 7), "3 of 7 rows");
}

TEST_F(Say, SaysTheWordsOfATableLater) {
    static constexpr Phrase row = say_later("{{words of a table}}");
    EXPECT_EQ(say(row), "{words of a table}");
}

static_assert(places_of("") == 0 && places_of("{{}}") == 0);
static_assert(places_of("{} {:.3f} {}") == 3 && places_of("{2} {0:.1g}") == 3);

}  // namespace
}  // namespace gradus::test
