// Columns of a terminal: Unicode Standard Annex 11.

#include "gradus/explain/display_width.h"

#include <gtest/gtest.h>

namespace gradus {
namespace {

TEST(DisplayWidth, AChineseCharacterTakesTwoColumnsAndAnAccentNone) {
    EXPECT_EQ(display_width("x1"), 2);
    EXPECT_EQ(display_width("花瓣长度"), 8);
    EXPECT_EQ(display_width("温度 (°C)"), 9);
    EXPECT_EQ(display_width("e\xcc\x81"), 1);  // e and a combining acute accent
    EXPECT_EQ(display_width("ＡＢ"), 4);
    EXPECT_EQ(display_width("カナ"), 4);
    EXPECT_EQ(display_width("한국"), 4);
    EXPECT_EQ(display_width("😀"), 2);
}

TEST(DisplayWidth, BytesThatAreNotUtf8CountOneEach) {
    EXPECT_EQ(display_width("\xff\xfe"), 2);
    EXPECT_EQ(display_width("a\xe8\x8a"), 3);  // the beginning of a character
}

TEST(DisplayWidth, PaddingCountsColumnsAndCutsBetweenCharacters) {
    EXPECT_EQ(pad_right("长度", 6), "长度  ");
    EXPECT_EQ(pad_left("长度", 6), "  长度");
    EXPECT_EQ(pad_right("花瓣长度", 6), "花瓣~ ");
    EXPECT_EQ(pad_right("abcdef", 4), "abc~");
}

}  // namespace
}  // namespace gradus
