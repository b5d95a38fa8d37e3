// Are dates, series, arrays and numbers beside a large offset taken for what they are, from the file to the
// answer?

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/program.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

// The values of a regression, line by line.
std::vector<double> predicted(const std::string& model, const std::string& file) {
    std::vector<double> values;
    const auto lines = lines_of(without_error("predict " + model + " " + file));
    for (std::size_t i = 1; i < lines.size(); ++i) values.push_back(std::stod(lines[i]));
    return values;
}

// As the file has it: 1e9 and a wave.
std::string wave_beside(double offset, std::vector<double>& truth) {
    std::string text = "x,y\n";
    for (int i = 0; i < 200; ++i) {
        const double x = double(i % 50) / 8;
        truth.push_back(offset + std::round(3000 * std::sin(x)) / 1000);
        text += std::to_string(x) + "," + std::to_string(truth.back()) + "\n";
    }
    return text;
}

TEST(KindsOfData, ATargetBesideALargeOffsetIsLearnedAndMeasuredInDouble) {
    std::vector<double> truth;
    write_here("wave.csv", wave_beside(1e9, truth));
    without_error("train wave.csv --epochs 60");
    const std::vector<double> values = predicted("wave.onnx", "wave.csv");
    ASSERT_EQ(values.size(), truth.size());
    double squares = 0;
    for (std::size_t i = 0; i < truth.size(); ++i)
        squares += std::pow(values[i] - truth[i], 2) / double(truth.size());
    const json evaluation = objects_of(without_error("evaluate wave.onnx wave.csv --json")).back();
    EXPECT_NEAR(evaluation["rmse"].get<double>(), std::sqrt(squares), 1e-4);
    EXPECT_LT(std::sqrt(squares), 1.0);  // the wave's own deviation is 2.1
    EXPECT_GT(std::sqrt(squares), 0);
}

TEST(KindsOfData, NumbersThatStayDoubleAreNamed) {
    std::vector<double> truth;
    write_here("named.csv", wave_beside(1e9, truth));
    EXPECT_NE(run("train named.csv --epochs 1").err.find("float is too coarse for the numbers of \"y\""),
              std::string::npos);
    write_here("plain.csv", wave_beside(0, truth));
    EXPECT_EQ(run("train plain.csv --epochs 1").err.find("too coarse"), std::string::npos);
}

TEST(KindsOfData, OneExampleHasNoSpread) {
    std::vector<double> truth;
    write_here("many.csv", wave_beside(0, truth));
    write_here("single.csv", "x,y\n1.05,0.8\n");
    without_error("train many.csv --epochs 1");
    const std::string text = without_error("evaluate many.onnx single.csv");
    EXPECT_EQ(text.find("+-"), std::string::npos) << text;
    EXPECT_EQ(text.find("R2"), std::string::npos) << text;
    const json evaluation = objects_of(without_error("evaluate many.onnx single.csv --json")).back();
    EXPECT_TRUE(evaluation["r2"].is_null() && evaluation["rmse_se"].is_null()) << evaluation;
    EXPECT_TRUE(evaluation["rmse"].is_number());
}

TEST(KindsOfData, AFeatureBesideALargeOffsetIsSeen) {
    std::string text = "frequency,kind\n";
    for (int i = 0; i < 200; ++i)
        text += std::to_string(1000000000 + i % 10) + (i % 10 < 5 ? ",low\n" : ",high\n");
    write_here("frequency.csv", text);
    without_error("train frequency.csv");
    const json evaluation = objects_of(without_error("evaluate frequency.onnx frequency.csv --json")).back();
    EXPECT_EQ(evaluation["accuracy"].get<double>(), 1);
}

TEST(KindsOfData, ATargetBeyondTheRangeOfFloatIsAnError) {
    write_here("large.csv", "x,y\n1,1.5e38\n2,2.25\n3,1e37\n");
    EXPECT_EQ(
        run("train large.csv").err,
        "error: large.csv:2: column \"y\" holds \"1.5e+38\", expected a target of at most 1e38 (hint: a "
        "larger unit, or the logarithm)\n");
    write_here("range.csv", "a,x,y\n1,1,1\n2,-1e308,2\n3,3,1\n4,1e308,2\n5,0,1\n");
    EXPECT_NE(
        run("train range.csv --validation 0 --task regress")
            .err.find(
                "error: range.csv: column \"x\": it holds numbers from -1e+308 to 1e+308, expected numbers "
                "whose distance is a double (hint: a larger unit, or the logarithm)\n"),
        std::string::npos);
    for (const std::string number : {"-1e308", "1e300", "3.5e38"}) {
        std::string rows = "x,y\n";
        for (int i = 0; i < 30; ++i) rows += std::to_string(i) + "," + std::to_string(2 * i) + ".5\n";
        write_here("learned.csv", rows);
        ASSERT_EQ(run("train learned.csv --epochs 2 --scale none --quiet -o m.onnx").status, 0);
        write_here("new.csv", "x,y\n1,2\n" + number + ",3\n");
        for (const std::string command : {"predict", "evaluate"})
            EXPECT_NE(run(command + " m.onnx new.csv").err.find("error: new.csv:3: column \"x\" holds \""),
                      std::string::npos)
                << command << number;
    }
}

TEST(KindsOfData, DatesAreReadFromTheirText) {
    std::string text = "when,busy\n";
    for (int day = 1; day <= 28; ++day)
        for (const char* month : {"01", "02", "03", "04", "05", "06"}) {
            // 2024-01-01 is a Monday; the months begin on these days of the week
            const int first = std::string("034025")[static_cast<std::size_t>(month[1] - '1')] - '0';
            const bool weekend = (first + day - 1) % 7 >= 5;
            text += (day < 10 ? "0" : "") + std::to_string(day) + "." + month + ".2024," +
                    (weekend ? "no\n" : "yes\n");
        }
    write_here("shop.csv", text);
    EXPECT_NE(run("train shop.csv").err.find("column \"when\" holds dates, the day first"),
              std::string::npos);
    const json evaluation = objects_of(without_error("evaluate shop.onnx shop.csv --json")).back();
    EXPECT_GT(evaluation["accuracy"].get<double>(), 0.95);
    write_here("new.csv", "when\n06.07.2024\n2024-07-08\n");
    EXPECT_EQ(run("predict shop.onnx new.csv").status, 3);  // one kind of date in a column
    write_here("new.csv", "when\n2024-07-06\n2024-07-08\n");
    EXPECT_EQ(without_error("predict shop.onnx new.csv"), "prediction\nno\nyes\n");
    EXPECT_NE(without_error("summary shop.onnx").find("1 of dates"), std::string::npos);
    EXPECT_NE(without_error("explain shop.onnx shop.csv --phase 1").size(), 0U);
}

TEST(KindsOfData, TimesOfDayAreReadFromTheirText) {
    std::string text = "at,open\n";
    for (int minute = 0; minute < 1440; minute += 7)
        text += (minute < 600 ? "0" : "") + std::to_string(minute / 60) + (minute % 60 < 10 ? ":0" : ":") +
                std::to_string(minute % 60) + (minute >= 540 && minute < 1080 ? ",yes\n" : ",no\n");
    write_here("hours.csv", text);
    EXPECT_NE(run("train hours.csv").err.find("column \"at\" holds times of day"), std::string::npos);
    write_here("new.csv", "at\n3:00\n12:00 PM\n23:30:15\n");
    EXPECT_EQ(without_error("predict hours.onnx new.csv"), "prediction\nno\nyes\nno\n");
    write_here("new.csv", "at\n2024-01-01 12:00\n");
    EXPECT_EQ(run("predict hours.onnx new.csv").err,
              "note      column \"at\" holds dates\n"
              "error: new.csv: column \"at\" holds dates, expected times of day, as in training\n");
}

// A list of names would be as many inputs as there are rows.
TEST(KindsOfData, ColumnsOfTooManyTextsAreSaidAndLeftOut) {
    std::string text = "name,x,y\n";
    for (int i = 0; i < 60; ++i)
        text += "n" + std::to_string(i) + "," + std::to_string(i % 7) + (i % 2 == 0 ? ",a\n" : ",b\n");
    write_here("names.csv", text);
    EXPECT_NE(run("train names.csv --epochs 1")
                  .err.find("column \"name\" is left out: 60 different texts in 60 rows"),
              std::string::npos);
    EXPECT_EQ(run("train names.csv --epochs 1 --categorical name").err.find("left out"), std::string::npos);
    EXPECT_EQ(run("train names.csv --ignore x").err,
              "error: names.csv: no column is left to learn from: column \"name\" is left out: 60 different "
              "texts in 60 rows (hint: --categorical \"name\")\n");
}

TEST(KindsOfData, DatesThatCannotBeTakenForSureAreAnErrorWithTheOption) {
    write_here("either.csv", "when,y\n03/04/2024,1.5\n05/06/2024,2.5\n07/08/2024,2\n");
    const Outcome outcome = run("train either.csv");
    EXPECT_EQ(outcome.status, 3);
    EXPECT_EQ(
        outcome.err,
        "error: either.csv: column \"when\": nothing says which part of \"03/04/2024\" is the day (hint: "
        "--date-order dmy or --date-order mdy)\n");
    without_error("train either.csv --date-order mdy --epochs 1");
}

// A class is a slope; the length says nothing.
std::string slopes(int longest) {
    std::string text =
        "@problemName slopes\n@univariate true\n@equalLength false\n@classLabel true up down\n@data\n";
    for (int i = 0; i < 60; ++i) {
        const int length = 20 + i * 5 % (longest - 19);
        for (int k = 0; k < length; ++k)
            text += (k > 0 ? "," : "") + std::to_string((i % 2 == 0 ? 1 : -1) * k * 0.1 + i % 5);
        text += i % 2 == 0 ? ":up\n" : ":down\n";
    }
    return text;
}

TEST(KindsOfData, AmbiguousDatesAreReadAsTheModelLearnedThemOrNotAtAll) {
    std::string iso = "when,y\n", slashes = iso;
    for (int day = 1; day <= 12; ++day) {
        const std::string two = (day < 10 ? "0" : "") + std::to_string(day);
        iso += "2024-03-" + two + "," + std::to_string(day) + "\n";
        slashes += "03/" + two + "/2024," + std::to_string(day) + "\n";
    }
    write_here("iso.csv", iso);
    write_here("slashes.csv", slashes);
    without_error("train iso.csv --epochs 1");
    const Outcome open = run("predict iso.onnx slashes.csv");
    EXPECT_NE(open.err.find("(hint: --date-order dmy or --date-order mdy)"), std::string::npos) << open.err;
    EXPECT_EQ(open.status, 3);
    EXPECT_EQ(without_error("predict iso.onnx slashes.csv --date-order mdy"),
              without_error("predict iso.onnx iso.csv"));
    without_error("train slashes.csv --date-order mdy --epochs 1");
    const Outcome known = run("predict slashes.onnx slashes.csv");
    EXPECT_NE(known.err.find("holds dates, the month first"), std::string::npos) << known.err;
    EXPECT_EQ(known.out, without_error("predict slashes.onnx iso.csv"));
}

TEST(KindsOfData, ThousandsAreReadAsTheModelLearnedThem) {
    std::string text = "a;y\n";
    for (int i = 1; i <= 40; ++i)
        text += std::to_string(i % 9 + 1) + ".000,5;" + std::to_string(i % 9) + "\n";
    write_here("thousands.csv", text);
    without_error("train thousands.csv --epochs 1");
    write_here("grouped.csv", "a;y\n1.500;1\n3.000;2\n");
    write_here("digits.csv", "a;y\n1500;1\n3000;2\n");
    EXPECT_EQ(without_error("predict thousands.onnx grouped.csv"),
              without_error("predict thousands.onnx digits.csv"));
}

TEST(KindsOfData, SeriesOfOtherLengthsThanThoseOfTheTrainingAreFilledUpOrCut) {
    write_here("train.ts", slopes(40));
    write_here("longer.ts", slopes(50));
    write_here("shorter.ts", slopes(30));
    EXPECT_NE(run("train train.ts -o slopes.onnx")
                  .err.find("series of different lengths are filled up with missing numbers to 40"),
              std::string::npos);
    for (const std::string name : {"train", "longer", "shorter"}) {
        const json evaluation =
            objects_of(without_error("evaluate slopes.onnx " + name + ".ts --json")).back();
        EXPECT_EQ(evaluation["examples"], 60);
        EXPECT_GT(evaluation["accuracy"].get<double>(), 0.9) << name;
    }
    EXPECT_NE(run("predict slopes.onnx longer.ts").err.find("the model sees the first 40"),
              std::string::npos);
}

TEST(KindsOfData, RowsOfNumbersBehindTheirLabelAreSeriesOfAnyLength) {
    for (const int length : {3, 20}) {
        std::string text;
        for (int i = 0; i < 60; ++i) {
            text += std::to_string(i % 2 + 1);
            for (int k = 0; k < length; ++k)
                text += "\t" + std::to_string((i % 2 == 0 ? 1 : -1) * k * 0.1 + i % 5);
            text += "\n";
        }
        write_here("ucr.tsv", text);
        const Outcome outcome = run("train ucr.tsv --label-first --epochs 3");
        EXPECT_EQ(outcome.status, 0) << outcome.err;
        EXPECT_NE(outcome.err.find("each row is a series of " + std::to_string(length) + " numbers"),
                  std::string::npos);
        EXPECT_NE(outcome.err.find(length < 16 ? "1x3 inputs, flatten, " : "1x20 inputs, conv "),
                  std::string::npos)
            << outcome.err;
        without_error("evaluate ucr.onnx ucr.tsv --label-first");
        without_error("predict ucr.onnx ucr.tsv --label-first");
    }
}

TEST(KindsOfData, SeriesThatAreAllAlikeOrFewAreLearnedOrNamed) {
    std::string alike, two;
    for (int i = 0; i < 30; ++i) {
        std::string row = std::to_string(i % 2);
        for (int k = 0; k < 16; ++k) row += "\t" + std::to_string(i < 4 ? (i % 2) * k : 5);
        (i < 4 ? two : alike) += row + "\n";
    }
    write_here("alike.tsv", alike);
    write_here("two.tsv", two);
    EXPECT_NE(run("train alike.tsv --label-first --header no --epochs 3").err.find("No input varies"),
              std::string::npos);
    const Outcome outcome = run("train two.tsv --label-first --header no --epochs 100");
    EXPECT_NE(outcome.out.find("training         4 examples   accuracy 1.0000"), std::string::npos)
        << outcome.out;
}

std::string npy(const std::string& type, const std::string& shape, const std::string& bytes) {
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }\n";
    return std::string("\x93NUMPY\x01\0", 8) + char(header.size()) + '\0' + header + bytes;
}

TEST(KindsOfData, AnArrayWithoutLabelsIsAnError) {
    const std::string bytes("\1\2\3\4\5\6", 6);
    const std::string expected =
        ", expected a file with the label of each example (hint: --labels FILE, or --target N if column N is "
        "what to "
        "predict)\n";
    write_here("X.npy", npy("|i1", "(3, 2)", bytes));
    EXPECT_EQ(run("train X.npy").err, "error: X.npy: this array has no labels" + expected);
    write_here("X-ubyte", std::string("\0\0\x08\x03\0\0\0\3\0\0\0\1\0\0\0\2", 16) + bytes);
    const Outcome images = run("train X-ubyte");
    EXPECT_EQ(images.err, "error: X-ubyte: these images have no labels" + expected);
    EXPECT_EQ(images.status, 3);
}

TEST(KindsOfData, BytesInThreeDimensionsAreImagesAndOneHotRowsTheirLabels) {
    std::string pixels, labels;
    for (int i = 0; i < 40; ++i) {
        pixels += i % 2 == 0 ? std::string("\xff\0\0\xff", 4) : std::string("\0\xff\xff\0", 4);
        labels += i % 2 == 0 ? std::string("\1\0", 2) : std::string("\0\1", 2);
    }
    write_here("X.npy", npy("|u1", "(40, 2, 2)", pixels));
    write_here("Y.npy", npy("|u1", "(40, 2)", labels));
    const Outcome outcome = run("train X.npy --labels Y.npy -o images.onnx");
    EXPECT_EQ(outcome.status, 0);
    EXPECT_NE(outcome.err.find("bytes are images of 2 x 2 pixels, each divided by 255"), std::string::npos);
    EXPECT_NE(outcome.err.find("one-hot labels of 2 classes"), std::string::npos);
    EXPECT_EQ(lines_of(without_error("predict images.onnx X.npy"))[2], "1");
    const Outcome evaluation = run("evaluate images.onnx X.npy");
    EXPECT_NE(evaluation.err.find("these images have no labels"), std::string::npos);
}

}  // namespace
}  // namespace gradus::tests
