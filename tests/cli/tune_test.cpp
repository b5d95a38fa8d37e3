// Does `gradus tune` end in the same model however it is run, and say what it did? Which of two models does
// `gradus compare` take?

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>

#include "gradus/data/generators.h"
#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

const std::string searched = "tune moons --examples 120 --epochs 8 --trials 6 ";

TEST(TuneCommand, AnyNumberOfWorkersMakesTheSameModelAndTable) {
    const std::string alone = without_error(searched + "--workers 1 -o one.onnx");
    EXPECT_EQ(alone.find("trial folds  loss out of fold   against the default    settings\n"), 0U) << alone;
    for (const std::string workers : {"2", "8"}) {
        EXPECT_EQ(without_error(searched + "-o other.onnx --workers " + workers), alone);
        EXPECT_TRUE(read_here("other.onnx") == read_here("one.onnx"));
    }
}

TEST(TuneCommand, ItsModelIsWhatTrainMakesOfItsRecipe) {
    const std::vector<json> events = objects_of(without_error(searched + "--json -o tuned.onnx"));
    EXPECT_EQ(events.front()["event"], "start");
    const json& done = events.back();
    EXPECT_EQ(done["event"], "done");
    int trials = 0;
    double lowest = done["default_loss"];
    for (const json& event : events) {
        if (event["event"] != "trial") continue;
        ++trials;
        if (event["trial"] == 1) {
            EXPECT_EQ(event["loss"], done["default_loss"]);
        }
        if (event["trial"] == done["trial"]) {
            EXPECT_EQ(event["recipe"], done["recipe"]);
        }
        lowest = std::min(lowest, event["loss"].get<double>());
    }
    EXPECT_EQ(trials, 6);
    EXPECT_LE(done["loss"], done["default_loss"]);
    std::string words = done["recipe"];
    std::ranges::replace(words, '"', '\'');
    without_error("train " + words + " -o trained.onnx --quiet");
    EXPECT_TRUE(read_here("tuned.onnx") == read_here("trained.onnx"));
}

TEST(TuneCommand, GoesOnFromItsFileToTheSameBytes) {
    const std::string whole = without_error(searched + "--resume s.tune -o whole.onnx");
    const std::string scores = read_here("s.tune");
    EXPECT_EQ(scores.find("gradus tune 1\n"), 0U);
    // as a killed run leaves it: the first scores only
    std::vector<std::string> lines = lines_of(scores);
    std::string some;
    int kept = 0;
    for (const std::string& line : lines)
        if (line.starts_with("score ") && ++kept > 7)
            continue;
        else
            some += (line.starts_with("scores ") ? "scores 7" : line) + "\n";
    write_here("s.tune", some);
    EXPECT_EQ(without_error(searched + "--resume s.tune -o again.onnx"), whole);
    EXPECT_TRUE(read_here("again.onnx") == read_here("whole.onnx"));
    EXPECT_EQ(read_here("s.tune"), scores);
}

TEST(TuneCommand, AnInterruptionKeepsTheScores) {
    const Outcome outcome = run("tune moons --examples 2000 --trials 100 --resume s.tune --workers 2",
                                {.signal = SIGINT, .at = "space"});
    EXPECT_EQ(outcome.status, 130);
    EXPECT_LT(outcome.seconds_after_signal, sanitized ? 10 : 2);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(lines_of(outcome.err).back(), "stopped   before the end; the same command goes on from s.tune");
}

TEST(TuneCommand, RefusesInOneSentence) {
    const auto refused = [](const std::string& command, int status, const std::string& sentence) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, status) << command;
        const std::string last = lines_of(outcome.err).back();
        EXPECT_EQ(last.find("error: " + sentence), 0U) << last;
    };
    without_error(searched + "--resume s.tune -o m.onnx --quiet");
    refused("tune moons --examples 121 --epochs 8 --resume s.tune", 3, "s.tune: it is about other data");
    refused(searched + "--seed 1 --data-seed 0 --resume s.tune", 3, "s.tune: it is about \"moons");
    write_here("s.txt", "learning-rate 0.001..0.01 log\nwidth 4 8\n");
    refused(searched + "--space s.txt --resume s.tune", 3, "s.tune: it is about another space");
    refused(searched + "--space s.txt --learning-rate 0.1 --net '3 tanh'", 2,
            "--space: all that s.txt searches was said");
    write_here("s.txt", "learning-rate 0.001..0.01 lag\n");
    refused(searched + "--space s.txt", 3, "s.txt:1: ");
    refused(searched + "--space tabel", 3,
            "--space: tabel is no file, expected a file, or table, plane or series");
    refused(searched + "--resume m.onnx", 3, "m.onnx:1: ");
    refused(searched + "-o s.tune --resume s.tune", 2, "--resume: ");
    refused("tune xor", 3, "xor: 4 rows, expected at least 20 different ones");
    refused("tune moons --pretrain rbm", 2, "--pretrain");
    refused("tune moons --task reconstruct", 2,
            "--task reconstruct: without a truth nobody can say which recipe is better");
}

TEST(TuneCommand, SearchesASpaceOfOnesOwnAndReports) {
    write_here("mine.txt", "# two\nlearning-rate 0.01 0.1\nnet \"8 tanh\" \"4 relu, 4 relu\"\n");
    const std::vector<json> events =
        objects_of(without_error("tune circles --examples 100 --epochs 5 --trials 20 --space mine.txt "
                                 "--report r.html -o m.onnx --json"));
    std::vector<json> trials;
    for (const json& event : events)
        if (event["event"] == "trial") trials.push_back(event);
    EXPECT_EQ(trials.size(), 9U);  // three times three recipes: there are no more
    const std::string page = read_here("r.html");
    EXPECT_NE(page.find("4 relu, 4 relu"), std::string::npos);
    EXPECT_NE(page.find("What mattered"), std::string::npos);
}

// Of classes, by the formulas: the difference of the accuracies d, and s(d) / sqrt(n).
TEST(CompareCommand, SaysByHowMuchAndWhetherItIsChance) {
    without_error("train moons --examples 300 --net '' --seed 1 -o line.onnx --quiet");
    without_error("train moons --examples 300 --seed 1 -o curve.onnx --quiet");
    const std::string data = " moons --examples 200 --data-seed 7";
    const Dataset moons = generate("moons", {.examples = 200, .seed = 7});
    const auto right = [&](const std::string& model) {
        const std::vector<std::string> lines =
            lines_of(without_error("predict " + model + data + " --quiet"));
        std::vector<double> right;
        for (Index j = 0; j < 200; ++j)
            right.push_back(std::stod(lines[static_cast<std::size_t>(j) + 1]) == moons.Y(0, j) ? 1 : 0);
        return right;
    };
    const std::vector<double> a = right("line.onnx"), b = right("curve.onnx");
    double mean = 0, squares = 0;
    for (std::size_t j = 0; j < 200; ++j) mean += (a[j] - b[j]) / 200;
    for (std::size_t j = 0; j < 200; ++j) squares += std::pow(a[j] - b[j] - mean, 2);
    ASSERT_LT(mean, -0.05);
    const json found = objects_of(without_error("compare line.onnx curve.onnx" + data + " --json")).front();
    EXPECT_EQ(found["examples"], 200);
    EXPECT_EQ(found["models"], json({"line.onnx", "curve.onnx"}));
    EXPECT_NEAR(found["difference"]["accuracy"], mean, 1e-12);
    EXPECT_NEAR(found["difference"]["accuracy_se"], std::sqrt(squares) / 200,
                0.01 * std::sqrt(squares) / 200);
    EXPECT_EQ(found["better"]["accuracy"], "second");
    const json twice = objects_of(without_error("compare curve.onnx curve.onnx" + data + " --json")).front();
    EXPECT_EQ(twice["difference"]["log_loss"], 0.0);
    EXPECT_EQ(twice["better"]["log_loss"], nullptr);
    const std::string table = without_error("compare line.onnx curve.onnx" + data);
    EXPECT_NE(table.find("the second is better"), std::string::npos) << table;
}

// Of values, by the formulas: the difference of the mean absolute errors d, and s(d) / sqrt(n).
TEST(CompareCommand, OfValuesIsThePairedDifference) {
    std::string rows = "x,y\n";
    for (int i = 0; i < 60; ++i)
        rows += std::to_string(i % 17) + "," + std::to_string((i * 7) % 23 + i % 17) + "\n";
    write_here("t.csv", rows);
    without_error("train t.csv --task regress --epochs 3 --seed 1 -o a.onnx --quiet");
    without_error("train t.csv --task regress --epochs 30 --seed 2 -o b.onnx --quiet");
    const auto answers = [](const std::string& model) {
        const std::vector<std::string> lines = lines_of(without_error("predict " + model + " t.csv --quiet"));
        std::vector<double> values;
        for (std::size_t i = 1; i < lines.size(); ++i) values.push_back(std::stod(lines[i]));
        return values;
    };
    const std::vector<double> a = answers("a.onnx"), b = answers("b.onnx");
    ASSERT_EQ(a.size(), 60U);
    double sum = 0, squares = 0;
    std::vector<double> d;
    for (int i = 0; i < 60; ++i) {
        const double y = (i * 7) % 23 + i % 17;
        d.push_back(std::abs(a[std::size_t(i)] - y) - std::abs(b[std::size_t(i)] - y));
        sum += d.back() / 60;
    }
    for (const double x : d) squares += (x - sum) * (x - sum);
    const Outcome outcome = run("compare a.onnx b.onnx t.csv --json");
    const json found = objects_of(outcome.out).front();
    EXPECT_NEAR(found["difference"]["mae"], sum, 1e-5);
    EXPECT_NEAR(found["difference"]["mae_se"], std::sqrt(squares) / 60, 0.02 * std::sqrt(squares) / 60);
    EXPECT_NE(outcome.err.find("a.onnx was trained on these rows"), std::string::npos) << outcome.err;
}

TEST(CompareCommand, RefusesModelsThatPredictOtherThings) {
    write_here("t.csv", "x,y,z\n1,a,1\n2,b,2\n3,a,3\n4,b,4\n5,a,5\n6,b,6\n");
    for (const std::string words : {"--target y -o y.onnx", "--target z --task regress -o z.onnx"})
        without_error("train t.csv --epochs 1 --quiet " + words);
    const Outcome outcome = run("compare y.onnx z.onnx t.csv");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(lines_of(outcome.err).back(),
              "error: the second model: its task is regress, expected classify, as that of the first");
    write_here("u.csv", "x,y\n1,a\n2,c\n3,a\n4,c\n");
    without_error("train u.csv --epochs 1 --quiet -o u.onnx");
    const Outcome classes = run("compare y.onnx u.onnx t.csv");
    EXPECT_EQ(classes.status, 3);
    EXPECT_NE(classes.err.find("error: "), std::string::npos) << classes.err;
    EXPECT_EQ(run("compare y.onnx u.onnx -").status, 2);
}

}  // namespace
}  // namespace gradus::tests
