// What people have: files with other separators, numbers in disguise, words for missing values, no header.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

// The same sixty houses, as several programs write them. area in m2, price = 2 area + noise.
struct Manner {
    std::string separator = ",";
    std::string decimal = ".";
    std::string unit = {};
    bool header = true;
};

std::string houses(const Manner& manner, int rows = 60) {
    const auto number = [&](int hundredths) {
        std::string text = std::to_string(hundredths / 100) + "." + std::to_string(hundredths % 100 / 10) +
                           std::to_string(hundredths % 10);
        return text.replace(text.find('.'), 1, manner.decimal);
    };
    std::string text =
        manner.header ? "area" + manner.separator + "place" + manner.separator + "price\n" : "";
    for (int i = 0; i < rows; ++i) {
        const int area = 5000 + 977 * i % 8000;
        text += number(area) + manner.unit + manner.separator + (i % 2 == 0 ? "town" : "land") +
                manner.separator + number(2 * area + (i % 2 == 0 ? 5000 : 0)) + "\n";
    }
    return text;
}

std::string line_with(const std::string& text, const std::string& begin) {
    for (const std::string& line : lines_of(text))
        if (line.starts_with(begin)) return line;
    return "";
}

TEST(Reading, AModelPredictsTheSameFromEveryWayToWriteItsNumbers) {
    write_here("point.csv", houses({}));
    write_here("comma.csv", houses({.separator = ";", .decimal = ","}));
    write_here("unit.csv", houses({.separator = "\t", .decimal = ",", .unit = " m2"}));
    write_here("blank.txt", houses({.separator = "  ", .unit = ""}));
    for (const char* learned : {"point.csv", "comma.csv", "unit.csv"}) {
        ASSERT_EQ(run(std::string("train ") + learned + " --epochs 3 --quiet -o m.onnx").status, 0);
        const Outcome expected = run("predict m.onnx point.csv");
        ASSERT_EQ(expected.status, 0) << expected.err;
        for (const char* other : {"comma.csv", "unit.csv", "blank.txt"})
            EXPECT_EQ(run(std::string("predict m.onnx ") + other).out, expected.out)
                << learned << " " << other;
    }
    ASSERT_EQ(run("train unit.csv --epochs 3 --quiet -o m.onnx").status, 0);
    for (const char* command : {"predict", "evaluate", "importance"})
        EXPECT_NE(run(command + std::string(" m.onnx point.csv"))
                      .err.find("note      the numbers of column \"area\" have no unit: they are taken for "
                                "\"m2\", as in training\n"),
                  std::string::npos)
            << command;
    EXPECT_EQ(run("predict m.onnx unit.csv").err.find("have no unit"), std::string::npos);
    write_here("feet.csv", houses({.unit = " ft2"}));
    EXPECT_EQ(run("predict m.onnx feet.csv").err,
              "note      column \"area\" holds numbers with the unit \"ft2\" behind\n"
              "error: feet.csv: column \"area\": the unit is \"ft2\", expected \"m2\", as in training\n");
}

TEST(Reading, SaysHowFieldsAreSeparatedAndWhatItUnderstood) {
    write_here("comma.csv", houses({.separator = ";", .decimal = ",", .unit = " m2"}));
    const Outcome trained = run("train comma.csv --epochs 1 -o m.onnx");
    EXPECT_EQ(trained.status, 0) << trained.err;
    EXPECT_EQ(lines_of(trained.err)[0],
              "note      column \"area\" holds numbers with a decimal comma and the unit \"m2\" behind");
    EXPECT_EQ(line_with(trained.err, "data"),
              "data      comma: fields separated by ;, 60 examples, 2 features");
}

TEST(Reading, OneCellThatIsNoNumberIsNamedInFeaturesAndTargets) {
    std::string text = houses({});
    write_here("target.csv", text + "60.00,town,high\n");
    EXPECT_EQ(line_with(run("train target.csv -o m.onnx").err, "error"),
              "error: target.csv:62: column \"price\" holds \"high\", expected a number (hint: --missing "
              "\"high\")");
    std::string few = "a,price\n";  // which may be classes
    for (int i = 0; i < 60; ++i)
        few += std::to_string(i) + (i == 9 ? ",high\n" : i % 2 ? ",12.5\n" : ",9.5\n");
    write_here("prices.csv", few);
    EXPECT_EQ(run("train prices.csv").err,
              "error: prices.csv:11: column \"price\" holds \"high\", expected a number (hint: --missing "
              "\"high\" or "
              "--task classify)\n");
    EXPECT_EQ(run("train prices.csv --epochs 1 -o m.onnx --task classify").status, 0);
    write_here("feature.csv", text + "large,town,120.00\n");
    EXPECT_EQ(line_with(run("train feature.csv -o m.onnx").err, "error"),
              "error: feature.csv:62: column \"area\" holds \"large\", expected a number (hint: --missing "
              "\"large\")");
    const Outcome trained = run("train feature.csv --missing large,high --epochs 1 -o m.onnx");
    EXPECT_EQ(trained.status, 0) << trained.err;
    write_here("marked.csv", text + "N/A,None,-\n");
    EXPECT_NE(run("train marked.csv --epochs 1 -o m.onnx").err.find("1 row without a label is left out"),
              std::string::npos);
}

// A hint helps when it is typed: not one word of several, which the next run would stop at.
TEST(Reading, AllWordsAmongNumbersAreNamedAndOfManyTheColumn) {
    std::string some = "a,b,y\n", many = some;
    for (int i = 0; i < 90; ++i) {
        const std::string rest = std::to_string(i * 7 % 90) + (i % 2 ? ",p\n" : ",q\n");
        some += (i == 4 ? "high" : i == 9 ? "\"low, low\"" : std::to_string(i * 11 % 90)) + ',' + rest;
        many += std::to_string(i * 11 % 90) + (i % 9 == 0 ? "*," : ",") + rest;
    }
    write_here("some.csv", some);
    EXPECT_EQ(
        run("train some.csv").err,
        "error: some.csv:6: column \"a\" holds \"high\", expected a number (hint: --missing 'high,\"low, "
        "low\"')\n");
    EXPECT_EQ(run("train some.csv --epochs 1 -o m.onnx --missing 'high,\"low, low\"'").status, 0);
    write_here("many.csv", many);
    EXPECT_EQ(run("train many.csv").err,
              "error: many.csv:2: column \"a\" holds \"0*\", expected a number (hint: --ignore \"a\")\n");
    EXPECT_EQ(run("train many.csv --epochs 1 -o m.onnx --ignore a").status, 0);
}

// A second header: its row has no label, and is left out before the columns are judged.
TEST(Reading, UnitsBelowTheNamesAreNamed) {
    std::string text = "a,b,y\nm,kg,\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i * 11 % 90) + ',' + std::to_string(i * 7 % 90) + (i % 2 ? ",p\n" : ",q\n");
    write_here("units.csv", text);
    EXPECT_EQ(
        line_with(run("train units.csv").err, "error"),
        "error: units.csv:2: column \"a\" holds \"m\", expected a number (hint: delete line 2 if it is no "
        "row of data)");
}

// Numbers beside numbers with a unit: to take them for missing would throw values away.
TEST(Reading, AHintTakesNoNumberForMissing) {
    std::string text = "p,b,y\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i) + (i == 7 ? "," : "%,") + std::to_string(i * 7 % 90) +
                (i % 2 ? ",p\n" : ",q\n");
    write_here("percent.csv", text);
    EXPECT_EQ(run("train percent.csv").err,
              "error: percent.csv:9: column \"p\" holds \"7\", expected a number with the unit \"%\" (hint: "
              "--ignore \"p\")\n");
}

TEST(Reading, TextOfDigitsIsNoted) {
    std::string text = "w,floor,y\n";
    for (int i = 0; i < 40; ++i)
        text += std::to_string(i) + (i % 2 ? " kg," : " lb,") + (i % 3 ? "1-2" : "3-4") +
                (i % 2 ? ",p\n" : ",q\n");
    write_here("units.csv", text);
    const Outcome trained = run("train units.csv --epochs 1 -o m.onnx");
    EXPECT_EQ(line_with(trained.err, "note"),
              "note      column \"w\" is text, although its fields begin with digits (\"0 lb\"): each of its "
              "40 different "
              "texts is a category");
    EXPECT_EQ(trained.err.find("floor"), std::string::npos) << trained.err;
}

TEST(Reading, OneColumnWithASignInEachFieldIsSeparatedByIt) {
    std::string text = "a^b^y\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i * 11 % 90) + '^' + std::to_string(i * 7 % 90) + (i % 2 ? "^p\n" : "^q\n");
    write_here("caret.csv", text);
    EXPECT_EQ(run("train caret.csv").err,
              "error: caret.csv: one column, \"a^b^y\", expected at least two (hint: --delimiter \"^\")\n");
    EXPECT_EQ(run("train caret.csv --delimiter '^' --epochs 1 -o m.onnx").status, 0);
}

TEST(Reading, AHintOfACategoryIsGivenWhereItKeepsTheColumn) {
    std::string text = "a,b,y\n";
    for (int i = 0; i < 30; ++i)
        text += std::to_string(i % 5) + "," + std::to_string(i) + "," + (i % 2 ? "p" : "q") + "\n";
    write_here("few.csv", text + "many,7,p\n");
    EXPECT_EQ(
        line_with(run("train few.csv -o m.onnx").err, "error"),
        "error: few.csv:32: column \"a\" holds \"many\", expected a number (hint: --missing \"many\" or "
        "--categorical \"a\")");
    EXPECT_EQ(run("train few.csv --categorical a --epochs 1 -o m.onnx").status, 0);
}

TEST(Reading, AFileWithoutAHeaderLearnsFromItsFirstRowToo) {
    write_here("plain.csv", houses({.header = false}));
    const Outcome trained = run("train plain.csv --epochs 2 -o m.onnx");
    EXPECT_EQ(lines_of(trained.err)[0],
              "note      the first row is data and not names: it holds the number \"50.00\" (--header yes "
              "otherwise)");
    EXPECT_EQ(line_with(trained.err, "data"), "data      plain: 60 examples, 2 features");
    write_here("named.csv", houses({}));
    const Outcome with_names = run("predict m.onnx named.csv");
    EXPECT_EQ(with_names.out, run("predict m.onnx plain.csv").out) << with_names.err;
    EXPECT_EQ(run("evaluate m.onnx named.csv").status, 0);

    ASSERT_EQ(run("train named.csv --epochs 2 --quiet -o n.onnx").status, 0);
    const std::string error = line_with(run("predict n.onnx plain.csv").err, "error");
    EXPECT_EQ(error,
              "error: plain.csv: there is no column \"area\", \"place\", expected every column of the "
              "training data (hint: --header yes if the first row is names; or write them there)");
}

TEST(Reading, AColumnThatCountsTheRowsIsLeftOutInTrainAndPredict) {
    std::string text = ",a,y\n";
    for (int i = 0; i < 30; ++i)
        text += std::to_string(i) + "," + std::to_string(i % 7) + "," + (i % 7 < 3 ? "p" : "q") + "\n";
    write_here("index.csv", text);
    const Outcome trained = run("train index.csv --epochs 2 -o m.onnx");
    EXPECT_EQ(lines_of(trained.err)[0],
              "note      the first column is left out: it has no name and numbers the rows");
    EXPECT_EQ(line_with(trained.err, "data"), "data      index: 30 examples, 1 feature");
    EXPECT_EQ(run("predict m.onnx index.csv").err, "");
}

// As pandas writes rows that were drawn or dropped; two of the same number are no index.
TEST(Reading, AnIndexMayBeShuffledAndHaveGaps) {
    const auto examples = [](int step, int modulus) {
        std::string text = ",a,b,y\n";
        for (int i = 0; i < 30; ++i)
            text += std::to_string(i * step % modulus) + "," + std::to_string(i) + "," +
                    std::to_string(i % 7) + "," + (i % 7 < 3 ? "p" : "q") + "\n";
        return text;
    };
    const auto features = [&](const std::string& text) {
        write_here("drawn.csv", text);
        return line_with(run("train drawn.csv --epochs 2 -o m.onnx").err, "data");
    };
    EXPECT_EQ(features(examples(7, 30)), "data      drawn: 30 examples, 2 features");
    EXPECT_EQ(features(examples(7, 1000)), "data      drawn: 30 examples, 2 features");
    EXPECT_EQ(features(examples(7, 29)), "data      drawn: 30 examples, 3 features");
}

TEST(Reading, NamesThatStandBelowAsWellAreNoted) {
    std::string text;
    for (int i = 0; i < 40; ++i)
        text += std::string(1, "abc"[i % 3]) + "," + "xyz"[i % 7 % 3] + "," + (i % 5 < 2 ? "p" : "q") + "\n";
    write_here("words.csv", text);
    EXPECT_EQ(
        lines_of(run("train words.csv --epochs 2 -o m.onnx").err)[0],
        "note      the first row is names, although \"a\" stands below as well (--header no otherwise)");
    EXPECT_EQ(run("train words.csv --header no --epochs 2 -o m.onnx").err.find("stands below"),
              std::string::npos);
    write_here("words.csv", "one,two,three\n" + text);
    EXPECT_EQ(run("train words.csv --epochs 2 -o m.onnx").err.find("stands below"), std::string::npos);
    write_here("words.csv", "a,b,\n1,2,p\n2,3,q\n");  // the last name is missing, and so the first row data
    EXPECT_EQ(run("train words.csv").err,
              "error: words.csv:1: column \"1\" holds \"a\", expected a number (hint: --header yes if the "
              "first row is names)\n");
}

// Files that were put behind each other, each with its names.
TEST(Reading, NamesThatComeAgainAreSaid) {
    write_here("words.csv",
               "color,shape,y\nred,round,p\nblue,flat,q\ncolor,shape,y\nred,flat,q\nblue,round,p\n");
    EXPECT_EQ(lines_of(run("train words.csv --epochs 2 -o m.onnx").err)[0],
              "note      words.csv:4 holds the names of the columns again, and counts as an example");
    for (const auto& [options, expected] :
         {std::pair("", "a"), std::pair(" --target b --task regress", "b"), std::pair(" --weight b", "b")}) {
        write_here("numbers.csv", "a,b,y\n1,2,p\n2,3,q\na,b,y\n3,4,q\n4,5,p\n");
        EXPECT_EQ(run(std::string("train numbers.csv") + options).err,
                  std::string("error: numbers.csv:4: column \"") + expected + "\" holds \"" + expected +
                      "\", expected a number (hint: delete the lines that hold the names of the columns "
                      "again)\n");
    }
}

TEST(Reading, ARowOfUnitsOrTypesIsToBeDeletedAndNotMissing) {
    const auto error = [](const std::string& second) {
        write_here("t.csv", "a,b,y\n" + second + "\n1,2,p\n2,3,q\n3,4,q\n4,5,p\n");
        return run("train t.csv").err;
    };
    for (const char* row : {"m,kg,-", "m,kg,x", "[m],[kg],"})
        EXPECT_NE(error(row).find(", expected a number (hint: delete line 2 if it is no row of data)\n"),
                  std::string::npos)
            << error(row);
    EXPECT_NE(error("m,7,p").find("(hint: --missing \"m\""), std::string::npos);
    EXPECT_NE(error("m,1,p\n5,kg,q").find("(hint: --missing \"m\""), std::string::npos) << "in another line";
}

TEST(Reading, CategoriesThatDifferInCaseOnlyAreNoted) {
    const auto note = [](const std::vector<std::string>& texts) {
        std::string text = "a,b,y\n";
        for (int i = 0; i < 40; ++i)
            text +=
                std::to_string(i) + "," + texts[std::size_t(i) % texts.size()] + "," + "pq"[i % 3 % 2] + "\n";
        write_here("t.csv", text);
        return line_with(run("train t.csv --epochs 2 -o m.onnx").err, "note      column");
    };
    const std::string agree = "note      column \"b\": the categories \"Agree\", \"agree\"";
    EXPECT_EQ(note({"Agree", "agree", "no"}), agree + " differ in case or blanks only");
    EXPECT_EQ(note({"Agree", "agree", "no", "No"}),
              agree + " differ in case or blanks only, and so do those of 1 other group");
    EXPECT_EQ(note({"Agree", "agree", "no", "No", "x y", "x  y"}),
              agree + " differ in case or blanks only, and so do those of 2 other groups");
    EXPECT_EQ(note({"agree", "no", "agrees"}), "");
}

// As R writes them, and as a thousand without quotes makes them.
TEST(Reading, NamesOfWhichTheFirstIsLackingAreForRowsThatHaveNames) {
    const auto rows = [](const std::string& names, const std::string& first) {
        std::string text = names + "\n";
        for (int i = 0; i < 40; ++i)
            text += (first.empty() ? "r" + std::to_string(i) : first) + "," + std::to_string(i) + "," +
                    std::to_string(i * i % 7) + "," + (i % 3 == 0 ? "p" : "q") + "\n";
        return text;
    };
    write_here("r.csv", rows("a,b,y", ""));
    const std::string note =
        "note      the first row has one field less than the others: the first column has no name\n";
    EXPECT_EQ(run("train r.csv --epochs 2 -o m.onnx").err.find(note), 0U);
    write_here("r.csv", rows("c,a,b,y", ""));
    EXPECT_EQ(run("train r.csv --epochs 2 -o m.onnx").err.find(note), std::string::npos);
    for (const char* first : {"1", "town", "2024-01-31"}) {
        write_here("r.csv", rows("a,b,y", first));
        EXPECT_EQ(run("train r.csv").err,
                  "error: r.csv:1: 3 fields, expected 4 as in most rows below (hint: quotes around a field "
                  "that holds the separator, or a name for the first column)\n");
    }
}

TEST(Reading, APointAmongDecimalCommasIsNoted) {
    const auto notes_of = [](const std::string& first, const std::string& options) {
        std::string text = "a;b;y\n";
        for (int i = 0; i < 40; ++i)
            text += first + std::to_string(100 + i) + ";" + std::to_string(i) + ",5;" +
                    (i % 3 == 0 ? "p" : "q") + "\n";
        write_here("t.csv", text);
        std::string notes;
        for (const std::string& line : lines_of(run("train t.csv --epochs 2 -o m.onnx" + options).err))
            if (line.starts_with("note      ") && line.find("decimal") != std::string::npos)
                notes += line.substr(10) + "\n";
        return notes;
    };
    const std::string comma = "column \"b\" holds numbers with a decimal comma\n";
    EXPECT_EQ(notes_of("7.", ""),
              comma +
                  "the point in the numbers of column \"a\" is taken for a decimal mark, though column "
                  "\"b\" has decimal commas: does it separate thousands?\n");
    EXPECT_EQ(notes_of("0.", ""), comma);
    EXPECT_EQ(notes_of("7.1", ""), comma);
    EXPECT_EQ(notes_of("7", ""), comma);
    EXPECT_EQ(notes_of("7.", " --decimal ,").find("is taken for"), std::string::npos);
}

TEST(Reading, ATitleAboveTheTableIsAnErrorThatSaysSo) {
    write_here("titled.csv", "Report 2024,,\n,,\n" + houses({}));
    EXPECT_EQ(
        run("train titled.csv").err,
        "error: titled.csv:1: of 3 fields the first alone is filled, expected the names of the columns, or "
        "data (hint: delete the lines above the names of the columns, or --header no if this is a row of "
        "data)\n");
    write_here("titled.csv", "Report 2024\n\n" + houses({}));
    EXPECT_EQ(
        run("train titled.csv").err,
        "error: titled.csv:1: 1 field, expected 3 as in most rows below (hint: delete the lines above the "
        "names of the columns)\n");
}

TEST(Reading, AColumnWithACommaInItsNameIsQuoted) {
    write_here("comma.csv", "a,\"y, z\"\n1,p\n2,q\n3,p\n4,q\n");
    EXPECT_EQ(run("train comma.csv --target 'y, z'").err,
              "error: comma.csv: there is no column \"y\" (hint: quote its comma: '\"y, z\"')\n");
    EXPECT_EQ(run("train comma.csv --epochs 2 --quiet -o m.onnx --target '\"y, z\"'").status, 0);
}

TEST(Reading, TextsThatWereNotThereInTrainingAreCounted) {
    const auto members = [](const std::string& yes, const std::string& no) {
        std::string text = "member,n,y\n";
        for (int i = 0; i < 20; ++i)
            text += (i % 2 ? yes : no) + "," + std::to_string(i % 3) + "," + (i % 2 ? "p" : "q") + "\n";
        return text;
    };
    write_here("python.csv", members("True", "False"));
    write_here("excel.csv", members("TRUE", "False"));
    const std::string note =
        "note      column \"member\": \"TRUE\" (10 of 20 rows) was not there in training";
    EXPECT_NE(run("train python.csv --validation excel.csv --epochs 2 -o m.onnx").err.find(note),
              std::string::npos);
    EXPECT_EQ(run("predict m.onnx python.csv").err, "");
    EXPECT_EQ(run("predict m.onnx excel.csv").err, note + "\n");
    EXPECT_EQ(run("evaluate m.onnx excel.csv").err,
              "note      at least 10 of these 20 rows are equal to rows that the model was trained on\n" +
                  note + "\n");
}

TEST(Reading, AColumnWithoutAValueIsNotedByPredict) {
    std::string full = "a,b,y\n", empty = full;
    for (int i = 0; i < 40; ++i) {
        full += std::to_string(i * 11 % 40) + ',' + std::to_string(i * 7 % 40) + (i % 2 ? ",p\n" : ",q\n");
        empty += std::to_string(i * 11 % 40) + ",,p\n";
    }
    write_here("full.csv", full);
    write_here("empty.csv", empty);
    ASSERT_EQ(run("train full.csv --epochs 1 --quiet -o m.onnx").status, 0);
    EXPECT_EQ(run("predict m.onnx full.csv").err, "");
    EXPECT_EQ(
        run("predict m.onnx empty.csv").err,
        "note      column \"b\" has no value in any row: what stood for missing ones in training stands for "
        "them\n");
}

TEST(Reading, TextThatLooksLikeNumbersIsTextWhereItWasLearnedAsText) {
    std::string text = "size,y\n";
    for (int i = 0; i < 20; ++i)
        text += std::string(i % 2 ? "5 kg" : "3 lb") + "," + (i % 2 ? "p" : "q") + "\n";
    write_here("sizes.csv", text);
    ASSERT_EQ(run("train sizes.csv --epochs 30 --quiet -o m.onnx").status, 0);
    write_here("one.csv", "size\n5 kg\n");
    const Outcome predicted = run("predict m.onnx one.csv");
    EXPECT_EQ(predicted.err, "");
    EXPECT_EQ(lines_of(predicted.out)[1], lines_of(run("predict m.onnx sizes.csv").out)[2]);
}

TEST(Reading, OptionsSayHowATableIsWritten) {
    write_here("a.txt", "a:b:y\n1,5:2:p\n2,5:3:q\n7,25:1:p\n9,5:4:q\n");
    EXPECT_EQ(line_with(run("train a.txt --delimiter : --epochs 1 -o m.onnx").err, "data"),
              "data      a: fields separated by :, 4 examples, 2 features");
    EXPECT_EQ(run("train a.txt --delimiter ab").err,
              "error: --delimiter: \"ab\", expected a character such as ; or |, or one of the words tab and "
              "blank\n");
    const Outcome pointed = run("train a.txt --delimiter : --decimal . -o m.onnx");
    EXPECT_EQ(pointed.status, 3);
    EXPECT_EQ(run("train xor --missing none").status, 2);
}

TEST(Reading, ErrorsInTinyAndInHugeUnitsKeepTheirDigits) {
    for (const auto& [unit, size] : {std::pair("e-9", 1e-9), std::pair("e+30", 1e30)}) {
        std::string text = "x,y\n";
        for (int i = 0; i < 60; ++i)
            text += std::to_string(i) + "," + std::to_string(i * i % 97 + 1) + ".5" + unit + "\n";
        write_here("t.csv", text);
        const Outcome trained = run("train t.csv --epochs 2 --ensemble 1 -o m.onnx");
        ASSERT_EQ(trained.status, 0) << trained.err;
        const std::string line = lines_of(without_error("evaluate m.onnx t.csv"))[0];
        const double rmse = std::stod(line.substr(line.find("rmse ") + 5));
        const double mae = std::stod(line.substr(line.find("mae ") + 4));
        const double exact = nlohmann::json::parse(without_error("evaluate m.onnx t.csv --json"))["rmse"];
        EXPECT_NEAR(rmse / exact, 1, 1e-6) << line;
        EXPECT_GT(mae, size) << line;
        EXPECT_LT(line.size(), 140U) << line;
        const std::string note = trained.err.substr(trained.err.find("baseline  rmse ") + 15);
        EXPECT_GT(std::stod(note), 10 * size) << note;
        EXPECT_LT(std::stod(note), 100 * size) << note;
    }
}

TEST(Reading, RowsToLearnFromMustHaveSomeValue) {
    write_here("t.csv", "a,t\n,182\nno,256\n,99\n");
    EXPECT_EQ(
        lines_of(run("train t.csv").err).back(),
        "error: t.csv: no column has a value in the training rows, expected something to learn from (hint: "
        "--validation 0)");
    without_error("train t.csv --validation 0 --epochs 1");
}

}  // namespace
}  // namespace gradus::tests
