// What does a person see? A live line and colours on a terminal, plain lines elsewhere; and the help.

#include <gtest/gtest.h>

#include <csignal>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

constexpr char escape = '\x1b';
const std::string cyan = "\x1b[36m";
const std::string long_run = "train spirals --iterations 1000000000";

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Terminal, ALongRunShowsALiveLineThatIsErasedInTheEnd) {
    const Outcome outcome = run(long_run, {.terminal = true, .signal = SIGTERM, .at = "updates/s"});
    const std::string erase = "\r\x1b[K";
    const std::size_t begin = outcome.err.find(erase);
    ASSERT_NE(begin, std::string::npos);
    const std::string line =
        outcome.err.substr(begin + erase.size(), outcome.err.find(erase, begin + 1) - begin - erase.size());
    EXPECT_TRUE(line.starts_with("[................]   0 %  cost 0.")) << line;
    EXPECT_TRUE(has(line, " updates/s  ")) << line;
    EXPECT_TRUE(line.ends_with(" left")) << line;
    EXPECT_LT(line.size(), 80);
    EXPECT_TRUE(has(outcome.err, erase + cyan + "stopped")) << outcome.err;
}

TEST(Terminal, ALongRunElsewhereShowsPlainLinesNowAndThen) {
    const Outcome outcome = run(long_run, {.signal = SIGTERM, .at = "progress"});
    const std::vector<std::string> notes = lines_of(outcome.err);
    ASSERT_EQ(notes.size(), 8);
    EXPECT_TRUE(notes[6].starts_with("progress    0 %  cost ")) << notes[6];
    EXPECT_TRUE(has(notes[6], " updates/s  ")) << notes[6];
    EXPECT_TRUE(notes[6].ends_with(" left")) << notes[6];
    EXPECT_EQ(outcome.err.find(escape), std::string::npos);
    EXPECT_GT(outcome.seconds, 5);
}

TEST(Terminal, AnErrorErasesTheLiveLine) {
    const Outcome outcome = run(  // the rate grows until the cost explodes
        "train sine --optimizer gd --learning-rate 1000 --schedule warmup-cosine --iterations 4000000000",
        {.terminal = true});
    EXPECT_EQ(outcome.status, 4);
    ASSERT_TRUE(has(outcome.err, " left")) << outcome.err;
    EXPECT_TRUE(has(outcome.err, " left\r\x1b[Kerror: training failed at iteration ")) << outcome.err;
}

TEST(Terminal, NotesAreColouredOnATerminalUnlessSomebodyObjects) {
    const std::string command = "train xor --iterations 1";
    EXPECT_TRUE(has(run(command, {.terminal = true}).err, cyan));
    EXPECT_TRUE(has(run(command + " --color always").err, cyan));
    EXPECT_TRUE(has(run(command + " --color always", {.environment = {"NO_COLOR=1"}}).err, cyan));
    EXPECT_EQ(run(command).err.find(escape), std::string::npos);
    EXPECT_EQ(run(command, {.terminal = true, .environment = {"NO_COLOR=1"}}).err.find(escape),
              std::string::npos);
    EXPECT_EQ(run(command + " --color never", {.terminal = true}).err.find(escape), std::string::npos);
    EXPECT_EQ(run(command, {.terminal = true, .environment = {"TERM=dumb"}}).err.find(escape),
              std::string::npos);
}

TEST(Terminal, QuietIsQuietOnATerminalToo) {
    EXPECT_EQ(run("train spirals --epochs 20 --quiet", {.terminal = true}).err, "");
}

TEST(Help, FitsIntoEightyColumnsAndShowsTwoExamples) {
    for (const std::string command :
         {"--help", "train --help", "predict --help", "evaluate --help", "compare --help",
          "importance --help", "summary --help", "explain --help", "seeds --help", "tune --help",
          "page --help", "sample --help", "doctor --help", "export --help", "help --help", "train -h",
          "help"}) {
        SCOPED_TRACE(command);
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 0);
        EXPECT_EQ(outcome.err, "");
        for (const std::string& line : lines_of(outcome.out)) EXPECT_LE(line.size(), 80) << line;
        const std::size_t examples = outcome.out.find("\nExamples\n  gradus ");
        ASSERT_NE(examples, std::string::npos);
        EXPECT_EQ(lines_of(outcome.out.substr(examples)).size(), 4);
    }
}

TEST(Help, IsTheSameForTheCommandHelpAndTheOption) {
    EXPECT_EQ(run("help").out, run("--help").out);
    for (const std::string command : {"train", "predict", "evaluate", "importance", "summary", "explain",
                                      "seeds", "doctor", "export", "sample", "help"})
        EXPECT_EQ(run("help " + command).out, run(command + " --help").out) << command;
    EXPECT_EQ(run("help trian").err.find("error: gradus help: \"trian\", expected train, "), 0);
    EXPECT_EQ(run("help trian").status, 2);
}

// What a command alone has, before what it shares.
TEST(Help, BeginsWithTheOptionsOfTheCommandItself) {
    const struct {
        std::string command, group;
    } groups[] = {{"predict", "Predictions"},     {"evaluate", "Evaluation"}, {"importance", "Permutation"},
                  {"explain", "What to explain"}, {"seeds", "Seeds"},         {"export", "Export"}};
    for (const auto& [command, group] : groups) {
        const std::string help = run(command + " --help").out;
        const std::size_t arguments = help.find("\n  DATA ");
        EXPECT_EQ(help.find("\n\n", arguments), help.find("\n\n" + group + "\n")) << help;
        EXPECT_LT(lines_of(help).size(), 60) << help;
    }
    const std::string help = run("doctor --help").out;
    EXPECT_NE(help.find("\n  Learning               --loss --optimizer --learning-rate "), std::string::npos)
        << help;
    EXPECT_EQ(help.find("\n  --loss"), std::string::npos);
}

TEST(Help, GroupsTheOptionsAndNamesTheirDefaults) {
    const std::string help = run("train --help").out;
    std::size_t place = 0;
    for (const std::string part :
         {"gradus train: learn from data\n", "Usage: gradus train DATA [options]\n",
          "  DATA                   a file (.csv .tsv .npy .ts or IDX, also .gz; - is the\n", "\nData\n",
          "  --target COL,... ",
          "  --examples N           of built-in data: how many [500; xor, and, or: 4]\n", "\nNetwork\n",
          "  --net TEXT ", "\nLearning\n", " [by the data]\n",
          "  --learning-rate X      how far they move [by the data and the optimizer]\n", "\nRun\n",
          "  --batch N|full         examples for each update (of machines:\n", "\nOutput\n", "  -h,--help ",
          "  --json ", "\nDefaults stand in brackets; an option replaces its own, and no other.\n",
          "\nLayers of --net, ", "\n  dropout RATE "}) {
        place = help.find(part, place);
        ASSERT_NE(place, std::string::npos) << part;
    }
}

TEST(Version, IsOneLine) {
    const Outcome outcome = run("--version");
    EXPECT_EQ(outcome.out, "gradus " GRADUS_VERSION "\n");
    EXPECT_EQ(outcome.status, 0);
}

}  // namespace
}  // namespace gradus::tests
