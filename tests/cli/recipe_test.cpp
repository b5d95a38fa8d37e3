// Is the recipe the run? What is printed, pasted behind `gradus train`, trains the same model, byte for byte.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "gradus/report/html.h"
#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

std::string noted(const Outcome& outcome, const std::string& label) {
    for (const std::string& line : lines_of(outcome.err))
        if (line.starts_with(label + " ")) return line.substr(10);
    return "no " + label + ": " + outcome.err;
}

// The words of a command line as a shell reads them, when they were quoted by the program.
std::vector<std::string> shell_words(const std::string& line) {
    std::vector<std::string> words;
    std::string word;
    char quote = 0;
    bool begun = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quote == 0 && c == '\\') {
            word += line[++i];
        } else if (quote == 0 && c == ' ') {
            if (begun) words.push_back(word);
            word.clear();
            begun = false;
        } else if (quote == 0 && (c == '"' || c == '\'')) {
            quote = c;
            begun = true;
        } else if (c == quote) {
            quote = 0;
        } else {
            word += c;
            begun = true;
        }
    }
    if (begun) words.push_back(word);
    return words;
}

// Trains, pastes the recipe, and compares the models and the recipes.
void expect_pasted_is_same(const std::vector<std::string>& words) {
    std::vector<std::string> first{"train"}, second{"train"};
    first.insert(first.end(), words.begin(), words.end());
    first.insert(first.end(), {"-o", "first.onnx"});
    const Outcome once = run_words(first);
    ASSERT_EQ(once.status, 0) << once.err;
    const std::string recipe = noted(once, "recipe");
    const std::vector<std::string> pasted = shell_words(recipe);
    second.insert(second.end(), pasted.begin(), pasted.end());
    second.insert(second.end(), {"-o", "second.onnx"});
    const Outcome again = run_words(second);
    ASSERT_EQ(again.status, 0) << recipe << "\n" << again.err;
    EXPECT_EQ(noted(again, "recipe"), recipe);
    EXPECT_TRUE(read_here("second.onnx") == read_here("first.onnx")) << recipe;
    EXPECT_FALSE(read_here("first.onnx").empty());
}

// Rows of a table with odd names: two columns of numbers, one of text, a label.
std::string odd_table(int rows) {
    std::string text = "a b,\"c, d\",花,\"it's \"\"x\"\"\"\n";
    for (int i = 0; i < rows; ++i)
        text += std::to_string(i * 7 % 11) + "," + std::to_string(i * 5 % 13) + "," +
                (i % 3 == 0 ? "red one" : "blue") + "," + (i * 7 % 11 + i % 3 > 5 ? "yes" : "no") + "\n";
    return text;
}

TEST(PastedRecipe, OfBuiltInDataTrainsTheSameModel) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"xor"},
             {"moons", "--examples", "200", "--epochs", "5"},
             {"moons", "--examples", "1000", "--epochs", "2", "--noise", "0.2"},
             {"sine", "--examples", "40", "--epochs", "3"},
             {"gauss", "--iterations", "30", "--optimizer", "nesterov", "--momentum", "0.5"},
             {"spirals", "--net", "", "--epochs", "2", "--seed", "3", "--data-seed", "4"},
             {"circles", "--net", "1 sigmoid, 1 sigmoid", "--epochs", "2", "--validation", "0.3"},
             {"moons", "--epochs", "2", "--class-weights", "balanced", "--clip-norm", "1"}})
        expect_pasted_is_same(words);
}

TEST(PastedRecipe, OfATableWithOddNamesTrainsTheSameModel) {
    write_here("my table.csv", odd_table(120));
    write_here("other rows.csv", odd_table(40));
    expect_pasted_is_same({"my table.csv", "--epochs", "3"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--validation", "other rows.csv"});
    expect_pasted_is_same(
        {"my table.csv", "--epochs", "3", "--target", "\"c, d\"", "--ignore", "a b", "--ignore", "花"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--target", "a b", "--task", "regress",
                           "--categorical", "\"c, d\""});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--target", "\"c, d\",a b"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--header", "yes", "--target", "3"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--group", "c, d"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--weight", "c, d"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--encode", "ple"});
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--group", "2", "--split", "time"});
}

// x, and the labels "big; or so", "odd" and "third"; and the class of each row, one-hot.
std::string labelled_table(int rows) {
    std::string text = "x,y,\"big; or so\",odd,third,lo,mid,hi\n";
    for (int i = 0; i < rows; ++i) {
        const int x = i * 7 % 11, y = i * 5 % 13;
        text += std::to_string(x) + "," + std::to_string(y) + "," + (x > 5 ? "1," : "0,") +
                (y % 2 == 1 ? "1," : "0,") + (x + y > 15 ? "1," : "0,") +
                (x < 4   ? "1,0,0"
                 : x < 7 ? "0,1,0"
                         : "0,0,1") +
                "\n";
    }
    return text;
}

TEST(PastedRecipe, OfLabelsTrainsTheSameModel) {
    write_here("labelled.csv", labelled_table(120));
    write_here("other.csv", labelled_table(40));
    const std::string labels = "\"big; or so\",odd,third", classes = "lo,mid,hi";
    for (const std::string& targets : {labels, classes})
        for (const std::vector<std::string>& more : std::vector<std::vector<std::string>>{
                 {}, {"--validation", "other.csv"}, {"--task", "multilabel"}, {"--task", "regress"}}) {
            std::vector<std::string> words{"labelled.csv", "--epochs", "3", "--target", targets};
            words.insert(words.end(), more.begin(), more.end());
            expect_pasted_is_same(words);
        }
    expect_pasted_is_same(
        {"labelled.csv", "--epochs", "3", "--target", labels, "--net", "3 sigmoid, 3 sigmoid"});
}

TEST(PastedRecipe, OfASeriesTrainsTheSameModel) {
    std::string rows;
    for (int i = 0; i < 60; ++i) {
        rows += std::to_string(i % 2);
        for (int t = 0; t < 16; ++t) rows += "\t" + std::to_string((i * t + i % 2 * t) % 7);
        rows += "\n";
    }
    write_here("series.tsv", rows);
    expect_pasted_is_same(
        {"series.tsv", "--label-first", "--header", "no", "--shape", "1x16", "--epochs", "2"});
}

TEST(PastedRecipe, OfFineTuningTrainsTheSameModel) {
    write_here("my table.csv", odd_table(60));
    ASSERT_EQ(run_words({"train", "my table.csv", "--epochs", "2", "-o", "to begin with.onnx"}).status, 0);
    expect_pasted_is_same({"my table.csv", "--epochs", "3", "--from", "to begin with.onnx"});
}

TEST(PastedRecipe, OfEveryTableTrainsTheSameModel) {
    const char* data = std::getenv("GRADUS_DATA");
    if (data == nullptr) GTEST_SKIP() << "GRADUS_DATA is not set";
    for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(data) / "tables")) {
        if (entry.path().filename() == "mpg.csv") {
            expect_pasted_is_same({entry.path().string(), "--epochs", "2", "--target", "mpg"});
            continue;
        }
        expect_pasted_is_same({entry.path().string(), "--epochs", "2"});
        expect_pasted_is_same({entry.path().string(), "--epochs", "2", "--group", "3", "--split", "time"});
    }
}

// Minutes: scripts/weekly sets the variable.
TEST(PastedRecipe, OfEveryLargeTableTrainsTheSameModel) {
    const char* data = std::getenv("GRADUS_DATA");
    if (data == nullptr || std::getenv("GRADUS_LARGE_TABLES") == nullptr)
        GTEST_SKIP() << "GRADUS_DATA or GRADUS_LARGE_TABLES is not set";
    for (const char* folder : {"tables-choose", "proben"})
        for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(data) / folder))
            expect_pasted_is_same({entry.path().string(), "--epochs", "1"});
}

TEST(PastedRecipe, IsTheSameInTheModelAndInJson) {
    write_here("t.csv", odd_table(60));
    const Outcome trained = run("train t.csv --epochs 2 --report t.html");
    const std::string recipe = noted(trained, "recipe");
    EXPECT_EQ(json::parse(run("summary t.onnx --json").out)["recipe"], recipe);
    EXPECT_EQ(objects_of(run("train t.csv --epochs 2 --json").out).front()["recipe"], recipe);
    EXPECT_EQ(noted(run("doctor t.csv --epochs 2"), "recipe"), recipe);
    EXPECT_TRUE(recipe.starts_with("t.csv --target '\"it'\\''s \"\"x\"\"\"' --task classify")) << recipe;
}

TEST(Target, IsSaidInTheReportAsWell) {
    write_here("t.csv", odd_table(60));
    const Outcome silent = run("train t.csv --epochs 1 --report silent.html");
    const std::string said = "<p>Target: " + html_text(noted(silent, "target")) + ".</p>";
    EXPECT_NE(said.find("the last column (--target names another): 2 classes"), std::string::npos);
    EXPECT_NE(read_here("silent.html").find(said), std::string::npos);
    ASSERT_EQ(run("train t.csv --epochs 1 --target 3 --report named.html").status, 0);
    EXPECT_NE(read_here("named.html").find(", named: "), std::string::npos);
}

TEST(Notes, StandInTheReportAlsoWhenNobodySeesThem) {
    std::string table = "a;b\n";
    for (int i = 0; i < 60; ++i) table += std::to_string(i) + ",5;" + std::to_string(i % 3) + "\n";
    write_here("t.csv", table);
    const Outcome loud = run("train t.csv --epochs 1 --report t.html");
    const std::string page = read_here("t.html");
    EXPECT_NE(page.find("<li>" + html_text(noted(loud, "note"))), std::string::npos) << loud.err;
    EXPECT_NE(page.find("the 3 different numbers of &quot;b&quot; are taken for classes"), std::string::npos);
    ASSERT_EQ(run("train t.csv --epochs 1 --quiet --report quiet.html").status, 0);
    EXPECT_EQ(read_here("quiet.html"), page);
}

TEST(Target, IsSaidWithWhoNamedIt) {
    write_here("t.csv", odd_table(60));
    EXPECT_EQ(noted(run("train t.csv --ignore 4 --epochs 1"), "target"),
              "花, the last column (--target names another): 2 classes");
    EXPECT_EQ(noted(run_words({"train", "t.csv", "--target", "a b", "--epochs", "1", "--task", "regress"}),
                    "target"),
              "a b, named: a regression");
    const json silent = objects_of(run("train t.csv --ignore 4 --epochs 1 --json").out).front();
    EXPECT_EQ(silent["target"], std::vector<std::string>{"花"});
    EXPECT_EQ(silent["target_named"], false);
    EXPECT_EQ(silent["task"], "classify");
    const json named = objects_of(run("train t.csv --target 3 --epochs 1 --json").out).front();
    EXPECT_EQ(named["target"], std::vector<std::string>{"花"});
    EXPECT_EQ(named["target_named"], true);
}

TEST(Recipe, OfAFileCalledXorIsThatOfAFile) {
    write_here("xor.csv", "x\n0\n1\n1\n0\n");
    EXPECT_EQ(run("train xor.csv").err, "error: xor.csv: no column is left to learn from\n");
    write_here("and.csv", "t,y\na,1\nb,2.5\na,3\nc,4\n");
    const Outcome trained = run("train and.csv --epochs 1");
    EXPECT_EQ(trained.status, 0) << trained.err;
    EXPECT_EQ(trained.out.find("prediction for example"), std::string::npos);
}

TEST(Recipe, OfSoManyUpdatesMakesThem) {
    const Outcome trained = run("train moons --iterations 700 --patience 1 --json -o m.onnx");
    EXPECT_EQ(objects_of(trained.out).back()["iterations"], 700);
    EXPECT_EQ(objects_of(trained.out).back()["kept_iterations"], 700);
    EXPECT_EQ(noted(trained, "note"), "--patience 1 stops nothing: the run makes exactly 700 updates");
}

TEST(Recipe, OfSevenRowsIsAQuantityAndDoesNotStopEarly) {
    write_here("c2f.csv", "celsius,fahrenheit\n-40,-40\n-10,14\n0,32\n8,46\n15,59\n22,72\n38,100\n");
    const Outcome trained = run("train c2f.csv --json");
    const json done = objects_of(trained.out).back();
    EXPECT_EQ(noted(trained, "note"),
              "the whole numbers of \"fahrenheit\" are taken for quantities (--task classify: for classes)");
    EXPECT_EQ(done["iterations"], 200);
    EXPECT_EQ(done["kept_iterations"], 200);
    EXPECT_GT(done["train"]["r2"], 0.99);
    EXPECT_NE(
        trained.err.find("note      1 validation example, fewer than 20: they do not stop the run early"),
        std::string::npos)
        << trained.err;
}

TEST(Recipe, SaysWhenNothingCanBeSetAside) {
    std::string rows = "a,b,y\n";
    for (int i = 0; i < 20; ++i)
        rows += std::to_string(i) + "," + std::to_string(i * 7 % 20) + ",k" + std::to_string(i / 2) + "\n";
    write_here("few.csv", rows);
    const Outcome trained = run("train few.csv --epochs 5");
    EXPECT_EQ(noted(trained, "note"),
              "nothing can be set aside for validation: there are too few examples; what it is worth on "
              "others is not known");
    EXPECT_NE(noted(trained, "linear").find("(training)"), std::string::npos);
}

// Four different rows, a hundred times each: one of them set aside would judge nothing.
TEST(Recipe, SetsNothingAsideOfAFewDifferentRows) {
    std::string text = "a,b,y\n";
    for (int i = 0; i < 400; ++i)
        text += std::to_string(i % 2) + "," + std::to_string(i / 2 % 2) +
                (i % 4 == 1 || i % 4 == 2 ? ",p\n" : ",q\n");
    write_here("bits.csv", text);
    const Outcome trained = run("train bits.csv -o m.onnx");
    EXPECT_EQ(noted(trained, "note"),
              "nothing can be set aside for validation: there are only 4 different rows");
    EXPECT_EQ(noted(trained, "doctor"), "nothing found");
}

TEST(Recipe, TakesAnOutputLayerAtTheEndOfTheNetwork) {
    ASSERT_EQ(run("train moons --epochs 2 --net '8 tanh' -o a.onnx").status, 0);
    ASSERT_EQ(run("train moons --epochs 2 --net '8 tanh, 1 sigmoid' -o b.onnx").status, 0);
    EXPECT_TRUE(read_here("a.onnx") == read_here("b.onnx"));
    EXPECT_EQ(run("train moons --net '8 tanh, 2 softmax'").err,
              "error: network \"8 tanh, 2 softmax\": ends in an output layer of 2 softmax, expected 1 "
              "sigmoid, which "
              "follows from the task (hint: --net \"8 tanh, 1 sigmoid\")\n");
}

TEST(Options, OfFilesAndOfBuiltInDataAreNotMixed) {
    write_here("t.csv", odd_table(60));
    EXPECT_EQ(run("train t.csv --examples 10").err,
              "error: --examples: t.csv is a file (hint: without --examples)\n");
    EXPECT_EQ(run("train moons --ignore x1").err,
              "error: --ignore: moons is built-in data (hint: without --ignore)\n");
}

// Every word that begins with two hyphens.
std::set<std::string> options_in(const std::string& text, const std::string& lines_with) {
    std::set<std::string> options;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(lines_with)) continue;
        for (std::size_t i = line.find("--"); i != std::string::npos; i = line.find("--", i + 2)) {
            const std::size_t end = line.find_first_not_of("-abcdefghijklmnopqrstuvwxyz", i);
            options.insert(line.substr(i, end - i));
            if (lines_with == "  ") break;  // of the help: what stands first
        }
    }
    return options;
}

TEST(Guide, NamesTheOptionsOfTrain) {
    const std::string page = run("train --help").out;
    std::set<std::string> help = options_in(page.substr(0, page.find("Defaults stand")), "  ");
    for (const char* other_name : {"--help", "--model"}) help.erase(other_name);
    for (const std::string name : {"/guide/training.md", "/guide/zh/training.md"}) {
        std::ifstream file(GRADUS_CHECKOUT + name);
        std::stringstream text;
        text << file.rdbuf();
        EXPECT_EQ(options_in(text.str(), "| "), help) << name;
    }
}

}  // namespace
}  // namespace gradus::tests
