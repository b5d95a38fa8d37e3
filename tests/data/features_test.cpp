#include "gradus/data/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "tests/support/compare.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

Features fitted(const Table& table, Scaling scaling) {
    std::vector<Index> rows(static_cast<std::size_t>(table.rows));
    std::iota(rows.begin(), rows.end(), Index{0});
    return fit_features(table, rows, scaling);
}

Matrix<double> scaled(Scaling scaling, const Matrix<double>& fitted_to, const Matrix<double>& X) {
    return encode<double>(fitted(table_of(fitted_to), scaling), table_of(X));
}
Matrix<double> scaled(Scaling scaling, const Matrix<double>& X) {
    return scaled(scaling, X, X);
}

TEST(Features, StandardGivesEachFeatureMeanZeroAndDeviationOne) {
    // 2 4 4 4 5 5 7 9 has the mean 5 and the deviation 2
    EXPECT_EQ(scaled(Scaling::standard, {{2, 4, 4, 4, 5, 5, 7, 9}, {-10, 10, -10, 10, -10, 10, -10, 10}}),
              (Matrix<double>{{-1.5, -.5, -.5, -.5, 0, 0, 1, 2}, {-1, 1, -1, 1, -1, 1, -1, 1}}));
}

TEST(Features, MinmaxMapsEachFeatureToZeroToOne) {
    EXPECT_EQ(scaled(Scaling::minmax, {{1, 3, 5}, {-8, 0, -4}}), (Matrix<double>{{0, 0.5, 1}, {0, 1, 0.5}}));
}

TEST(Features, SeriesScalesEachExampleByItself) {
    EXPECT_EQ(scaled(Scaling::series, {{1, 100}, {3, 300}}), (Matrix<double>{{-1, -1}, {1, 1}}));
}

TEST(Features, NoneChangesNothing) {
    const Matrix<double> X{{1, 100}, {3, 300}};
    EXPECT_EQ(scaled(Scaling::none, X), X);
}

TEST(Features, AppliesToNewExamplesWhatItWasFittedTo) {
    EXPECT_EQ(scaled(Scaling::standard, {{-1, 1}, {0, 20}}, {{3}, {0}}), (Matrix<double>{{3}, {-1}}));
    EXPECT_EQ(scaled(Scaling::minmax, {{0, 10}}, {{-5, 20}}), (Matrix<double>{{-0.5, 2}}));
    EXPECT_EQ(scaled(Scaling::series, {{0}, {10}}, {{5}, {9}}), (Matrix<double>{{-1}, {1}}));
}

TEST(Features, DividesWhatNeverVariesByOne) {
    const Matrix<double> tenths{{0.1, 0.1, 0.1}};  // whose mean is not 0.1 after rounding
    EXPECT_EQ(scaled(Scaling::standard, tenths), (Matrix<double>{{0, 0, 0}}));
    EXPECT_EQ(scaled(Scaling::minmax, tenths), (Matrix<double>{{0, 0, 0}}));
    EXPECT_EQ(scaled(Scaling::series, {{0.1}, {0.1}, {0.1}}), (Matrix<double>{{0}, {0}, {0}}));
    EXPECT_EQ(scaled(Scaling::standard, {{7, 7}}, {{9, 7}}), (Matrix<double>{{2, 0}}));
}

TEST(Features, ScalesOneExampleToZero) {
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax})
        EXPECT_EQ(scaled(scaling, {{5}, {-3}}), (Matrix<double>{{0}, {0}}));
}

TEST(Features, StaysFiniteForTinyAndHugeNumbers) {
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax})
        for (const double size : {1e-320, 1e-200, 1e200, 1e307}) {
            const Matrix<double> X = scaled(scaling, {{0, size, -size, size}});
            for (Index j = 0; j < 4; ++j) EXPECT_TRUE(std::isfinite(X(0, j))) << size;
        }
}

TEST(Features, FillAMissingNumberWithTheMeanOfTheTrainingRows) {
    const Features features = fitted(table_of({{1, 2, missing, 6}}), Scaling::none);
    EXPECT_EQ(encode<double>(features, table_of({{missing, 7}})), (Matrix<double>{{3, 7}}));
    EXPECT_EQ(scaled(Scaling::standard, {{-1, 1, missing}}), (Matrix<double>{{-1, 1, 0}}));
    EXPECT_EQ(scaled(Scaling::minmax, {{0, missing, 4}}), (Matrix<double>{{0, 0.5, 1}}));
}

TEST(Features, AreFittedToTheGivenRowsOnly) {
    Table table = table_of({{0, 10, 1000}});
    table.columns.push_back(text_column("word", {"a", "b", "c"}));
    const std::vector<Index> rows{0, 1};
    const Features features = fit_features(table, rows, Scaling::minmax);
    EXPECT_EQ(encode<double>(features, table), (Matrix<double>{{0, 1, 100}, {1, 0, 0}, {0, 1, 0}}));
    EXPECT_EQ(fitted_width(table, rows), 3);
}

TEST(Features, EncodeTextAsOneHotInTheOrderOfItsBytesAndUnseenOrMissingTextAsZeros) {
    Table table{.name = "animals.csv", .rows = 4};
    table.columns = {text_column("kind", {"dog", "cat", "dog", ""}),
                     {.name = "age", .numbers = {1, 2, 3, 4}}};
    const Features features = fitted(table, Scaling::none);
    EXPECT_EQ(features.names(), (std::vector<std::string>{"age", "kind=cat", "kind=dog"}));
    EXPECT_EQ(encode<double>(features, table), (Matrix<double>{{1, 2, 3, 4}, {0, 1, 0, 0}, {1, 0, 1, 0}}));

    Table others{.name = "others.csv", .rows = 2};
    others.columns = {{.name = "age", .numbers = {5, 6}}, text_column("kind", {"cow", "cat"})};
    EXPECT_EQ(encode<double>(features, others), (Matrix<double>{{5, 6}, {0, 1}, {0, 0}}));
}

TEST(Features, ReadNumbersWhereTheCategoriesLookLikeNumbers) {
    Table table{.name = "codes.csv", .rows = 3};
    table.columns = {text_column("code", {"1", "x", "2"})};
    Table others{.name = "others.csv", .rows = 3};
    others.columns = {{.name = "code", .numbers = {2, missing, 1}}};
    EXPECT_EQ(encode<double>(fitted(table, Scaling::none), others),
              (Matrix<double>{{0, 0, 1}, {1, 0, 0}, {0, 0, 0}}));
}

TEST(Features, DividePixelsFirst) {
    Table table = table_of({{0, 51, 255}});
    table.divisor = 255;
    EXPECT_EQ(encode<float>(fitted(table, Scaling::none), table), (Matrix<float>{{0, 0.2F, 1}}));
}

TEST(Features, RoundEveryStepToFloatAsTheScalerOfOnnxDoes) {
    const Table table = table_of({{0.1, 0.2, 0.7}});
    const Features features = fitted(table, Scaling::standard);
    const Line line = features.numeric[0].line;
    const float expected = (0.7F - float(line.offset)) * float(1 / line.divisor);
    EXPECT_EQ(encode<float>(features, table)(0, 2), expected);
}

TEST(Features, FindTheirColumnsByNameInAnyOrderAndByPlaceWhereThereAreNoNames) {
    Table table = table_of({{1, 2}, {3, 4}});
    table.columns[0].name = "b";
    table.columns[1].name = "a";
    const Features features = fitted(table, Scaling::none);
    Table other = table_of({{30}, {7}, {10}});
    other.columns[0].name = "a";
    other.columns[2].name = "b";
    EXPECT_EQ(encode<double>(features, other), (Matrix<double>{{10}, {30}}));
    EXPECT_EQ(Encoder(features, other).unused(), (std::vector<std::string>{"2"}));
    EXPECT_EQ(encode<double>(features, table_of({{10}, {30}})), (Matrix<double>{{10}, {30}}));
}

TEST(Features, NameTheColumnsThatAreNotThere) {
    Table table = table_of({{1, 2}, {3, 4}, {5, 6}});
    table.columns[0].name = "width";
    table.columns[1].name = "height";
    const Features features = fitted(table, Scaling::none);
    Table other = table_of({{1}, {2}});
    other.columns[0].name = "widht";
    EXPECT_EQ(error_of([&] { encode<float>(features, other); }),
              "input: test: there is no column \"width\", \"height\", \"3\", expected every column that the "
              "model was "
              "trained on (hint: did you mean widht?)");
    Table words = table_of({{1}, {2}, {3}});
    words.columns[2] = text_column("3", {"three"});
    EXPECT_EQ(error_of([&] { encode<float>(features, words); }),
              "input: test:2: column \"3\" holds \"three\", expected a number");
}

}  // namespace
}  // namespace gradus::test
