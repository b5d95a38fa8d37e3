// From a file to a model, and back: train, predict, evaluate, summary, resume.

#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// Thirty animals: the label follows from the weight and the place, one weight and one place are missing.
std::string animals() {
    std::string text = "weight,place,\"legs, in all\",kind\n";
    for (int i = 0; i < 30; ++i) {
        const bool bird = i % 3 == 0;
        text += (i == 7 ? "" : std::to_string(bird ? 1 + i % 5 : 20 + i)) + "," +
                (i == 8 ? "NA"
                 : bird ? "air"
                        : "land") +
                "," + (bird ? "2" : "4") + "," + (bird ? "bird" : "\"cat, or dog\"") + "\n";
    }
    return text;
}

std::vector<std::string> fields_of_first_column(const std::string& csv) {
    std::vector<std::string> fields;
    for (const std::string& line : lines_of(csv))
        fields.push_back(line.substr(0, line.find_last_of('"') + 1));
    return fields;
}

TEST(Files, TrainWritesTheModelThatPredictAndEvaluateRead) {
    write_here("animals.csv", animals());
    const Outcome trained = run("train animals.csv --validation 0 --json");
    ASSERT_EQ(trained.status, 0) << trained.err;
    const json done = json::parse(lines_of(trained.out).back());
    EXPECT_EQ(done["model"], "animals.onnx");
    EXPECT_EQ(done["train"]["accuracy"], 1);
    EXPECT_EQ(done["train"]["classes"], (std::vector<std::string>{"bird", "cat, or dog"}));

    const std::vector<std::string> lines = lines_of(run("predict animals.onnx animals.csv").out);
    ASSERT_EQ(lines.size(), 31);
    EXPECT_EQ(lines[0], "prediction");
    EXPECT_EQ(lines[1], "bird");
    EXPECT_EQ(lines[2], "\"cat, or dog\"");

    const json evaluation = json::parse(run("evaluate animals.onnx animals.csv --json").out);
    EXPECT_EQ(evaluation["examples"], 30);
    EXPECT_EQ(evaluation["confusion"], (std::vector<std::vector<int>>{{10, 0}, {0, 20}}));
    EXPECT_EQ(evaluation["loss"], done["train"]["loss"]);
}

TEST(Files, PredictNeedsNoLabelAndNotesColumnsThatItDoesNotKnow) {
    write_here("animals.csv", animals());
    ASSERT_EQ(run("train animals.csv --quiet -o m.onnx").status, 0);
    write_here("new.csv", "\"legs, in all\",colour,place,weight\n2,red,air,\n4,grey,sea,30\n");
    const Outcome outcome = run("predict m.onnx new.csv --probabilities");
    EXPECT_EQ(outcome.err,
              "ignored   columns that the model does not know: \"colour\"\n"
              "note      column \"place\": \"sea\" (1 of 2 rows) was not there in training\n");
    const std::vector<std::string> lines = lines_of(outcome.out);
    ASSERT_EQ(lines.size(), 3);
    EXPECT_EQ(lines[0], "prediction,bird,\"cat, or dog\"");
    EXPECT_TRUE(lines[1].starts_with("bird,0.")) << lines[1];
    EXPECT_TRUE(lines[2].starts_with("\"cat, or dog\",")) << lines[2];
    EXPECT_EQ(run("predict m.onnx new.csv --quiet -o answers.csv").status, 0);
    EXPECT_EQ(read_here("answers.csv"), "prediction\nbird\n\"cat, or dog\"\n");

    write_here("lacks.csv", "place,weight\nair,2\n");
    const Outcome lacking = run("predict m.onnx lacks.csv");
    EXPECT_EQ(lacking.status, 3);
    EXPECT_EQ(lacking.err,
              "error: lacks.csv: there is no column \"legs, in all\", expected every column of the training "
              "data\n");
    EXPECT_EQ(
        run("evaluate m.onnx new.csv").err,
        "error: new.csv: there is no column \"kind\", expected legs, in all, colour, place or weight\n");
}

TEST(Files, ARegressionPredictsInTheUnitsOfItsTargets) {
    std::string text = "x,double,half\n";
    for (int i = 0; i < 60; ++i)
        text +=
            std::to_string(i) + "," + std::to_string(2000 + 200 * i) + "," + std::to_string(i / 2.0) + "\n";
    write_here("lines.csv", text);
    ASSERT_EQ(run("train lines.csv --target double,half --quiet --epochs 2000 --patience 500").status, 0);
    write_here("one.csv", "x\n30\n");
    const std::vector<std::string> lines = lines_of(run("predict lines.onnx one.csv").out);
    ASSERT_EQ(lines.size(), 2);
    EXPECT_EQ(lines[0], "double,half");
    EXPECT_NEAR(std::stod(lines[1]), 8000, 200);
    EXPECT_NEAR(std::stod(lines[1].substr(lines[1].find(',') + 1)), 15, 0.5);
    const json evaluation = json::parse(run("evaluate lines.onnx lines.csv --json").out);
    EXPECT_GT(evaluation["r2"], 0.99);
    EXPECT_TRUE(evaluation.contains("rmse") && evaluation.contains("mae"));
}

TEST(Files, SummaryListsTheLayersWithTheirShares) {
    ASSERT_EQ(run("train xor --quiet").status, 0);
    const std::vector<std::string> lines = lines_of(run("summary xor.onnx").out);
    EXPECT_EQ(lines[1], "2                             2       2          6  66.7%             4     64 B");
    const json summary = json::parse(run("summary xor.onnx --json").out);
    EXPECT_EQ(summary["parameters"], 9);
    EXPECT_EQ(summary["multiply_adds"], 6);
    EXPECT_EQ(summary["classes"], (std::vector<std::string>{"0", "1"}));
    EXPECT_EQ(summary["resumable"], false);
}

TEST(Files, TheSameCommandWritesTheSameBytesForAnyNumberOfThreads) {
    write_here("animals.csv", animals());
    ASSERT_EQ(run("train animals.csv --net '16 relu, dropout 0.1' --quiet --threads 1 -o a.onnx").status, 0);
    ASSERT_EQ(run("train animals.csv --net '16 relu, dropout 0.1' --quiet --threads 2 -o b.onnx").status, 0);
    EXPECT_EQ(read_here("a.onnx"), read_here("b.onnx"));
    EXPECT_FALSE(read_here("a.onnx").empty());
    EXPECT_EQ(fields_of_first_column(run("predict a.onnx animals.csv --probabilities").out),
              fields_of_first_column(run("predict b.onnx animals.csv --probabilities").out));
}

const std::string long_run =
    "train moons --examples 400 --net '8 tanh, dropout 0.1' --schedule cosine --epochs 3000 --patience 2900 "
    "--quiet "
    "--batch 16";

TEST(Files, AnInterruptedRunGoesOnToTheSameBytes) {
    ASSERT_EQ(run(long_run + " -o whole.onnx").status, 0);
    const Outcome stopped =
        run(long_run + " -o part.onnx --checkpoint check.onnx", {.signal = SIGTERM, .at = "epoch# 100:"});
    ASSERT_EQ(stopped.status, 143);
    EXPECT_EQ(json::parse(run("summary check.onnx --json").out)["resumable"], true);
    EXPECT_EQ(read_here("part.onnx"), "");
    ASSERT_EQ(run(long_run + " -o part.onnx --resume check.onnx").status, 0);
    EXPECT_EQ(read_here("part.onnx"), read_here("whole.onnx"));
    // what was not said again is as it was
    ASSERT_EQ(run("train moons --examples 400 --resume check.onnx --quiet -o short.onnx").status, 0);
    EXPECT_EQ(read_here("short.onnx"), read_here("whole.onnx"));
}

TEST(Files, ResumeWantsTheSameRecipeAndTheSameData) {
    const Outcome stopped = run(long_run + " -o check.onnx", {.signal = SIGINT, .at = "epoch# 100:"});
    ASSERT_EQ(stopped.status, 130);
    const auto error = [](const std::string& options) {
        const Outcome outcome = run("train " + options + " --resume check.onnx -o no.onnx");
        EXPECT_EQ(outcome.status, 3);
        EXPECT_EQ(read_here("no.onnx"), "");
        return outcome.err;
    };
    EXPECT_EQ(error("moons --examples 400 --batch 17"),
              "error: --resume: the run had --batch 16, and now it is --batch 17 (hint: without --batch it "
              "goes on as it "
              "was)\n");
    EXPECT_EQ(error("moons --examples 400 --net '9 tanh'"),
              "error: --resume: the run had --net \"8 tanh, dropout 0.1\", and now it is --net \"9 tanh\" "
              "(hint: without "
              "--net it goes on as it was)\n");
    EXPECT_EQ(error("moons --examples 400 --validation 0.3"),
              "error: --resume: the run had --validation 0.2, and now it is --validation 0.3 (hint: without "
              "--validation it goes on as it was)\n");
    EXPECT_EQ(error("moons --examples 401"),
              "error: --resume: moons is not the data of the run, which had 400 examples of moons\n");
    ASSERT_EQ(run("train xor --quiet -o check.onnx").status, 0);
    EXPECT_EQ(
        error("xor"),
        "error: --resume: check.onnx is the model of a finished run, expected a checkpoint (hint: --from "
        "check.onnx)\n");
}

TEST(Files, ResumeReadsTheDataAsTheRunDid) {
    std::string text = "x,\"a \"\"b\"\", c\",code,y,z\n";
    for (int i = 0; i < 90; ++i)
        text += (i % 9 == 0 ? "gone" : std::to_string(i * 37 % 90)) + "," + std::to_string(i * 7 % 31) + "," +
                std::to_string(i % 3) + "," + std::to_string(i * 37 % 90 < 45 ? 3 : 4) + "," +
                std::to_string(i * i % 97) + "\n";
    write_here("t.csv", text);
    const std::string options = R"( --target y --ignore z --categorical code,'"a ""b"", c"' --missing gone)"
                                " --task regress --ensemble 1 --epochs 3000 --patience 3000 -o ";
    ASSERT_EQ(run("train t.csv" + options + "whole.onnx").status, 0);
    run("train t.csv" + options + "part.onnx --checkpoint c.onnx", {.signal = SIGTERM, .at = "epoch# 100:"});
    for (const std::string& said : {std::string(" -o "), options}) {
        const Outcome resumed = run("train t.csv --resume c.onnx" + said + "resumed.onnx");
        EXPECT_EQ(resumed.status, 0) << resumed.err;
        EXPECT_TRUE(read_here("resumed.onnx") == read_here("whole.onnx")) << said;
    }
    EXPECT_EQ(lines_of(run("train t.csv --resume c.onnx --ignore x -o x.onnx").err).back() + "\n",
              "error: --resume: t is not the data of the run, which had 90 examples of t\n");
}

TEST(Files, ResumeSaysOfNumbersWhereThereWereClassesThatTheDataIsAnother) {
    std::string classes = "x,y\n", numbers = "x,y\n";
    for (int i = 0; i < 60; ++i) {
        classes += std::to_string(i * 37 % 60) + (i * 37 % 60 < 30 ? ",low\n" : ",high\n");
        numbers += std::to_string(i * 37 % 60) + "," + std::to_string(i * i % 97) + ".5\n";
    }
    write_here("t.csv", classes);
    write_here("n.csv", numbers);
    ASSERT_EQ(run("train t.csv --epochs 100000 --patience 100000 -o check.onnx",
                  {.signal = SIGINT, .at = "epoch# 100:"})
                  .status,
              130);
    const Outcome other = run("train n.csv --resume check.onnx -o no.onnx");
    EXPECT_EQ(other.status, 3);
    EXPECT_EQ(other.err.find("one way to write them"), std::string::npos) << other.err;
    EXPECT_NE(other.err.find("error: "), std::string::npos) << other.err;
}

TEST(Files, AHyphenIsTheStandardOutputAndNeverAFile) {
    without_error("train xor -o xor.onnx");
    EXPECT_EQ(without_error("predict xor.onnx xor -o -"), without_error("predict xor.onnx xor"));
    EXPECT_EQ(without_error("export xor --to numpy -o -"), without_error("export xor --to numpy"));
    const Outcome model = run("train xor -o -");
    EXPECT_EQ(model.status, 2);
    EXPECT_EQ(model.err, "error: -o: \"-\" is no file here, expected the name of a file (hint: -o ./-)\n");
    EXPECT_EQ(run("train xor --report -").status, 2);
    EXPECT_EQ(run("train xor --checkpoint -").status, 2);
    EXPECT_EQ(names_here(), (std::vector<std::string>{"xor.onnx"}));
}

TEST(Files, FromNotesTheColumnsThatTheModelDoesNotSee) {
    write_here("t.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n");
    write_here("more.csv", "x,z,y\n1,5,a\n2,7,b\n3,1,a\n4,2,b\n");
    without_error("train t.csv --epochs 1 -o m.onnx");
    const std::string note = "ignored   columns that the model does not know: \"z\"\n";
    EXPECT_NE(run("train more.csv --from m.onnx --epochs 1 -o n.onnx").err.find(note), std::string::npos);
    EXPECT_EQ(run("train t.csv --from m.onnx --epochs 1 -o n.onnx").err.find("ignored"), std::string::npos);
    EXPECT_NE(run("predict m.onnx more.csv").err.find(note), std::string::npos);
}

TEST(Files, FromBeginsWithTheWeightsAndFeaturesOfAModel) {
    write_here("animals.csv", animals());
    ASSERT_EQ(run("train animals.csv --quiet -o first.onnx").status, 0);
    const Outcome tuned =
        run("train animals.csv --from first.onnx --epochs 1 --validation 0 --json -o second.onnx");
    ASSERT_EQ(tuned.status, 0) << tuned.err;
    EXPECT_LT(json::parse(lines_of(tuned.out)[1])["cost"], 0.1);  // where the first ended
    EXPECT_EQ(run("train animals.csv --from first.onnx --net '3 relu'").err,
              "error: --net: the network is that of --from, expected 64 relu, 64 relu, 1 sigmoid (hint: "
              "without --net)\n");
}

struct OverwrittenFile {
    std::string file, content, options, sentence;
};

TEST(Files, WhatIsReadIsNeverWrittenOver) {
    const std::string data = "a,y\n1,x\n2,z\n3,x\n4,z\n";
    write_here("kept.csv", data);
    run("train kept.csv --epochs 1 -o kept.onnx");
    const std::string model = read_here("kept.onnx");
    for (const std::string command :
         {"train kept.csv -o kept.csv", "train kept.csv --report ./kept.csv",
          "train kept.csv --checkpoint kept.csv", "train kept.csv -o new.onnx --report new.onnx",
          "train kept.csv --report kept.onnx", "train kept.csv --validation kept.csv -o kept.csv",
          "predict kept.onnx kept.csv -o kept.csv", "predict kept.onnx kept.csv -o kept.onnx",
          "evaluate kept.onnx kept.csv --report kept.onnx", "export kept.csv --to numpy -o kept.csv"}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 2) << command;
        EXPECT_TRUE(outcome.err.ends_with("\" is read or written as well, expected a file of its own\n"))
            << command << outcome.err;
        EXPECT_EQ(read_here("kept.csv"), data) << command;
        EXPECT_EQ(read_here("kept.onnx"), model) << command;
    }
    EXPECT_EQ(run("train kept.csv --epochs 1 --from kept.onnx -o kept.onnx").status, 0);
}

TEST(Files, AMistakeIsOneSentenceAndLeavesNothingBehind) {
    const std::vector<OverwrittenFile> mistakes{
        {"a.csv", "a,b,y\n1,2,x\n3,4,z\n5,6\n", "", "a.csv:4: 2 fields, expected 3 as in line 1"},
        {"a.csv", "a,b,y\n1,2,x\n3,4,z\n5,abc,x\n", "",
         "a.csv:4: column \"b\" holds \"abc\", expected a number (hint: --missing \"abc\" or --categorical "
         "\"b\")"},
        {"a.csv", "", "", "a.csv: is empty, expected rows of fields"},
        {"a.csv", "a,b,y\n", "",
         "a.csv:1: a header and no rows, expected rows below it (hint: --header no if this is a row of "
         "data)"},
        {"a.csv", "a,y\n1,x\n2,x\n", "",
         "a.csv: column \"y\": every label is \"x\", expected at least two classes (hint: --target names the "
         "column to "
         "predict)"},
        {"a.csv", "a,b,y\n1,,x\n2,,z\n", "",
         "a.csv: column \"b\": every value is missing (hint: --ignore \"b\")"},
        {"a.csv", "a,label\n1,x\n2,z\n", "--target lable",
         "a.csv: there is no column \"lable\" (hint: did you mean label?)"},
        {"a.csv", "a,b,y\n1,\xff\xfe,x\n3,4,z\n", "",
         "a.csv:2: column \"b\" holds \"\\xff\\xfe\", which is not UTF-8 (hint: --encoding latin1, gb18030 "
         "or another)"},
        {"a-ubyte",
         std::string("\0\0\x08\x03\0\0\0\x05\0\0\0\x1c\0\0\0\x1c"
                     "abc",
                     19),
         "", "a-ubyte: ends after 3 bytes of numbers, expected 5 x 784 of 1 bytes each"},
        {"a.csv", "a,y\n1,x\n2,z\n", "--from b.onnx", "b.onnx: there is no such file"},
        {"a.csv", "a,y\n1,x\n2,z\n3,x\n4,z\n", "--validation none.csv", "none.csv: there is no such file"},
        {"a.csv", "a,y\n1,x\n2,z\n3,x\n4,z\n", "-o nowhere/m.onnx",
         "nowhere/m.onnx: cannot be written (there is no folder nowhere) (hint: mkdir -p nowhere)"},
    };
    for (const auto& [file, content, options, sentence] : mistakes) {
        write_here(file, content);
        const std::vector<std::string> before = names_here();
        const Outcome outcome = run("train " + file + " " + options);
        EXPECT_EQ(outcome.err, "error: " + sentence + "\n");
        EXPECT_EQ(outcome.out, "");
        EXPECT_EQ(outcome.status, 3);
        EXPECT_LT(outcome.seconds, sanitized ? 20 : 1);
        EXPECT_EQ(names_here(), before);
    }
}

TEST(Files, AModelThatIsCutOrChangedOrForOtherColumnsIsRefused) {
    ASSERT_EQ(run("train moons --epochs 2 --quiet").status, 0);
    const std::string good = read_here("moons.onnx");
    write_here("cut.onnx", good.substr(0, good.size() / 2));
    std::string flipped = good;
    flipped[good.size() / 3] ^= 4;
    write_here("flipped.onnx", flipped);
    write_here("text.onnx", "weights\n");
    write_here("other.csv", "x,y\n1,2\n");
    for (const std::string command :
         {"summary cut.onnx", "summary flipped.onnx", "summary text.onnx", "summary .", "summary none.onnx",
          "predict moons.onnx other.csv", "evaluate cut.onnx moons"}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.status, 3) << command;
        EXPECT_EQ(outcome.out, "") << command;
        EXPECT_TRUE(outcome.err.starts_with("error: ")) << outcome.err;
        EXPECT_EQ(lines_of(outcome.err).size(), 1) << outcome.err;
    }
}

TEST(Files, AFullDiskLeavesTheLastGoodModel) {
    ASSERT_EQ(run("train xor --quiet").status, 0);
    const std::string good = read_here("xor.onnx");
    const Outcome outcome = run("train xor --seed 4 --quiet -o /dev/full");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_TRUE(outcome.err.starts_with("error: /dev/full: cannot be written")) << outcome.err;
    EXPECT_EQ(read_here("xor.onnx"), good);
    EXPECT_EQ(names_here(), (std::vector<std::string>{"xor.onnx"}));
}

TEST(Files, ADiskThatIsFullAtAnyByteLeavesTheLastGoodFile) {
    const std::string train =
        "train moons --examples 60 --net '4 tanh' --batch full --epochs 2 --validation 0 --quiet";
    struct Written {
        std::string file, options;
    };
    for (const auto& [file, options] :
         {Written{"moons.onnx", ""}, Written{"page.html", " -o /dev/null --report page.html"},
          Written{"check.onnx", " -o /dev/null --checkpoint check.onnx --checkpoint-every 1e-9"}}) {
        ASSERT_EQ(run(train + options).status, 0);
        const std::size_t size = read_here(file).size();
        ASSERT_GT(size, 2000);
        write_here(file, "the last good one");
        const std::vector<std::string> before = names_here();
        for (std::size_t part = 0; part <= 16; ++part) {
            const std::size_t bytes = (size - 1) * part / 16;
            SCOPED_TRACE(file + " and " + std::to_string(bytes) + " bytes");
            const Outcome outcome = run(train + options, {.disk = bytes});
            EXPECT_EQ(outcome.status, 3);
            EXPECT_EQ(outcome.err, "error: " + file + ": cannot be written (File too large)\n");
            EXPECT_EQ(read_here(file), "the last good one");
            EXPECT_EQ(names_here(), before);
        }
    }
}

}  // namespace
}  // namespace gradus::tests
