// train --encode ple: bins beside the numbers, from the command line to every command that looks at columns.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// The class changes at three thresholds of x; "other" says nothing, "flag" is 0 or 1, "gap" is mostly
// missing.
std::string stepped_table(int rows, const std::string& header = "x,other,flag,gap,colour,class\n") {
    std::string text = header;
    for (int i = 0; i < rows; ++i) {
        const int x = i * 37 % 101;
        text += std::to_string(x) + "," + std::to_string(i * 7 % 11) + "," + std::to_string(i % 2) + "," +
                (i % 9 == 0 ? std::to_string(i) : "") + "," + (i % 3 == 0 ? "red" : "blue") + "," +
                (x / 25 % 2 == 0 ? "even" : "odd") + "\n";
    }
    return text;
}

std::string refused_encoding(const std::string& words) {
    const Outcome outcome = run("train " + words);
    EXPECT_TRUE(outcome.status == 2 || outcome.status == 3) << outcome.out << outcome.err;
    const std::vector<std::string> lines = lines_of(outcome.err);
    return lines.empty() ? "" : lines.back();
}

double validated_accuracy(const std::string& words) {
    return objects_of(without_error("train steps.csv --quiet --json " + words))
        .back()["validation"]["accuracy"];
}

TEST(NumberEncoding, LetsOneLayerLearnThresholds) {
    write_here("steps.csv", stepped_table(500));
    const std::string layer =
        "--net '' --ensemble 1 --epochs 60 --optimizer adam --learning-rate 0.05 -o m.onnx";
    EXPECT_LT(validated_accuracy(layer), 0.7);
    EXPECT_GT(validated_accuracy(layer + " --encode ple"), 0.97);
    EXPECT_GT(objects_of(without_error("evaluate m.onnx steps.csv --json")).back()["accuracy"], 0.97);
}

TEST(NumberEncoding, IsSaidInTheRecipeWhereItIsNotTheDefault) {
    write_here("steps.csv", stepped_table(200));
    const Outcome once = run("train steps.csv --ensemble 1 --encode ple --epochs 3 -o first.onnx");
    ASSERT_EQ(once.status, 0) << once.err;
    const std::string recipe = json::parse(without_error("summary first.onnx --json"))["recipe"];
    EXPECT_NE(recipe.find(" --scale standard --encode ple --net "), std::string::npos) << recipe;
    ASSERT_EQ(run("train steps.csv --ensemble 1 --encode none --epochs 3 --quiet -o none.onnx").status, 0);
    ASSERT_EQ(run("train steps.csv --ensemble 1 --epochs 3 --quiet -o plain.onnx").status, 0);
    EXPECT_TRUE(read_here("none.onnx") == read_here("plain.onnx"));
}

TEST(NumberEncoding, IsShownByTheCommandsThatLookAtColumns) {
    write_here("steps.csv", stepped_table(500));
    ASSERT_EQ(
        run("train steps.csv --ensemble 1 --encode ple --epochs 20 --quiet -o m.onnx --report m.html").status,
        0);
    const json summary = json::parse(without_error("summary m.onnx --json"));
    const std::vector<std::string> inputs = summary["inputs"];
    EXPECT_EQ(inputs[0], "x");
    EXPECT_EQ(inputs[3], "gap");
    EXPECT_TRUE(inputs[4].starts_with("x: 0 to ")) << inputs[4];
    EXPECT_TRUE(inputs[36].starts_with("other: 0 to ")) << inputs[36];  // behind 32 bins of x
    EXPECT_EQ(inputs.back(), "colour=red");
    for (const std::string& name : inputs) EXPECT_FALSE(name.starts_with("flag: ")) << name;
    const std::string numbers = std::to_string(inputs.size() - 6);
    EXPECT_NE(without_error("summary m.onnx")
                  .find("4 numeric, 1 of text, scaled by standard; " + std::to_string(inputs.size()) +
                        " inputs, " + numbers + " of them bins of numbers"),
              std::string::npos);
    EXPECT_NE(read_here("m.html").find("and how far x is into each of 32 bins from 0 to 100"),
              std::string::npos);

    const std::string explained = without_error("explain m.onnx steps.csv --phase 1");
    EXPECT_NE(explained.find("x: 0 to "), std::string::npos) << explained;

    const std::vector<json> columns = objects_of(without_error("importance m.onnx steps.csv --json"));
    ASSERT_EQ(columns.size(), 5U);  // of the file, not of the inputs
    EXPECT_EQ(columns[0]["column"], "x");
}

TEST(NumberEncoding, LeavesTheLinearModelLinear) {
    write_here("steps.csv", stepped_table(500));
    const auto linear = [](const std::string& more) {
        for (const std::string& line : lines_of(run("train steps.csv --ensemble 1 --epochs 1 " + more).err))
            if (line.starts_with("linear ")) return line;
        return std::string("no linear model");
    };
    EXPECT_EQ(linear("--encode ple"), linear("--encode none"));
    EXPECT_NE(linear("--encode ple"), "no linear model");
}

// One layer adds what it makes of each column: more than a line, but not a chessboard.
TEST(NumberEncoding, IsKnownToTheDoctor) {
    std::string board = "x,y,class\n";
    for (int i = 0; i < 400; ++i) {
        const int x = i * 37 % 101, y = i * 59 % 103;
        board +=
            std::to_string(x) + "," + std::to_string(y) + ((x > 50) == (y > 50) ? ",black\n" : ",white\n");
    }
    write_here("board.csv", board);
    const auto says = [](const std::string& sentence, const std::string& more) {
        return run("train board.csv --net '' --epochs 30 " + more).err.find(sentence) != std::string::npos;
    };
    EXPECT_TRUE(says("the network can only draw a straight line", ""));
    EXPECT_FALSE(says("the network can only draw a straight line", "--encode ple"));
    EXPECT_TRUE(says("the network only adds up a curve for each column", "--encode ple"));
}

TEST(NumberEncoding, GoesOnInAResumedRunAndInAFurtherOne) {
    write_here("steps.csv", stepped_table(400));
    const std::string whole = "train steps.csv --ensemble 1 --encode ple --epochs 6 --quiet -o whole.onnx";
    ASSERT_EQ(run(whole + " --checkpoint run.onnx --checkpoint-every 1e-3").status, 0);
    const Outcome other = run("train steps.csv --epochs 6 --encode none --resume run.onnx -o no.onnx");
    EXPECT_EQ(
        other.err,
        "error: --resume: the run had --encode ple, and now it is --encode none (hint: without --encode "
        "it goes on as it was)\n");
    ASSERT_EQ(run("train steps.csv --from whole.onnx --epochs 2 --quiet -o further.onnx").status, 0);
    EXPECT_EQ(json::parse(without_error("summary further.onnx --json"))["inputs"],
              json::parse(without_error("summary whole.onnx --json"))["inputs"]);
    EXPECT_EQ(refused_encoding("steps.csv --from whole.onnx --encode none"),
              "error: --encode: the model of --from has another, expected ple");
    ASSERT_EQ(run("train steps.csv --ensemble 1 --epochs 2 --quiet -o plain.onnx").status, 0);
    EXPECT_EQ(refused_encoding("steps.csv --from plain.onnx --encode ple"),
              "error: --encode: the model of --from has another, expected none");
}

TEST(NumberEncoding, IsRefusedInOneSentenceWhereItMakesNoSense) {
    write_here("steps.csv", stepped_table(60));
    EXPECT_EQ(refused_encoding("steps.csv --encode pled"),
              "error: --encode: \"pled\", expected ple or none (hint: did you mean ple?)");
    const std::string inputs =
        "error: --encode ple: the inputs are what is learned here, and bins cannot be given back, expected a "
        "classification or a regression without pre-training (hint: --encode none)";
    for (const std::string more :
         {"--task reconstruct", "--task encode --pretrain rbm", "--pretrain rbm", "--pretrain dbn"})
        EXPECT_EQ(refused_encoding("steps.csv --encode ple " + more), inputs) << more;
    std::string series;
    for (int i = 0; i < 40; ++i) series += std::to_string(i % 2) + "\t1\t2\t" + std::to_string(i) + "\t4\n";
    write_here("series.tsv", series);
    EXPECT_EQ(refused_encoding("series.tsv --label-first --header no --encode ple"),
              "error: --encode ple: the examples of series are series, expected a table, whose columns mean "
              "different things (hint: --encode none)");
}

TEST(NumberEncoding, TakesColumnsThatSayLittleOrNothing) {
    const auto trained = [](const std::string& csv, const std::string& more = "") {
        write_here("t.csv", csv);
        const Outcome outcome = run("train t.csv --target y --encode ple --epochs 2 --quiet " + more);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_EQ(run("evaluate t.onnx t.csv").status, 0);
        const std::vector<std::string> inputs = json::parse(without_error("summary t.onnx --json"))["inputs"];
        return inputs.size();
    };
    std::string always = "a,y\n", two = always, whole = always, text = always, few = always;
    for (int i = 0; i < 60; ++i) {
        const std::string label = i % 2 == 0 ? ",no\n" : ",yes\n";
        always += "7" + label;
        two += std::to_string(i % 2) + label;
        whole += std::to_string(i % 5) + label;
        text += (i % 4 == 0 ? "red" : "blue") + label;
    }
    for (int i = 0; i < 4; ++i) few += std::to_string(i) + (i % 2 == 0 ? ",no\n" : ",yes\n");
    EXPECT_EQ(trained(always), 1U);
    EXPECT_EQ(trained(two), 1U);
    EXPECT_GE(trained(whole), 5U);
    EXPECT_EQ(trained(text, "--validation 0"), 2U);
    write_here("t.csv", "a,b,y\n,1,no\n,2,yes\n,3,no\n");
    EXPECT_EQ(refused_encoding("t.csv --encode ple"),
              "error: t.csv: column \"a\": every value is missing (hint: --ignore \"a\")");
    EXPECT_EQ(trained(few, "--validation 0"), 33U);
    EXPECT_EQ(trained(whole, "--precision double --scale none"), trained(whole, "--scale minmax"));
}

TEST(NumberEncoding, RefusesNumbersThatAreTooFarApart) {
    write_here("far.csv", "a,y\n-1e308,no\n1,yes\n2,no\n1e308,yes\n3,no\n");
    EXPECT_EQ(refused_encoding("far.csv --encode ple --scale none --validation 0"),
              "error: far.csv: column \"a\": it holds numbers from -1e+308 to 1e+308, expected numbers whose "
              "distance is a double (hint: a larger unit, or the logarithm)");
}

}  // namespace
}  // namespace gradus::tests
