#include "gradus/data/series.h"

#include <gtest/gtest.h>

#include "gradus/data/dataset.h"
#include "gradus/files/read_table.h"
#include "gradus/model/recipe.h"
#include "gradus/nn/network.h"
#include "tests/support/compare.h"
#include "tests/support/folder.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

TEST(Series, AreRowsOfNumbersBehindALabelWithoutAHeader) {
    const Folder folder;
    const auto length = [&](const std::string& text) {
        return read_table(folder.with("x.tsv", text), {.label_first = true}).length;
    };
    EXPECT_EQ(length("1\t0.5\t0.25\t7\n2\t1\t2\t3\n"), 3);
    EXPECT_EQ(length("up\t0.5\t0.25\t7\ndown\t1\t2\t3\n"), 3);
    EXPECT_EQ(length("kind\ta\tb\tc\n1\t0.5\t0.25\t7\n"), 0);  // names
    EXPECT_EQ(length("1\t0.5\tx\t7\n2\t1\ty\t3\n"), 0);        // text
    EXPECT_EQ(length("1\t0.5\n2\t1\n"), 0);                    // one number each
    EXPECT_EQ(read_table(folder / "x.tsv").length, 0);
}

TEST(Series, AreNoneWhereAColumnIsLeftOut) {
    Table table = table_of(Matrix<double>{{1, 2, 3, 4}, {5, 6, 7, 8}, {0, 1, 0, 1}});
    table.channels = 1;
    table.length = 2;
    table.label = 2;
    std::vector<std::string> notes;
    EXPECT_EQ(make_dataset(table, {}, notes).table.length, 2);
    EXPECT_EQ(make_dataset(table, {.ignored = {"1"}}, notes).table.length, 0);
}

TEST(Array, NeedsLabelsOrATarget) {
    Table table = table_of(Matrix<double>{{1, 2, 3, 4}, {0, 1, 0, 1}});
    table.is_array = true;
    std::vector<std::string> notes;
    const auto error = [&](const ColumnChoices& choices) {
        return error_of([&] { make_dataset(table, choices, notes); });
    };
    const std::string expected =
        ", expected a file with the label of each example (hint: labels FILE, or target N if column N is "
        "what to "
        "predict)";
    EXPECT_EQ(error({}), "input: test: this array has no labels" + expected);
    EXPECT_EQ(error({.targets = {"label"}}), "input: test: this array has no labels" + expected);
    EXPECT_EQ(error({.targets = {"2"}}), "no error");
    table.divisor = 255;
    EXPECT_EQ(error({}), "input: test: these images have no labels" + expected);
    table.label = 1;
    EXPECT_EQ(error({}), "no error");
}

TEST(ShortSeries, HaveADefaultNetwork) {
    for (const Index length : {2, 9, 15, 16, 40}) {
        const Index channels = 2;
        Table table = table_of(Matrix<double>(channels * length + 1, 30));
        for (std::size_t row = 0; row < 30; row += 2) table.columns.back().numbers[row] = 1;
        table.channels = channels;
        table.length = length;
        table.label = channels * length;
        std::vector<std::string> notes;
        const Dataset data = make_dataset(table, {}, notes);
        const Recipe recipe = make_recipe({}, data);
        EXPECT_EQ(recipe.network.starts_with(length < 16 ? "flatten, 256 relu" : "conv"), true)
            << recipe.network;
        EXPECT_NO_THROW(Network<float>(recipe.shape, recipe.network));
        const Recipe adam = make_recipe({.optimizer = OptimizerKind::adam}, data);
        EXPECT_NO_THROW(Network<float>(adam.shape, adam.network));
    }
}

}  // namespace
}  // namespace gradus::test
