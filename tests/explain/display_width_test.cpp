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

TEST(DisplayWidth, PiecesAreWordsAndChineseCharactersWithTheirPunctuation) {
    std::string text;
    for (const Piece& piece : pieces_of(" the 网络，用 --net（层） ok"))
        text += (piece.behind_blank ? "_" : "|") + piece.text;
    EXPECT_EQ(text, "_the_网|络，|用_--net|（层）_ok");
    EXPECT_TRUE(pieces_of(" \n ").empty());
}

TEST(DisplayWidth, LinesBehindALabelFitAndStandBelowEachOther) {
    EXPECT_EQ(behind_label("a: ", "one two three", 10), "a: one two\n   three");
    EXPECT_EQ(behind_label("类: ", "网络太小，学不会", 13), "类: 网络太\n    小，学不\n    会");
    EXPECT_EQ(behind_label("", "longerthantheline x", 5), "longerthantheline\nx");
}

}  // namespace
}  // namespace gradus
