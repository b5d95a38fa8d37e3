// Models of other programs: what they predict is what ONNX Runtime says, and nothing is said of them that
// does not stand in the file. (tests/fuzz/make_seeds.py writes them as PyTorch, tf2onnx and skl2onnx do.)

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/cli/program.h"
#include "tests/support/external_onnx.h"

namespace gradus::tests {
namespace {

std::string model(const std::string& name) {
    return std::string(GRADUS_CHECKOUT) + "/tests/fuzz/seeds/onnx/" + name;
}

TEST(ForeignModel, SeesNamedColumnsByTheirPlaces) {
    write_here("named.csv", "a,b\n1,2\n-1,0.5\n");
    write_here("bare.csv", "1,2\n-1,0.5\n");
    const Outcome named = run("predict " + model("dense") + " named.csv");
    EXPECT_EQ(named.status, 0) << named.err;
    EXPECT_NE(
        named.err.find("note      the model does not name its inputs: the columns are taken in their order"),
        std::string::npos)
        << named.err;
    EXPECT_EQ(lines_of(named.out).at(0), "y_0,y_1,y_2");
    EXPECT_NEAR(std::stod(lines_of(named.out).at(2)), 6.1882851e-03, 1e-7);
    const Outcome bare = run("predict " + model("dense") + " bare.csv");
    EXPECT_EQ(bare.out, named.out);
    EXPECT_EQ(bare.err.find("in their order"), std::string::npos) << bare.err;
}

TEST(ForeignModel, FindsItsColumnsByTheirNamesAndNamesClasses) {
    write_here("rows.csv", "sex,more,age\nf,9,5\nx,9,3\n");
    const Outcome predicted = run("predict " + model("columns") + " rows.csv --probabilities");
    EXPECT_EQ(predicted.status, 0) << predicted.err;
    EXPECT_EQ(lines_of(predicted.out).at(0), "prediction,no,yes");
    EXPECT_EQ(lines_of(predicted.out).at(1).substr(0, 12), "yes,0.095349");
    EXPECT_EQ(lines_of(predicted.out).at(2).substr(0, 12), "yes,0.437823");
}

TEST(ForeignModel, SummarySaysOnlyWhatTheFileSays) {
    const std::string dense = run("summary " + model("dense")).out,
                      columns = run("summary " + model("columns")).out;
    EXPECT_NE(dense.find("unknown: this model was not made by Gradus"), std::string::npos) << dense;
    EXPECT_NE(columns.find("2 classes"), std::string::npos) << columns;
    for (const std::string word : {"recipe", "baseline", "updates", "training", "examples"}) {
        EXPECT_EQ(dense.find(word), std::string::npos) << dense;
        EXPECT_EQ(columns.find(word), std::string::npos) << columns;
    }
}

TEST(ForeignModel, IsMeasuredAndTrainedFurther) {
    std::string rows = "a,b,kind\n";
    for (int i = 0; i < 60; ++i)
        rows += std::to_string(i % 7) + "." + std::to_string(i % 3) + "," + std::to_string(i % 5) + "," +
                (i % 3 == 0   ? "one"
                 : i % 3 == 1 ? "two"
                              : "three") +
                "\n";
    write_here("t.csv", rows);
    const Outcome measured = run("evaluate " + model("dense") + " t.csv");
    EXPECT_EQ(measured.status, 0) << measured.err;
    EXPECT_NE(measured.out.find("60 examples"), std::string::npos) << measured.out;
    const Outcome trained = run("train t.csv --from " + model("dense") + " --epochs 2 -o m.onnx");
    EXPECT_EQ(trained.status, 0) << trained.err;
    EXPECT_EQ(run("summary m.onnx").out.find("not made by Gradus"), std::string::npos);
    EXPECT_EQ(lines_of(run("predict m.onnx t.csv").out).size(), 61U);
}

TEST(ForeignModel, HasWeightsInASecondFileWhereThatIsAllowed) {
    write_here("two.onnx", test::external_model());
    write_here("weights", test::external_weights());
    write_here("t.csv", "a,b,y_0,y_1\n1,10,41,62\n0,0,10,20\n2,1,15,28\n1,1,14,26\n");
    const std::string refused =
        "error: two.onnx: the tensor \"W\" lies in another file, \"weights\", expected a model in one file "
        "(hint: "
        "--allow-external reads it from the model's own folder)";
    for (const std::string command :
         {"predict two.onnx t.csv --raw", "evaluate two.onnx t.csv --target y_0,y_1", "summary two.onnx",
          "explain two.onnx t.csv --target y_0,y_1", "doctor two.onnx t.csv --target y_0,y_1",
          "compare two.onnx two.onnx t.csv --target y_0,y_1", "importance two.onnx t.csv --target y_0,y_1",
          "train t.csv --from two.onnx --target y_0,y_1 --epochs 1 --validation 0 -o further.onnx"}) {
        const Outcome without = run(command);
        EXPECT_EQ(without.status, 3) << command;
        EXPECT_EQ(lines_of(without.err).back(), refused) << command;
        const Outcome with = run(command + " --allow-external");
        EXPECT_EQ(with.status, 0) << command << with.err;
    }
    EXPECT_EQ(lines_of(run("predict two.onnx t.csv --raw --allow-external").out).at(1), "41,62");
    EXPECT_NE(run("evaluate two.onnx t.csv --target y_0,y_1 --allow-external").out.find("rmse"),
              std::string::npos);
    for (const std::string command :
         {"export two.onnx t.csv --to numpy", "page two.onnx t.csv", "sample two.onnx"}) {
        const Outcome with = run(command + " --allow-external");
        EXPECT_EQ(with.status, 3) << command;  // of a run of ours, or machines
        EXPECT_EQ(with.err.find("another file"), std::string::npos) << with.err;
    }
}

TEST(ForeignModel, WithASecondFileIsNamedSoInTheRecipe) {
    write_here("two.onnx", test::external_model());
    write_here("weights", test::external_weights());
    write_here("t.csv", "a,b,y_0,y_1\n1,10,41,62\n0,0,10,20\n2,1,15,28\n1,1,14,26\n");
    const Outcome trained =
        run("train t.csv --from two.onnx --allow-external --target y_0,y_1 --epochs 2 -o m.onnx --json");
    const std::string recipe = objects_of(trained.out).at(0)["recipe"];
    EXPECT_NE(recipe.find("--from two.onnx --allow-external"), std::string::npos) << recipe;
    EXPECT_EQ(run("train " + recipe + " -o again.onnx").status, 0) << recipe;
    EXPECT_EQ(read_here("again.onnx"), read_here("m.onnx"));
    EXPECT_EQ(run("train t.csv --allow-external").err,
              "error: --allow-external: no model is read (hint: DATA --from MODEL)\n");
}

TEST(ForeignModel, TellsThatProbabilitiesStandForTheirLogarithms) {
    write_here("six.csv", "1,2,3,4,5,6\n");
    EXPECT_EQ(lines_of(run("predict " + model("view") + " six.csv").out).at(0), "exp(y)_0,exp(y)_1,exp(y)_2");
}

}  // namespace
}  // namespace gradus::tests
