// What does `gradus train` print? The tutorial's lines, metrics, JSON; the same every time.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "gradus/data/generators.h"
#include "gradus/model/memory.h"
#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// But for the time that it took.
std::string without_seconds(const std::string& text) {
    std::string lines;
    for (json object : objects_of(text)) {
        object.erase("seconds");
        object.erase("total_seconds");
        lines += object.dump() + "\n";
    }
    return lines;
}

TEST(Train, XorPrintsTheTutorialsFifteenLines) {
    const Outcome outcome = run("train xor");
    EXPECT_EQ(outcome.out,
              "Cost after iteration# 0: 0.856267\n"
              "Cost after iteration# 100: 0.347426\n"
              "Cost after iteration# 200: 0.101195\n"
              "Cost after iteration# 300: 0.053631\n"
              "Cost after iteration# 400: 0.036031\n"
              "Cost after iteration# 500: 0.027002\n"
              "Cost after iteration# 600: 0.021543\n"
              "Cost after iteration# 700: 0.017896\n"
              "Cost after iteration# 800: 0.015293\n"
              "Cost after iteration# 900: 0.013344\n"
              "Cost after iteration# 1000: 0.011831\n"
              "Neural Network prediction for example (0, 0) is 0\n"
              "Neural Network prediction for example (0, 1) is 1\n"
              "Neural Network prediction for example (1, 0) is 1\n"
              "Neural Network prediction for example (1, 1) is 0\n");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Train, AnOptionOverridesItsPartOfTheTutorial) {
    const Outcome outcome = run("train xor --seed 3 --iterations 101");
    EXPECT_EQ(outcome.out,
              "Cost after iteration# 0: 0.714568\n"
              "Cost after iteration# 100: 0.628860\n"
              "Neural Network prediction for example (0, 0) is 0\n"
              "Neural Network prediction for example (0, 1) is 1\n"
              "Neural Network prediction for example (1, 0) is 1\n"
              "Neural Network prediction for example (1, 1) is 1\n");
}

TEST(Train, NotesOnStderrSayWhatIsDone) {
    const std::vector<std::string> notes = lines_of(run("train xor").err);
    ASSERT_EQ(notes.size(), 8);
    EXPECT_EQ(notes[0], "data      xor: 4 examples, 2 features");
    EXPECT_EQ(notes[1], "target    y, built-in: 2 classes");
    EXPECT_EQ(notes[2], "network   2 inputs, 2 tanh, 1 sigmoid (9 parameters)");
    EXPECT_EQ(notes[3],
              "recipe    xor --task classify --scale none --net \"2 tanh\" --init normal --precision double "
              "--loss binary_cross_entropy --optimizer gd --learning-rate 0.3 --weight-decay 0 "
              "--schedule constant --batch full --iterations 1001 --validation 0 --seed 2 --data-seed 2");
    EXPECT_EQ(notes[4], "baseline  accuracy 0.5000, by the most frequent class alone");
    EXPECT_EQ(notes[5], "linear    accuracy 0.5000 (training), by a logistic regression");
    EXPECT_TRUE(notes[6].starts_with("done      1001 updates in ")) << notes[6];
    EXPECT_EQ(notes[7], "doctor    nothing found");
}

TEST(Train, NotesThatAModelOfADefaultNameIsReplaced) {
    const std::string note = "replaces  xor.onnx, which is there already (-o names another)\n";
    EXPECT_EQ(run("train xor").err.find(note), std::string::npos);
    EXPECT_NE(run("train xor").err.find(note), std::string::npos);
    EXPECT_EQ(run("train xor -o xor.onnx").err.find(note), std::string::npos);
}

TEST(Train, DrawsItsCostsInDotsOfBrailleWhenAsked) {
    const Outcome outcome = run("train xor --plot");
    const std::vector<std::string> lines = lines_of(outcome.err);
    const auto title = std::ranges::find(lines, "cost");
    ASSERT_GE(lines.end() - title, 10) << outcome.err;
    EXPECT_TRUE((title + 1)->starts_with("      0.8563 \xE2\xA0")) << *(title + 1);
    EXPECT_TRUE((title + 8)->starts_with("     0.01183 ")) << *(title + 8);
    EXPECT_TRUE((title + 8)->ends_with("\u28c0")) << *(title + 8);
    EXPECT_EQ(*(title + 9), "             iteration 0                                   iteration 1000");
    EXPECT_EQ(*(title + 10), "x1 across, x2 upwards; filled: class 1 is likelier");
    EXPECT_EQ(lines_of(run("train xor -o xor.onnx").err).size() + 10 + 20, lines.size());
}

// XOR is solved: full at (0,1) and (1,0), empty at (0,0) and (1,1), wherever its two lines lie.
TEST(Train, DrawsWhereANetworkOfTwoInputsAnswersOne) {
    const std::vector<std::string> lines = lines_of(run("train xor --plot --quiet --json").err);
    EXPECT_TRUE(lines.empty());
    const std::string picture = run("train xor --plot").err;
    const std::vector<std::string> all = lines_of(picture);
    const auto title = std::ranges::find(all, "x1 across, x2 upwards; filled: class 1 is likelier");
    ASSERT_GE(all.end() - title, 20) << picture;
    const auto place =
        [&](int x1, int x2) {  // the whole character; a margin of a quarter: 0 is column 6, 1 column 30
            const std::string line = *(title + 1 + (x2 == 1 ? 3 : 15));
            std::vector<std::string> letters;
            for (std::size_t i = 0; i < line.size();) {
                const std::size_t bytes = static_cast<unsigned char>(line[i]) >= 0xE0 ? 3 : 1;
                letters.push_back(line.substr(i, bytes));
                i += bytes;
            }
            return letters.at(static_cast<std::size_t>(14 + (x1 == 1 ? 30 : 6)));
        };
    EXPECT_EQ(place(0, 1), "\u2588") << picture;
    EXPECT_EQ(place(1, 0), "\u2588") << picture;
    EXPECT_EQ(place(0, 0), " ") << picture;
    EXPECT_EQ(place(1, 1), " ") << picture;
    EXPECT_TRUE((title + 1)->starts_with("        1.25 ")) << picture;
    EXPECT_TRUE((title + 18)->starts_with("       -0.25 ")) << picture;
    EXPECT_TRUE(std::ranges::count(lines_of(run("train sine --plot --epochs 2").err), *title) == 0);
}

TEST(Train, QuietMeansThatStderrIsEmpty) {
    for (const std::string command :
         {"train xor --quiet", "train sine --quiet --epochs 3 --json",
          "seeds xor --count 3 --quiet --threads 1", "explain xor --quiet --check"})
        EXPECT_EQ(run(command).err, "") << command;
}

TEST(Train, JsonLinesAreTheEventsOfTheRun) {
    const std::vector<json> events = objects_of(run("train xor --json").out);
    ASSERT_EQ(events.size(), 1 + 11 + 4 + 1);
    EXPECT_EQ(events.front()["event"], "start");
    EXPECT_EQ(events.front()["network"], "2 tanh, 1 sigmoid");
    EXPECT_EQ(events[2]["event"], "progress");
    EXPECT_EQ(events[2]["iteration"], 100);
    EXPECT_EQ(events[2]["epoch"], 100);
    EXPECT_NEAR(events[2]["cost"], 0.3474257331243048, 1e-12);
    EXPECT_EQ(events[13]["event"], "prediction");
    EXPECT_EQ(events[13]["example"], (std::vector<double>{0, 1}));
    EXPECT_EQ(events[13]["prediction"], "1");

    const json& done = events.back();
    EXPECT_EQ(done["event"], "done");
    EXPECT_EQ(done["model"], "xor.onnx");
    EXPECT_EQ(done["iterations"], 1001);
    EXPECT_NEAR(done["cost"], 0.011817649115191842, 1e-12);
    EXPECT_EQ(done["train"]["accuracy"], 1);
    EXPECT_EQ(done["train"]["confusion"], (std::vector<std::vector<int>>{{2, 0}, {0, 2}}));
    EXPECT_EQ(done["validation"], nullptr);
    EXPECT_GT(done["seconds"], 0);
    EXPECT_GE(done["total_seconds"], done["seconds"]);
}

TEST(Train, JsonNumbersReadBackAsTheSameNumbers) {
    for (const std::string& line : lines_of(run("train sine --epochs 3 --json").out)) {
        const nlohmann::ordered_json object = nlohmann::ordered_json::parse(line);
        EXPECT_EQ(object.dump(), line);  // the shortest text that has all digits
    }
}

TEST(Train, DataWithoutATruthTableEndsWithMetrics) {
    const std::vector<std::string> classified = lines_of(run("train gauss --epochs 1 --examples 1000").out);
    ASSERT_EQ(classified.size(), 3);
    EXPECT_TRUE(classified[0].starts_with("Cost after epoch# 0: ")) << classified[0];
    EXPECT_TRUE(classified[1].starts_with("training       800 examples   accuracy 0.9")) << classified[1];
    EXPECT_TRUE(classified[2].starts_with("validation     200 examples   accuracy 0.9")) << classified[2];

    const std::vector<std::string> fitted = lines_of(run("train sine --iterations 1 --validation 0").out);
    ASSERT_EQ(fitted.size(), 2);
    EXPECT_TRUE(fitted[1].starts_with("training       500 examples   rmse ")) << fitted[1];
}

TEST(Train, MetricsCarryTheirUncertainty) {
    const std::string text = lines_of(run("train gauss --epochs 1 --examples 1000").out)[2];
    const json done = objects_of(run("train gauss --epochs 1 --examples 1000 --json").out).back();
    const json& validation = done["validation"];
    const double accuracy = validation["accuracy"];
    EXPECT_NEAR(validation["accuracy_se"], std::sqrt(accuracy * (1 - accuracy) / 200), 1e-12);
    char expected[64];
    std::snprintf(expected, sizeof expected, "accuracy %.4f +- %.2g   f1 ", accuracy,
                  validation["accuracy_se"].get<double>());
    EXPECT_NE(text.find(expected), std::string::npos) << text;
    for (const char* metric : {"f1", "log_loss", "roc_auc", "calibration_error"}) {
        EXPECT_GT(validation[metric], 0) << metric;
        EXPECT_GT(validation[std::string(metric) + "_se"], 0) << metric;
    }
    EXPECT_NEAR(validation["log_loss"], validation["loss"], 1e-6);
}

TEST(Train, EarlyStoppingSaysHowManyUpdatesItKeeps) {
    const json done =
        objects_of(run("train moons --examples 1000 --epochs 40 --patience 1 --learning-rate 0.1 --json").out)
            .back();
    EXPECT_LT(done["iterations"], 40 * 25);
    EXPECT_EQ(done["kept_iterations"], done["iterations"].get<int>() - 25);
}

TEST(Train, IterationsMeansExactlySoManyUpdates) {
    const json done = objects_of(run("train xor --iterations 10 --validation 0.5 --json").out).back();
    EXPECT_EQ(done["iterations"], 10);
}

TEST(Train, TheSameCommandPrintsTheSame) {
    const std::string command = "train spirals --epochs 4 --net '16 relu, dropout 0.2, 8 tanh'";
    const Outcome once = run(command + " --threads 1");
    EXPECT_EQ(lines_of(once.out).size(), 4);
    for (const std::string threads : {"1", "2", "auto"})
        EXPECT_EQ(run(command + " --threads " + threads).out, once.out) << threads;
    EXPECT_EQ(without_seconds(run(command + " --json --threads 2").out),
              without_seconds(run(command + " --json --threads 1").out));
}

TEST(Train, WorksOnAsManyThreadsAsItMay) {
    if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "needs a second core";
    const std::string command =
        "train spirals --examples 2000 --batch full --net '256 relu, 256 relu' --iterations 20 --threads ";
    EXPECT_EQ(run(command + "2").most_threads, run(command + "1").most_threads + 1);
}

TEST(Train, NegativeZeroAndTheSmallestNumbersAreAccepted) {
    for (const std::string options : {"--weight-decay -0", "--learning-rate 1e-300", "--noise 1e6",
                                      "--noise -0.0", "--seed 4294967295", "--batch 1e15", "--net ''", "-- "})
        EXPECT_EQ(run("train xor --iterations 3 " + options).status, 0) << options;
}

TEST(Train, XorTakesLittleMemory) {
    if (sanitized) GTEST_SKIP() << "sanitizers need much more";
    EXPECT_LT(run("train xor").peak_megabytes, 20);
}

TEST(Train, TakesAboutTheMemoryThatIsForeseen) {
    if (sanitized) GTEST_SKIP() << "sanitizers need much more";
    const std::string settings = " --net '300 relu, 100 relu' --batch full --iterations 1 --quiet";
    const double base = run("train moons --examples 10" + settings).peak_megabytes;
    const double peak = run("train moons --examples 20000" + settings).peak_megabytes;
    const Dataset data = generate("moons", {.examples = 20'000});
    const Recipe recipe = make_recipe({.hidden = "300 relu, 100 relu", .batch = 0, .iterations = 1}, data);
    const double foreseen = memory_needed(data, recipe, 20'000) / (1024 * 1024);
    EXPECT_GT(foreseen, 0.9 * (peak - base));
    EXPECT_LT(foreseen, 1.5 * (peak - base));
}

TEST(Train, AnInterruptionEndsItAtOnceWithANote) {
    for (const auto& [signal, status] : {std::pair{SIGINT, 130}, std::pair{SIGTERM, 143},
                                         std::pair{SIGUSR1, 138}, std::pair{SIGUSR2, 140}}) {
        const Outcome outcome =
            run("train spirals --iterations 1000000000", {.signal = signal, .at = "Cost after iteration# 0"});
        EXPECT_EQ(outcome.status, status);
        EXPECT_LT(outcome.seconds_after_signal, sanitized ? 10 : 0.5);
        const std::string note = lines_of(outcome.err).back();
        EXPECT_TRUE(note.starts_with("stopped   after ")) << note;
        EXPECT_TRUE(note.ends_with("; go on with --resume spirals.onnx")) << note;
        EXPECT_EQ(lines_of(outcome.out).size(), 1);
    }
}

}  // namespace
}  // namespace gradus::tests
