// gradus importance: a table for people, objects for programs, sentences where nothing can be permuted.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "gradus/data/generators.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/importance.h"
#include "tests/cli/program.h"
#include "tests/support/folder.h"

namespace gradus::tests {
namespace {

using nlohmann::json;

std::string table(char separator) {
    std::string text = std::string("x") + separator + "colour" + separator + "noise" + separator + "y\n";
    for (int i = 0; i < 80; ++i)
        text += std::to_string(i % 13) + separator + (i % 3 == 0 ? "red" : "blue") + separator +
                std::to_string(i * 7 % 11) + separator + std::to_string(3 * (i % 13) + (i % 3 == 0 ? 9 : 0)) +
                "\n";
    return text;
}

TEST(ImportanceCommand, SaysHowMuchWorseTheModelIsWithoutEachColumn) {
    write_here("t.csv", table(','));
    ASSERT_EQ(run("train t.csv --task regress --epochs 30 --quiet").status, 0);
    const Outcome outcome = run("importance t.onnx t.csv");
    EXPECT_EQ(outcome.status, 0);
    const std::vector<std::string> lines = lines_of(outcome.out);
    ASSERT_EQ(lines.size(), 4U) << outcome.out;
    EXPECT_EQ(lines[0], "column     squared error rises              rmse rises");
    EXPECT_TRUE(lines[1].starts_with("x  "));
    EXPECT_TRUE(lines[2].starts_with("colour  "));
    EXPECT_TRUE(lines[3].starts_with("noise  "));
    for (std::size_t k = 1; k < 4; ++k) EXPECT_NE(lines[k].find(" +- "), std::string::npos);
    EXPECT_NE(outcome.err.find("each column of 80 examples permuted 5 times"), std::string::npos);
    EXPECT_NE(outcome.err.find("note      these are the rows that the model was trained on\n"),
              std::string::npos);
    EXPECT_EQ(run("importance t.onnx t.csv").out, outcome.out);
}

TEST(ImportanceCommand, GivesTheLibrarysNumbersAsJson) {
    const test::Folder folder;
    const std::string file = folder / "m.onnx";
    ASSERT_EQ(run("train moons --examples 120 --noise 0.2 --epochs 5 --quiet -o " + file).status, 0);
    const std::vector<json> objects =
        objects_of(run("importance " + file + " moons --examples 120 --noise 0.2 --repeats 3 --json").out);
    const auto model = std::get<Model<float>>(read_model(file));
    const Dataset data = generate("moons", {.examples = 120, .noise = 0.2, .seed = model.recipe.data_seed});
    const auto expected = permutation_importance(model, data, {.repeats = 3, .seed = model.recipe.seed});
    ASSERT_EQ(objects.size(), 2U);
    for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(objects[k]["column"], expected[k].column);
        EXPECT_EQ(objects[k]["log_loss_increase"], expected[k].loss.value);
        EXPECT_EQ(objects[k]["log_loss_increase_se"], expected[k].loss.standard_error);
        EXPECT_EQ(objects[k]["accuracy_decrease"], expected[k].score.value);
        EXPECT_EQ(objects[k]["accuracy_decrease_se"], expected[k].score.standard_error);
    }
}

TEST(ImportanceCommand, RefusesInOneSentence) {
    write_here("t.csv", table(','));
    ASSERT_EQ(run("train t.csv --task regress --epochs 1 --quiet").status, 0);
    const Outcome once = run("importance t.onnx t.csv --repeats 1");
    EXPECT_EQ(once.status, 2);
    EXPECT_EQ(once.err.find("error: --repeats: "), 0U) << once.err;
    write_here("other.csv", "x,noise,y\n1,2,3\n2,3,4\n");
    write_here("one.csv", "x,colour,noise,y\n1,red,2,3\n");
    const Outcome single = run("importance t.onnx one.csv");
    EXPECT_EQ(single.status, 3);
    EXPECT_EQ(single.err,
              "error: one.csv: 1 example, expected at least two, whose values can change places\n");
    const Outcome compared = run("compare t.onnx t.onnx one.csv");
    EXPECT_EQ(compared.status, 0);
    EXPECT_EQ(compared.out.find("+-"), std::string::npos) << compared.out;
    EXPECT_EQ(compared.err.find("inf"), std::string::npos) << compared.err;
    EXPECT_TRUE(
        objects_of(run("compare t.onnx t.onnx one.csv --json").out)[0]["difference"]["rmse_se"].is_null());
    const Outcome lacking = run("importance t.onnx other.csv");
    EXPECT_EQ(lacking.status, 3);
    EXPECT_NE(lacking.err.find("there is no column \"colour\""), std::string::npos) << lacking.err;
}

}  // namespace
}  // namespace gradus::tests
