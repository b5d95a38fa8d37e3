// What does `gradus seeds` find out? Which first weights lead to a solution, and how the others end.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

TEST(Seeds, FortyFourOfAHundredSolveXor) {
    const std::vector<std::string> lines = lines_of(run("seeds xor --count 100 --json").out);
    ASSERT_EQ(lines.size(), 1);
    const json found = json::parse(lines[0]);
    EXPECT_EQ(found["count"], 100);
    EXPECT_EQ(found["solved"], 44);
    EXPECT_EQ(found["solved_seeds"],
              (std::vector<int>{2,  4,  5,  6,  7,  9,  10, 14, 15, 18, 20, 21, 29, 30, 31,
                                33, 35, 38, 39, 41, 44, 45, 49, 51, 52, 56, 62, 64, 65, 66,
                                67, 68, 69, 75, 78, 86, 87, 89, 90, 92, 94, 95, 96, 98}));

    const json& groups = found["groups"];
    ASSERT_EQ(groups.size(), 3);
    EXPECT_EQ(groups[0]["count"], 54);
    EXPECT_NEAR(groups[0]["cost"], 0.35, 0.01);
    EXPECT_EQ(
        groups[0]["reason"],
        "2 of 4 examples look alike to the hidden units: (0,1) and (1,1), near p = 0.50 in 26 seeds, or "
        "(1,0) and (1,1), near p = 0.50 in 28 seeds (A1 differs by at most 0.0066)");
    EXPECT_EQ(groups[1]["count"], 44);
    EXPECT_EQ(groups[1]["reason"],
              "every example is classified correctly: no two of different classes look alike to the hidden "
              "units (A1 differs by at least 1.6614)");
    EXPECT_EQ(groups[2]["count"], 2);
    EXPECT_NEAR(groups[2]["cost"], 0.49, 0.01);
    EXPECT_EQ(groups[2]["seeds"], (std::vector<int>{3, 74}));
}

TEST(Seeds, ATableForPeople) {
    EXPECT_EQ(run("seeds xor --count 6").out,
              "3 of 6 seeds solve xor\n"
              "     3 seeds end near cost 0.014159\n"
              "       every example is classified correctly: no two of different classes look\n"
              "       alike to the hidden units (A1 differs by at least 1.6614)\n"
              "       2 4 5\n"
              "     2 seeds end near cost 0.352194\n"
              "       2 of 4 examples look alike to the hidden units: (0,1) and (1,1), near p =\n"
              "       0.50 (A1 differs by at most 0.0034)\n"
              "       0 1\n"
              "     1 seed ends near cost 0.485812\n"
              "       3 of 4 examples look alike to the hidden units: (0,1), (1,0) and (1,1),\n"
              "       near p = 0.67 (A1 differs by at most 0.0110)\n"
              "       3\n");
}

TEST(Seeds, EachGroupIsABarOnStderr) {
    const Outcome finished = run("seeds xor --count 6 --plot");
    const std::string full = "\u2588";
    std::string half;
    for (int i = 0; i < 20; ++i) half += full;
    EXPECT_NE(finished.err.find("    0.014159 " + half + " 3, as seed 2\n"), std::string::npos)
        << finished.err;
    EXPECT_NE(finished.err.find("    0.485812 " + half.substr(0, 6 * full.size()) + "\u258b 1, as seed 3\n"),
              std::string::npos)
        << finished.err;
    EXPECT_EQ(finished.out, run("seeds xor --count 6").out);
}

TEST(Seeds, AnyNumberOfThreadsFindsTheSame) {
    for (const std::string command : {"seeds xor --count 20", "seeds sine --count 3 --epochs 5 --json"}) {
        const std::string alone = run(command + " --threads 1").out;
        EXPECT_FALSE(alone.empty());
        for (const std::string threads : {"2", "3", "1024", "auto"})
            EXPECT_EQ(run(command + " --threads " + threads).out, alone) << command << threads;
    }
}

TEST(Seeds, ARegressionIsSolvedWhenItExplainsTheData) {
    const std::string options =
        " --count 2 --epochs 60 --net '16 tanh' --learning-rate 0.03 --validation 0 --json";
    const json noisy = json::parse(run("seeds sine" + options).out);
    EXPECT_EQ(noisy["solved"], 0);
    EXPECT_TRUE(noisy["groups"][0]["reason"].get<std::string>().starts_with("R2 reaches 0.9"));
    const json exact = json::parse(run("seeds sine --noise 0" + options).out);
    EXPECT_EQ(exact["solved"], 2);
    EXPECT_EQ(exact["groups"][0]["reason"], "R2 is at least 0.99");
}

TEST(Seeds, SayTheSpreadOfTheValidationMetrics) {
    const std::string options = "moons --examples 150 --noise 0.3 --epochs 6 ";
    const json found = json::parse(run("seeds " + options + "--count 3 --json").out)["validation"];
    double mean = 0, squares = 0;
    std::vector<double> accuracies;
    for (const std::string seed : {"0", "1", "2"}) {
        const Outcome one = run("train " + options + "--data-seed 0 --json --seed " + seed);
        accuracies.push_back(json::parse(lines_of(one.out).back())["validation"]["accuracy"]);
        mean += accuracies.back() / 3;
    }
    for (const double accuracy : accuracies) squares += (accuracy - mean) * (accuracy - mean);
    EXPECT_EQ(found["seeds"], 3);
    EXPECT_NEAR(found["accuracy"]["mean"], mean, 1e-12);
    EXPECT_NEAR(found["accuracy"]["sd"], std::sqrt(squares / 2), 1e-12);
    EXPECT_EQ(found["accuracy"]["lowest"], *std::ranges::min_element(accuracies));
    EXPECT_EQ(found["accuracy"]["highest"], *std::ranges::max_element(accuracies));
    const std::string table = run("seeds " + options + "--count 3").out;
    EXPECT_NE(table.find("Validation of 3 seeds: mean, standard deviation, lowest and highest\n  accuracy "),
              std::string::npos)
        << table;
    EXPECT_FALSE(json::parse(run("seeds xor --count 3 --json").out).contains("validation"));
}

TEST(Seeds, RunsThatFailAreAGroupOfTheirOwn) {
    const json found = json::parse(run("seeds xor --learning-rate 1e30 --count 3 --json").out);
    EXPECT_EQ(found["solved"], 0);
    ASSERT_EQ(found["groups"].size(), 1);
    EXPECT_EQ(found["groups"][0]["count"], 3);
    EXPECT_EQ(found["groups"][0]["cost"], nullptr);
    EXPECT_EQ(found["groups"][0]["reason"],
              "training failed: a cost or weight was no longer a finite number, or far too large");
}

TEST(Seeds, AnInterruptionEndsItAtOnceWithANote) {
    const Outcome outcome =
        run("seeds spirals --count 100000", {.signal = SIGINT, .at = "seeds     0 to 99999"});
    EXPECT_EQ(outcome.status, 130);
    EXPECT_LT(outcome.seconds_after_signal, sanitized ? 10 : 0.5);
    EXPECT_EQ(outcome.out, "");
    const std::string note = lines_of(outcome.err).back();
    EXPECT_TRUE(note.starts_with("stopped   after ")) << note;
    EXPECT_TRUE(note.ends_with(" of 100000 seeds")) << note;
}

}  // namespace
}  // namespace gradus::tests
