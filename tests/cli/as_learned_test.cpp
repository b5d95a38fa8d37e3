// A file is read as the one that the model learned from: its names, its words for what is missing; and what
// never varied there changes nothing.

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

std::string line_with(const std::string& text, const std::string& part) {
    for (const std::string& line : lines_of(text))
        if (line.find(part) != std::string::npos) return line;
    return "";
}

// What a shell makes of the second word of a line.
std::string second_word(const std::string& line) {
    std::FILE* pipe = ::popen(("bash <<'END OF IT'\nprintf '%s\\n' " + line + "\nEND OF IT\n").c_str(), "r");
    if (pipe == nullptr) return "";
    std::string words;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) words += static_cast<char>(c);
    ::pclose(pipe);
    words = words.substr(words.find('\n') + 1);
    return words.substr(0, words.size() - 1);
}

// x and y say the class; `more` stands behind them in each row.
std::string table(const std::string& header, const std::string& more = "", int rows = 60) {
    std::string text = header.empty() ? "" : header + "\n";
    for (int i = 0; i < rows; ++i)
        text += std::to_string(i * 37 % 60) + "." + std::to_string(i % 7) + "," + std::to_string(i % 11 - 5) +
                more + "," + (i * 37 % 60 < 30 ? "low" : "high") + "\n";
    return text;
}

TEST(AsLearned, WhatNeverVariedInTrainingChangesNoAnswer) {
    write_here("t.csv", table("x,y,size,when,town,class", ",5,2024-03-01,Ulm"));
    const std::string new_rows = "12.5,3,";
    write_here("same.csv", "x,y,size,when,town\n" + new_rows + "5,2024-03-01,Ulm\n");
    write_here("other.csv", "x,y,size,when,town\n" + new_rows + "1e9,1999-12-31,Bonn\n");
    for (const std::string scale : {"standard", "minmax", "none"}) {
        const Outcome trained = run("train t.csv --epochs 3 --scale " + scale + " -o m.onnx");
        ASSERT_EQ(trained.status, 0) << trained.err;
        EXPECT_EQ(
            line_with(trained.err, "one value"),
            "note      columns \"size\", \"when\" and \"town\" have one value each in all training rows: "
            "what they hold in others changes no answer");
        const Outcome same = run("predict m.onnx same.csv --probabilities");
        const Outcome other = run("predict m.onnx other.csv --probabilities");
        EXPECT_EQ(same.status, 0) << same.err;
        EXPECT_EQ(other.out, same.out) << scale;
    }
    write_here("one.csv", table("x,y,size,class", ",5"));
    EXPECT_EQ(line_with(run("train one.csv --epochs 1 -o m.onnx").err, "one value"),
              "note      column \"size\" has one value in all training rows: what it holds in others changes "
              "no answer");
}

TEST(AsLearned, WhateverLooksAtAModelSaysWhatItDoesNotKnow) {
    write_here("t.csv", table("x,y,town,class", ",Ulm"));
    write_here("other.csv", table("x,y,town,class", ",Bonn"));
    ASSERT_EQ(run("train t.csv --epochs 3 -o m.onnx").status, 0);
    for (const std::string command : {"predict", "evaluate", "importance", "doctor", "explain"})
        EXPECT_EQ(line_with(run(command + " m.onnx other.csv").err, "was not there"),
                  "note      column \"town\": \"Bonn\" (60 of 60 rows) was not there in training")
            << command;
    EXPECT_EQ(line_with(run("train other.csv --from m.onnx --epochs 2 -o f.onnx").err, "was not there"),
              "note      column \"town\": \"Bonn\" (60 of 60 rows) was not there in training");
}

TEST(AsLearned, NumbersAreNoCategories) {
    write_here("t.csv", table("x,y,when,class", ",2024-03-01"));
    ASSERT_EQ(run("train t.csv --epochs 3 -o m.onnx").status, 0);
    EXPECT_EQ(line_with(run("evaluate m.onnx t.csv --categorical x").err, "error"),
              "error: t.csv: column \"x\": it holds categories, expected numbers");
    EXPECT_EQ(line_with(run("evaluate m.onnx t.csv --categorical when").err, "error"),
              "error: t.csv: column \"when\" holds categories, expected dates, as in training");
}

TEST(AsLearned, ADecimalMarkThatIsNotThereIsTheMistake) {
    write_here("t.csv", table("x,y,class"));
    EXPECT_EQ(line_with(run("train t.csv --decimal ,").err, "error"),
              "error: t.csv:2: column \"x\" holds \"0.0\", not written as the numbers before it or not as "
              "--decimal says, expected one way to write them");
}

TEST(AsLearned, AnOrderThatTheDatesDoNotHaveIsTheMistake) {
    write_here("t.csv", table("x,y,when,class", ",20/03/2024"));
    EXPECT_EQ(
        line_with(run("train t.csv --date-order mdy").err, "error"),
        "error: t.csv:2: column \"when\" holds \"20/03/2024\", not written as the dates before it or not "
        "as --date-order says, expected one way to write them (hint: --categorical \"when\")");
}

TEST(AsLearned, WhereNothingSaysTheDayNoNoteSaysIt) {
    write_here("t.csv", table("x,y,when,class", ",2024-03-04"));
    write_here("other.csv", table("x,y,when,class", ",04/03/2024"));
    ASSERT_EQ(run("train t.csv --epochs 3 -o m.onnx").status, 0);
    const Outcome outcome = run("predict m.onnx other.csv");
    EXPECT_EQ(line_with(outcome.err, "holds dates"), "note      column \"when\" holds dates");
    EXPECT_NE(line_with(outcome.err, "error").find("nothing says which part"), std::string::npos);
}

TEST(AsLearned, TargetsAreSmallButNotNothing) {
    std::string text = "x,y\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i * 37 % 60) + "," + std::to_string(i * 37 % 60) + ".5e-100\n";
    write_here("t.csv", text);
    ASSERT_EQ(run("train t.csv --epochs 3 -o m.onnx").status, 0);
    EXPECT_NE(lines_of(run("predict m.onnx t.csv").out)[1].find("e-"), std::string::npos);
}

TEST(AsLearned, TheTargetsUnitIsThatOfTraining) {
    const auto pumps = [](const std::string& unit, int grams) {
        std::string text = "x,mass\n";
        for (int i = 0; i < 40; ++i)
            text += std::to_string(i) + "," + std::to_string(grams * (i * i % 97 + 1)) + unit + "\n";
        return text;
    };
    write_here("kg.csv", pumps(" kg", 1));
    write_here("g.csv", pumps(" g", 1000));
    write_here("plain.csv", pumps("", 1));
    without_error("train kg.csv --epochs 1 -o m.onnx");
    const std::string refusal =
        "error: g.csv: column \"mass\": the unit is \"g\", expected \"kg\", as in training";
    for (const std::string command :
         {"evaluate m.onnx g.csv", "doctor m.onnx g.csv", "importance m.onnx g.csv",
          "train kg.csv --validation g.csv --epochs 1 -o n.onnx"}) {
        const Outcome refused = run(command);
        EXPECT_EQ(refused.status, 3) << command;
        EXPECT_EQ(line_with(refused.err, "error"), refusal) << command;
    }
    without_error("evaluate m.onnx plain.csv");
    without_error("evaluate m.onnx kg.csv");
    without_error("predict m.onnx kg.csv");
}

TEST(AsLearned, AValidationFileMayLackWhatIsIgnored) {
    write_here("t.csv", table("x,y,note,class", ",n"));
    write_here("v.csv", table("x,y,class"));
    without_error("train t.csv --ignore note --validation v.csv --epochs 1 -o m.onnx");
    without_error("train t.csv --ignore 3 --target class --validation v.csv --epochs 1 -o m.onnx");
    EXPECT_EQ(run("train t.csv --ignore nota --validation v.csv --epochs 1 -o m.onnx").err,
              "error: t.csv: there is no column \"nota\" (hint: did you mean note?)\n");
}

TEST(AsLearned, WhatStoodForMissingStandsForItAgain) {
    std::string text = table("x,y,class");
    write_here("t.csv", text + "999,2,low\ngone,3,low\n");
    ASSERT_EQ(run("train t.csv --missing gone,999 --epochs 3 --quiet -o m.onnx").status, 0);
    write_here("empty.csv", "x,y\n,2\n,3\n,4\n");
    write_here("words.csv", "x,y\n999.0,2\ngone,3\nlost,4\n");
    const Outcome expected = run("predict m.onnx empty.csv --raw");
    const Outcome read = run("predict m.onnx words.csv --raw --missing lost");
    EXPECT_EQ(read.status, 0) << read.err;
    EXPECT_EQ(read.out, expected.out);
    EXPECT_EQ(run("evaluate m.onnx t.csv").status, 0);
    write_here("v.csv", table("x,y,class", "", 25) + "999,2,low\n");
    EXPECT_EQ(run("train t.csv --from m.onnx --epochs 1 --quiet -o n.onnx").status, 0);
}

TEST(AsLearned, AModelWithoutNamesTakesNoRowOfNumbersForNames) {
    std::string text;
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i) + "," + std::to_string(i % 7) + ",4," + (i < 30 ? "low" : "high") + "\n";
    write_here("t.csv", text);
    ASSERT_EQ(run("train t.csv --epochs 3 --quiet -o m.onnx").status, 0);
    write_here("rows.csv", "1,2,3\n40,5,4\n");
    const Outcome predicted = run("predict m.onnx rows.csv");
    EXPECT_EQ(predicted.status, 0) << predicted.err;
    EXPECT_EQ(lines_of(predicted.out).size(), 3U);
    write_here("named.csv", "a,b,c\n1,2,3\n40,5,4\n");
    EXPECT_EQ(run("predict m.onnx named.csv").out, predicted.out);
}

TEST(AsLearned, AModelOfTextWithoutNamesTakesItsFirstRowForData) {
    std::string text;
    for (int i = 0; i < 60; ++i)
        text += std::string(i % 2 == 0 ? "a" : "b") + ",x," + (i % 2 == 0 ? "p" : "q") + "\n";
    write_here("t.csv", text);
    ASSERT_EQ(run("train t.csv --header no --epochs 3 --quiet -o m.onnx").status, 0);
    write_here("rows.csv", "a,x,p\nb,x,q\n");
    EXPECT_EQ(lines_of(run("predict m.onnx rows.csv").out).size(), 3U);
}

TEST(AsLearned, AModelWithNamesReadsAFileWithoutThemByPlace) {
    write_here("t.csv", table("x,y,class"));
    ASSERT_EQ(run("train t.csv --epochs 3 --quiet -o m.onnx").status, 0);
    write_here("rows.csv", "1,2\n40,5\n");
    EXPECT_EQ(lines_of(run("predict m.onnx rows.csv").out).size(), 3U);
    write_here("t.csv", table("x,y,z,class", ",0.5") + "1.5,3,0.6,low\n");
    ASSERT_EQ(run("train t.csv --epochs 3 --quiet -o m.onnx").status, 0);
    write_here("rising.csv", "1,2,3\n40,5,0.5\n");  // as names they would rise from 1
    EXPECT_EQ(lines_of(run("predict m.onnx rising.csv").out).size(), 3U);
}

TEST(AsLearned, NamesThatAreNumbersAreFoundAgain) {
    std::string text = "2020,2019,class\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i) + "," + std::to_string(i % 7) + "," + (i < 30 ? "low" : "high") + "\n";
    write_here("t.csv", text);
    ASSERT_EQ(run("train t.csv --header yes --epochs 3 --quiet -o m.onnx").status, 0);
    const Outcome evaluated = run("evaluate m.onnx t.csv --json");
    EXPECT_EQ(evaluated.status, 0) << evaluated.err;
    EXPECT_NE(evaluated.out.find("\"examples\":60"), std::string::npos);
    write_here("rows.csv", "2019,2020\n3,50\n");
    EXPECT_EQ(lines_of(run("predict m.onnx rows.csv").out).size(), 2U);
}

TEST(AsLearned, AHeaderThatLooksLikeNumbersIsHintedAt) {
    std::string text = "region,2019,2020\n";
    for (int i = 0; i < 60; ++i)
        text += std::string(i % 2 == 0 ? "north" : "south") + "," + std::to_string(i) + "," +
                std::to_string(3 * i + i % 2) + "\n";
    write_here("t.csv", text);
    EXPECT_EQ(run("train t.csv --target 2020 -o m.onnx").err,
              "error: t.csv: there is no column \"2020\", expected 1, 2 or 3 (hint: --header yes if the "
              "first row is names)\n");
    EXPECT_EQ(line_with(run("train t.csv --epochs 1 -o m.onnx").err, "first row"),
              "note      the first row is data and not names: it holds the number \"2019\" (--header yes "
              "otherwise)");
    text.replace(0, text.find('\n'), "age,2019,2020");
    for (std::size_t i = text.find("north"); i != text.npos; i = text.find("north"))
        text.replace(i, 5, "1.5");
    for (std::size_t i = text.find("south"); i != text.npos; i = text.find("south"))
        text.replace(i, 5, "2.5");
    write_here("u.csv", text);
    EXPECT_EQ(line_with(run("train u.csv -o m.onnx").err, "error"),
              "error: u.csv:1: column \"1\" holds \"age\", expected a number (hint: --header yes if the "
              "first row is names)");
}

TEST(AsLearned, NamesWithEndsOfLinesStayOnOneLine) {
    write_here("t.csv", table("\"a\nb\",\"c\td\",\"the \"\"class\"\"\n(x)\""));
    const Outcome trained = run("train t.csv --epochs 3 -o m.onnx");
    ASSERT_EQ(trained.status, 0) << trained.err;
    EXPECT_EQ(line_with(trained.err, "target "),
              "target    the \"class\"\\n(x), the last column (--target names another): 2 classes");
    const std::string recipe = line_with(trained.err, "recipe ");
    EXPECT_NE(recipe.find("--target $'\"the \"\"class\"\"\\012(x)\"'"), std::string::npos) << recipe;
    for (const std::string& line : lines_of(run("importance m.onnx t.csv").out)) EXPECT_GT(line.size(), 40U);
    EXPECT_NE(run("importance m.onnx t.csv").out.find("a\\nb"), std::string::npos);
    write_here("bad.csv", "\"a\nb\",class\n1,p\n2,q\n3,p\nfour\nfive,q\n");
    const Outcome bad = run("train t.csv --target nothing");
    EXPECT_EQ(lines_of(bad.err).size(), 1U) << bad.err;
    EXPECT_NE(run("summary m.onnx").out.find("the \"class\"\\n(x): 2 classes"), std::string::npos);
    EXPECT_EQ(run("train t.csv --epochs 3 --quiet --report r.html -o n.onnx").status, 0);
    EXPECT_NE(read_here("r.html").find("a\\nb"), std::string::npos);
}

// A name with quotes, commas or signs of a shell, as a hint says it: typed, it means the column again.
TEST(AsLearned, HintsQuoteANameSoThatItCanBeTyped) {
    for (const std::string& name :
         std::vector<std::string>{"a \"b\"", "it's", "a,b", "$HOME", "a b", "end\nof line", "ä;`x`"}) {
        std::string quoted = "\"";
        for (const char c : name) quoted.append(c == '"' ? 2 : 1, c);
        std::string text = "x," + quoted + "\",y\n";
        for (int i = 0; i < 60; ++i) text += std::to_string(i) + ",,no\n" + std::to_string(i) + ",,yes\n";
        write_here("t.csv", text);
        const std::string error = line_with(run("train t.csv -o m.onnx").err, "error");
        const std::size_t hint = error.find("(hint: --ignore ");
        ASSERT_NE(hint, std::string::npos) << error;
        const std::string option = error.substr(hint + 7, error.size() - hint - 8);
        const std::string typed = second_word(option);
        EXPECT_EQ(run_words({"train", "t.csv", "--ignore", typed, "--epochs", "1", "--quiet", "-o", "m.onnx"})
                      .status,
                  0)
            << option;
    }
}

TEST(AsLearned, WholeNumbersThatDoubleMergesAreNoNames) {
    std::string text = "x,id\n";
    for (int i = 0; i < 60; ++i)
        text += std::to_string(i) + ",900719925474099" + (i % 2 == 0 ? "2" : "3") + "\n";
    write_here("t.csv", text);
    const std::string sentence =
        "error: t.csv: column \"id\": it holds numbers as large as 9007199254740992, expected names, or "
        "numbers "
        "below 2^53 = 9007199254740992: beyond it double takes one for another (hint: write a letter in "
        "front of "
        "each)";
    EXPECT_EQ(line_with(run("train t.csv --task classify -o m.onnx").err, "error"), sentence);
    EXPECT_EQ(line_with(run("train t.csv --target x --categorical id -o m.onnx").err, "error"), sentence);
}

}  // namespace
}  // namespace gradus::tests
