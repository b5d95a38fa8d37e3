#include "gradus/data/csv.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/number.h"
#include "tests/support/compare.h"

namespace gradus::test {
namespace {

using Fields = std::vector<std::string>;
using Rows = std::vector<Fields>;

Table read_csv(std::string_view text, const CsvOptions& options = {}) {
    return read_csv(*in_memory(text, "data.csv"), options);
}

std::string error_in(std::string_view text, const CsvOptions& options = {}) {
    return error_of([&] { read_csv(text, options); });
}

/// Bytes that come one by one where the reader asks for more than there is room in its window.
std::string field_of(const Column& column, std::size_t row) {
    if (column.is_text())
        return column.codes[row] < 0 ? "" : column.texts[static_cast<std::size_t>(column.codes[row])];
    return std::isnan(column.numbers[row]) ? "" : text_of(column.numbers[row]);
}

Fields fields_of(const Column& column) {
    Fields fields;
    for (std::size_t row = 0; row < std::max(column.codes.size(), column.numbers.size()); ++row)
        fields.push_back(field_of(column, row));
    return fields;
}

Rows columns_of(const Table& table) {
    Rows columns;
    for (const Column& column : table.columns) {
        EXPECT_EQ(fields_of(column).size(), static_cast<std::size_t>(table.rows));
        columns.push_back(fields_of(column));
    }
    return columns;
}

Fields names_of(const Table& table) {
    Fields names;
    for (const Column& column : table.columns) names.push_back(column.name);
    return names;
}

TEST(Csv, ReadsNumbersAndTextUnderTheNamesOfTheHeader) {
    const Table table = read_csv("length,kind\n5.1,setosa\n4.9,virginica\n7,setosa\n");
    EXPECT_EQ(table.name, "data.csv");
    EXPECT_EQ(table.rows, 3);
    EXPECT_EQ(names_of(table), (Fields{"length", "kind"}));
    EXPECT_EQ(table.columns[0].numbers, (std::vector<double>{5.1, 4.9, 7}));
    EXPECT_FALSE(table.columns[0].is_text());
    EXPECT_EQ(table.columns[1].codes, (std::vector<std::int32_t>{0, 1, 0}));
    EXPECT_EQ(table.columns[1].texts, (Fields{"setosa", "virginica"}));
    EXPECT_TRUE(table.columns[1].is_text());
    EXPECT_EQ(table.label, -1);
}

TEST(Csv, TakesAFirstRowOfNumbersAsData) {
    const Table table = read_csv("1,2\n3,4\n");
    EXPECT_EQ(names_of(table), (Fields{"1", "2"}));
    EXPECT_EQ(columns_of(table), (Rows{{"1", "3"}, {"2", "4"}}));
    EXPECT_EQ(names_of(read_csv("NA,2\n3,4\n")), (Fields{"1", "2"}));
}

TEST(Csv, TakesAFirstRowWithoutANumberAsHeader) {
    EXPECT_EQ(names_of(read_csv("y,x\n3,4\n")), (Fields{"y", "x"}));
    EXPECT_EQ(names_of(read_csv("y,x\n3,4\n", {.header = Header::no})), (Fields{"1", "2"}));
    EXPECT_EQ(names_of(read_csv("1,7\n3,4\n", {.header = Header::yes})), (Fields{"1", "7"}));
    EXPECT_EQ(names_of(read_csv("5.1,x\n3,y\n")), (Fields{"1", "2"}));
    EXPECT_EQ(names_of(read_csv("\"5,1\",x\n3,y\n")), (Fields{"1", "2"}));
    EXPECT_EQ(names_of(read_csv("x,NA\n3,y\n")), (Fields{"1", "2"}));
    EXPECT_EQ(names_of(read_csv("1stFlrSF,2nd floor\n3,4\n")), (Fields{"1stFlrSF", "2nd floor"}));
}

TEST(Csv, TakesNumbersThatCountOrAreRisingYearsAsHeader) {
    EXPECT_EQ(names_of(read_csv("kind,0,1,2\nx,5,6,7\n")), (Fields{"kind", "0", "1", "2"}));
    EXPECT_EQ(names_of(read_csv("1,2,3\n5,6,7\n")), (Fields{"1", "2", "3"}));
    EXPECT_EQ(names_of(read_csv("land,1990,1995,2020\nx,5,6,7\n")), (Fields{"land", "1990", "1995", "2020"}));
    EXPECT_EQ(names_of(read_csv("land,1990,1995\nx,5,6\n")), (Fields{"1", "2", "3"}));
    EXPECT_EQ(names_of(read_csv("land,1995,1990,1991\nx,5,6,7\n")), (Fields{"1", "2", "3", "4"}));
    EXPECT_EQ(names_of(read_csv("2,3,4\n5,6,7\n")), (Fields{"1", "2", "3"}));
}

TEST(Csv, SaysWhatItTookTheFirstRowForWhenItHasNumbers) {
    EXPECT_EQ(read_csv("a,b\n1,2\n").notes, Fields{});
    EXPECT_EQ(
        read_csv("5.1,x\n3,y\n").notes,
        Fields{"the first row is data and not names: it holds the number \"5.1\" (--header yes otherwise)"});
    EXPECT_EQ(read_csv("k,0,1,2\nx,5,6,7\n").notes,
              Fields{"the first row is names, although it holds the number \"0\" (--header no otherwise)"});
    EXPECT_EQ(read_csv("5.1,x\n3,y\n", {.header = Header::no}).notes, Fields{});
}

TEST(Csv, AFirstColumnWithoutANameThatRisesByOneCountsTheRows) {
    EXPECT_TRUE(read_csv(",a\n0,5\n1,6\n2,6\n").columns[0].counts_rows);
    EXPECT_TRUE(read_csv("Unnamed: 0,a\n100,5\n101,6\n").columns[0].counts_rows);
    EXPECT_FALSE(read_csv(",a\n0,5\n2,6\n").columns[0].counts_rows);
    EXPECT_TRUE(read_csv(",a,b\n7,5,1\n2,6,1\n").columns[0].counts_rows);
    EXPECT_FALSE(read_csv(",a,b\n7,5,1\n7,6,1\n").columns[0].counts_rows);
    EXPECT_TRUE(read_csv("Unnamed: 0.1,Unnamed: 0,b\n0,5,1\n1,7,1\n").columns[1].counts_rows);
    EXPECT_FALSE(read_csv(",a\n0,5\n,6\n").columns[0].counts_rows);
    EXPECT_FALSE(read_csv(",a\n0.5,5\n1.5,6\n").columns[0].counts_rows);
    EXPECT_FALSE(read_csv("n,a\n0,5\n1,6\n").columns[0].counts_rows);
    EXPECT_FALSE(read_csv("5,5\n6,6\n").columns[0].counts_rows);
}

TEST(Csv, AHeaderWithOneNameLessLacksThatOfTheFirstColumn) {
    const Table table = read_csv("\"len\" \"kind\"\n\"1\" 5.1 \"a b\"\n\"2\" 4.9 \"c\"\n");
    EXPECT_EQ(names_of(table), (Fields{"1", "len", "kind"}));
    EXPECT_TRUE(table.columns[0].counts_rows);
    EXPECT_EQ(columns_of(table), (Rows{{"1", "2"}, {"5.1", "4.9"}, {"a b", "c"}}));
}

TEST(Csv, ASeparatorBehindTheLastFieldOfEachRowIsNoColumn) {
    for (const char* text : {"a;b;\n1;2;\n3;4;\n", "a;b\n1;2;\n3;4;\n"}) {
        const Table table = read_csv(text);
        EXPECT_EQ(names_of(table), (Fields{"a", "b"})) << text;
        EXPECT_EQ(columns_of(table), (Rows{{"1", "3"}, {"2", "4"}})) << text;
    }
    EXPECT_EQ(names_of(read_csv("a;b;c\n1;2;\n3;4;\n")), (Fields{"a", "b", "c"}));
}

TEST(Csv, ALabelInFrontMakesNoHeader) {
    const Table table = read_csv("Standing\t1\t2\nRunning\t3\t4\n", {.label_first = true});
    EXPECT_EQ(names_of(table), (Fields{"1", "2", "3"}));
    EXPECT_EQ(table.rows, 2);
    EXPECT_EQ(table.label, 0);
}

TEST(Csv, CallsColumnsWithoutANameByTheirNumber) {
    EXPECT_EQ(names_of(read_csv(",x\n0,1\n")), (Fields{"1", "x"}));
    EXPECT_EQ(names_of(read_csv(",x,\n0,1,2\n", {.header = Header::yes})), (Fields{"1", "x", "3"}));
    EXPECT_EQ(names_of(read_csv(",1\n0,1\n", {.header = Header::yes})), (Fields{"column 1", "1"}));
}

TEST(Csv, ReadsQuotesAsRfc4180SaysThem) {
    EXPECT_EQ(columns_of(read_csv("a,b\n\"x, y\",\"say \"\"so\"\"\"\n\"two\r\nlines\",\"\"\"\"\n\"\",z\n")),
              (Rows{{"x, y", "two\r\nlines", ""}, {"say \"so\"", "\"", "z"}}));
}

TEST(Csv, AQuoteInsideAFieldIsALetter) {
    EXPECT_EQ(columns_of(read_csv("a\na 5\" disk\n")), (Rows{{"a 5\" disk"}}));
}

TEST(Csv, EndsLinesWithLineFeedOrReturnOrBoth) {
    for (const char* text :
         {"a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\r1,2\r3,4\r", "a,b\n1,2\r\n3,4"})
        EXPECT_EQ(columns_of(read_csv(text)), (Rows{{"1", "3"}, {"2", "4"}})) << text;
}

TEST(Csv, PassesOverEmptyLines) {
    EXPECT_EQ(columns_of(read_csv("\n\na,b\n\n1,2\n \t \n3,4\n\n")), (Rows{{"1", "3"}, {"2", "4"}}));
    EXPECT_EQ(columns_of(read_csv("a\nx\n\n\"\"\ny\n")), (Rows{{"x", "", "y"}}));
}

TEST(Csv, TakesBlanksOffOutsideOfQuotes) {
    EXPECT_EQ(columns_of(read_csv("a, b\n 1 ,\" x \"\n2\t, y z \n3, \"q\" \n")),
              (Rows{{"1", "2", "3"}, {" x ", "y z", "q"}}));
}

TEST(Csv, FindsTheSeparatorThatGivesMostRowsTheSameNumberOfFields) {
    EXPECT_EQ(columns_of(read_csv("a\tb\n1,5\t2\n")), (Rows{{"1.5"}, {"2"}}));
    EXPECT_EQ(columns_of(read_csv("a,b\tc\n1,2\n")), (Rows{{"1"}, {"2"}}));
    EXPECT_EQ(columns_of(read_csv("a;b\n1;2\n")), (Rows{{"1"}, {"2"}}));
    EXPECT_EQ(columns_of(read_csv("a|b\n1|2\n")), (Rows{{"1"}, {"2"}}));
    EXPECT_EQ(columns_of(read_csv("  0.5   x\n12.5 y \n")), (Rows{{"0.5", "12.5"}, {"x", "y"}}));
    EXPECT_EQ(columns_of(read_csv("a\n5\n")), (Rows{{"5"}}));
    EXPECT_EQ(read_csv("a;b\n1;2\n").separator, ';');
    EXPECT_EQ(read_csv("a b c\n1 2 3\n").separator, ' ');
}

TEST(Csv, ATieOfSeparatorsGoesToTheOneWithMoreNumbers) {
    EXPECT_EQ(columns_of(read_csv("1,5;2,5;3\n2,5;3,5;4\n")),
              (Rows{{"1.5", "2.5"}, {"2.5", "3.5"}, {"3", "4"}}));
    EXPECT_EQ(columns_of(read_csv("t,v\n2011-01-01 00:00,1\n2011-01-01 01:00,2\n"))[1], (Fields{"1", "2"}));
    EXPECT_EQ(columns_of(read_csv("w x;y z\na b;c d\n")), (Rows{{"a b"}, {"c d"}}));
    EXPECT_EQ(read_csv("p,q;r\na,b;c\n").separator, ';');
    EXPECT_EQ(read_csv("p,q|r\na,b|c\n").separator, '|');
}

TEST(Csv, TwoWordsAreNotTwoColumns) {
    EXPECT_EQ(columns_of(read_csv("city\nNew York\nLos Angeles\nSan Diego\n")).size(), 1U);
    EXPECT_EQ(columns_of(read_csv("sunny hot no\nrainy mild yes\n")).size(), 3U);
}

TEST(Csv, TheBlankBetweenDateAndTimeSeparatesNoColumns) {
    const auto read = [](const std::string& names, const std::string& rest, const std::string& time) {
        std::string text = names + "\n";
        for (const char* const day : {"2020-01-05", "2020-02-06", "2020-03-07"})
            text.append(day).append(time).append(rest) += '\n';
        return columns_of(read_csv(text)).size();
    };
    EXPECT_EQ(read("start time,city,state,y", ",Rome,IT,yes", " 00:00:00"), 4U);
    EXPECT_EQ(read("start time\tcity\tstate\ty", "\tRome\tIT\tyes", " 00:00:00"), 4U);
    EXPECT_EQ(read("start of it,city,state", ",Rome,IT", " 9:05 PM"), 3U);
    EXPECT_EQ(read("start time", "", " 00:00:00"), 1U);
    EXPECT_EQ(read("date time a b", " 5 x", " 00:00:00"), 4U);
    EXPECT_EQ(columns_of(read_csv("2020-01-05 00:00 1,5\n2020-01-06 00:00 2,5\n")).size(), 3U);
    EXPECT_EQ(columns_of(read_csv("opens at,city,state\n9:05 PM,Rome,IT\n8:00 AM,Oslo,NO\n")).size(), 3U);
}

TEST(Csv, SeparatesAsItIsTold) {
    EXPECT_EQ(columns_of(read_csv("a,b\tc\n1,2\t3\n", {.separator = '\t'})), (Rows{{"1.2"}, {"3"}}));
    EXPECT_EQ(columns_of(read_csv("a,b\tc\nx,2\t3\n", {.separator = ','})), (Rows{{"x"}, {"2\t3"}}));
    EXPECT_EQ(columns_of(read_csv("sep=;\r\na;b\r\n1,5;2\r\n")), (Rows{{"1.5"}, {"2"}}));
    EXPECT_EQ(columns_of(read_csv("\xEF\xBB\xBFsep=|\na,x|b,x\n1|2\n")), (Rows{{"1"}, {"2"}}));
    EXPECT_EQ(columns_of(read_csv("sep=;\r\n# by Excel\r\n#\r\na;b\r\n1,5;2\r\n")), (Rows{{"1.5"}, {"2"}}));
    EXPECT_EQ(error_in("sep=;\na;b\n1;2;3\n"), "input: data.csv:3: 3 fields, expected 2 as in line 2");
}

TEST(Csv, PassesOverCommentsAtTheBeginning) {
    const Table table = read_csv("# made by a tool, on a day\n# in m\na,b\n1,2\n3,x\n");
    EXPECT_EQ(names_of(table), (Fields{"a", "b"}));
    EXPECT_EQ(columns_of(table), (Rows{{"1", "3"}, {"2", "x"}}));
    EXPECT_EQ(table.notes, (Fields{"the lines at the beginning that begin with # are comments"}));
    EXPECT_EQ(error_in("# one\n# two\na,b\n1\n"), "input: data.csv:4: 1 field, expected 2 as in line 3");
    // colours are no comments
    EXPECT_EQ(columns_of(read_csv("colour,y\n#ff0000,1\n#00ff00,2\n")),
              (Rows{{"#ff0000", "#00ff00"}, {"1", "2"}}));
    EXPECT_EQ(columns_of(read_csv("#ff0000,1\n#00ff00,2\n")), (Rows{{"#ff0000", "#00ff00"}, {"1", "2"}}));
}

// As numpy.savetxt(file, X, header="a b") writes it, and others.
TEST(Csv, TakesTheNamesFromTheLastComment) {
    EXPECT_EQ(names_of(read_csv("# a b\n1.5 2\n3 4\n")), (Fields{"a", "b"}));
    EXPECT_EQ(names_of(read_csv("#a,b\n1,2\n")), (Fields{"a", "b"}));
    EXPECT_EQ(names_of(read_csv("# x\n# 1990,1980\n1,2\n")), (Fields{"1990", "1980"}));
    EXPECT_EQ(names_of(read_csv("# a b\n1.5 2\n3 4\n", {.header = Header::no})), (Fields{"1", "2"}));
    EXPECT_EQ(columns_of(read_csv("# a b\n1.5 2\n3 4\n", {.header = Header::no})),
              (Rows{{"1.5", "3"}, {"2", "4"}}));
}

TEST(Csv, RunsOfBlanksEndAFieldAlsoInQuotesAndAtTheEndsOfTheWindow) {
    const std::string text = " 1  \"a b\"\t 2.5 \r\n\r\n3 \"\"  4\n  5\tx y \n";
    for (std::size_t window = 1; window < 40; ++window)
        EXPECT_EQ(columns_of(read_csv(text, {.separator = ' ', .header = Header::no, .window = window})),
                  (Rows{{"1", "3", "5"}, {"a b", "", "x"}, {"2.5", "4", "y"}}))
            << window;
}

TEST(Csv, NamesAFirstRowThatDoesNotBelongToTheOthers) {
    EXPECT_EQ(error_in("Report 2024\n\na;b;c\n1;2;x\n3;4;y\n"),
              "input: data.csv:1: 1 field, expected 3 as in most rows below (hint: delete the lines above "
              "the names "
              "of the columns)");
}

TEST(Csv, SaysWhichRowDiffersWhereNoNumberOfFieldsIsThatOfMostRows) {
    for (const char separator : {',', ';', '\t', '|', ' '}) {
        std::string text = "1,2,3\n1,2\n3,4,5,6\n1,2,3,4\n1,2\n3,4,5\n";
        std::ranges::replace(text, ',', separator);
        EXPECT_EQ(error_in(text), "input: data.csv:2: 2 fields, expected 3 as in line 1") << separator;
        EXPECT_EQ(error_in(text, {.label_first = true}),
                  "input: data.csv:2: 2 fields, expected 3 as in line 1 (hint: shorter series end with NaN)");
    }
    EXPECT_EQ(read_csv("said\nso; it is\nyes; or; no\nand; so; on; they say\n").columns.size(), 1U);
}

TEST(Csv, NamesLinesThatStandInQuotesAsAWhole) {
    for (const char* end : {"\n", "\r\n"})
        for (const char* line : {"a,b,c", "a;b;c", "a\tb\tc"}) {
            std::string text;
            for (int i = 0; i < 4; ++i) text += '"' + std::string(line) + '"' + end;
            EXPECT_EQ(
                error_in(text),
                "input: data.csv:1: a whole line in quotes, expected quotes around single fields (hint: "
                "sed 's/^\"//; s/\"\\r*$//; s/\"\"/\"/g' data.csv > NEW.csv)")
                << line;
        }
    EXPECT_EQ(read_csv("place\n\"Paris, France\"\n\"Rome, Italy\"\n").columns.size(), 1U);
    EXPECT_EQ(read_csv("\"a, b\"\n\"Paris, France\"\n\"Rome, Italy\"\n").columns.size(), 1U);
}

TEST(Csv, NinesFarFromAllOtherNumbersMayMeanNothing) {
    const auto notes_of = [](const std::string& nines, int rows, double scale, const CsvOptions& options) {
        std::string text = "a,b\n";
        for (int i = 0; i < 40; ++i)
            text += (i < rows ? nines : std::to_string(scale * (i - 20))) + "," + std::to_string(i) + "\n";
        return read_csv(text, options).notes;
    };
    for (const auto& [nines, number] : {std::pair("-999", "-999"), std::pair("9999.0", "9999"),
                                        std::pair("-99.9", "-99.9"), std::pair("99", "99")}) {
        EXPECT_EQ(notes_of(nines, 3, 1, {}),
                  Fields{number + std::string(" stands in 3 of 40 rows of column \"a\", far from all other "
                                              "numbers: does it mean a missing value?")});
        EXPECT_EQ(notes_of(nines, 3, 1, {.missing = {number}}), Fields{});
        EXPECT_EQ(notes_of(nines, 1, 1, {}), Fields{}) << "one of them is a number";
        EXPECT_EQ(notes_of(nines, 21, 1, {}), Fields{}) << "too few others";
        EXPECT_EQ(notes_of(nines, 3, 1000, {}), Fields{}) << "it is among the others";
    }
    EXPECT_EQ(notes_of("-998", 3, 1, {}), Fields{});
    const std::vector<KnownColumn> known(1);
    EXPECT_EQ(notes_of("-999", 3, 1, {.known = known}), Fields{}) << "a model has learned from others";
}

TEST(Csv, ARowOfSumsAtTheEndIsNoted) {
    const auto notes_of = [](const std::string& last, const CsvOptions& options) {
        std::string text = "year;sold;paid;kind\n";
        for (int i = 0; i < 5; ++i)
            text += std::to_string(2000 + i) + ";" + std::to_string(i + 1) + ";1," + std::to_string(3 + i) +
                    ";k\n";
        return read_csv(text + last, options).notes;
    };
    const std::string
        note = "data.csv:7 holds the sums of the rows above it (to be deleted if it is no example)",
        comma = "column \"paid\" holds numbers with a decimal comma";
    EXPECT_EQ(notes_of(";15;7,5;\n", {}), (Fields{note, comma}));
    EXPECT_EQ(notes_of("10010;15;7,5;\n", {}), (Fields{note, comma}));
    EXPECT_EQ(notes_of("2005;15;7,5;\n", {}), (Fields{note, comma})) << "two of three";
    EXPECT_EQ(notes_of("2005;15;7,6;\n", {}), Fields{comma}) << "one of three";
    EXPECT_EQ(notes_of(";15;;\n", {}), Fields{comma}) << "one may be chance";
    const std::vector<KnownColumn> known(1);
    EXPECT_EQ(notes_of(";15;7,5;\n", {.known = known}), Fields{comma}) << "a model is asked, nothing learned";
}

TEST(Csv, ReadsADecimalComma) {
    const Table table = read_csv("a;b\n1,5;x\n2;y\n-,5;z\n1,5e-3;x\n;y\n");
    EXPECT_EQ(columns_of(table)[0], (Fields{"1.5", "2", "-0.5", "0.0015", ""}));
    EXPECT_EQ(table.notes, Fields{"column \"a\" holds numbers with a decimal comma"});
    EXPECT_EQ(columns_of(read_csv("a,b\n\"1,5\",2\n3,\"4,25\"\n")), (Rows{{"1.5", "3"}, {"2", "4.25"}}));
}

TEST(Csv, ReadsThousandsSeparators) {
    EXPECT_EQ(columns_of(read_csv("a\tb\n1,234\t1\n12,345,678\t2\n9\t3\n1,000.5\t4\n"))[0],
              (Fields{"1234", "12345678", "9", "1000.5"}));
    EXPECT_EQ(columns_of(read_csv("a;b\n1.234,5;1\n1.234;2\n9,5;3\n"))[0], (Fields{"1234.5", "1234", "9.5"}));
    EXPECT_EQ(columns_of(read_csv("a;b\n1'234.5;1\n9;3\n"))[0], (Fields{"1234.5", "9"}));
    EXPECT_EQ(columns_of(read_csv("a;b\n1 234,5;1\n1\u00A0234;3\n1\u202F000;4\n"))[0].size(), 3U);
    EXPECT_EQ(columns_of(read_csv("a;b\n1,23,456;1\n12,34,567;3\n"))[0], (Fields{"123456", "1234567"}));
    for (const char* odd : {"12,34", "1,2345", "0,123,456", "1,,234", "1234,567", ",123,456"})
        EXPECT_TRUE(read_csv("a\tb\n1,234,567\t1\n" + std::string(odd) + "\t2\n").columns[0].is_text())
            << odd;
}

TEST(Csv, AddressesOfTheInternetAreNoNumbers) {
    EXPECT_TRUE(read_csv("a;b\n192.168.100.200;1\n10.255.101.102;2\n").columns[0].is_text());
    EXPECT_EQ(columns_of(read_csv("a;b\n1.250.000.000;1\n1.256.101.102;2\n"))[0],
              (Fields{"1250000000", "1256101102"}));
}

TEST(Csv, OneCommaAndThreeDigitsAreAThousandUnlessSemicolonsSeparate) {
    const auto first = [](std::string_view text, const CsvOptions& options = {}) {
        return columns_of(read_csv(text, options))[0];
    };
    EXPECT_EQ(first("a\tb\n1,234\t1\n999\t2\n"), (Fields{"1234", "999"}));
    EXPECT_EQ(first("a,b\n\"1,234\",1\n999,2\n"), (Fields{"1234", "999"}));
    EXPECT_EQ(first("a;b\n1,234;1\n999;2\n"), (Fields{"1.234", "999"}));
    EXPECT_EQ(first("a;b\n1,234;1\n1,234,567;2\n"), (Fields{"1234", "1234567"}));
    EXPECT_EQ(first("a\tb\n1,234\t1\n1,5\t2\n"), (Fields{"1.234", "1.5"}));
    EXPECT_EQ(first("a\tb\n1,234\t1\n999\t2\n", {.decimal = ','}), (Fields{"1.234", "999"}));
    EXPECT_EQ(first("a;b\n1,234;1\n999;2\n", {.decimal = '.'}), (Fields{"1234", "999"}));
    EXPECT_EQ(first("a;b\n1.234;1\n999;2\n"), (Fields{"1.234", "999"}));
    EXPECT_EQ(first("a;b\n1.234;1\n999;2\n", {.decimal = ','}), (Fields{"1234", "999"}));
}

TEST(Csv, ReadsNumbersWithTheSameUnitInEachRow) {
    const auto column = [](const std::string& fields) {
        return columns_of(read_csv("a;b\n" + fields, {.separator = ';'}))[0];
    };
    EXPECT_EQ(column("5%;\n-4.5 %;\n;\n"), (Fields{"5", "-4.5", ""}));
    EXPECT_EQ(column("$1;\n-$2;\n$-3;\n$ 4;\n"), (Fields{"1", "-2", "-3", "4"}));
    EXPECT_EQ(column("12 kg;\n7kg;\n"), (Fields{"12", "7"}));
    EXPECT_EQ(column("1.234,50 €;\n7 €;\n"), (Fields{"1234.5", "7"}));
    EXPECT_EQ(column("USD 7;\nUSD 1.5;\n"), (Fields{"7", "1.5"}));
    EXPECT_EQ(column("5 m2;\n6 m2;\n"), (Fields{"5", "6"}));
    EXPECT_EQ(column("\u22125;\n6;\n"), (Fields{"-5", "6"}));
    for (const char* text :
         {"5 kg;\n6 lb;\n", "5%;\n6;\n", "$5;\n6 $;\n", "A5;\nA6;\n", "10-20;\n20-20;\n", "10:2;\n11:2;\n",
          "3/4;\n1/4;\n", "5 _;\n6 _;\n", "class1;\nclass2;\n", "1.2.3;\n1.2.4;\n"})
        EXPECT_TRUE(read_csv("a;b\n" + std::string(text), {.separator = ';'}).columns[0].is_text()) << text;
    EXPECT_EQ(read_csv("a;b;c\n5 EUR;$1;1,5%\n6 EUR;$2;2,5%\n").notes,
              (Fields{"column \"a\" holds numbers with the unit \"EUR\" behind",
                      "column \"b\" holds numbers with the unit \"$\" in front",
                      "column \"c\" holds numbers with a decimal comma and the unit \"%\" behind"}));
}

TEST(Csv, KeepsTheLettersOfFormattedNumbersThatTurnOutToBeText) {
    EXPECT_EQ(read_csv("a;b\n1,50;1\n2;2\n1.000,5;3\nx;4\n").columns[0].texts,
              (Fields{"1,50", "2", "1.000,5", "x"}));
    EXPECT_EQ(read_csv("a;b\n12 kg;1\n7kg;2\n07 kg;3\nx;4\n").columns[0].texts,
              (Fields{"12 kg", "7kg", "07 kg", "x"}));
}

TEST(Csv, TakesOtherWordsForMissingWhenItIsTold) {
    EXPECT_EQ(columns_of(read_csv("a,b\n1,x\nunknown,y\n-999,z\n-999.0,unknown\n5,-999\n",
                                  {.missing = {"unknown", "-999"}})),
              (Rows{{"1", "", "", "", "5"}, {"x", "y", "z", "", ""}}));
}

TEST(Csv, TakesAKnownColumnAsItWasLearned) {
    const KnownColumn text{.name = "a", .text = true, .format = {}};
    EXPECT_EQ(read_csv("a,b\n5 kg,1\n007,2\n", {.known = {text}}).columns[0].texts, (Fields{"5 kg", "007"}));
    const KnownColumn comma{.name = "a", .text = false, .format = NumberFormat{.decimal = ','}};
    EXPECT_EQ(columns_of(read_csv("a\tb\n1,234\t1\n", {.known = {comma}}))[0], (Fields{"1.234"}));
    EXPECT_EQ(columns_of(read_csv("a\tb\n1.234\t1\n", {.known = {comma}}))[0], (Fields{"1.234"}));
}

TEST(Csv, KnowsThePandasWordsForMissing) {  // STR_NA_VALUES of pandas 2.2, and - ? .
    for (const char* word : {"",       "#N/A",    "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan",
                             "1.#IND", "1.#QNAN", "<NA>",     "N/A", "NA",      "NULL",     "NaN",  "None",
                             "n/a",    "nan",     "null",     "-",   "?",       "."})
        EXPECT_TRUE(is_missing(word)) << word;
    for (const char* word : {"na", "none", "NONE", "Nan", "--", "N", "x", "nil", "0", " "})
        EXPECT_FALSE(is_missing(word)) << word;
}

TEST(Csv, KnowsWhatIsMissing) {
    const Table table = read_csv("a,b\n,x\nNA,NaN\nnan,null\nNULL,?\n-nan,\"\"\n7,\"NA\"\n");
    EXPECT_EQ(columns_of(table), (Rows{{"", "", "", "", "", "7"}, {"x", "", "", "", "", ""}}));
    EXPECT_EQ(table.columns[1].codes, (std::vector<std::int32_t>{0, -1, -1, -1, -1, -1}));
}

TEST(Csv, AColumnWithNothingInItHoldsNumbers) {
    EXPECT_FALSE(read_csv("a,b\n1,\n2,?\n").columns[1].is_text());
}

TEST(Csv, KeepsTheLettersOfNumbersThatTurnOutToBeText) {
    const Table table =
        read_csv("a\n007\n1.50\n1e3\n+2\n-0\n5.\n.5\n12345678901234567890\n0.25\n-3\n100000\n\nx\n8.0\n");
    EXPECT_EQ(table.columns[0].texts, (Fields{"007", "1.50", "1e3", "+2", "-0", "5.", ".5",
                                              "12345678901234567890", "0.25", "-3", "100000", "x", "8.0"}));
    EXPECT_EQ(table.columns[0].first_text, "x");
    EXPECT_EQ(table.columns[0].first_text_line, 14);
    EXPECT_TRUE(table.columns[0].texts_are_exact);
}

TEST(Csv, KeepsTheLettersOfPlainNumbersForEver) {
    std::string text = "a,b\n";
    for (int i = 0; i < 5000; ++i) text += std::to_string(i) + "." + std::to_string(i % 9 + 1) + ",1.0\n";
    const Table table = read_csv(text + "x,x\n");
    EXPECT_EQ(field_of(table.columns[0], 4321), "4321.2");
    EXPECT_TRUE(table.columns[0].texts_are_exact);
    EXPECT_EQ(field_of(table.columns[1], 4321), "1");
    EXPECT_FALSE(table.columns[1].texts_are_exact);
    const Table again = read_csv(text + "x,x\n", {.starts = {{1, {.text = true}}}});
    EXPECT_EQ(field_of(again.columns[1], 4321), "1.0");
    EXPECT_TRUE(again.columns[1].texts_are_exact);
}

TEST(Csv, GivesTheNearestDouble) {
    const Table table = read_csv(
        "0.1\n3e-05\n9007199254740993\n1.7976931348623157e308\n5e-324\n1e-400\n-1e-400\n"
        "0.74391500080636083\n0.30000000000000004\n123456789012345678901234567890\n2.2250738585072011e-"
        "308\n");
    EXPECT_EQ(table.columns[0].numbers,
              (std::vector<double>{0.1, 3e-05, 9007199254740992, 1.7976931348623157e308, 5e-324, 0, 0,
                                   0.74391500080636083, 0.30000000000000004, 123456789012345678901234567890.0,
                                   2.2250738585072011e-308}));
}

TEST(Csv, TakesForTextWhatIsNoFiniteDecimalNumber) {
    for (const char* field : {"inf", "-inf", "Infinity", "1e999", "0x1A", "1_000", "1e", "e5", "--1", "+-1",
                              "1-", "-.", "1.2.3", "1d5", "nan(1)", "٣"}) {
        const Table table = read_csv("a\n1\n" + std::string(field) + "\n");
        EXPECT_TRUE(table.columns[0].is_text()) << field;
    }
}

TEST(Csv, ReadsFieldsAcrossTheEndsOfItsWindow) {
    std::string text = "name,value\n";  // 600 kB of rows of changing length, the window has 256 kB
    for (int i = 0; i < 20'000; ++i)
        text += "\"" + std::string(static_cast<std::size_t>(i % 37), 'x') + "\"\"" + std::to_string(i) +
                "\", " + std::to_string(i) + ".5\r\n";
    const Table table = read_csv(text);
    ASSERT_EQ(table.rows, 20'000);
    for (std::size_t i = 0; i < 20'000; ++i) {
        ASSERT_EQ(field_of(table.columns[0], i), std::string(i % 37, 'x') + "\"" + std::to_string(i));
        ASSERT_EQ(table.columns[1].numbers[i], double(i) + 0.5);
    }
}

TEST(Csv, ReadsALongFieldAndRefusesATooLongOne) {
    const std::string mebibyte(1 << 20, 'x');
    EXPECT_EQ(read_csv("a\n" + mebibyte + "\n").columns[0].texts, (Fields{mebibyte}));
    EXPECT_EQ(read_csv("a\n\"" + mebibyte.substr(1) + "\"\n").columns[0].texts, (Fields{mebibyte.substr(1)}));
    EXPECT_EQ(error_in("a\nb\n" + mebibyte + "x\n"),
              "input: data.csv:3: a field of more than 1 MiB, expected fields separated by \",\"");
    EXPECT_EQ(error_in("a\nb\n\"" + mebibyte + "xx\"\n"),
              "input: data.csv:3: a quote \" that is not closed, expected another \" behind the field");
}

TEST(Csv, TakesTheByteOrderMarkOff) {
    EXPECT_EQ(names_of(read_csv("\xEF\xBB\xBF"
                                "a,b\n1,2\n")),
              (Fields{"a", "b"}));
}

TEST(Csv, CountsFieldsAndLines) {
    EXPECT_EQ(error_in("a,b\n1,2\n3\n"), "input: data.csv:3: 1 field, expected 2 as in line 1");
    EXPECT_EQ(error_in("a,b\n\"1\n\n\",2\n3,4,5,6\n"),
              "input: data.csv:5: 4 fields, expected 2 as in line 1");
    EXPECT_EQ(error_in("\n\r\n1,2\r\n3\r\n"), "input: data.csv:4: 1 field, expected 2 as in line 3");
    EXPECT_EQ(error_in("1,2\r3,4,\r"), "input: data.csv:2: 3 fields, expected 2 as in line 1");
}

TEST(Csv, NamesAQuoteThatIsNotClosed) {
    EXPECT_EQ(error_in("a,b\n1,\"x\n2,y\n"),
              "input: data.csv:2: a quote \" that is not closed, expected another \" behind the field");
    EXPECT_EQ(error_in("a\n\"x\ny\"z\n"),
              "input: data.csv:3: \"z\" behind a closing quote, expected \",\" or the end of the line (hint: "
              "a quote "
              "inside a field is written twice)");
}

TEST(Csv, RefusesAFileWithoutRows) {
    EXPECT_EQ(error_in(""), "input: data.csv: is empty, expected rows of fields");
    EXPECT_EQ(error_in("\n \r\n"), "input: data.csv: is empty, expected rows of fields");
    EXPECT_EQ(error_in("\xEF\xBB\xBF"), "input: data.csv: is empty, expected rows of fields");
    EXPECT_EQ(error_in("a,b\n"),
              "input: data.csv:1: a header and no rows, expected rows below it (hint: header = no if this is "
              "a row of "
              "data)");
}

TEST(Csv, RefusesTwoColumnsOfTheSameName) {
    EXPECT_EQ(error_in("x,a,b,a\n1,2,3,4\n"),
              "input: data.csv:1: the columns 2 and 4 are both called \"a\", expected different names (hint: "
              "another name for one of them, or header = no or label_first if this is a row of data)");
    EXPECT_EQ(error_in("x,1\n1,2\n"), "no error");
}

TEST(Csv, NamesTheFieldThatIsNotUtf8) {
    EXPECT_EQ(
        error_in("name,n\nEva,1\nJ\xF6rg,2\n"),
        "input: data.csv:3: column \"name\" holds \"J\\xf6rg\", which is not UTF-8 (hint: encoding = latin1, "
        "gb18030 or another)");
    EXPECT_EQ(
        error_in("n\xE4me\n1\n"),
        "input: data.csv:1: column \"1\" holds \"n\\xe4me\", which is not UTF-8 (hint: encoding = latin1, "
        "gb18030 or another)");
    EXPECT_EQ(
        error_in({"a\0,\0b\0\n\0"
                  "1\0,\0"
                  "2\0\n\0",
                  16}),
        "input: data.csv:1: column \"1\" holds \"a\\x00\", which is not UTF-8 (hint: encoding = utf-16)");
    EXPECT_EQ(error_in("\xFF\xFE"
                       "a"),
              "input: data.csv:1: begins as UTF-16 files do, expected UTF-8 (hint: encoding = utf-16)");
}

TEST(Csv, SaysWhichFieldIsNoNumber) {
    const Table table = read_csv("n,\"petal width\"\n1,2\n3,abc\n4,def\n");
    EXPECT_EQ(
        error_of([&] { require_numbers(table, table.columns[1], "--categorical \"petal width\""); }),
        "input: data.csv:3: column \"petal width\" holds \"abc\", expected a number (hint: --categorical "
        "\"petal width\")");
    require_numbers(table, table.columns[0]);
}

TEST(Csv, WritesAFieldSoThatItIsReadAgain) {
    for (const char* text :
         {"plain", "a,b", "say \"so\"", "two\nlines", "cr\rlf", " blank", "blank\t", "7", "日本"})
        EXPECT_EQ(read_csv("x,y\n" + csv_field(text) + ",\n").columns[0].texts.size() +
                      read_csv("x,y\n" + csv_field(text) + ",\n").columns[0].numbers.size(),
                  1U);
    EXPECT_EQ(csv_field("plain"), "plain");
    EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
    EXPECT_EQ(csv_field("say \"so\""), "\"say \"\"so\"\"\"");
    EXPECT_EQ(csv_field(" a"), "\" a\"");
    EXPECT_EQ(csv_field("a,b", '\t'), "a,b");
}

TEST(Number, HasOneTextAsAClass) {
    EXPECT_EQ(text_of(1), "1");
    EXPECT_EQ(text_of(-0.0), "0");
    EXPECT_EQ(text_of(1.5), "1.5");
    EXPECT_EQ(text_of(100000), "100000");
    EXPECT_EQ(text_of(123456789012), "123456789012");
    EXPECT_EQ(text_of(0.1), "0.1");
    EXPECT_EQ(text_of(1e22), "1e+22");
}

TEST(Number, IsQuotedSoThatATerminalShowsIt) {
    EXPECT_EQ(in_quotes("a\n\x1b[31m"), "\"a\\x0a\\x1b[31m\"");
    EXPECT_EQ(in_quotes("日本"), "\"日本\"");
    EXPECT_EQ(in_quotes(std::string(59, 'x') + "日本"), "\"" + std::string(59, 'x') + "...\"");
}

// Digits are taken eight at a time. In truth of std::from_chars, through windows that end anywhere.
TEST(Csv, ReadsAnyNumberOfDigitsBeforeAndBehindThePoint) {
    const std::string digits = "12345678901234567890123";
    for (std::size_t whole = 1; whole <= 20; ++whole)
        for (std::size_t decimals = 0; decimals <= 20; ++decimals) {
            const std::string number =
                "-" + digits.substr(0, whole) + "." + digits.substr(whole % 3, decimals);
            for (const std::size_t window : {std::size_t{3}, std::size_t{1} << 20}) {
                const Table table = read_csv("x,y\n" + number + ",7\n", {.window = window});
                ASSERT_EQ(table.columns[0].numbers.size(), 1U) << number;
                EXPECT_EQ(table.columns[0].numbers[0], number_in(number).value()) << number;
                EXPECT_EQ(table.columns[1].numbers[0], 7) << number;
            }
        }
}

TEST(Csv, LettersBesideDigitsEndANumber) {
    for (const char letter : {'/', ':', '\x80', '\xb0', 'a', '\x7f', '\xff', '.'}) {
        const std::string text = std::string("x\n1.23456") + letter + "8\n";
        EXPECT_TRUE(error_in(text, {}) != "" || read_csv(text).columns[0].is_text()) << int(letter);
    }
}

TEST(Csv, TakesOffBlanksThatDoNotBreak) {
    const Table table = read_csv("\u00A0x\u00A0,y\n\u00A07\u202F , \u3000yes\n\" \u00A0\",no\n");
    EXPECT_EQ(names_of(table), (Fields{"x", "y"}));
    EXPECT_EQ(fields_of(table.columns[0]), (Fields{"7", " \u00A0"}));
    EXPECT_EQ(fields_of(table.columns[1]), (Fields{"yes", "no"}));
}

TEST(Csv, NamesInSingleQuotesAreAnError) {
    EXPECT_EQ(error_in("'a','b'\n'1,5','x'\n"),
              "input: data.csv:1: names in single quotes, expected double quotes (hint: sed 's/'\\''/\"/g' "
              "data.csv > "
              "NEW.csv)");
}

TEST(Csv, DatesAtEqualStepsAreNames) {
    EXPECT_EQ(names_of(read_csv("place,1/30/20,1/31/20,2/1/20\na,1,2,3\n")),
              (Fields{"place", "1/30/20", "1/31/20", "2/1/20"}));
    EXPECT_EQ(names_of(read_csv("place,2024-01-31,2024-02-29,2024-03-31\na,1,2,3\n"))[1], "2024-01-31");
    EXPECT_EQ(
        names_of(read_csv("a,2024-01-03,2024-02-05,2024-02-09\nb,2024-01-03,2024-02-05,2024-02-09\n"))[1],
        "2");
}

TEST(Csv, SaysThatNumbersLookLikeDays) {
    EXPECT_EQ(
        read_csv("d\n20240305\n\n20231231\n").notes,
        (Fields{"column \"d\" holds numbers that look like days (20240305); written as 2024-03-05 they are "
                "read as dates"}));
    EXPECT_EQ(read_csv("d\n20240305\n20231331\n").notes, Fields{});
    EXPECT_EQ(read_csv("d\n20240305\n20240305\n").notes, Fields{});
}

TEST(Csv, SaysThatWholeNumbersBeyondADoubleMayBeOne) {
    EXPECT_EQ(
        read_csv("id\n9007199254740993\n9007199254740992\n").notes,
        (Fields{
            "the whole numbers of column \"id\" are beyond 2^53, where not every one of them is a double: "
            "some that differ may be one (with a letter in front of each they are names)"}));
    EXPECT_EQ(read_csv("id\n9007199254740992\n1.5e300\n").notes, Fields{});
}

// As the compiler reads them. The digits without the point lie between 2^53 and 2^55, where one division is
// not enough.
TEST(Csv, RoundsOnceWhereTheDigitsAreMoreThanADoubleHolds) {
    EXPECT_EQ(
        read_csv("x\n3030574548963.5633\n2044380768239288.9\n992398159478141.1\n97.81448398571993\n")
            .columns[0]
            .numbers,
        (std::vector<double>{3030574548963.5633, 2044380768239288.9, 992398159478141.1, 97.81448398571993}));
}

}  // namespace
}  // namespace gradus::test
