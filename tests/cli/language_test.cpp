// In which language does the program speak? And is a catalogue read as its format says?

#include <gtest/gtest.h>

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
    const auto json = [](const std::string& options) {
        std::string text = run("evaluate a.onnx xor --json" + options).out;
        return text + run("seeds xor --count 3 --json" + options).out +
               run("doctor xor --json" + options).out;
    };
    EXPECT_EQ(json(""), json(" --language zh"));
    EXPECT_EQ(run("train xor --json --epochs 0 --language zh").err, run("train xor --json --epochs 0").err);
}

TEST(Language, HelpFitsEightyColumnsInBoth) {
    for (const std::string command : {"", "train ", "predict ", "evaluate ", "importance ", "summary ",
                                      "explain ", "seeds ", "doctor ", "export "})
        for (const std::string language : {"en", "zh"})
            for (const std::string& line : lines_of(run(command + "--help --language " + language).out))
                EXPECT_LE(display_width(line), 80) << line;
    EXPECT_NE(run("train --help --language zh").out.find("用法：gradus train DATA [选项]"),
              std::string::npos);
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
