// gradus train --task encode and --task reconstruct: what they print, what the models say, what they refuse.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// Rows of six bits, the second three as the first; what one has of the other is to be found.
// (Equal rows stand on one side: of eight kinds, validation would see one that training never saw.)
std::string twin_bits(int rows) {
    std::string text = "a,b,c,d,e,f\n";
    unsigned state = 7;
    for (int row = 0; row < rows; ++row) {
        std::string half;
        for (int i = 0; i < 3; ++i) {
            state = state * 1664525U + 1013904223U;
            half += state >> 31 != 0 ? "1," : "0,";
        }
        text += half + half.substr(0, 5) + "\n";
    }
    return text;
}

// A number, a date, a text, of which all follow from the row's number.
std::string mixed(int rows) {
    std::string text = "size,when,colour,always\n";
    for (int row = 0; row < rows; ++row) {
        const int day = row % 20;
        text += std::to_string(100 + 5 * day) + ",2024-03-" + (day < 9 ? "0" : "") + std::to_string(day + 1) +
                (day < 10 ? ",red" : ",blue") + ",7\n";
    }
    return text;
}

const std::string encodes =
    " --task encode --pretrain rbm --net '8 sigmoid, 4 sigmoid' --pretrain-epochs 40 "
    "--pretrain-learning-rate 0.2";

void write_bits() {
    write_here("bits.csv", twin_bits(200));
}

std::vector<double> numbers_in(std::string line) {
    std::vector<double> numbers;
    for (std::stringstream fields(line); std::getline(fields, line, ',');) numbers.push_back(std::stod(line));
    return numbers;
}

TEST(Encode, GivesTheLastHiddenLayerAsColumns) {
    write_bits();
    const Outcome outcome = run("train bits.csv -o code.onnx" + encodes);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("target    none: all columns are inputs"), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("8 sigmoid, 4 sigmoid (92 parameters)"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("baseline"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.out.find("Cost after"), std::string::npos) << outcome.out;
    const auto lines = lines_of(without_error("predict code.onnx bits.csv"));
    ASSERT_EQ(lines.size(), 201U);
    EXPECT_EQ(lines[0], "h1,h2,h3,h4");
    for (const double h : numbers_in(lines[1])) EXPECT_TRUE(0 < h && h < 1) << h;
    const auto raw = lines_of(without_error("predict code.onnx bits.csv --raw"));
    EXPECT_EQ(raw[0], "code_0,code_1,code_2,code_3");
    EXPECT_EQ(raw[1], lines[1]);
}

TEST(Encode, IsMeasuredByItsReconstructionAndItsFreeEnergy) {
    write_bits();
    const Outcome trained = run("train bits.csv --json -o code.onnx" + encodes);
    ASSERT_EQ(trained.status, 0) << trained.err;
    const json start = objects_of(trained.out).front(), done = objects_of(trained.out).back();
    EXPECT_EQ(start["task"], "encode");
    EXPECT_EQ(start["target"], json::array());
    EXPECT_TRUE(start["baseline"].is_null());
    EXPECT_TRUE(done["cost"].is_null());
    EXPECT_EQ(done["iterations"], 0);
    const double n = done["train"]["examples"], m = done["validation"]["examples"];
    EXPECT_EQ(n + m, 200);
    const json all = objects_of(without_error("evaluate code.onnx bits.csv --json")).front();
    EXPECT_FALSE(all.contains("loss"));
    for (const char* name : {"reconstruction_error", "free_energy"}) {
        const double mean =
            (n * done["train"][name].get<double>() + m * done["validation"][name].get<double>()) / 200;
        EXPECT_NEAR(all[name].get<double>(), mean, 1e-6) << name;
        EXPECT_GT(all[std::string(name) + "_se"].get<double>(), 0) << name;
    }
    EXPECT_LT(all["reconstruction_error"].get<double>(), 0.25);  // that of knowing nothing
    const std::string text = without_error("evaluate code.onnx bits.csv");
    EXPECT_NE(text.find("200 examples   reconstruction error 0."), std::string::npos) << text;
    EXPECT_NE(text.find("   free energy "), std::string::npos) << text;
    EXPECT_NE(without_error("summary code.onnx").find("target     none: 4 hidden units"), std::string::npos);
}

TEST(Encode, LearnsFromSeriesAndFromDataWithLabelsThatItLeavesOut) {
    std::string series;
    for (int row = 0; row < 60; ++row) {
        series += row % 2 == 0 ? "1" : "2";
        for (int i = 0; i < 8; ++i) series += "," + std::to_string((row * 7 + i * 3) % 11);
        series += "\n";
    }
    write_here("series.csv", series);
    const Outcome outcome = run("train series.csv --label-first --task encode --pretrain rbm -o series.onnx");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("note      the labels are left out: nothing is to be predicted"),
              std::string::npos)
        << outcome.err;
    EXPECT_NE(outcome.err.find("1x8 inputs, flatten, 256 sigmoid"), std::string::npos) << outcome.err;
    EXPECT_EQ(lines_of(without_error("predict series.onnx series.csv --label-first")).size(), 61U);
    EXPECT_EQ(run("train moons --task encode --pretrain rbm --pretrain-epochs 1").status, 0);
}

TEST(Encode, SaysItsRecipeWhichTrainsTheSameModel) {
    write_bits();
    for (const std::string& words : std::vector<std::string>{
             encodes, " --task reconstruct --epochs 3 --net '4 relu, 2 sigmoid'",
             " --task reconstruct --epochs 3 --pretrain-epochs 2 --pretrain rbm --net '5 sigmoid'"}) {
        const Outcome first = run("train bits.csv -o first.onnx" + words);
        ASSERT_EQ(first.status, 0) << first.err;
        std::string recipe;
        for (const std::string& line : lines_of(first.err))
            if (line.starts_with("recipe")) recipe = line.substr(10);
        EXPECT_EQ(recipe.find("--target"), std::string::npos) << recipe;
        for (std::size_t at = 0; (at = recipe.find('"', at)) != std::string::npos;) recipe[at] = '\'';
        ASSERT_EQ(run("train " + recipe + " -o again.onnx").status, 0) << recipe;
        EXPECT_EQ(read_here("first.onnx"), read_here("again.onnx"));
    }
}

TEST(Encode, RefusesInOneSentence) {
    write_bits();
    write_here("other.csv", "a,b,c,x\n1,0,1,0\n");
    ASSERT_EQ(run("train bits.csv -o code.onnx" + encodes).status, 0);
    const auto error = [](const std::string& words) {
        const Outcome outcome = run(words);
        EXPECT_NE(outcome.status, 0) << words;
        return lines_of(outcome.err).back();
    };
    const std::string train = "train bits.csv --task encode ";
    EXPECT_EQ(
        error(train),
        "error: --task encode: nothing is pre-trained, and nothing else is learned (hint: --pretrain rbm)");
    EXPECT_EQ(
        error(train + "--pretrain dbn"),
        "error: --task encode: there are no classes for its last machine to see (hint: --pretrain rbm)");
    EXPECT_EQ(error(train + "--pretrain rbm --target f"),
              "error: --target: nothing is to be predicted: all columns are inputs (hint: --ignore f in "
              "place of --target)");
    EXPECT_EQ(error(train + "--pretrain rbm --net ''"),
              "error: --net: there is no hidden layer, expected dense layers with sigmoid or relu units "
              "(hint: --net "
              "\"256 sigmoid\")");
    EXPECT_EQ(
        error(train + "--pretrain rbm --net '4 tanh'"),
        "error: --pretrain: layer 1 \"4\" has tanh units, expected dense layers with sigmoid or relu units "
        "(hint: --net \"256 sigmoid\")");
    EXPECT_EQ(error(train + "--pretrain rbm --loss mean_squared"),
              "error: --loss: --task encode makes no update after the pre-training (hint: without --loss)");
    EXPECT_EQ(error(train + "--pretrain rbm --class-weights balanced"),
              "error: --class-weights: --task encode makes no update after the pre-training (hint: without "
              "--class-weights)");
    EXPECT_EQ(
        error(train + "--pretrain rbm --epochs 5"),
        "error: --epochs: --task encode makes no update after the pre-training (hint: --pretrain-epochs)");
    EXPECT_EQ(error("evaluate code.onnx other.csv"),
              "error: other.csv: there is no column \"d\", \"e\", \"f\", expected every column of the "
              "training data");
    EXPECT_EQ(error("evaluate code.onnx bits.csv --target f"),
              "error: --target: nothing is to be predicted: all columns are inputs (hint: --ignore f in "
              "place of --target)");
    EXPECT_EQ(
        error("train bits.csv --from code.onnx"),
        "error: --from: its task is encode, expected a model whose network was trained: --task encode makes "
        "no updates after its machines");
    EXPECT_EQ(error("seeds bits.csv --task encode"),
              "error: --task encode: without a truth nobody can say which seeds solve it");
    EXPECT_EQ(
        error(train + "--pretrain rbm --batch 8"),
        "error: --batch: --task encode makes no update after the pre-training (hint: --pretrain-batch)");
    EXPECT_EQ(error("doctor code.onnx bits.csv --loss mean_squared"),
              "error: --loss: --task encode makes no update after the pre-training (hint: without --loss)");
    EXPECT_EQ(error("doctor code.onnx bits.csv --pretrain rbm"),
              "error: --pretrain: the weights are those of code.onnx (hint: without --pretrain)");
    EXPECT_EQ(error("explain code.onnx bits.csv"),
              "error: code.onnx: its task is encode, expected a model whose network was trained: --task "
              "encode makes "
              "no updates after its machines");
    EXPECT_EQ(run("explain bits.csv --phase 1" + encodes).status, 0);
    EXPECT_EQ(error("explain bits.csv --pretrain-layer 0" + encodes),
              "error: --pretrain-layer 0: only the machines learn: there is no step of the network (hint: "
              "--pretrain-layer 1)");
    EXPECT_NE(
        run("export bits.csv --to numpy" + encodes).out.find("evaluate_code(\"validation\", X_val, learned)"),
        std::string::npos);
    EXPECT_EQ(
        error("importance code.onnx bits.csv"),
        "error: bits.csv: the model predicts nothing, so no prediction gets worse, expected a model of a "
        "classification or a regression");
}

TEST(Reconstruct, GivesTheColumnsBackUnderTheirOwnNames) {
    write_here("mixed.csv", mixed(400));
    const Outcome outcome =
        run("train mixed.csv --task reconstruct --net '32 tanh, 4' --epochs 150 --learning-rate 0.01 -o "
            "mixed.onnx");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("32 tanh, 4, 32 tanh, "), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("baseline  reconstruction error "), std::string::npos) << outcome.err;
    const auto lines = lines_of(without_error("predict mixed.onnx mixed.csv"));
    ASSERT_EQ(lines.size(), 401U);
    EXPECT_EQ(lines[0], "size,always,when,colour");
    std::stringstream fields(lines[1 + 12]);  // the day 13: 160, 7, 2024-03-13, blue
    std::string size, always, when, colour;
    std::getline(fields, size, ','), std::getline(fields, always, ','), std::getline(fields, when, ',');
    std::getline(fields, colour);
    EXPECT_NEAR(std::stod(size), 160, 5);
    EXPECT_EQ(always, "7");
    EXPECT_EQ(when, "2024-03-13");
    EXPECT_EQ(colour, "blue");
    const json first = objects_of(without_error("predict mixed.onnx mixed.csv --json"))[12];
    EXPECT_EQ(first["colour"], "blue");
    EXPECT_EQ(first["when"], "2024-03-13");
    const auto raw = lines_of(without_error("predict mixed.onnx mixed.csv --raw"));
    EXPECT_TRUE(raw[0].starts_with("reconstruction_0,reconstruction_1,")) << raw[0];
    EXPECT_NEAR(numbers_in(raw[13])[0], std::stod(size), 1e-4);
}

TEST(Reconstruct, IsMeasuredOnTheScaleOfTheInputs) {
    write_bits();
    const Outcome outcome =
        run("train bits.csv --json --task reconstruct --scale standard --net '6 relu, 3' --epochs 200 "
            "--validation 0 --learning-rate 0.01 -o bits.onnx");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    const json start = objects_of(outcome.out).front();
    EXPECT_NE(start["recipe"].get<std::string>().find("--loss mean_squared"),
              std::string::npos);  // standard: not 0 to 1
    EXPECT_NEAR(start["baseline"].get<double>(), 1, 1e-9);
    const json all = objects_of(without_error("evaluate bits.onnx bits.csv --json")).front();
    EXPECT_NEAR(all["loss"].get<double>(), all["reconstruction_error"].get<double>(), 1e-6);
    EXPECT_LT(all["reconstruction_error"].get<double>(), 0.3);
    EXPECT_GT(all["reconstruction_error_se"].get<double>(), 0);
    EXPECT_FALSE(all.contains("free_energy"));
}

TEST(Reconstruct, UnrollsMachinesAndReconstructsBitsAsProbabilities) {
    write_bits();
    const std::string words =
        "train bits.csv --task reconstruct --pretrain rbm --pretrain-learning-rate 0.2 "
        "--pretrain-epochs 100 --validation 0 --net '8 sigmoid, 4 sigmoid' ";
    const Outcome outcome = run(words + "--epochs 30 -o unrolled.onnx");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("8 sigmoid, 4 sigmoid, 8 sigmoid, 6 sigmoid"), std::string::npos)
        << outcome.err;
    EXPECT_NE(outcome.err.find("--loss binary_cross_entropy"), std::string::npos) << outcome.err;
    ASSERT_EQ(run(words + "--epochs 0 -o machines.onnx").status, 0);
    const auto error = [](const std::string& model) {
        return objects_of(without_error("evaluate " + model + " bits.csv --json"))
            .front()["reconstruction_error"]
            .get<double>();
    };
    EXPECT_LT(error("unrolled.onnx"), error("machines.onnx"));  // fine-tuning helps
    EXPECT_LT(error("machines.onnx"), 0.22);                    // and the machines have helped before
    EXPECT_EQ(lines_of(without_error("sample unrolled.onnx -n 3")).front(), "a,b,c,d,e,f");
}

TEST(Reconstruct, GoesOnFromAModelAndExplainsAStep) {
    write_bits();
    ASSERT_EQ(
        run("train bits.csv --task reconstruct --net '4 tanh' --epochs 5 --validation 0 -o once.onnx").status,
        0);
    const Outcome more =
        run("train bits.csv --task reconstruct --from once.onnx --epochs 5 --validation 0 -o twice.onnx");
    ASSERT_EQ(more.status, 0) << more.err;
    const Outcome other = run("train bits.csv --from once.onnx -o no.onnx");
    EXPECT_EQ(lines_of(other.err).back(),
              "error: --from: its task is reconstruct, expected --task reconstruct");
    const Outcome step = run("explain once.onnx bits.csv --check --phase 4");
    EXPECT_EQ(step.status, 0) << step.err;
    EXPECT_NE(step.out.find("reconstruction error"), std::string::npos) << step.out;
    EXPECT_EQ(run("explain bits.csv --task reconstruct --net '4 tanh'").status, 0);
    EXPECT_NE(run("export bits.csv --task reconstruct --to numpy")
                  .out.find("evaluate_reconstruction(\"validation\""),
              std::string::npos);
    EXPECT_EQ(run("export moons --task reconstruct --to numpy --net '4 tanh, 1'").status, 0);
}

// What comes back is judged beside the mean of each input.
TEST(DoctorWithoutATruth, JudgesWhatComesBack) {
    write_bits();
    ASSERT_EQ(run("train bits.csv -o code.onnx" + encodes).status, 0);
    const std::string well =
        " --task reconstruct --net '8 relu, 3 identity' --learning-rate 0.01 --epochs 200 ";
    ASSERT_EQ(run("train bits.csv -o back.onnx" + well).status, 0);
    const auto diagnosis = [](const std::string& words) {
        const Outcome outcome = run("doctor " + words + " --quiet");
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        std::string text = outcome.out;
        std::ranges::replace(text, '\n', ' ');
        return text;
    };
    const auto says = [](const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    };
    const std::string encoded = diagnosis("bits.csv" + encodes), saved = diagnosis("code.onnx bits.csv"),
                      back = diagnosis("back.onnx bits.csv"), trained = diagnosis("bits.csv" + well);
    EXPECT_TRUE(says(encoded, "validation reconstruction error 0.")) << encoded;
    for (const std::string& text : {encoded, saved, back, trained})
        EXPECT_TRUE(says(text, "by the mean of each input alone 0.") &&
                    says(text, "what comes back is better"))
            << text;
    const std::string still = diagnosis(
        "moons --task reconstruct --net '8 tanh, 1' --epochs 5 --seed 3 --optimizer gd "
        "--learning-rate 0.0000001");
    EXPECT_TRUE(says(still, "1. What comes back is no better than the mean of each input.") &&
                says(still, "0.8415: what comes back is no better"))
        << still;
}

TEST(DoctorWithoutATruth, FindsWhatKeepsAnAutoencoderOrAMachineFromLearning) {
    write_bits();
    const auto findings = [](const std::string& words) {
        const Outcome outcome = run("doctor bits.csv --json --quiet " + words);
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        return objects_of(outcome.out);
    };
    const auto slow = findings(
        "--task reconstruct --net '8 relu, 3 identity' --epochs 60 --optimizer momentum "
        "--learning-rate 0.00001");
    ASSERT_GT(slow.size(), 1U);
    EXPECT_NE(slow[0]["hint"].get<std::string>().find("--learning-rate"), std::string::npos) << slow[0];
    const auto broken =
        findings("--task encode --pretrain rbm --net '8 sigmoid' --pretrain-learning-rate 30");
    ASSERT_GT(broken.size(), 1U);
    EXPECT_TRUE(broken[0]["hint"].get<std::string>().starts_with("--pretrain-learning-rate ")) << broken[0];
}

TEST(Reconstruct, RefusesInOneSentence) {
    write_bits();
    const auto error = [](const std::string& words) {
        const Outcome outcome = run("train bits.csv --task reconstruct " + words);
        EXPECT_NE(outcome.status, 0) << words;
        return lines_of(outcome.err).back();
    };
    EXPECT_EQ(error("--net ''"),
              "error: --net: there is no hidden layer, expected the layers from the inputs to the code "
              "(hint: --net "
              "\"64 relu, 8\")");
    EXPECT_EQ(error("--net 'conv 4x3, flatten, 4' --shape 1x6"),
              "error: --net: the layer \"conv 4x3\" has no way back, expected dense layers: an autoencoder "
              "is their "
              "mirror image (hint: --net \"64 relu, 8\")");
    EXPECT_EQ(error("--loss bce --scale standard"),
              "error: --loss: binary_cross_entropy needs inputs from 0 to 1 (hint: --scale minmax)");
    EXPECT_EQ(error("--loss ce").substr(0, 61),
              "error: --loss: cross_entropy needs classes, and this is a rec");
    EXPECT_EQ(
        error("--class-weights balanced"),
        "error: --class-weights: balanced needs classes, and nothing is to be predicted, expected none");
    EXPECT_EQ(
        error("--pretrain dbn --net '4 sigmoid'"),
        "error: --pretrain dbn: there are no classes for its last machine to see (hint: --pretrain rbm)");
    EXPECT_EQ(
        error("--pretrain rbm --net '4 tanh'"),
        "error: --pretrain: layer 1 \"4\" has tanh units, expected dense layers with sigmoid or relu units "
        "(hint: --net \"256 sigmoid\")");
    EXPECT_EQ(error("--target a"),
              "error: --target: nothing is to be predicted: all columns are inputs (hint: --ignore a in "
              "place of --target)");
}

}  // namespace
}  // namespace gradus::tests
