// Several labels for each example: trained, asked, measured, read again.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;
using Lines = std::vector<std::string>;

// Points of a grid; the labels "left", "low" and "both" follow from where they are.
std::string grid() {
    std::string text = "x,y,left,low,both\n";
    for (int i = 0; i < 100; ++i) {
        const int x = i % 10, y = i / 10;
        text += std::to_string(x) + "," + std::to_string(y) + (x < 4 ? ",1" : ",0") + (y < 6 ? ",1" : ",0") +
                (x < 4 && y < 6 ? ",1\n" : ",0\n");
    }
    return text;
}

const std::string train_grid = "train grid.csv --target left,low,both --iterations 1500 --learning-rate 0.01";

TEST(Multilabel, IsTrainedAndAsked) {
    write_here("grid.csv", grid());
    const Outcome trained = run(train_grid);
    EXPECT_EQ(trained.status, 0);
    EXPECT_NE(
        trained.err.find("target    left, low, both, named: 3 labels, of which an example may have several"),
        std::string::npos)
        << trained.err;
    EXPECT_NE(trained.err.find("baseline  accuracy 0.6533, by the more frequent answer to each label alone"),
              std::string::npos)
        << trained.err;  // (60 + 60 + 76) / 300
    write_here("new.csv", "x,y\n0,0\n9,0\n9,9\n0,9\n");
    EXPECT_EQ(without_error("predict grid.onnx new.csv"), "prediction\nleft;low;both\nlow\n\"\"\nleft\n");
    const Lines lines = lines_of(without_error("predict grid.onnx new.csv --probabilities"));
    EXPECT_EQ(lines[0], "prediction,left,low,both");
    EXPECT_EQ(lines[3][0], ',');  // no label
    EXPECT_LT(std::stod(lines[3].substr(1)), 0.01) << lines[3];
    EXPECT_EQ(json::parse(lines_of(without_error("predict grid.onnx new.csv --json"))[0])["prediction"],
              "left;low;both");
}

TEST(Multilabel, IsMeasuredLabelByLabel) {
    write_here("grid.csv", grid());
    without_error(train_grid + " --validation 0");
    const json all = json::parse(without_error("evaluate grid.onnx grid.csv --json"));
    EXPECT_EQ(all["accuracy"], 1.0);
    EXPECT_EQ(all["f1"], 1.0);
    EXPECT_FALSE(all.contains("classes"));
    EXPECT_EQ(all["labels"].size(), 3U);
    EXPECT_EQ(all["labels"]["both"]["confusion"], json::parse("[[76,0],[0,24]]"));
    for (const char* metric : {"accuracy", "f1", "log_loss", "roc_auc", "calibration_error"}) {
        EXPECT_TRUE(all["labels"]["low"].contains(metric)) << metric;
        EXPECT_TRUE(all["labels"]["low"].contains(std::string(metric) + "_se")) << metric;
        EXPECT_TRUE(all.contains(std::string(metric) + "_se")) << metric;
    }
    const std::string text = without_error("evaluate grid.onnx grid.csv");
    EXPECT_NE(text.find(" both |       24     24        0  1.0000 0.0000"), std::string::npos) << text;
    const json summary = json::parse(without_error("summary grid.onnx --json"));
    EXPECT_EQ(summary["train"]["labels"]["left"]["accuracy"], 1.0);
    EXPECT_NE(without_error("summary grid.onnx").find("left, low, both: 3 labels"), std::string::npos);
}

TEST(Multilabel, SaysItsTaskInJson) {
    write_here("grid.csv", grid());
    const auto events = objects_of(without_error(train_grid + " --json"));
    EXPECT_EQ(events.front()["task"], "multilabel");
    EXPECT_EQ(events.front()["target"], (Lines{"left", "low", "both"}));
    EXPECT_EQ(events.front()["network"], "64 relu, 64 relu, 3 sigmoid");
    EXPECT_EQ(events.back()["train"]["labels"].size(), 3U);
    EXPECT_EQ(events.back()["linear"]["labels"].size(), 3U);
}

// Rows that have one label each are labels all the same, when the model learned labels.
TEST(Multilabel, IsMeasuredOnRowsThatLookOneHot) {
    write_here("grid.csv", grid());
    without_error(train_grid);
    write_here("few.csv", "x,y,left,low,both\n0,9,1,0,0\n9,0,0,1,0\n");
    EXPECT_EQ(json::parse(without_error("evaluate grid.onnx few.csv --json"))["labels"].size(), 3U);
    write_here("wrong.csv", "x,y,left,low,both\n0,9,1,0,3\n");
    EXPECT_EQ(run("evaluate grid.onnx wrong.csv").err,
              "error: wrong.csv:2: column \"both\" holds \"3\", expected 0 or 1: whether the row has this "
              "label\n");
}

TEST(Multilabel, OfAnArrayIsNumbered) {
    std::string X = "a,b\n", Y;
    for (int i = 0; i < 60; ++i) {
        X += std::to_string(i % 7) + "," + std::to_string(i % 5) + "\n";
        Y += std::string(i % 7 > 3 ? "1," : "0,") + (i % 5 > 2 ? "1\n" : "0\n");
    }
    write_here("X.csv", X);
    write_here("Y.csv", Y);
    without_error("train X.csv --labels Y.csv -o m.onnx --epochs 5");
    EXPECT_EQ(lines_of(without_error("predict m.onnx X.csv --probabilities"))[0], "prediction,label1,label2");
    EXPECT_EQ(json::parse(without_error("evaluate m.onnx X.csv --labels Y.csv --json"))["labels"].size(), 2U);
}

TEST(Multilabel, OneHotColumnsAreOneClass) {
    std::string text = "x,is_a,is_b,is_c\n";
    for (int i = 0; i < 90; ++i)
        text += std::to_string(i % 9) + (i % 9 < 3 ? ",1,0,0\n" : i % 9 < 6 ? ",0,1,0\n" : ",0,0,1\n");
    write_here("hot.csv", text);
    const Outcome trained = run("train hot.csv --target is_a,is_b,is_c --epochs 30");
    EXPECT_EQ(trained.status, 0);
    EXPECT_NE(trained.err.find("one-hot labels of 3 classes: \"is_a\", \"is_b\", \"is_c\""),
              std::string::npos);
    const Lines lines = lines_of(without_error("predict hot.onnx hot.csv --probabilities"));
    EXPECT_EQ(lines[0], "prediction,is_a,is_b,is_c");
    EXPECT_TRUE(lines[1].starts_with("is_a,")) << lines[1];
    const json evaluation = json::parse(without_error("evaluate hot.onnx hot.csv --json"));
    EXPECT_EQ(evaluation["classes"], (Lines{"is_a", "is_b", "is_c"}));
    EXPECT_EQ(evaluation["confusion"].size(), 3U);
}

TEST(Multilabel, GoesOnFromACheckpointToTheSameBytes) {
    write_here("grid.csv", grid());
    const std::string train = "train grid.csv --target left,low,both --epochs 30 ";
    without_error(train + "--checkpoint c.onnx --checkpoint-every 0.000001 -o whole.onnx");
    without_error(train + "--resume c.onnx -o resumed.onnx");
    EXPECT_TRUE(read_here("whole.onnx") == read_here("resumed.onnx"));
}

TEST(Multilabel, HasATableOfItsLabelsInTheReport) {
    write_here("grid.csv", grid());
    without_error(train_grid + " --validation 0 --report grid.html");
    const std::string page = read_here("grid.html");
    EXPECT_NE(page.find("0 of 300 answers to 100 training examples of 3 labels are wrong."),
              std::string::npos);
    EXPECT_NE(page.find("F1, the mean over the labels"), std::string::npos);
    EXPECT_EQ(page.find("Residuals"), std::string::npos);
    EXPECT_EQ(page.find("Confusion matrix"), std::string::npos);
    without_error("evaluate grid.onnx grid.csv --report again.html");
    EXPECT_NE(read_here("again.html").find("left; low; both"),
              std::string::npos);  // among the worst examples
}

TEST(Multilabel, IsLookedInto) {
    write_here("grid.csv", grid());
    const std::string target = " --target left,low,both ";
    EXPECT_NE(
        without_error("explain grid.csv" + target + "--net '4 tanh' --batch full --check").find("accuracy 1"),
        std::string::npos);
    EXPECT_NE(
        without_error("doctor grid.csv" + target + "--epochs 30").find("the most frequent answers alone"),
        std::string::npos);
    const std::string seeds =
        without_error("seeds grid.csv" + target + "--count 2 --iterations 1500 --learning-rate 0.01");
    EXPECT_NE(seeds.find("every label of every example is right"), std::string::npos) << seeds;
    EXPECT_NE(without_error("export grid.csv" + target + "--to numpy").find("evaluate_labels(\"training\""),
              std::string::npos);
}

}  // namespace
}  // namespace gradus::tests
