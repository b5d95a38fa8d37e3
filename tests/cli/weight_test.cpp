// Does a row count as much as its weight says: in the loss, in the metrics, in what is compared with them?

#include <gtest/gtest.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

struct Row {
    std::string numbers, label;
    int weight;
};

// Two clouds that overlap; weights 0 to 4.
std::vector<Row> rows(unsigned from, unsigned count) {
    std::vector<Row> all;
    for (unsigned i = from; i < from + count; ++i) {
        const unsigned a = (i * i * 37 + i * 411 + 17) % 1009, b = (i * i * 91 + i * 17 + 5) % 1009;
        all.push_back({"0." + std::to_string(1000 + a) + ",0." + std::to_string(1000 + b),
                       (a + b + i % 5 * 100) % 1009 > 500 ? "yes" : "no", static_cast<int>(i % 5)});
    }
    return all;
}

std::string weighted(const std::vector<Row>& rows, bool values) {
    std::string text = "a,b,w,y\n";
    for (const Row& row : rows)
        text += row.numbers + "," + std::to_string(row.weight) + "," +
                (values ? row.label == "yes" ? row.numbers.substr(0, 6) : "0.25" : row.label) + "\n";
    return text;
}

// Each row so often as it weighs.
std::string repeated(const std::vector<Row>& rows, bool values) {
    std::string text = "a,b,y\n";
    for (const Row& row : rows)
        for (int k = 0; k < row.weight; ++k)
            text += row.numbers + "," +
                    (values ? row.label == "yes" ? row.numbers.substr(0, 6) : "0.25" : row.label) + "\n";
    return text;
}

json done_of(const std::string& command) {
    const Outcome outcome = run(command + " --json");
    EXPECT_EQ(outcome.status, 0) << command << "\n" << outcome.err;
    return outcome.status == 0 ? objects_of(outcome.out).back() : json{};
}

// All metrics but those that count examples, and the standard errors: more rows would be surer.
void expect_same_metrics(const json& weighted, const json& repeated) {
    for (const auto& [name, value] : weighted.items()) {
        if (!value.is_number_float() || name.ends_with("_se")) continue;
        EXPECT_NEAR(value.get<double>(), repeated[name].get<double>(), 1e-9) << name;
    }
}

const std::string full = " --net '6 tanh' --scale none --precision double --batch full --iterations 300 ";

TEST(Weight, OfAWholeNumberIsTheRowSoManyTimes) {
    for (const bool values : {false, true}) {
        write_here("w.csv", weighted(rows(0, 120), values));
        write_here("r.csv", repeated(rows(0, 120), values));
        write_here("vw.csv", weighted(rows(150, 60), values));
        write_here("vr.csv", repeated(rows(150, 60), values));
        for (const std::string& option :
             {std::string(), std::string(values ? "--loss mean_absolute" : "--class-weights balanced")}) {
            const json once = done_of("train w.csv --weight w --validation vw.csv" + full + option);
            const json many = done_of("train r.csv --validation vr.csv" + full + option);
            for (const char* part : {"train", "validation", "linear"}) {
                SCOPED_TRACE(std::string(part) + " " + option);
                expect_same_metrics(once[part], many[part]);
            }
            EXPECT_NEAR(once["cost"].get<double>(), many["cost"].get<double>(), 1e-9);
        }
        expect_same_metrics(done_of("evaluate w.onnx vw.csv"), done_of("evaluate r.onnx vr.csv"));
        const json starts[] = {objects_of(run("train w.csv --weight w --epochs 1 --json").out).front(),
                               objects_of(run("train r.csv --epochs 1 --json").out).front()};
        EXPECT_NEAR(starts[0]["baseline"].get<double>(), starts[1]["baseline"].get<double>(), 1e-12);
        EXPECT_EQ(starts[0]["weight"], "w");
        EXPECT_EQ(starts[0]["features"], 2);
    }
}

// Rows in the matrix and the tables, weights in the shares; the same in text, JSON and report.
TEST(Weight, CountsAreOfRowsAndItIsSaid) {
    write_here("t.csv", weighted(rows(0, 150), false));
    ASSERT_EQ(run("train t.csv --weight w --epochs 5 --quiet --report train.html -o m.onnx").status, 0);
    const json with = objects_of(run("evaluate m.onnx t.csv --json").out).back();
    EXPECT_EQ(with["weighted"], true);
    int all = 0;
    for (const json& row : with["confusion"])
        for (const json& count : row) all += count.get<int>();
    EXPECT_EQ(all, 150);
    EXPECT_NE(run("evaluate m.onnx t.csv --report e.html")
                  .out.find("Counts are of rows; the metrics count the weights of the rows.\n"),
              std::string::npos);
    for (const char* page : {"train.html", "e.html"}) {
        const std::string html = read_here(page);
        std::size_t said = 0;
        const std::string sentence = "Counts are of examples; shares and metrics count their weights.";
        for (std::size_t i = html.find(sentence); i != html.npos; i = html.find(sentence, i + 1)) ++said;
        EXPECT_EQ(said, 2U) << page;  // the confusion matrix, the thresholds
    }
    const std::string html = read_here("e.html");  // from the threshold 0.05 on, nearly every row
    const std::size_t row = html.find("<tr><th scope=\"row\" class=\"n\">0.05</th><td class=\"n\">");
    ASSERT_NE(row, std::string::npos);
    EXPECT_LE(std::stoi(html.substr(html.find("<td class=\"n\">", row) + 14)), 150);
    EXPECT_FALSE(done_of("train t.csv --ignore w --epochs 5")["train"].contains("weighted"));
}

TEST(Weight, OfOneForEachRowChangesNothing) {
    std::vector<Row> alike = rows(0, 150);
    for (Row& row : alike) row.weight = 7;
    write_here("t.csv", weighted(alike, false));
    json with = done_of("train t.csv --weight w --epochs 5");
    const json without = done_of("train t.csv --ignore w --epochs 5");
    EXPECT_EQ(with["cost"], without["cost"]);
    with["validation"].erase("weighted");
    EXPECT_EQ(with["validation"], without["validation"]);
}

TEST(Weight, IsRememberedByTheModel) {
    write_here("w.csv", weighted(rows(0, 150), false));
    ASSERT_EQ(run("train w.csv --weight w --epochs 5 -o m.onnx").status, 0);
    EXPECT_EQ(run("predict m.onnx w.csv").err, "");
    const json with = done_of("evaluate m.onnx w.csv");
    write_here("r.csv", repeated(rows(0, 150), false));
    const Outcome without = run("evaluate m.onnx r.csv --json");
    EXPECT_NE(without.err.find("there is no column \"w\": every row has the weight 1"), std::string::npos)
        << without.err;
    expect_same_metrics(with, objects_of(without.out).back());
    EXPECT_EQ(run("train r.csv --weight w").err,
              "error: r.csv: there is no column \"w\", expected a, b or y\n");
}

TEST(Weight, GoesOnWithTheRun) {
    write_here("w.csv", weighted(rows(0, 150), false));
    const std::string command = "train w.csv --weight w --epochs 600 --patience 600 -o ";
    ASSERT_EQ(run(command + "whole.onnx").status, 0);
    run(command + "part.onnx --checkpoint c.onnx", {.signal = SIGTERM, .at = "epoch# 100:"});
    ASSERT_EQ(run("train w.csv --resume c.onnx -o resumed.onnx").status, 0);
    EXPECT_TRUE(read_here("resumed.onnx") == read_here("whole.onnx"));
    EXPECT_EQ(lines_of(run("train w.csv --resume c.onnx --weight a").err).back(),
              "error: --resume: the run had --weight w, and now it is --weight a (hint: without --weight it "
              "goes on "
              "as it was)");
}

TEST(Weight, ThatIsNoneIsAnErrorWithItsLine) {
    const auto error = [](const std::string& weights) {
        std::string text = "a,w,y\n";
        for (int i = 0; i < 8; ++i)
            text += std::to_string(i) + "," + (i == 3 ? weights : "1") + ",k" + std::to_string(i % 2) + "\n";
        write_here("t.csv", text);
        return lines_of(run("train t.csv --weight w --validation 0 --epochs 1").err).back();
    };
    EXPECT_EQ(error("-1"), "error: t.csv:5: column \"w\" holds \"-1\", expected a weight of at least 0");
    EXPECT_EQ(error(""), "error: t.csv:5: column \"w\" holds nothing, expected a weight of at least 0");
    EXPECT_EQ(error("inf"), "error: t.csv:5: column \"w\" holds \"inf\", expected a number");
    EXPECT_EQ(error("heavy"), "error: t.csv:5: column \"w\" holds \"heavy\", expected a number");
    write_here("t.csv", "a,w,y\n1,0,1.5\n2,0,2\n3,0,3\n");
    EXPECT_EQ(run("train t.csv --weight w").err,
              "error: t.csv: column \"w\": every weight is 0, expected weights with a positive sum\n");
    EXPECT_EQ(run("train t.csv --weight y --target y").err,
              "error: --target: \"y\" stands in --weight as well, expected one role for each column\n");
    EXPECT_EQ(run("train t.csv --weight w --group w").err,
              "error: --group: \"w\" stands in --weight as well, expected one role for each column\n");
    EXPECT_EQ(run("train xor --weight x1").err,
              "error: --weight: xor is built-in data (hint: without --weight)\n");
}

}  // namespace
}  // namespace gradus::tests
