// gradus train --pretrain rbm: its lines, its events, what it refuses.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// 160 rows of four bits and a label, and 40 rows more: without a label in the same file, or in one of their
// own.
std::string bits(int rows, const std::string& label) {
    std::string text;
    unsigned state = 7;
    for (int row = 0; row < rows; ++row) {
        std::string line;
        int ones = 0;
        for (int i = 0; i < 4; ++i) {
            state = state * 1664525U + 1013904223U;
            const bool one = state >> 31 != 0;
            ones += one ? 1 : 0;
            line += one ? "1," : "0,";
        }
        text += line + (label.empty() ? (ones > 2 ? "many" : "few") : label == "-" ? "" : label) + "\n";
    }
    return text;
}

Outcome pretrain(const std::string& words) {
    write_here("bits.csv", "a,b,c,d,n\n" + bits(160, ""));
    write_here("partly.csv", "a,b,c,d,n\n" + bits(160, "") + bits(40, "-"));
    write_here("more.csv", "a,b,c,d,n\n" + bits(40, "-"));
    write_here("other.csv", "a,x,c,d\n1,2,3,4\n");
    return run("train " + words);
}

const std::string machines = " --pretrain rbm --net '6 sigmoid, 5 sigmoid' --pretrain-epochs 12 --epochs 3";

TEST(Pretrain, PrintsALineForEachLayerNowAndThen) {
    const Outcome outcome = pretrain("bits.csv --validation 0.25" + machines);
    const std::vector<std::string> lines = lines_of(outcome.out);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    ASSERT_GE(lines.size(), 6U);
    const char* starts[] = {"Pretraining layer# 1 epoch# 0: reconstruction 0.",
                            "Pretraining layer# 1 epoch# 10: ",
                            "Pretraining layer# 1 epoch# 11: ",
                            "Pretraining layer# 2 epoch# 0: ",
                            "Pretraining layer# 2 epoch# 10: ",
                            "Pretraining layer# 2 epoch# 11: "};
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_TRUE(lines[i].starts_with(starts[i])) << lines[i];
        EXPECT_NE(lines[i].find("  free-energy gap "), std::string::npos) << lines[i];
    }
    EXPECT_NE(outcome.err.find("pretrain  layer 2 of 2: 24 updates"), std::string::npos) << outcome.err;
}

TEST(Pretrain, SaysEachEpochOfEachLayerAsJson) {
    const Outcome outcome = pretrain("bits.csv --json --validation 0" + machines);
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    std::vector<json> events;
    for (const json& object : objects_of(outcome.out))
        if (object["event"] == "pretrain") events.push_back(object);
    ASSERT_EQ(events.size(), 24U);
    EXPECT_EQ(events[0]["layer"], 1);
    EXPECT_EQ(events[23]["layer"], 2);
    EXPECT_EQ(events[23]["epoch"], 11);
    EXPECT_GT(events[23]["reconstruction_error"], 0);
    EXPECT_LT(events[23]["pseudo_likelihood"], 0);
    EXPECT_TRUE(events[23]["free_energy_gap"].is_null());  // nothing is set aside
}

TEST(Pretrain, TakesRowsWithoutALabelFromTheSameFileOrFromAnother) {
    const Outcome same = pretrain("partly.csv" + machines),
                  other = pretrain("bits.csv --unlabelled more.csv" + machines),
                  alone = pretrain("bits.csv" + machines);
    EXPECT_EQ(same.status, 0) << same.err;
    EXPECT_EQ(same.out, other.out);
    EXPECT_NE(same.out, alone.out);
    EXPECT_NE(same.err.find("note      40 rows without a label serve the pre-training"), std::string::npos)
        << same.err;
    EXPECT_NE(other.err.find("--unlabelled more.csv"), std::string::npos) << other.err;
}

TEST(Pretrain, HasABatchOfItsOwn) {
    const auto updates = [](const std::string& words) {
        const std::string err = pretrain("bits.csv --validation 0 " + words + machines).err;
        const std::size_t at = err.find("layer 2 of 2: ");
        return err.substr(at + 14, err.find(' ', at + 14) - at - 14);
    };
    EXPECT_EQ(updates(""), "36");            // 12 epochs of 64, 64 and 32 examples
    EXPECT_EQ(updates("--batch 16"), "36");  // is the network's
    EXPECT_EQ(updates("--pretrain-batch 16"), "120");
    EXPECT_EQ(updates("--pretrain-batch 1000"), "12");
    EXPECT_NE(pretrain("bits.csv --pretrain-batch 16" + machines).err.find(" --pretrain-batch 16 "),
              std::string::npos);
}

// A column that is constant among the labelled rows, and varies among the others.
TEST(Pretrain, FitsTheFeaturesToTheRowsWithoutALabelToo) {
    std::string text = "a,b,n\n", more;
    for (int row = 0; row < 60; ++row) {
        text += std::string(row % 2 == 0 ? "1" : "0") + ",5," + (row % 2 == 0 ? "p" : "q") + "\n";
        more += std::string(row % 3 == 0 ? "1," : "0,") + (row % 2 == 0 ? "5" : "15") + ",\n";
    }
    write_here("constant.csv", text + more);
    const std::string words = " --scale minmax --net '4 sigmoid' --epochs 1 -o constant.onnx";
    ASSERT_EQ(run("train constant.csv --pretrain rbm --pretrain-epochs 40" + words).status, 0);
    double least = 15, most = 5;  // what the machine draws of it
    for (const std::string& line : lines_of(without_error("sample constant.onnx -n 50"))) {
        if (line == "a,b") continue;
        const double b = std::stod(line.substr(line.find(',') + 1));
        least = std::min(least, b);
        most = std::max(most, b);
    }
    EXPECT_GE(least, 5);
    EXPECT_LE(most, 15);
    EXPECT_GT(most, 5.5);
    ASSERT_EQ(run("train constant.csv" + words).status, 0);  // where nobody sees them
    EXPECT_NE(run("train constant.csv" + words).err.find("\"b\""), std::string::npos);
}

TEST(Pretrain, SaysItsRecipeWhichTrainsTheSameModel) {
    const Outcome first = pretrain("bits.csv --persistent --sparsity 0.2 -o first.onnx" + machines);
    std::string recipe;
    for (const std::string& line : lines_of(first.err))
        if (line.starts_with("recipe")) recipe = line.substr(10);
    EXPECT_NE(recipe.find(" --pretrain rbm --pretrain-epochs 12 "), std::string::npos) << recipe;
    EXPECT_NE(recipe.find(" --persistent --sparsity 0.2 "), std::string::npos) << recipe;
    for (std::size_t at = 0; (at = recipe.find('"', at)) != std::string::npos;) recipe[at] = '\'';
    EXPECT_EQ(run("train " + recipe + " -o again.onnx").status, 0);
    EXPECT_EQ(read_here("first.onnx"), read_here("again.onnx"));
}

TEST(Pretrain, MayBeAllThatIsDone) {
    const Outcome outcome =
        pretrain("bits.csv --pretrain rbm --net '6 sigmoid' --epochs 0 --pretrain-epochs 2 -o m.onnx");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(outcome.out.find("Cost after"), std::string::npos);
    EXPECT_EQ(outcome.err.find("doctor"), std::string::npos) << outcome.err;
    EXPECT_EQ(run("evaluate m.onnx bits.csv").status, 0);
}

// The first field of each row, and how many rows.
struct Sampled {
    std::vector<std::string> rows;
    double mean = 0;  // of all numbers
};
Sampled sampled(const std::string& words) {
    const Outcome outcome = run("sample " + words);
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    Sampled result{.rows = lines_of(outcome.out)};
    EXPECT_EQ(result.rows.front(), "a,b,c,d");
    result.rows.erase(result.rows.begin());
    double count = 0;
    for (std::string row : result.rows)
        for (std::stringstream fields(row); std::getline(fields, row, ',');) {
            result.mean += std::stod(row);
            ++count;
        }
    result.mean /= count;
    return result;
}

TEST(Sample, DrawsRowsByClassInTheUnitsOfTheInputs) {
    // Ten times the bits: the samples have that size too.
    std::string tens = "a,b,c,d,n\n" + bits(300, "");
    for (std::size_t at = 0; (at = tens.find("1,", at)) != std::string::npos; at += 3)
        tens.insert(at + 1, "0");
    write_here("tens.csv", tens);
    const std::string train =
        "train tens.csv --scale minmax --pretrain dbn --pretrain-learning-rate 0.2 "
        "--net '8 sigmoid' --epochs 5 --pretrain-epochs 200 -o tens.onnx";
    ASSERT_EQ(run(train).status, 0);
    const Sampled many = sampled("tens.onnx -n 200 --class many"),
                  few = sampled("tens.onnx -n 200 --class few");
    ASSERT_EQ(many.rows.size(), 200U);
    EXPECT_NEAR(many.mean, 8, 1);  // three or four of the four are 10
    EXPECT_NEAR(few.mean, 3.9, 1);
    EXPECT_EQ(sampled("tens.onnx -n 3 --seed 4").rows, sampled("tens.onnx -n 3 --seed 4").rows);
    EXPECT_NE(sampled("tens.onnx -n 3 --seed 4").rows, sampled("tens.onnx -n 3 --seed 5").rows);
    EXPECT_EQ(run("sample tens.onnx -n 3 -o rows.csv").out, "");
    EXPECT_EQ(lines_of(read_here("rows.csv")).size(), 4U);
    EXPECT_EQ(run("sample tens.onnx -n 5 --png sheet.png").out, "");
    const std::string sheet = read_here("sheet.png");  // 3 x 2 squares of 2 x 2 inputs, each 42 pixels wide
    EXPECT_EQ(sheet.substr(0, 8), "\x89PNG\r\n\x1a\n");
    EXPECT_EQ(sheet.substr(16, 8), std::string("\0\0\x01\x04\0\0\0\xae", 8));
    EXPECT_EQ(objects_of(run("sample tens.onnx -n 2 --json --from tens.csv --steps 5").out).size(), 2U);
}

TEST(Sample, GivesWhatNeverVariedAsItWas) {
    std::string text = "a,always,y\n";
    for (int i = 0; i < 40; ++i) text += std::to_string(i % 7) + (i % 2 == 0 ? ",12.5,p\n" : ",12.5,q\n");
    write_here("always.csv", text);
    ASSERT_EQ(pretrain("always.csv -o always.onnx" + machines).status, 0);
    const auto rows = lines_of(without_error("sample always.onnx -n 4"));
    ASSERT_EQ(rows.size(), 5U);
    for (std::size_t i = 1; i < rows.size(); ++i) EXPECT_TRUE(rows[i].ends_with(",12.5")) << rows[i];
}

TEST(Sample, RefusesInOneSentence) {
    ASSERT_EQ(pretrain("bits.csv -o rbm.onnx" + machines).status, 0);
    ASSERT_EQ(run("train bits.csv --net '3 tanh' --epochs 2 -o plain.onnx").status, 0);
    const auto error = [](const std::string& words) { return run("sample " + words).err; };
    EXPECT_EQ(
        error("plain.onnx"),
        "error: plain.onnx: it has no generative part, expected a model of --pretrain rbm, or of --pretrain "
        "dbn\n");
    EXPECT_EQ(
        error("rbm.onnx --class few"),
        "error: --class: the machines of rbm.onnx have seen no labels, expected a model of --pretrain dbn\n");
    EXPECT_EQ(error("rbm.onnx -n 0"), "error: -n: \"0\", expected a whole number from 1 to 1000000\n");
    EXPECT_EQ(error("rbm.onnx -o rbm.onnx"),
              "error: -o: \"rbm.onnx\" is read or written as well, expected a file of its own\n");
    EXPECT_NE(error("rbm.onnx --from other.csv").find("there is no column"), std::string::npos);
}

TEST(Pretrain, RefusesInOneSentence) {
    const auto error = [](const std::string& words) {
        const Outcome outcome = pretrain("bits.csv " + words);
        EXPECT_NE(outcome.status, 0);
        return lines_of(outcome.err).back();
    };
    EXPECT_EQ(
        error("--pretrain rbm --net '6 tanh'"),
        "error: --pretrain: layer 1 \"6\" has tanh units, expected dense layers with sigmoid or relu units "
        "before the last (hint: --net \"256 sigmoid\")");
    EXPECT_EQ(error("--pretrain deep"), "error: --pretrain: \"deep\", expected none, rbm or dbn");
    EXPECT_EQ(error("--cd 3"), "error: --cd: nothing is pre-trained (hint: --pretrain rbm)");
    EXPECT_EQ(
        error("--epochs 0"),
        "error: --epochs: 0, expected a whole number from 1 to 100000000 (hint: 0 with --pretrain rbm)");
    EXPECT_EQ(error("--persistent"), "error: --persistent: nothing is pre-trained (hint: --pretrain rbm)");
    EXPECT_EQ(error("--unlabelled more.csv"),
              "error: --unlabelled: nothing is pre-trained (hint: --pretrain rbm)");
    EXPECT_EQ(error("--pretrain rbm --unlabelled other.csv"),
              "error: other.csv: there is no column \"b\", expected every column of the training data");
    EXPECT_EQ(error("--pretrain rbm --scale standard --visible bernoulli --net '4 sigmoid'").substr(0, 37),
              "error: --visible bernoulli: input 1 i");
    EXPECT_EQ(run("train xor --pretrain rbm --unlabelled more.csv --net '2 sigmoid'").err,
              "error: --unlabelled: xor is built-in data (hint: without --unlabelled)\n");
}

const std::string two_machines =
    "bits.csv --validation 0 --net '4 sigmoid, 3 sigmoid' --precision double --pretrain rbm "
    "--pretrain-epochs 4 ";

TEST(ExplainPretraining, ShowsTheFirstMachinePhaseByPhase) {
    pretrain("--version");
    const Outcome outcome = run("explain " + two_machines + "--phase negative --iteration 2");
    ASSERT_EQ(outcome.status, 0) << outcome.err;
    const std::vector<std::string> lines = lines_of(outcome.out);
    EXPECT_TRUE(lines[0].starts_with("layer 1   iteration 2   reconstruction error 0.2")) << lines[0];
    EXPECT_TRUE(lines[1].starts_with("[ 8/10] negW = H1 * V1' / m ")) << lines[1];
    EXPECT_NE(outcome.err.find("machine   4 visible units (bernoulli), 4 hidden units (bernoulli)"),
              std::string::npos)
        << outcome.err;
    EXPECT_EQ(run("explain " + two_machines + "--phase 8 --iteration 2").out, outcome.out);
    EXPECT_EQ(run("explain " + two_machines + "--phase negb --iteration 2").out, outcome.out);
}

// Layer by layer: what an update leaves is what the next one begins with, up to the network that follows.
TEST(ExplainPretraining, CountsTheUpdatesOfEachLayerAndEndsAtTheNetwork) {
    pretrain("--version");
    const auto numbers = [](const std::string& options, std::size_t tensor) {
        return objects_of(run("explain " + two_machines + "--json " + options).out)
            .at(0)["tensors"]
            .at(tensor)["values"];
    };
    EXPECT_EQ(numbers("--iteration 4 --phase update", 0), numbers("--iteration 5 --phase H0", 2));
    EXPECT_EQ(numbers("--iteration 11 --phase update", 0),
              numbers("--pretrain-layer 0 --iteration 0 --phase Z1", 1));
    EXPECT_EQ(numbers("--pretrain-layer 2 --iteration 11 --phase update", 0),
              numbers("--pretrain-layer 0 --iteration 0 --phase Z2", 1));
    const json layer =
        objects_of(run("explain " + two_machines + "--json --pretrain-layer 2 --phase 1").out).at(0);
    EXPECT_EQ(layer["pretrain_layer"], 2);
    EXPECT_EQ(layer["formula"], "V0 = A1");
}

TEST(ExplainPretraining, TellsWhereANumberComesFrom) {
    pretrain("--version");
    const json cell =
        objects_of(run("explain " + two_machines + "--json --iteration 11 --cell 'posW[2,3]'").out).at(0);
    EXPECT_EQ(cell["divisor"], 32);  // the last batch of 160
    EXPECT_EQ(cell["terms"].size(), 32U);
    EXPECT_EQ(cell["terms"][4][0]["cell"], "H0[2,5]");
    EXPECT_EQ(cell["terms"][4][1]["cell"], "V0[3,5]");
    const std::string text = run("explain " + two_machines + "--cell 'S0[1,1]'").out;
    EXPECT_NE(text.find("phase 3: S0[1,1] = U0[1,1] < H0[1,1]"), std::string::npos) << text;
}

TEST(ExplainPretraining, ChecksAgainstTheExactLikelihood) {
    pretrain("--version");
    const json check =
        objects_of(run("explain " + two_machines + "--json --iteration 9 --phase 9 --check").out).at(1);
    EXPECT_EQ(check["compared"], 24);
    EXPECT_EQ(check["agree"], 24);
    EXPECT_LT(check["worst_relative_error"], 1e-6);
    EXPECT_NE(check["check"][0]["contrastive_divergence"], check["check"][0]["exact"]);
    EXPECT_GT(check["log_likelihood_after"], check["log_likelihood"]);
    const std::string text = run("explain " + two_machines + "--phase 9 --check").out;
    EXPECT_NE(text.find("check   24 of 24 exact gradients agree"), std::string::npos) << text;
}

TEST(ExplainPretraining, RefusesInOneSentenceWhatIsNotThere) {
    pretrain("bits.csv --epochs 1 --net '4 sigmoid' -o plain.onnx");
    const auto refusal = [](const std::string& words) {
        const Outcome outcome = run("explain " + words);
        return std::to_string(outcome.status) + " " + lines_of(outcome.err).back();
    };
    EXPECT_EQ(refusal(two_machines + "--iteration 12"),
              "3 error: --iteration: 12, expected 0 to 11, the last iteration of this layer");
    EXPECT_EQ(refusal(two_machines + "--pretrain-layer 2 --iteration 12"),
              "3 error: --iteration: 12, expected 0 to 11, the last iteration of this layer");
    EXPECT_EQ(refusal(two_machines + "--pretrain-layer 3"),
              "3 error: --pretrain-layer: 3, expected 0 to 2, the last layer that is pre-trained");
    EXPECT_EQ(refusal("bits.csv --pretrain-layer 1"),
              "2 error: --pretrain-layer: nothing is pre-trained (hint: --pretrain rbm)");
    EXPECT_EQ(
        refusal(two_machines + "--branch 3:0.1"),
        "2 error: --branch: is about the updates of the network, not of a machine (hint: --pretrain-layer "
        "0, or --pretrain-learning-rate)");
    EXPECT_EQ(refusal("plain.onnx bits.csv --pretrain rbm"),
              "2 error: --pretrain: the weights are those of plain.onnx (hint: without --pretrain)");
    EXPECT_EQ(
        refusal(two_machines + "--phase 11"),
        "3 error: --phase: 11, expected 1 V0, 2 H0, 3 S0, 4 V1, 5 J, 6 H1, 7 positive, 8 negative, 9 dW, "
        "10 update");
}

TEST(ExportPretraining, WritesTheMachinesAndTheirDraws) {
    pretrain("--version");
    const std::string program = run("export " + two_machines + "--to numpy").out;
    EXPECT_NE(program.find("machines = [(\"1\", 0, False), (\"2\", 2, False)]"), std::string::npos)
        << program;
    EXPECT_NE(program.find("def uniform_numbers("), std::string::npos);
    ASSERT_EQ(
        run("train partly.csv --net '4 sigmoid' --pretrain rbm --epochs 2 --quiet -o saved.onnx").status, 0);
    EXPECT_NE(run("export saved.onnx partly.csv --to numpy").out.find("def load_unlabelled():"),
              std::string::npos);
}

TEST(SeedsPretraining, PretrainsWithEachSeed) {
    pretrain("--version");
    const json last = objects_of(run("seeds " + two_machines + "--epochs 5 --count 2 --json").out).back();
    ASSERT_EQ(last["groups"].size(), 1U);
    const auto loss = [](const std::string& seed) {
        return double(objects_of(run("train " + two_machines + "--epochs 5 --json --seed " + seed).out)
                          .back()["train"]["loss"]);
    };
    EXPECT_EQ(last["groups"][0]["cost"], std::max(loss("0"), loss("1")));  // the upper median
    EXPECT_NE(loss("0"), loss("1"));
}

TEST(DoctorPretraining, FindsWhatIsWrongWithAMachineAndWhatToType) {
    pretrain("--version");
    const std::string sick = two_machines + "--epochs 3 --pretrain-learning-rate 30 --json ";
    const std::vector<json> findings = objects_of(run("doctor " + sick).out);
    const auto place = std::ranges::find_if(
        findings, [](const json& f) { return f.value("finding", "") == "machine_rate_too_large"; });
    ASSERT_NE(place, findings.end());
    const json finding = *place;
    const std::string hint = finding["hint"];
    EXPECT_TRUE(hint.starts_with("--pretrain-learning-rate ")) << hint;
    const std::string cured = "bits.csv --net '4 sigmoid' --epochs 3 --pretrain rbm " + hint;
    EXPECT_EQ(run("train " + cured + " --quiet -o cured.onnx").status, 0);
    EXPECT_EQ(run("doctor cured.onnx bits.csv --pretrain rbm").err,
              "error: --pretrain: the weights are those of cured.onnx (hint: without --pretrain)\n");
}

TEST(DoctorPretraining, JudgesTheMachinesAloneWhereNothingFollows) {
    pretrain("--version");
    const Outcome outcome = run("doctor " + two_machines + "--epochs 0 --quiet");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("by the most frequent class alone"), std::string::npos) << outcome.out;
}

}  // namespace
}  // namespace gradus::tests
