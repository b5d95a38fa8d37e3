// Several networks by folds, as their users meet them: trained, asked, looked at one by one, interrupted.

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// The recipe that a run says, as `run` reads it.
std::string recipe_in(const json& start) {
    std::string recipe = start["recipe"];
    std::ranges::replace(recipe, '"', '\'');
    return recipe;
}

// 90 rows of three classes, with a text and gaps; a price to learn instead.
std::string flowers() {
    std::string text = "width,length,colour,price,kind\n";
    for (int i = 0; i < 90; ++i) {
        const int kind = i % 3, noise = i * i * 37 % 11;
        text += (i % 17 == 5 ? "" : std::to_string(kind * 4 + noise)) + "," + std::to_string(i * 7 % 13) +
                "," + (i % 5 == kind ? "red" : "blue") + "," + std::to_string(100 * kind + 3 * noise) + "," +
                (kind == 0   ? "a"
                 : kind == 1 ? "b"
                             : "c") +
                "\n";
    }
    return text;
}

constexpr const char* quick = " --net '8 relu' --learning-rate 0.01 --epochs 25 --quiet ";

TEST(EnsembleCommand, SaysWhatEachMemberReachedAndTheScoreOutOfFold) {
    write_here("t.csv", flowers());
    const std::vector<json> objects =
        objects_of(without_error(std::string("train t.csv --json --ensemble 4") + quick));
    EXPECT_EQ(objects.front()["ensemble"], 4);
    EXPECT_EQ(objects.front()["folds"], 4);
    int next = 1;
    for (const json& object : objects)
        if (object["event"] == "member") {
            EXPECT_EQ(object["member"], next++);
            EXPECT_EQ(object["of"], 4);
            EXPECT_GT(object["iterations"], 0);
            EXPECT_GT(object["fold_cost"], 0);
        }
    EXPECT_EQ(next, 5);
    const json& done = objects.back();
    EXPECT_EQ(done["event"], "done");
    EXPECT_EQ(done["out_of_fold"]["examples"], 90);
    for (const char* metric : {"accuracy", "accuracy_se", "f1_se", "log_loss_se", "roc_auc_se"})
        EXPECT_TRUE(done["out_of_fold"][metric].is_number()) << metric;
    EXPECT_TRUE(done["validation"].is_null());
    EXPECT_EQ(done["linear"]["examples"], 90);
    EXPECT_EQ(done["train"]["examples"], 90);
    const json read = objects_of(without_error("summary t.onnx --json")).back();
    EXPECT_EQ(read["members"], 4);
    EXPECT_EQ(read["out_of_fold"], done["out_of_fold"]);
    EXPECT_EQ(read["updates"], done["iterations"]);
    const json evaluated = objects_of(without_error("evaluate t.onnx t.csv --json")).back();
    EXPECT_EQ(evaluated["accuracy"], done["train"]["accuracy"]);
}

TEST(EnsembleCommand, ItsRecipeIsTheRunOnAnyNumberOfThreads) {
    write_here("t.csv", flowers());
    for (const std::string options : {"--ensemble 3", "--folds 3", "--ensemble 3 --validation 0.2 --seed 7",
                                      "--ensemble 2 --class-weights balanced --group length",
                                      "--ensemble 3 --split time", "--target price --ensemble 3"}) {
        const std::vector<json> objects =
            objects_of(without_error("train t.csv --json --threads 1 -o one.onnx " + options + quick));
        const std::string recipe = recipe_in(objects.front());
        ASSERT_EQ(run("train " + recipe + " --quiet --threads 3 -o three.onnx").status, 0) << recipe;
        EXPECT_EQ(read_here("one.onnx"), read_here("three.onnx")) << recipe;
    }
}

// 160 rows of four numbers; stripes decide.
std::string valves() {
    std::string text = "angle,b,c,d,valve\n";
    for (int i = 0; i < 160; ++i) {
        const int x = i * 37 % 101;
        text += std::to_string(x) + "," + std::to_string(i * 7 % 11) + "," + std::to_string(i * 5 % 17) +
                "," + std::to_string(i * 3 % 19) + (x / 25 % 2 == 0 ? ",open\n" : ",shut\n");
    }
    return text;
}

TEST(EnsembleCommand, IsWhatATableIsTrainedAsWhereNothingElseIsSaid) {
    write_here("valves.csv", valves());
    const Outcome silent = run("train valves.csv --epochs 20 -o silent.onnx");
    ASSERT_EQ(silent.status, 0) << silent.err;
    EXPECT_NE(silent.err.find("tried     costs on 2 folds: --encode none 0."), std::string::npos)
        << silent.err;
    const std::string chosen =
        " --encode ple --ensemble 8 --net '128 relu, 128 relu' --learning-rate 0.002 -o said.onnx";
    const Outcome said = run("train valves.csv --epochs 20" + chosen);
    EXPECT_EQ(said.err.find("tried"), std::string::npos) << said.err;
    EXPECT_EQ(read_here("silent.onnx"), read_here("said.onnx"));

    ASSERT_EQ(run("train valves.csv --epochs 20 --ensemble 1 --quiet -o one.onnx").status, 0);
    const json one = objects_of(without_error("summary one.onnx --json")).back();
    EXPECT_EQ(one["members"], 1);
    EXPECT_NE(std::string(one["recipe"]).find("--encode none --net \"256 relu\""), std::string::npos);
    EXPECT_NE(std::string(one["recipe"]).find("--ensemble 1"), std::string::npos);
    EXPECT_NE(run("seeds valves.csv --epochs 1 --count 1 --iterations 1").err.find("--ensemble 1"),
              std::string::npos);
}

TEST(EnsembleCommand, PredictsEvaluatesAndReportsLikeAnyModel) {
    write_here("t.csv", flowers());
    without_error(std::string("train t.csv --ensemble 3 --report page.html") + quick);
    const std::string page = read_here("page.html");
    EXPECT_NE(page.find("An ensemble of 3 networks"), std::string::npos);
    EXPECT_NE(page.find("90 examples out of fold"), std::string::npos);
    const std::vector<std::string> lines =
        lines_of(without_error("predict t.onnx t.csv --probabilities --quiet"));
    EXPECT_EQ(lines.size(), 91);
    EXPECT_EQ(lines.front(), "prediction,a,b,c");
    without_error("importance t.onnx t.csv --quiet");
    without_error("evaluate t.onnx t.csv --report given.html --quiet");
    EXPECT_EQ(run("sample t.onnx -n 3").status, 3);
}

TEST(EnsembleCommand, LooksAtOneMember) {
    write_here("t.csv", flowers());
    const std::string data = std::string("t.csv --ensemble 3") + quick;
    without_error("train " + data);
    const Outcome first = run("explain t.onnx t.csv");
    EXPECT_EQ(first.status, 0);
    EXPECT_NE(first.err.find("member 1 of 3: --member names another"), std::string::npos) << first.err;
    EXPECT_EQ(without_error("explain t.onnx t.csv --member 1 --quiet"), first.out);
    EXPECT_NE(without_error("explain t.onnx t.csv --member 2 --quiet"), first.out);
    // what a member does, it does in a run of its own as well
    EXPECT_NE(without_error("explain " + data + "--member 3"),
              without_error("explain " + data + "--member 2"));
    without_error("doctor t.onnx t.csv --member 2 --quiet");

    const Outcome all = run("train t.csv --from t.onnx -o further.onnx --quiet");
    EXPECT_EQ(all.status, 3);
    EXPECT_EQ(lines_of(all.err).back(),
              "error: t.onnx: is an ensemble of 3 networks, expected one of them (hint: --member 1)");
    const std::vector<json> further = objects_of(
        without_error("train t.csv --from t.onnx --member 2 --epochs 3 -o further.onnx --json --quiet"));
    const std::string recipe = recipe_in(further.front());
    EXPECT_NE(recipe.find("--from t.onnx --member 2"), std::string::npos) << recipe;
    ASSERT_EQ(run("train " + recipe + " -o again.onnx --quiet").status, 0);
    EXPECT_EQ(read_here("further.onnx"), read_here("again.onnx"));
    EXPECT_EQ(run("train t.csv --from t.onnx --member 4 --quiet").status, 3);
    EXPECT_EQ(run("train t.csv --member 2 --quiet").status, 2);
    EXPECT_EQ(run("train --resume t.onnx t.csv --member 2 --quiet").status, 2);
    EXPECT_EQ(run("explain t.csv --member 2 --quiet").status, 2);
    EXPECT_EQ(run("train t.csv --from t.onnx --member 1 --ensemble 2 --quiet").status, 2);
    EXPECT_EQ(run("seeds t.csv --ensemble 3 --count 2 --quiet").status, 2);
}

TEST(EnsembleCommand, TrainsOneMemberAlone) {
    write_here("t.csv", flowers());
    const std::string data = std::string("t.csv --ensemble 3") + quick;
    const auto costs = [](const std::string& printed, const std::string& begin) {
        std::string found;
        for (const std::string& line : lines_of(printed))
            if (line.starts_with(begin)) found = line.substr(line.find_last_of(' ') + 1);
        return found;
    };
    const std::string all = without_error("train " + data);
    const Outcome second = run(
        "train t.csv --ensemble 3 --net '8 relu' --learning-rate 0.01 --epochs 25 --member 2 -o two.onnx");
    ASSERT_EQ(second.status, 0) << second.err;
    EXPECT_EQ(costs(second.out, "validation"), costs(all, "Cost of member# 2"));
    EXPECT_NE(second.err.find("number 2 of 3 is set aside: 30 examples"), std::string::npos) << second.err;
    EXPECT_EQ(second.err.find("3 times"), std::string::npos) << second.err;
    // the line that says how it was made makes it again
    const std::string recipe =
        recipe_in(objects_of(without_error("train " + data + "--member 2 --json -o other.onnx")).front());
    EXPECT_NE(recipe.find("--member 2"), std::string::npos) << recipe;
    without_error("train " + recipe + " --quiet -o again.onnx");
    EXPECT_EQ(read_here("two.onnx"), read_here("again.onnx"));
    EXPECT_EQ(without_error("explain t.onnx t.csv --member 2 --quiet"),
              without_error("explain two.onnx t.csv --quiet"));
}

TEST(EnsembleCommand, OfFewRowsWorksOrSaysWhyNot) {
    write_here("ten.csv", "x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n10,b\n");
    EXPECT_EQ(run(std::string("train ten.csv --ensemble 8") + quick).status, 0);
    write_here("rare.csv", "x,y\n1,a\n2,a\n3,a\n4,b\n5,b\n6,b\n7,c\n8,b\n9,a\n10,b\n");
    EXPECT_EQ(run(std::string("train rare.csv --ensemble 5") + quick).status, 0);
    write_here("group.csv", "x,who,y\n1,m,a\n2,m,b\n3,m,a\n4,m,b\n5,m,a\n6,m,b\n");
    const Outcome one = run("train group.csv --ensemble 2 --group who --quiet");
    EXPECT_EQ(one.status, 3);
    EXPECT_EQ(lines_of(one.err).back(),
              "error: group.csv: column \"who\": 1 group, expected at least one for each of 2 folds");
}

TEST(EnsembleCommand, InterruptedIsSavedAndGoesOnToTheSameBytes) {
    const std::string what =
        "train moons --examples 400 --noise 0.3 --ensemble 3 --epochs 150 --patience 150 ";
    ASSERT_EQ(run(what + "-o whole.onnx --quiet").status, 0);
    const Outcome stopped =
        run(what + "-o part.onnx --threads 1", {.signal = SIGINT, .at = "Cost of member# 1"});
    EXPECT_EQ(stopped.status, 130);
    ASSERT_EQ(run(what + "-o end.onnx --resume part.onnx --threads 2 --quiet").status, 0);
    EXPECT_EQ(read_here("whole.onnx"), read_here("end.onnx"));
    EXPECT_EQ(run("train moons --examples 400 --noise 0.3 --ensemble 4 --resume part.onnx --quiet").status,
              3);
}

}  // namespace
}  // namespace gradus::tests
