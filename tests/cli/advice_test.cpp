// Can what the program advises be typed, and does it lead on?

#include "tests/cli/advice.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gradus::tests {
namespace {

std::string rows(int count, const std::string& even, const std::string& odd) {
    std::string text;
    for (int i = 0; i < count; ++i) text += std::to_string(i % 7) + "," + (i % 2 == 0 ? even : odd) + "\n";
    return text;
}

TEST(Advice, IsTakenOutOfWhatWasPrinted) {
    const std::vector<std::string> words{"train", "t.csv", "--net", "1 tanh", "--lr", "0.1"};
    const auto typed = [&](const std::string& printed) {
        std::vector<std::vector<std::string>> all;
        for (const Advice& advice : advice_in(printed, words)) all.push_back(advice.words);
        return all;
    };
    using Lines = std::vector<std::vector<std::string>>;
    EXPECT_EQ(typed("error: t.csv: x (hint: --net \"4 tanh\")"),
              (Lines{{"train", "t.csv", "--lr", "0.1", "--net", "4 tanh"}}));
    EXPECT_EQ(typed("   type      --ignore a,b\n"),
              (Lines{{"train", "t.csv", "--net", "1 tanh", "--lr", "0.1", "--ignore", "a,b"}}));
    EXPECT_EQ(typed("error: --lr: there is no such option (hint: did you mean --learning-rate?)"),
              (Lines{{"train", "t.csv", "--net", "1 tanh", "--learning-rate", "0.1"}}));
    EXPECT_EQ(typed("doctor    gradus doctor t.csv --seed 1 tries what could help"),
              (Lines{{"doctor", "t.csv", "--seed", "1"}}));
    EXPECT_EQ(typed("(hint: --labels FILE, or --date-order dmy, or without --net)").size(), 1U);
}

// A quick part of what scripts/weekly does with the hints of all tests.
TEST(Advice, OfErrorsIsAcceptedAndLeadsOn) {
    write_here("t.csv", "x,y\n" + rows(60, "yes", "no"));
    write_here("na.csv", "x,y\n" + rows(60, "1.5", "2.5") + "so,2.5\n");
    write_here("dates.csv", "d,y\n" + std::string("03/04/2024,1\n05/06/2024,2\n07/08/2024,3\n"));
    write_here("one.csv", "x,y\n1,2\n");
    without_error("train t.csv --epochs 1 -o m.onnx");
    for (const char* line :
         {"train moons --lr 0.1 --epochs 1", "train moons --hidden '4 tanh' --epochs 1",
          "train moons --activation tanh --epochs 1", "train moons --dropout 0.2 --epochs 1",
          "train sine --task classify --epochs 1", "train na.csv --epochs 1", "train dates.csv --epochs 1",
          "train moons --loss cross_entropy --epochs 1", "train moons --momentum 0.9 --epochs 1",
          "train moons --shape 1x3 --epochs 1", "train xor --validation 0.9",
          "train moons --init Xavier --epochs 1", "train moons --optimizer sgd --epochs 1",
          "train m.onnx t.csv", "t.csv", "trian xor", "predict t.csv m.onnx",
          "train t.csv --validation 20% --epochs 1"}) {
        const Outcome outcome = run(line);
        std::vector<std::string> words;  // as `run` takes them apart
        for (const std::string& word : shell_words(line)) words.push_back(word);
        const std::vector<Advice> all = advice_in(outcome.err, words);
        EXPECT_FALSE(all.empty()) << line << "\n" << outcome.err;
        for (const Advice& advice : all) {
            const Outcome typed = run_words(advice.words);
            EXPECT_NE(typed.status, 2) << line << "\n" << outcome.err << advice.hint << "\n" << typed.err;
            EXPECT_NE(typed.err, outcome.err) << line;
        }
    }
}

// The short form behind `train` sends to a command that runs.
TEST(Advice, OfTheDoctorIsAccepted) {
    for (const char* line :
         {"train circles --net '1 tanh' --epochs 3 -o m.onnx", "doctor xor --seed 0",
          "doctor moons --examples 100 --init zeros --optimizer gd --learning-rate 0.1 --epochs 3"}) {
        const Outcome outcome = run(line);
        const std::vector<Advice> all = advice_in(outcome.err + outcome.out, shell_words(line));
        ASSERT_FALSE(all.empty()) << line << "\n" << outcome.err << outcome.out;
        for (const Advice& advice : all)
            EXPECT_EQ(run_words(advice.words).status, 0) << line << "\n" << advice.hint;
    }
}

}  // namespace
}  // namespace gradus::tests
