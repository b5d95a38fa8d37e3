#include "gradus/core/letters.h"

#include <gtest/gtest.h>

namespace gradus::test {
namespace {

TEST(Letters, AreMadeLowerInAsciiAlone) {
    EXPECT_EQ(lower("Ab-Z 1 ÄÖ"), "ab-z 1 ÄÖ");
    EXPECT_EQ(lower("@[`{"), "@[`{");  // the neighbours of A, Z, a and z
}

TEST(Letters, BlanksAreTakenFromBothEnds) {
    EXPECT_EQ(trimmed(" \ta b\r\n"), "a b");
    EXPECT_EQ(trimmed(" \t "), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Letters, OfATerminalAreOneLineWithoutControl) {
    EXPECT_EQ(visible("last\nname\r\t"), "last\\nname\\r\\t");
    EXPECT_EQ(visible("\x1b[31m\x7f"), "\\x1b[31m\\x7f");
    EXPECT_EQ(visible("a\xC2\x9B"
                      "31m"),
              "a\\x9b31m");  // the second set, in UTF-8
    EXPECT_EQ(visible("Größe 大小"), "Größe 大小");
    EXPECT_EQ(visible("\xC2"), "\xC2");
}

}  // namespace
}  // namespace gradus::test
