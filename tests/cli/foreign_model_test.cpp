// Models of other programs: what they predict is what ONNX Runtime says, and nothing is said of them that
// does not stand in the file. (tests/fuzz/make_seeds.py writes them as PyTorch, tf2onnx and skl2onnx do.)

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/cli/program.h"

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

TEST(ForeignModel, TellsThatProbabilitiesStandForTheirLogarithms) {
    write_here("six.csv", "1,2,3,4,5,6\n");
    EXPECT_EQ(lines_of(run("predict " + model("view") + " six.csv").out).at(0), "exp(y)_0,exp(y)_1,exp(y)_2");
}

}  // namespace
}  // namespace gradus::tests
