#include "gradus/data/ts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "gradus/files/read_table.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

using Numbers = std::vector<double>;
using Texts = std::vector<std::string>;

Table read_ts(std::string_view text) {
    return read_ts(*in_memory(text, "x.ts"));
}

std::string error_in(std::string_view text) {
    return error_of([&] { read_ts(text); });
}

// A row of the table, NaN as -99.
Numbers row(const Table& table, std::size_t row) {
    Numbers numbers;
    for (const Column& column : table.columns)
        if (!column.is_text()) numbers.push_back(std::isnan(column.numbers[row]) ? -99 : column.numbers[row]);
    return numbers;
}

TEST(Ts, ReadsASeriesWithItsClass) {
    const Table table = read_ts(
        "# a comment\r\n@problemName x y\n@univariate true\n@CLASSLABEL TRUE up down\n\n@data\n"
        "1, 2.5,-3e1:up\r\n# not this\n\n4,5,6: down\n7,8,9:up");
    EXPECT_EQ(table.rows, 3);
    EXPECT_EQ(table.channels, 1);
    EXPECT_EQ(table.length, 3);
    EXPECT_EQ(table.label, 3);
    EXPECT_EQ(table.labels, Labels::classes);
    EXPECT_EQ(row(table, 0), (Numbers{1, 2.5, -30}));
    EXPECT_EQ(row(table, 2), (Numbers{7, 8, 9}));
    EXPECT_EQ(table.columns[3].name, "label");
    EXPECT_EQ(table.columns[3].texts, (Texts{"up", "down"}));
    EXPECT_EQ(table.columns[3].codes, (std::vector<std::int32_t>{0, 1, 0}));
    EXPECT_TRUE(table.notes.empty());
}

TEST(Ts, NotesAClassThatTheHeaderDoesNotName) {
    const auto notes_of = [](const std::string& classes) {
        return read_ts("@classLabel true" + classes + "\n@data\n1,2:1.0\n3,4:up\n5,6:Up\n7,8:?\n").notes;
    };
    EXPECT_EQ(notes_of(" 1  up"), Texts{"@classLabel does not name \"Up\""});
    EXPECT_EQ(notes_of(" 1 Up up "), Texts{});
    EXPECT_EQ(notes_of(""), Texts{});
}

TEST(Ts, LaysChannelAfterChannelAndFillsShorterOnesUp) {
    const Table table = read_ts(
        "@dimensions 2\n@equalLength false\n@classLabel true 1 "
        "2\n@data\n1,2,3:10,20,30:2\n4,?:40:1\n:50,NaN:?\n");
    EXPECT_EQ(table.channels, 2);
    EXPECT_EQ(table.length, 3);
    EXPECT_EQ(row(table, 0), (Numbers{1, 2, 3, 10, 20, 30, 2}));
    EXPECT_EQ(row(table, 1), (Numbers{4, -99, -99, 40, -99, -99, 1}));
    EXPECT_EQ(row(table, 2), (Numbers{-99, -99, -99, 50, -99, -99, -99}));
    EXPECT_EQ(table.columns[4].name, "5");
    EXPECT_EQ(table.notes, (Texts{"series of different lengths are filled up with missing numbers to 3"}));
}

TEST(Ts, ReadsSeriesWithValuesAndWithoutLabels) {
    const Table values = read_ts("@targetlabel true\n@data\n1,2:0.5\n3,4:-2\n");
    EXPECT_EQ(values.labels, Labels::values);
    EXPECT_EQ(values.columns[2].numbers, (Numbers{0.5, -2}));
    const Table none = read_ts("@classLabel false\n@data\n1,2\n3,4\n");
    EXPECT_EQ(none.label, -1);
    EXPECT_EQ(none.columns.size(), 2U);
}

TEST(Ts, SaysInOneSentenceWhatIsWrong) {
    const std::string head = "@classLabel true a b\n@data\n";
    EXPECT_EQ(error_in(""),
              "input: x.ts:1: there is no line @data, expected a .ts file of the UCR or UEA archive");
    EXPECT_EQ(error_in("1,2:a\n"),
              "input: x.ts:1: a line of data before @data, expected lines that begin with # or @");
    EXPECT_EQ(error_in(head),
              "input: x.ts:3: there is no series behind @data, expected a series in each line");
    EXPECT_EQ(error_in(head + "1,2:a\n1,x:b\n"),
              "input: x.ts:4: number 2 of channel 1 is \"x\", expected a number, or ? where it is missing");
    EXPECT_EQ(error_in(head + "1,2:a\n1,2:3,4:b\n"), "input: x.ts:4: 2 channels, expected 1");
    EXPECT_EQ(error_in(head + "1,2\n"),
              "input: x.ts:3: there is no label, expected one behind the last colon");
    EXPECT_EQ(error_in(head + "1,2,:a\n"),
              "input: x.ts:3: a comma at the end of channel 1, expected a number behind it");
    EXPECT_EQ(error_in(head + ":a\n"),
              "input: x.ts:3: a series without numbers, expected one number at least");
    EXPECT_EQ(error_in("@dimensions 0\n"),
              "input: x.ts:1: \"0\" dimensions, expected a whole number from 1 to 1000000");
    EXPECT_EQ(error_in("@targetLabel true\n@data\n1,2:high\n"),
              "input: x.ts:3: the label is \"high\", expected a number");
    EXPECT_EQ(error_in("@timeStamps true\n"),
              "input: x.ts:1: the numbers have time stamps, expected numbers alone, at equal distances "
              "(hint: take the "
              "times out, and set @timeStamps false)");
}

TEST(Ts, DoesNotFillUpOneLongSeriesAmongManyShortOnes) {
    std::string text = "@data\n1";
    for (int i = 1; i < 100'000; ++i) text += ",1";
    for (int i = 0; i < 5000; ++i) text += "\n1";
    EXPECT_EQ(error_in(text),
              "input: x.ts:5003: 5001 series of up to 100000 numbers, most of them far shorter, expected "
              "lengths that "
              "differ less (hint: cut the longest)");
}

TEST(Ts, HasLimitsBeforeMemoryIsGone) {
    std::string longest = "@data\n1";
    for (int i = 1; i < 1'000'000; ++i) longest += ",1";
    EXPECT_EQ(read_ts(std::string_view(longest)).length, 1'000'000);
    EXPECT_EQ(error_in(longest + ",1"),
              "input: x.ts:2: a series of more than 1000000 numbers, expected fewer");
    std::string two = "@dimensions 2\n@data\n1";  // the channels count together
    for (int i = 1; i < 500'001; ++i) two += ",1";
    EXPECT_EQ(error_in(two + ":1"), "input: x.ts:3: a series of more than 1000000 numbers, expected fewer");
    EXPECT_EQ(error_in("@data\n1," + std::string((std::size_t{64} << 20) - 1, ' ') + "1"),
              "input: x.ts:2: a line of more than 64 MiB, expected a series of at most 1000000 numbers");
    EXPECT_EQ(error_in("@dimensions 1000001\n"),
              "input: x.ts:1: \"1000001\" dimensions, expected a whole number from 1 to 1000000");
    EXPECT_EQ(error_in("@dimensions 1.5\n"),
              "input: x.ts:1: \"1.5\" dimensions, expected a whole number from 1 to 1000000");
}

// What the archive itself says of them: channels, longest series, examples.
TEST(Ts, ReadsTheArchivesFiles) {
    const char* const data = std::getenv("GRADUS_DATA");
    if (data == nullptr) GTEST_SKIP() << "GRADUS_DATA is not set";
    const auto shape = [&](const std::string& name) {
        const Table table = read_table(data + ("/ucr/" + name));
        return std::vector<Index>{table.rows, table.channels, table.length};
    };
    EXPECT_EQ(shape("BasicMotions_TRAIN.ts"), (std::vector<Index>{40, 6, 100}));
    EXPECT_EQ(shape("JapaneseVowels_TRAIN.ts"), (std::vector<Index>{270, 12, 26}));
    EXPECT_EQ(shape("JapaneseVowels_TEST.ts"), (std::vector<Index>{370, 12, 29}));
    EXPECT_EQ(shape("PickupGestureWiimoteZ_TRAIN.ts"), (std::vector<Index>{50, 1, 361}));
    EXPECT_EQ(shape("Covid3Month_TRAIN.ts"), (std::vector<Index>{140, 1, 84}));
}

}  // namespace
}  // namespace gradus::test
