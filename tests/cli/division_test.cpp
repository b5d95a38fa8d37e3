// Do rows that belong together lie on one side of the division, and does the program say how it divides?

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// Labels that nothing but memory could know: each row of numbers has a random one.
int label_of(unsigned i) {
    return static_cast<int>((i * 2654435761U) >> 31);
}
std::string number(unsigned i, unsigned k) {
    return std::to_string((i * i * (37U + 54U * k) + i * (411U * k + 17U)) % 1009U);
}

// 100 patients with 6 visits each: 6 near points and a label of the patient's.
std::string patients() {
    std::string text = "patient,a,b,sick\n";
    for (unsigned visit = 0; visit < 6; ++visit)
        for (unsigned p = 0; p < 100; ++p)
            text += "P" + std::to_string(p) + "," + number(p, 1) + "." + std::to_string(visit) + "," +
                    number(p, 2) + "," + (label_of(p) == 1 ? "yes" : "no") + "\n";
    return text;
}

json start_of(const std::string& command) {
    const Outcome outcome = run(command + " --json");
    EXPECT_EQ(outcome.status, 0) << command << "\n" << outcome.err;
    return outcome.status == 0 ? objects_of(outcome.out).front() : json{};
}
json done_of(const std::string& command) {
    const Outcome outcome = run(command + " --json");
    EXPECT_EQ(outcome.status, 0) << command << "\n" << outcome.err;
    return outcome.status == 0 ? objects_of(outcome.out).back() : json{};
}

std::string notes_of(const Outcome& outcome) {
    std::string notes;
    for (const std::string& line : lines_of(outcome.err))
        if (line.starts_with("note ")) notes += line.substr(10) + "\n";
    return notes;
}

const std::string by_memory =
    " --net '128 tanh, 128 tanh' --learning-rate 0.003 --iterations 4000 --batch 64";

TEST(Division, KeepsEqualRowsOnOneSide) {
    std::string text = "a,b,y\n";
    for (int copy = 0; copy < 4; ++copy)
        for (unsigned i = 0; i < 150; ++i)
            text += number(i, 1) + "," + number(i, 2) + "," + (label_of(i) == 1 ? "p" : "q") + "\n";
    write_here("copies.csv", text);
    const json done = done_of("train copies.csv" + by_memory);
    EXPECT_EQ(done["validation"]["examples"], 120);
    EXPECT_GT(done["train"]["accuracy"], 0.9);
    EXPECT_LT(done["validation"]["accuracy"], 0.7);  // with copies on both sides: 1
}

TEST(Division, KeepsAGroupOnOneSideAndDoesNotLearnFromItsColumn) {
    write_here("p.csv", patients());
    const json without = done_of("train p.csv --ignore patient" + by_memory);
    EXPECT_GT(without["validation"]["accuracy"], 0.85);
    const std::string command = "train p.csv --group patient" + by_memory;
    const json with = done_of(command);
    EXPECT_EQ(with["validation"]["examples"], 120);
    EXPECT_LT(with["validation"]["accuracy"], 0.7);
    EXPECT_EQ(start_of(command)["group"], "patient");
    EXPECT_EQ(start_of(command)["features"], 2);
    EXPECT_EQ(notes_of(run("predict p.onnx p.csv")), "");  // the column is no stranger
    EXPECT_EQ(run("evaluate p.onnx p.csv").status, 0);
}

TEST(Division, GroupsMayBeTextNumbersOrDatesAndMissing) {
    std::string text = "who,when,a,y\n";
    for (unsigned i = 0; i < 200; ++i)
        text += (i % 10 == 0 ? "" : std::to_string(i % 40)) + ",2024-01-" + (i % 20 < 9 ? "0" : "") +
                std::to_string(i % 20 + 1) + "," + number(i, 1) + "," + (i % 3 == 0 ? "u" : "v") + "\n";
    write_here("t.csv", text);
    EXPECT_EQ(notes_of(run("train t.csv --group who --epochs 1")),
              "column \"when\" holds dates\n20 rows without \"who\": each is a group of its own\n");
    EXPECT_EQ(done_of("train t.csv --group when --epochs 1")["validation"]["examples"], 40);
    EXPECT_EQ(start_of("train t.csv --group 1 --epochs 1")["group"], "who");
}

TEST(Division, EveryRowItsOwnGroupIsTheDivisionWithoutGroups) {
    std::string text = "id,a,y\n";
    for (unsigned i = 0; i < 100; ++i)
        text += "k" + std::to_string(i) + "," + number(i, 1) + "." + std::to_string(i) + "," +
                (i % 3 == 0 ? "u" : "v") + "\n";
    write_here("t.csv", text);
    const json grouped = done_of("train t.csv --group id --epochs 2");
    const json plain = done_of("train t.csv --ignore id --epochs 2");
    EXPECT_EQ(grouped["validation"], plain["validation"]);
    EXPECT_EQ(grouped["cost"], plain["cost"]);
}

TEST(Division, OfOneGroupOrOneTimeIsAnErrorUnlessNothingIsSetAside) {
    std::string text = "g,date,a,y\n";
    for (unsigned i = 0; i < 60; ++i)
        text += "x,2024-05-01," + number(i, 1) + "," + (i % 3 == 0 ? "u" : "v") + "\n";
    write_here("t.csv", text);
    const Outcome group = run("train t.csv --group g --ignore date");
    EXPECT_EQ(group.status, 3);
    EXPECT_EQ(
        lines_of(group.err).back() + "\n",
        "error: t.csv: column \"g\": all rows are one group, expected at least two, one of them to validate "
        "with (hint: --validation 0)\n");
    EXPECT_NE(run("train t.csv --split time --ignore g")
                  .err.find("error: t.csv: column \"date\": all rows have the same time, expected at least "
                            "two, one of them "
                            "to validate with (hint: --validation 0)\n"),
              std::string::npos);
    EXPECT_EQ(run("train t.csv --group g --ignore date --validation 0 --epochs 1").status, 0);
}

TEST(Division, RefusesAColumnThatCannotSayWhatBelongsTogether) {
    write_here("t.csv", "g,a,y\n,1,2.5\n,2,3\n,3,4\n");
    EXPECT_EQ(run("train t.csv --group g").err,
              "error: t.csv: column \"g\": every value is missing, expected the group of each row\n");
    EXPECT_EQ(run("train t.csv --group y --target y").err,
              "error: --target: \"y\" stands in --group as well, expected one role for each column\n");
    EXPECT_EQ(run("train t.csv --group who").err,
              "error: t.csv: there is no column \"who\", expected g, a or y\n");
    EXPECT_EQ(run("train xor --group x1").err,
              "error: --group: xor is built-in data (hint: without --group)\n");
    EXPECT_EQ(run("train xor --split date").status, 2);
    std::string series;
    for (int i = 0; i < 40; ++i) {
        series += std::to_string(i % 2);
        for (int t = 0; t < 16; ++t) series += "\t" + std::to_string((i * t) % 7);
        series += "\n";
    }
    write_here("s.tsv", series);
    EXPECT_NE(
        run("train s.tsv --label-first --header no --group 2")
            .err.find("error: --group: the columns of s.tsv are places of a series, expected a table\n"),
        std::string::npos);
    EXPECT_EQ(
        done_of("train s.tsv --label-first --header no --split time --epochs 1")["validation"]["examples"],
        8);
}

// y = x until November, y = -x later.
std::string turned_in_november(const std::string& first_column) {
    std::string text = first_column + ",when,x,y\n";
    for (unsigned i = 0; i < 300; ++i) {
        const unsigned day = i * 7 % 300;  // in no order
        const std::string month = std::to_string(101 + day / 28).substr(1),
                          date = std::to_string(101 + day % 28).substr(1);
        const std::string x = number(i, 1);
        text += "2023-0" + std::to_string(1 + i % 9) + "-01,2024-" + month + "-" + date + "," + x + "," +
                (day < 240 ? "" : "-") + x + ".5\n";
    }
    return text;
}

TEST(Division, ByTimeValidatesOnTheLatestRows) {
    write_here("one.csv", turned_in_november("date of birth"));
    const std::string rest = " --epochs 30 --ignore when";
    const Outcome named = run("train one.csv --split time --json --ignore '1'" + std::string(" --epochs 30"));
    EXPECT_NE(notes_of(named).find("its place in the file: of 2 columns of dates none is called"),
              std::string::npos)
        << named.err;
    write_here("two.csv", turned_in_november("birthday"));
    std::string text = read_here("two.csv");
    text.replace(text.find("when"), 4, "Date");
    write_here("two.csv", text);
    const Outcome two = run("train two.csv --split time --ignore birthday,Date --epochs 30 --json");
    EXPECT_NE(notes_of(two).find("the time of a row is that of column \"Date\"\n"), std::string::npos)
        << two.err;
    const json start = objects_of(two.out).front(), done = objects_of(two.out).back();
    EXPECT_EQ(start["split"], "time");
    EXPECT_EQ(done["validation"]["examples"], 60);
    EXPECT_LT(done["validation"]["r2"], -1);  // nobody could know
    EXPECT_GT(done_of("train two.csv --ignore birthday,Date --epochs 30")["validation"]["r2"], -1);
}

TEST(Division, RowsWithoutATimeAreTheEarliest) {
    std::string text = "date,x,y\n";
    for (unsigned i = 0; i < 100; ++i)
        text += (i >= 90 ? "" : "2024-01-" + std::to_string(10 + i / 10)) + "," + number(i, 1) + "," +
                (i % 3 == 0 ? "u" : "v") + "\n";
    write_here("t.csv", text);
    const Outcome outcome = run("train t.csv --split time --epochs 1 --json");
    EXPECT_NE(notes_of(outcome).find("10 rows without \"date\": they count as the earliest\n"),
              std::string::npos)
        << outcome.err;
    EXPECT_EQ(objects_of(outcome.out).back()["validation"]["examples"], 20);
}

static std::string days_of_january() {
    std::string text = "date,x,y\n";
    for (unsigned i = 0; i < 90; ++i)
        text += "2024-01-" + std::to_string(10 + i * 7 % 20) + "," + number(i, 1) + "," +
                (i % 3 == 0 ? "u" : "v") + "\n";
    return text;
}

TEST(Division, FoldsByTimeAreThoseOfTheRecipeThatIsPrinted) {
    write_here("t.csv", days_of_january());
    for (const std::string folds : {" --ensemble 3", " --folds 3"}) {
        const Outcome outcome = run("train t.csv --split time --epochs 1 --json -o a.onnx" + folds);
        std::string recipe = objects_of(outcome.out).front()["recipe"];
        std::ranges::replace(recipe, '"', '\'');  // as `run` reads it
        EXPECT_NE(recipe.find("--validation 0 "), std::string::npos) << recipe;
        ASSERT_EQ(run("train " + recipe + " -o b.onnx").status, 0);
        EXPECT_TRUE(read_here("a.onnx") == read_here("b.onnx")) << recipe;
    }
}

TEST(Division, ByTimeWithoutValidationIsResumed) {
    write_here("t.csv", days_of_january());
    const std::string command = "train t.csv --split time --validation 0 --epochs 3000 -o ";
    ASSERT_EQ(run(command + "whole.onnx").status, 0);
    run(command + "part.onnx --checkpoint c.onnx", {.signal = SIGTERM, .at = "epoch# 100:"});
    EXPECT_EQ(run("train t.csv --resume c.onnx -o resumed.onnx").status, 0);
    EXPECT_TRUE(read_here("resumed.onnx") == read_here("whole.onnx"));
}

TEST(Division, ByTimeWithAFileToValidateWithSetsNothingAside) {
    std::string text = "x,y\n";
    for (unsigned i = 0; i < 60; ++i) text += number(i, 1) + "," + (i % 3 == 0 ? "u" : "v") + "\n";
    write_here("t.csv", text);
    write_here("v.csv", text);
    const Outcome outcome = run("train t.csv --split time --validation v.csv --epochs 1");
    EXPECT_EQ(outcome.status, 0) << outcome.err;
    EXPECT_EQ(objects_of(run("train t.csv --split time --validation v.csv --epochs 1 --json").out)
                  .back()["train"]["examples"],
              60);
}

TEST(Division, GoesOnWithTheGroupsOfTheRun) {
    write_here("p.csv", patients());
    const std::string command = "train p.csv --group patient --epochs 300 --patience 300 -o ";
    ASSERT_EQ(run(command + "whole.onnx").status, 0);
    run(command + "part.onnx --checkpoint c.onnx", {.signal = SIGTERM, .at = "epoch# 100:"});
    EXPECT_EQ(run("train p.csv --resume c.onnx -o resumed.onnx").status, 0);
    EXPECT_TRUE(read_here("resumed.onnx") == read_here("whole.onnx"));
    const Outcome other = run("train p.csv --resume c.onnx --group a");
    EXPECT_EQ(
        lines_of(other.err).back() + "\n",
        "error: --resume: the run had --group patient, and now it is --group a (hint: without --group it "
        "goes on as it was)\n");
    EXPECT_EQ(lines_of(run("train p.csv --resume c.onnx --split time").err).back() + "\n",
              "error: --resume: the run had no --split, and now it is --split time (hint: without --split it "
              "goes on as it was)\n");
    EXPECT_EQ(run("train p.csv --resume c.onnx --split random --group 1 -o x.onnx").status, 0);
    EXPECT_TRUE(read_here("x.onnx") == read_here("whole.onnx"));
}

TEST(SeenRows, AreNotedByEvaluateAndDoctor) {
    const std::string all = patients();
    write_here("all.csv", all);
    ASSERT_EQ(run("train all.csv --ignore patient --epochs 3 -o m.onnx").status, 0);
    const std::string same = "these are the rows that the model was trained on\n";
    EXPECT_EQ(notes_of(run("evaluate m.onnx all.csv")), same);
    EXPECT_EQ(notes_of(run("doctor m.onnx all.csv --ignore patient")), same);
    // In another order, with the columns in another order.
    std::vector<std::string> lines = lines_of(all);
    std::string turned = "sick,b,a\n", part = lines[0] + "\n", fresh = part;
    for (std::size_t i = lines.size() - 1; i > 0; --i) {
        const std::string& line = lines[i];
        const std::size_t a = line.find(','), b = line.find(',', a + 1), c = line.find(',', b + 1);
        turned += line.substr(c + 1) + line.substr(b, c - b) + line.substr(a, b - a) + "\n";
        if (i % 3 == 0) part += line + "\n";
        fresh += line.substr(0, b) + "5" + line.substr(b) + "\n";
    }
    write_here("turned.csv", turned);
    EXPECT_EQ(notes_of(run("evaluate m.onnx turned.csv")), same);
    write_here("part.csv", part);
    const std::string some = notes_of(run("evaluate m.onnx part.csv"));
    EXPECT_TRUE(some.starts_with("at least ") &&
                some.ends_with(" of these 200 rows are equal to rows that the model was trained on\n"))
        << some;
    write_here("fresh.csv", fresh);
    EXPECT_EQ(notes_of(run("evaluate m.onnx fresh.csv")), "");
}

TEST(SeenRows, AreToldAgainWithGroupsWeightsTimesAndCategories) {
    std::string text = "who,date,w,code,a,y\n";
    for (unsigned i = 0; i < 90; ++i)
        text += std::to_string(i % 30) + ",2024-01-" + std::to_string(10 + i % 20) + "," +
                std::to_string(1 + i % 3) + "," + std::to_string(i % 4) + "," + number(i, 1) + "," +
                (i % 3 == 0 ? "u" : "v") + "\n";
    write_here("t.csv", text);
    for (const std::string options : {"--group who", "--weight w", "--split time --ignore date",
                                      "--categorical code", "--precision double"}) {
        ASSERT_EQ(run("train t.csv --epochs 2 -o m.onnx " + options).status, 0);
        EXPECT_NE(notes_of(run("evaluate m.onnx t.csv")).find("these are the rows"), std::string::npos)
            << options;
    }
}

}  // namespace
}  // namespace gradus::tests
