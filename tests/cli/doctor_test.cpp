// What does `gradus doctor` print, and its short form behind `gradus train`?

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

std::string last_note(const Outcome& outcome) {
    return lines_of(outcome.err).back();
}

TEST(Doctor, SaysWhatIsWrongHowItKnowsAndWhatToType) {
    const Outcome outcome = run("doctor xor --seed 0");
    EXPECT_EQ(outcome.out,
              "1. The network does not fit what it was shown.\n"
              "   measured  training accuracy 0.5000; (0,1) and (1,1), near p = 0.50, differ by\n"
              "             at most 0.0034 in A1, though their classes differ; tried: training\n"
              "             loss 0.003827 instead of 0.3522\n"
              "   type      --net \"16 tanh\"\n"
              "training accuracy 0.5000; by the most frequent class alone 0.5000, by a logistic\n"
              "regression 0.5000: the network is no better\n");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Doctor, WhatItSaysToTypeHelps) {
    const std::string sick = "xor --seed 0";
    EXPECT_EQ(json::parse(lines_of(run("train " + sick + " --json").out).back())["train"]["accuracy"], 0.5);
    const json finding = json::parse(lines_of(run("doctor " + sick + " --json").out).front());
    std::string hint = finding["hint"];
    std::ranges::replace(hint, '"', '\'');
    EXPECT_EQ(
        json::parse(lines_of(run("train " + sick + " " + hint + " --json").out).back())["train"]["accuracy"],
        1.0);
}

TEST(Doctor, FindsNothingInAHealthyRun) {
    const Outcome outcome = run("doctor moons");
    EXPECT_EQ(outcome.out,
              "nothing found: validation accuracy 1.0000; by the most frequent class alone\n"
              "0.5000, by a logistic regression 0.9200: the network beats both baselines\n");
    EXPECT_EQ(outcome.status, 0);
}

TEST(Doctor, AFailedTrainingIsADiagnosisNotAnError) {
    const Outcome outcome = run("doctor xor --net '4 relu' --learning-rate 1e308");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(lines_of(outcome.out).front(),
              "1. The first number that is not finite is Z2[1,1] = inf, at iteration 1.");
    EXPECT_EQ(lines_of(outcome.out).back(), "the training failed");
}

TEST(Doctor, JsonHasAnObjectForEachFindingAndOneForTheVerdict) {
    const std::vector<std::string> lines = lines_of(run("doctor xor --init zeros --json").out);
    ASSERT_EQ(lines.size(), 2);
    const json finding = json::parse(lines[0]), verdict = json::parse(lines[1]);
    EXPECT_EQ(finding["finding"], "same_weights");
    EXPECT_EQ(finding["hint"], "--init normal");
    EXPECT_GT(finding["weight"], 50);
    EXPECT_FALSE(finding["evidence"].get<std::string>().empty());
    EXPECT_EQ(verdict["findings"], 1);
    EXPECT_TRUE(verdict["verdict"].get<std::string>().starts_with("training accuracy 0.5000"));
}

TEST(Doctor, AnInterruptionEndsItAtOnceWithANote) {
    const Outcome outcome = run("doctor spirals --epochs 1000000", {.signal = SIGINT, .at = "recipe"});
    EXPECT_EQ(outcome.status, 130);
    EXPECT_LT(outcome.seconds_after_signal, sanitized ? 10 : 0.5);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(last_note(outcome), "stopped   before there was a diagnosis");
}

TEST(Doctor, LooksAtASavedNetworkWithoutTrainingIt) {
    ASSERT_EQ(run("train xor --quiet -o saved.onnx").status, 0);
    const Outcome healthy = run("doctor saved.onnx xor");
    EXPECT_EQ(healthy.status, 0) << healthy.err;
    EXPECT_TRUE(healthy.out.starts_with("nothing found: accuracy 1.0000; by the most frequent class alone"))
        << healthy.out;
    EXPECT_EQ(healthy.err, "note      these are the rows that the model was trained on\n");
    // of the answers of xor only that to (0, 0) is right for and
    const json other = json::parse(lines_of(run("doctor saved.onnx and --json").out).front());
    EXPECT_EQ(other["finding"], "other_data");
    EXPECT_EQ(other["evidence"], "accuracy 1.0000 on 4 examples of xor, 0.2500 on these 4");

    ASSERT_EQ(run("train xor --init zeros --quiet -o saved.onnx").status, 0);
    const json same = json::parse(lines_of(run("doctor saved.onnx xor --json").out).front());
    EXPECT_EQ(same["finding"], "same_weights");
}

TEST(Doctor, SaysNothingOfAColumnThatTheModelDoesNotLookAt) {
    std::string text = "x,copy,y\n";
    for (int i = 0; i < 80; ++i) text += std::to_string(i * 37 % 11) + (i % 7 < 3 ? ",0,no\n" : ",1,yes\n");
    write_here("t.csv", text);
    ASSERT_EQ(run("train t.csv --ignore copy --epochs 30 --quiet -o m.onnx").status, 0);
    EXPECT_EQ(without_error("doctor m.onnx t.csv").find("copy"), std::string::npos);
    ASSERT_EQ(run("train t.csv --epochs 30 --quiet -o m.onnx").status, 0);
    EXPECT_NE(without_error("doctor m.onnx t.csv").find("\"copy\" predicts the label alone"),
              std::string::npos);
}

TEST(Doctor, BadInputIsOneSentence) {
    const Outcome outcome = run("doctor moon");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(outcome.err, run("train moon").err);
}

TEST(ShortDoctor, ClosesAHealthyTrainingWithOneShortLine) {
    for (const std::string command : {"train xor", "train moons", "train sine", "train gauss --json"})
        EXPECT_EQ(last_note(run(command)), "doctor    nothing found") << command;
}

std::vector<std::string> doctor_notes(const std::string& command) {
    std::vector<std::string> notes = lines_of(run(command).err);
    std::erase_if(notes, [](const std::string& note) { return !note.starts_with("doctor"); });
    return notes;
}

TEST(ShortDoctor, SaysWhatWasMeasuredAndSendsToTheDoctorForCures) {
    EXPECT_EQ(
        doctor_notes("train xor --seed 0"),
        (std::vector<std::string>{
            "doctor    The network does not fit what it was shown. (training accuracy 0.5000; 2 examples, "
            "near p = 0.50, differ by at most 0.0034 in A1, though their classes differ)",
            "doctor    gradus doctor xor --seed 0 tries what could help"}));
    const std::vector<std::string> notes = doctor_notes("train xor --init zeros");
    ASSERT_EQ(notes.size(), 3);
    EXPECT_EQ(
        notes[0],
        "doctor    All units of A1 have the same weights: they started alike and stay alike. (2 equal units "
        "after 1001 updates; what one learns, all learn)");
    EXPECT_EQ(notes[2], "doctor    gradus doctor xor --init zeros tries what could help");
}

TEST(ShortDoctor, AdvisesNoOptionThatNobodyTried) {
    for (const std::string words :
         {"xor --seed 0", "xor --init zeros", "moons --epochs 2", "moons --net '64, 64'", "xor --net ''"})
        for (const std::string& note : doctor_notes("train " + words)) {
            const std::size_t option = note.find("--");
            EXPECT_TRUE(option == std::string::npos || note.find("gradus doctor") < option) << note;
        }
}

// What a training says of itself the doctor says too, or says why.
TEST(ShortDoctor, IsNotContradictedByTheDoctor) {
    for (const std::string words :
         {"xor --seed 0", "moons --epochs 2", "circles --net ''", "gauss", "sine"}) {
        const bool found = doctor_notes("train " + words).front() != "doctor    nothing found";
        EXPECT_EQ(found, run("doctor " + words).out.starts_with("1. ")) << words;
    }
}

// Six of thirty rows are set aside, and told to 0.5 % of their variance; of a coin throw nothing is known.
TEST(ShortDoctor, TakesFewValidationExamplesForWhatTheySay) {
    std::string line = "a,b,y\n", coin = line;
    for (int i = 0; i < 30; ++i) {
        const int a = i * 37 % 60 - 30, b = i * 53 % 100;
        const std::string inputs = std::to_string(a) + ',' + std::to_string(b) + ',';
        line += inputs + std::to_string(30 * a - 5 * b) + "\n";
        coin += inputs + (i * i % 31 % 2 == 0 ? "heads\n" : "tails\n");
    }
    write_here("line.csv", line);
    EXPECT_EQ(doctor_notes("train line.csv -o m.onnx").front(), "doctor    nothing found");
    write_here("coin.csv", coin);
    EXPECT_NE(doctor_notes("train coin.csv -o m.onnx").front(), "doctor    nothing found");
}

// Three public reports, in numbers of our own. A wave of which the network sees nothing is not "too small".
TEST(ShortDoctor, SaysThatAFastWaveIsNotFitted) {
    std::string csv = "x,y\n";
    for (int i = 0; i < 300; ++i)
        csv += std::to_string(i * 7 % 300) + ',' + std::to_string(std::sin(i * 7 % 300 * 0.25)) + '\n';
    write_here("wave.csv", csv);
    const std::vector<std::string> notes = doctor_notes("train wave.csv -o m.onnx");
    ASSERT_EQ(notes.size(), 2U) << notes.front();
    EXPECT_TRUE(notes[0].starts_with("doctor    The network does not fit what it was shown. (R2 0."))
        << notes[0];
    EXPECT_NE(notes[0].find("; the nearest other example alone tells it with R2 0.9"), std::string::npos);
}

// One in a hundred, of which the network finds most: that is worth something.
TEST(ShortDoctor, FindsNothingWhereMostOfARareClassIsFound) {
    std::string csv = "a,b,c,fraud\n";
    for (int i = 0; i < 2000; ++i) {
        const int a = i * 379 % 1009, b = i * 617 % 997, c = i * 53 % 101;
        const bool fraud = a > 900 && b > 880;
        csv +=
            std::to_string(a) + ',' + std::to_string(b) + ',' + std::to_string(c) + (fraud ? ",1\n" : ",0\n");
    }
    write_here("fraud.csv", csv);
    EXPECT_EQ(doctor_notes("train fraud.csv -o m.onnx").front(), "doctor    nothing found");
}

TEST(ShortDoctor, NamesNoTaskThatIsAnError) {
    std::string csv = "a,b,is_p,is_q,is_r\n";
    for (int i = 0; i < 200; ++i) {
        const int a = i * 37 % 100, b = i * 53 % 97, of = a * b * 31 % 3;
        csv += std::to_string(a) + ',' + std::to_string(b) +
               (of == 0   ? ",1,0,0\n"
                : of == 1 ? ",0,1,0\n"
                          : ",0,0,1\n");
    }
    write_here("hot.csv", csv);
    for (const std::string task : {"", " --task classify"}) {
        const Outcome trained = run("train hot.csv --target is_p,is_q,is_r -o m.onnx" + task);
        EXPECT_EQ(trained.status, 0) << trained.err;
        EXPECT_NE(trained.err.find("target    is_p, is_q, is_r, named: 3 classes\n"), std::string::npos);
        EXPECT_EQ(
            doctor_notes("train hot.csv --target is_p,is_q,is_r -o m.onnx" + task).back().find("--task reg"),
            std::string::npos);
    }
}

// 50 rows in each of two sets of equal ones, labels in turn: what a public report had, and a learner's first
// file.
TEST(Doctor, NamesColumnsAndRowsAsTheFileDoes) {
    std::string csv = "number,a,city,y\n";
    for (int j = 0; j < 300; ++j)
        csv += std::to_string(20000 + (j * 7) % 300) + ',' + std::to_string((j * 37 % 100) / 10.0) + ",C" +
               std::to_string(j % 29 == 0 ? 90 + j : j % 5) + ',' + (j * 37 % 100 > 45 ? "yes" : "no") + '\n';
    write_here("named.csv", csv);
    const Outcome outcome = run("doctor named.csv");
    EXPECT_TRUE(outcome.out.starts_with(
        "1. \"number\" is a different whole number in each row: does it only name the rows?\n"))
        << outcome.out;
    EXPECT_NE(outcome.out.find("   type      --ignore number\n"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("city="), std::string::npos) << outcome.out;  // its encoded names
    EXPECT_TRUE(run("doctor named.csv --ignore number").out.starts_with("nothing found"));
}

TEST(Doctor, JudgesByAValidationFile) {
    std::string train = "a,b,y\n", held = train;
    for (int j = 0; j < 200; ++j) {
        const std::string row = std::to_string(j * 37 % 101) + ',' + std::to_string(j * 53 % 97) + ',' +
                                (j * 37 % 101 > 50 ? "1\n" : "0\n");
        train += row;
        if (j < 60) held += row;
    }
    write_here("train.csv", train);
    write_here("held.csv", held);
    const Outcome outcome = run("doctor train.csv --validation held.csv");
    EXPECT_TRUE(
        outcome.out.starts_with("1. Rows to learn from were set aside as well: they judge nothing.\n"
                                "   measured  60 of the 60 rows set aside"))
        << outcome.out << outcome.err;
}

TEST(ShortDoctor, FindsNothingInTablesOnWhichALargerNetworkIsNoBetter) {
    const char* data = std::getenv("GRADUS_DATA");
    if (data == nullptr) GTEST_SKIP() << "GRADUS_DATA is not set";
    for (const std::string table : {"iris", "wine", "penguins", "titanic"}) {
        const Outcome outcome = run("train " + std::string(data) + "/tables/" + table + ".csv");
        EXPECT_EQ(last_note(outcome), "doctor    nothing found") << table;
    }
}

TEST(ShortDoctor, LeavesStdoutAlone) {
    const Outcome outcome = run("train xor --seed 0 --quiet");
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(lines_of(outcome.out).size(), 15);
}

// Of the latest rows of a series that rises, R2 against the mean of the others says something else.
TEST(Doctor, ToldOfTheR2OfRowsSetAsideIsThatOfTheirMetrics) {
    std::string text = "x,z,k,w,sales\n";
    for (int i = 0; i < 400; ++i)
        text += std::to_string(i) + "," + std::to_string(i * 37 % 101) + "," + std::to_string(i * 53 % 97) +
                "," + std::to_string(i * 29 % 89) + "," + std::to_string(i / 4.0 + i * 37 % 101) + "\n";
    write_here("t.csv", text);
    const Outcome outcome = run("train t.csv --split time --epochs 20 -o m.onnx");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    const auto behind = [](const std::string& whole, const std::string& words) {
        const std::size_t place = whole.find(words);
        return place == std::string::npos ? "" : whole.substr(place + words.size(), 6);
    };
    const std::string metrics = outcome.out.substr(outcome.out.find("validation  "));
    ASSERT_NE(outcome.err.find("worse than a linear regression"), std::string::npos) << outcome.err;
    EXPECT_EQ(behind(outcome.err, "worse than a linear regression. (R2 "), behind(metrics, "R2 "))
        << outcome.err;
}

}  // namespace
}  // namespace gradus::tests
