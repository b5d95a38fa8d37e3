// In which language does the program speak? And is a catalogue read as its format says?

#include <gtest/gtest.h>

#include <regex>

#include "cli/catalogue.h"
#include "gradus/explain/display_width.h"
#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using cli::Catalogue;
using cli::read_catalogue;

const std::string english = "error: trian: there is no such command (hint: did you mean train?)\n";
const std::string chinese = "错误：trian：没有这个命令（提示：您是不是要输入 train？）\n";

TEST(Language, IsChineseWhereTheFirstLocaleThatIsSetIs) {
    const auto said = [](const std::vector<std::string>& environment) {
        return run("trian", {.environment = environment}).err;
    };
    EXPECT_EQ(said({}), english);
    EXPECT_EQ(said({"LANG=zh_CN.UTF-8"}), chinese);
    EXPECT_EQ(said({"LC_MESSAGES=zh_TW"}), chinese);
    EXPECT_EQ(said({"LC_ALL=", "LC_MESSAGES=", "LANG=zh"}), chinese);
    EXPECT_EQ(said({"LC_ALL=C", "LANG=zh_CN.UTF-8"}), english);
    EXPECT_EQ(said({"LC_MESSAGES=de_DE.UTF-8", "LANG=zh_CN.UTF-8"}), english);
    EXPECT_EQ(said({"LC_ALL=zh_CN.UTF-8", "LC_MESSAGES=C", "LANG=C"}), chinese);
}

TEST(Language, IsWhatTheOptionSaysWhereverItStands) {
    EXPECT_EQ(run("--language zh trian").err, chinese);
    EXPECT_EQ(run("--language en trian", {.environment = {"LC_ALL=zh_CN.UTF-8"}}).err, english);
    EXPECT_EQ(run("predict no.onnx no.csv --language=zh").err.substr(0, 9), "错误：");
    EXPECT_EQ(run("train xor --language fr").err, "error: --language: \"fr\", expected en or zh\n");
    EXPECT_EQ(run("train xor --language fr").status, 2);
    EXPECT_EQ(run("trian -- --language zh").err, english);
}

TEST(Language, ChangesNoByteOfResultsAndModels) {
    const Outcome first = run("train xor -o a.onnx"), second = run("train xor -o b.onnx --language zh");
    EXPECT_EQ(first.out, second.out);
    EXPECT_NE(first.err, second.err);
    EXPECT_EQ(read_here("a.onnx"), read_here("b.onnx"));
    EXPECT_EQ(run("train xor --json --epochs 0 --language zh").err, run("train xor --json --epochs 0").err);
}

// Without what a clock says.
std::string timeless(const std::string& text) {
    return std::regex_replace(text, std::regex("seconds\":[0-9.e+-]+"), "seconds\":0");
}

TEST(Language, JsonIsTheSameInBothForEveryCommand) {
    ASSERT_EQ(run("train moons --examples 60 --epochs 3 --quiet").status, 0);
    ASSERT_EQ(run("train sine --examples 60 --epochs 3 --quiet").status, 0);
    ASSERT_EQ(
        run("train moons --examples 60 --scale minmax --net '3 sigmoid' --pretrain rbm --pretrain-epochs 1 "
            "--epochs 1 --quiet -o rbm.onnx")
            .status,
        0);
    for (const std::string command : {"train xor",
                                      "train moons --epochs 2",
                                      "train moons --seed 1 --learning-rate 1e9",
                                      "train sine --epochs 2",
                                      "predict moons.onnx moons",
                                      "predict sine.onnx sine --raw",
                                      "evaluate moons.onnx moons",
                                      "evaluate sine.onnx sine",
                                      "importance moons.onnx moons",
                                      "summary moons.onnx",
                                      "summary sine.onnx",
                                      "explain xor",
                                      "explain xor --check",
                                      "explain xor --cell 'dW1[2,1]'",
                                      "explain moons.onnx moons",
                                      "seeds xor --count 4",
                                      "doctor xor --seed 0",
                                      "doctor moons.onnx moons",
                                      "export xor --to numpy",
                                      "export xor --to numpy -o x.py",
                                      "sample rbm.onnx -n 2 --steps 3"}) {
        const Outcome english = run(command + " --json"), chinese = run(command + " --json --language zh");
        EXPECT_NE(english.out, "") << command << english.err;
        EXPECT_EQ(timeless(english.out), timeless(chinese.out)) << command;
    }
}

TEST(Language, HelpFitsEightyColumnsInBoth) {
    for (const std::string command : {"", "train ", "predict ", "evaluate ", "importance ", "summary ",
                                      "explain ", "seeds ", "doctor ", "export ", "sample ", "help "})
        for (const std::string language : {"en", "zh"})
            for (const std::string& line : lines_of(run(command + "--help --language " + language).out))
                EXPECT_LE(display_width(line), 80) << line;
    EXPECT_NE(run("train --help --language zh").out.find("用法：gradus train DATA [选项]"),
              std::string::npos);
}

// A letter of Chinese is two columns wide, in names from a file as well as in our sentences.
TEST(Language, ResultsFitEightyColumnsWithChineseNames) {
    std::string table = "温度,振动,生产厂家,是否在一个月之内发生故障\n";
    for (int i = 0; i < 60; ++i)
        table += std::to_string(60 + i % 7) + "," + std::to_string(i % 5) +
                 (i % 3 == 0 ? ",北方机械厂" : ",南方机械厂") +
                 (i % 4 < 2 ? ",没有发生故障\n" : ",发生了故障\n");
    write_here("水泵.csv", table);
    ASSERT_EQ(run("train 水泵.csv --epochs 3 --quiet -o m.onnx").status, 0);
    for (const std::string command :
         {"evaluate m.onnx 水泵.csv", "importance m.onnx 水泵.csv", "summary m.onnx",
          "explain m.onnx 水泵.csv", "explain xor --check", "explain xor --cell 'dW1[2,1]'",
          "explain xor --phase 9", "doctor 水泵.csv --epochs 3", "doctor xor --seed 0",
          "seeds xor --count 12"})
        for (const std::string language : {"en", "zh"}) {
            const Outcome outcome = run(command + " --quiet --language " + language);
            EXPECT_EQ(outcome.status, 0) << outcome.err;
            for (const std::string& line : lines_of(outcome.out)) {
                const bool recipe =
                    line.starts_with("recipe") || line.starts_with("配方");           // one line, to paste
                const bool metrics = line.find(" examples   ") != std::string::npos;  // as in every language
                EXPECT_TRUE(recipe || metrics || display_width(line) <= 80) << command << "\n" << line;
            }
        }
}

TEST(Catalogue, HoldsWhatIsTranslated) {
    const Catalogue catalogue = read_catalogue(
        "# a comment\n"
        "msgid \"\"\n"
        "msgstr \"\"\n"
        "\"Language: zh_CN\\n\"\n"
        "\n"
        "#: gradus/core/error.cpp\n"
        "msgid \"a\"\n"
        "msgstr \"A\"\n"
        "\n"
        "msgid \"\"\n"
        "\"two \\\"lines\\\"\\n\"\n"
        "\"of text\\\\\"\n"
        "msgstr \"\"\n"
        "\"Zwei\\t\"\n"
        "\"Zeilen\"\n"
        "\n"
        "msgid \"{} row\"\n"
        "msgid_plural \"{} rows\"\n"
        "msgstr[0] \"{} Z\"\n"
        "\n"
        "msgid \"not yet\"\n"
        "msgstr \"\"\n"
        "\n"
        "#, fuzzy\n"
        "msgid \"doubtful\"\n"
        "msgstr \"x\"\n"
        "\n"
        "#~ msgid \"gone\"\n"
        "#~ msgstr \"y\"\n");
    EXPECT_EQ(catalogue, (Catalogue{{"a", "A"},
                                    {"two \"lines\"\nof text\\", "Zwei\tZeilen"},
                                    {"{} row", "{} Z"},
                                    {"{} rows", "{} Z"}}));
}

TEST(Catalogue, TakesBothFormsOfALanguageThatHasTwo) {
    EXPECT_EQ(
        read_catalogue(
            "msgid \"{} row\"\nmsgid_plural \"{} rows\"\nmsgstr[0] \"{} Zeile\"\nmsgstr[1] \"{} Zeilen\""),
        (Catalogue{{"{} row", "{} Zeile"}, {"{} rows", "{} Zeilen"}}));
}

}  // namespace
}  // namespace gradus::tests
