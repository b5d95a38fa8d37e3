// Does --report write a page, the same every time, whose command trains the same model?

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/cli/program.h"
#include "tests/support/folder.h"

namespace gradus::tests {
namespace {

using test::bytes_of;
using test::Folder;

// The command that a page shows.
std::string command_in(const std::string& page) {
    const std::string begin = "<pre><code><span>gradus ";
    const std::size_t first = page.find(begin) + begin.size();
    std::string command = page.substr(first, page.find("</code>", first) - first);
    for (const std::string tag : {"<span>", "</span>"})
        for (std::size_t i = command.find(tag); i != std::string::npos; i = command.find(tag))
            command.erase(i, tag.size());
    for (std::size_t i = command.find("&quot;"); i != std::string::npos; i = command.find("&quot;"))
        command.replace(i, 6, "'");
    return command;
}

TEST(ReportOption, TheCommandOnThePageTrainsTheSameModel) {
    const Folder folder;
    const std::string model = folder / "a.onnx", again = folder / "b.onnx", page = folder / "a.html";
    const std::string command = "train moons --examples 90 --noise 0.2 --net '8 tanh' --epochs 4 --seed 5";
    ASSERT_EQ(run(command + " --threads 1 -o " + model + " --report " + page).status, 0);
    const std::string first = bytes_of(page);
    EXPECT_NE(first.find("<h1>moons</h1>"), std::string::npos);
    EXPECT_EQ(first.find(folder / ""), std::string::npos);

    ASSERT_EQ(run(command_in(first) + " -o " + again).status, 0) << command_in(first);
    EXPECT_EQ(bytes_of(again), bytes_of(model));

    ASSERT_EQ(run(command + " --threads 2 -o " + model + " --report " + page).status, 0);
    EXPECT_EQ(bytes_of(page), first);
}

TEST(ReportOption, DatesAmongTheWorstExamplesAreDates) {
    std::string text = "when,x,y\n";
    for (int i = 0; i < 60; ++i)
        text += "2024-0" + std::to_string(i % 9 + 1) + "-" + std::to_string(i % 18 + 10) + " 10:15:00," +
                std::to_string(i * 37 % 61) + "," + std::to_string(i * 53 % 97) + ".5\n";
    write_here("t.csv", text);
    without_error("train t.csv --epochs 2 -o m.onnx --report r.html");
    const std::string page = read_here("r.html"), worst = page.substr(page.find("<h2>Worst examples</h2>"));
    EXPECT_NE(worst.find("2024-0"), std::string::npos);
    EXPECT_EQ(worst.find("1.7e+09"), std::string::npos);
    EXPECT_EQ(worst.find("1.71e+09"), std::string::npos);
}

// One class for all: in the rows set aside it may come a little more often than in all.
TEST(ReportOption, WhoAlwaysGivesTheMostFrequentClassIsNotCalledBetter) {
    std::string text = "x,z,y\n";
    for (int i = 0; i < 101; ++i)
        text += std::to_string(i * 37 % 101) + "," + std::to_string(i * 53 % 97) +
                (i % 5 == 0 ? ",rare\n" : ",often\n");
    write_here("t.csv", text);
    for (const std::string seed : {"0", "1", "2", "3"}) {
        without_error("train t.csv --epochs 3 -o m.onnx --report r.html --data-seed " + seed);
        EXPECT_EQ(read_here("r.html").find("is better than the baseline, which needs no network."),
                  std::string::npos)
            << seed;
    }
}

TEST(ReportOption, APageThatCannotBeWrittenIsRefusedBeforeTraining) {
    const Folder folder;
    const Outcome outcome =
        run_words({"train", "xor", "-o", folder / "a.onnx", "--report", folder / "no/a.html"});
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(outcome.out, "");
    EXPECT_TRUE(folder.names().empty());
}

TEST(ReportOption, EvaluateListsTheMistakesOfManyClassesAndNoMatrix) {
    for (const int classes : {50, 51}) {
        std::string text = "a,b,y\n";
        for (int i = 0; i < 3 * classes; ++i)
            text += std::to_string(i * 7 % 31) + "," + std::to_string(i * 11 % 29) + ",c" +
                    std::to_string(i % classes) + "\n";
        write_here("many.csv", text);
        without_error("train many.csv --epochs 1 -o m.onnx");
        const Outcome evaluated = run("evaluate m.onnx many.csv");
        const std::vector<std::string> lines = lines_of(evaluated.out);
        const auto says = [&](const std::string& begin) {
            return std::ranges::any_of(lines,
                                       [&](const std::string& line) { return line.starts_with(begin); });
        };
        EXPECT_EQ(says("51 classes are too many for a matrix: the 20 most frequent of "), classes == 51);
        EXPECT_EQ(says("truth | prediction examples"), classes == 51);
        EXPECT_EQ(says("truth |    c0    c1"), classes == 50);
        EXPECT_EQ(lines.size(), classes == 51 ? 27U : 56U) << evaluated.out;
    }
}

TEST(ReportOption, EvaluateWritesAPageToo) {
    const Folder folder;
    const std::string model = folder / "a.onnx", page = folder / "a.html";
    ASSERT_EQ(run("train sine --epochs 2 -o " + model).status, 0);
    const Outcome outcome = run("evaluate " + model + " sine --examples 40 --data-seed 9 --report " + page);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(bytes_of(page).find("They are of 40 evaluated examples."), std::string::npos);
}

}  // namespace
}  // namespace gradus::tests
