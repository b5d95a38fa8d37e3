#include "gradus/data/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <tuple>

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

TEST(Features, AreFittedToAllRowsOfOtherTablesToo) {
    const auto table = [](const std::vector<std::string>& names,
                          const std::vector<std::vector<double>>& columns,
                          const std::vector<std::string>& words) {
        Table t{.name = "t", .rows = static_cast<Index>(words.size())};
        for (std::size_t i = 0; i < columns.size(); ++i)
            t.columns.push_back({.name = names[i], .numbers = columns[i]});
        t.columns.push_back(text_column("word", words));
        return t;
    };
    const std::vector<Index> first_two{0, 1};
    const Table own = table({"x", "same"}, {{1, 3, 1000}, {7, 7, 9}}, {"a", "b", "never"}),
                other = table({"same", "x"}, {{7, 11}, {5, 7}}, {"c", "a"});
    const Features alone = fit_features(own, first_two, Scaling::minmax),
                   together = fit_features(own, first_two, Scaling::minmax, false, NumberEncoding::none,
                                           {&other, 1});
    EXPECT_EQ(encode<double>(alone, other), (Matrix<double>{{2, 3}, {0, 0}, {0, 1}, {0, 0}}));
    EXPECT_EQ(encode<double>(together, other),
              (Matrix<double>{{4.0 / 6, 1}, {0, 1}, {0, 1}, {0, 0}, {1, 0}}));  // x, same; a, b, c
    EXPECT_EQ(fitted_width(own, first_two), 4);
    EXPECT_EQ(fitted_width(own, first_two, NumberEncoding::none, {&other, 1}), 5);
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

TEST(Features, MakesZeroOfWhatNeverVariesWhateverComesLater) {
    const Matrix<double> tenths{{0.1, 0.1, 0.1}};  // whose mean is not 0.1 after rounding
    EXPECT_EQ(scaled(Scaling::standard, tenths), (Matrix<double>{{0, 0, 0}}));
    EXPECT_EQ(scaled(Scaling::minmax, tenths), (Matrix<double>{{0, 0, 0}}));
    EXPECT_EQ(scaled(Scaling::series, {{0.1}, {0.1}, {0.1}}), (Matrix<double>{{0}, {0}, {0}}));
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none})
        for (const Matrix<double>& fitted_to :
             {Matrix<double>{{7, 7}}, Matrix<double>{{7, missing}}, Matrix<double>{{missing, missing}}})
            EXPECT_EQ(scaled(scaling, fitted_to, {{9, 7, -1e30, missing}}), (Matrix<double>{{0, 0, 0, 0}}));
    const Features huge = fitted(table_of({{1e300, 1e300}}), Scaling::standard);  // infinite as a float
    EXPECT_EQ(encode<float>(huge, table_of({{1e300, 2}})), (Matrix<float>{{0, 0}}));
}

// The places of a series are seen by the same weights: what is alike at one place is a part of the shape.
TEST(Features, KeepsThePlacesOfASeriesThatNeverVary) {
    const Table table = table_of({{7, 7}, {1, 2}});
    const Features features = fit_features(table, std::vector<Index>{0, 1}, Scaling::none, true);
    EXPECT_EQ(encode<double>(features, table), (Matrix<double>{{7, 7}, {1, 2}}));
    EXPECT_TRUE(features.without_effect().empty());
}

TEST(Features, MakesZeroOfTheOnlyCategory) {
    Table table{.name = "towns.csv", .rows = 3};
    table.columns = {text_column("town", {"Ulm", "Ulm", "Ulm"}),
                     text_column("gap", {"a", "", "a"}),
                     text_column("kind", {"x", "y", "x"}),
                     {.name = "when", .numbers = {1e9, missing, 1e9}, .format = DateFormat{}},
                     {.name = "size", .numbers = {5, 5, 5}}};
    const Features features = fitted(table, Scaling::standard);
    EXPECT_EQ(features.without_effect(), (std::vector<std::string>{"size", "when", "town"}));
    Table other{.name = "others.csv", .rows = 2};
    other.columns = {text_column("town", {"Ulm", "Bonn"}),
                     text_column("gap", {"a", "b"}),
                     text_column("kind", {"x", "y"}),
                     {.name = "when", .numbers = {1e9, 2e9}, .format = DateFormat{}},
                     {.name = "size", .numbers = {5, 6}}};
    EXPECT_EQ(encode<double>(features, other),
              (Matrix<double>{{0, 0}, {0, 0}, {0, 0}, {1, 0}, {1, 0}, {0, 1}}));
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

TEST(Features, SayWhichColumnsAreNoFeaturesButForOneThatCountsTheRows) {
    Table table{.name = "t.csv", .rows = 2};
    table.columns = {{.name = "x", .numbers = {1, 2}}, text_column("kind", {"a", "b"})};
    const Features features = fitted(table, Scaling::none);
    Table other{.name = "other.csv", .rows = 2};
    other.columns = {{.name = "1", .numbers = {0, 1}, .counts_rows = true},
                     {.name = "more", .numbers = {0, 0}},
                     text_column("kind", {"a", "b"}),
                     {.name = "x", .numbers = {1, 2}},
                     text_column("even more", {"p", "q"})};
    EXPECT_EQ(Encoder(features, other).unused(), (std::vector<std::string>{"more", "even more"}));
    EXPECT_TRUE(Encoder(features, table).unused().empty());
}

TEST(Features, NameANumberThatTheNetworkSeesAsInfinite) {
    const Features features = fitted(table_of({{1, 2, 4}}), Scaling::none);
    Table other = table_of({{1, -1e308}});
    other.lines = {2, 7};
    EXPECT_EQ(
        error_of([&] { encode<float>(features, other); }),
        "input: test:7: column \"1\" holds \"-1e+308\", expected a number that is finite as the network "
        "sees it (hint: a larger unit, or the logarithm)");
    EXPECT_EQ(encode<double>(features, other)(0, 1), -1e308);
    EXPECT_EQ(error_of([&] {
                  fitted(table_of({{-1e308, 1, 1e308}}), Scaling::minmax);
              }),
              "input: test: column \"1\": it holds numbers from -1e+308 to 1e+308, expected numbers whose "
              "distance is a double (hint: a larger unit, or the logarithm)");
}

TEST(Features, NameTheColumnsThatAreNotThere) {
    Table table = table_of({{1, 2}, {3, 4}, {5, 6}});
    table.columns[0].name = "width";
    table.columns[1].name = "height";
    const Features features = fitted(table, Scaling::none);
    Table other = table_of({{1}, {2}});
    other.columns[0].name = "widht";
    EXPECT_EQ(error_of([&] { encode<float>(features, other); }),
              "input: test: there is no column \"width\", \"height\", \"3\", expected every column of the "
              "training data (hint: did you mean widht?)");
    Table words = table_of({{1}, {2}, {3}});
    words.columns[2] = text_column("3", {"three"});
    EXPECT_EQ(error_of([&] { encode<float>(features, words); }),
              "input: test:2: column \"3\" holds \"three\", expected a number");
}

// 1e9 + 1, ..., + 3: float would see one number.
TEST(Features, CentresInDoubleWhatFloatWouldMerge) {
    const Table table = table_of(Matrix<double>{{1e9 + 1, 1e9 + 2, 1e9 + 3}, {1, 2, 3}});
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax}) {
        const Features features = fitted(table, scaling);
        EXPECT_TRUE(features.numeric[0].in_double);
        EXPECT_FALSE(features.numeric[1].in_double);
        const Matrix<float> X = encode<float>(features, table);
        for (Index j = 0; j < 3; ++j) EXPECT_FLOAT_EQ(X(0, j), X(1, j));
    }
    EXPECT_EQ(encode<float>(fitted(table, Scaling::none), table), (Matrix<float>{{-1, 0, 1}, {1, 2, 3}}));
    const Features each = fitted(table, Scaling::series);  // these go through the arithmetic together
    EXPECT_TRUE(each.numeric[1].in_double);
    EXPECT_EQ(encode<float>(each, table), (Matrix<float>{{1, 1, 1}, {-1, -1, -1}}));
}

TEST(Features, MaskSeriesThatEndEarly) {
    Table table = table_of(Matrix<double>{{1, 2}, {3, missing}, {5, 6}, {7, missing}});
    table.channels = 2;
    table.length = 2;
    const Features features = fitted(table, Scaling::none);
    EXPECT_EQ(features.width(), 6);
    EXPECT_EQ(fitted_width(table, std::vector<Index>{0, 1}), 6);
    EXPECT_EQ(features.names()[4], "1 is there");
    EXPECT_EQ(encode<double>(features, table),
              (Matrix<double>{{1, 2}, {3, 3}, {5, 6}, {7, 7}, {1, 1}, {1, 0}}));

    Table longer = table_of(Matrix<double>{{10}, {20}, {30}, {40}, {50}, {60}});  // channels of three
    longer.channels = 2;
    longer.length = 3;
    EXPECT_EQ(encode<double>(features, longer), (Matrix<double>{{10}, {20}, {40}, {50}, {1}, {1}}));
    Table shorter = table_of(Matrix<double>{{10}, {40}});
    shorter.channels = 2;
    shorter.length = 1;
    EXPECT_EQ(encode<double>(features, shorter), (Matrix<double>{{10}, {3}, {40}, {7}, {1}, {0}}));

    table.columns[3].numbers[1] = 0;  // one channel goes on
    EXPECT_EQ(fitted(table, Scaling::none).masked_channels, 0);
}

Column dates(std::vector<double> seconds, const DateFormat& format = {}) {
    return {.name = "when", .numbers = std::move(seconds), .format = format};
}

// 2024-01-01 is a Monday.
TEST(Features, TellOfADateItsTimeAndWhereItStandsInDayWeekAndYear) {
    const double monday = 1704067200, day = 86400;
    const Table table{.name = "test", .rows = 3, .columns = {dates({monday, monday + 1.25 * day, missing})}};
    const Features features = fitted(table, Scaling::minmax);
    EXPECT_EQ(features.names(),
              (std::vector<std::string>{"when: time", "when: time of day, sine", "when: time of day, cosine",
                                        "when: day of week, sine", "when: day of week, cosine",
                                        "when: day of year, sine", "when: day of year, cosine"}));
    EXPECT_EQ(features.sources(), std::vector<std::string>(7, "when"));
    const Matrix<double> X = encode<double>(features, table);
    const double sevenths = 2 * M_PI / 7;
    for (const auto& [i, j, expected] :
         std::vector<std::tuple<Index, Index, double>>{{0, 0, 0.0},
                                                       {0, 1, 1.0},
                                                       {0, 2, 0.5},  // their mean
                                                       {1, 0, 0.0},
                                                       {2, 0, 1.0},
                                                       {1, 1, 1.0},
                                                       {2, 1, 0.0},
                                                       {3, 0, 0.0},
                                                       {4, 0, 1.0},
                                                       {3, 1, std::sin(sevenths)},
                                                       {4, 1, std::cos(sevenths)}})
        EXPECT_NEAR(X(i, j), expected, 1e-12) << i << ", " << j;
    EXPECT_NEAR(X(5, 1) - X(5, 0), std::sin(2 * M_PI / 365.2425), 1e-4);
}

TEST(Features, TellOfDatesOnlyWhatVaries) {
    const auto names = [](std::vector<double> seconds) {
        const Table table{.name = "test", .rows = 2, .columns = {dates(std::move(seconds))}};
        return fitted(table, Scaling::standard).names().size();
    };
    EXPECT_EQ(names({0, 3600}), 3U);       // the time of day
    EXPECT_EQ(names({0, 86400}), 5U);      // week and year
    EXPECT_EQ(names({0, 7 * 86400}), 3U);  // the year
    EXPECT_EQ(names({86400, 86400}), 1U);
}

TEST(Features, ReadDatesThatDoNotSayTheirOrderAsTheModelDoes) {
    const DateFormat day_first{.order = DateOrder::dmy, .separator = '/'},
        month_first{.order = DateOrder::mdy, .separator = '/'};
    const double third_of_april = 1712102400, fourth_of_march = 1709510400, later = 1713052800;  // 14 April
    const Features features = fitted(
        {.name = "test", .rows = 2, .columns = {dates({third_of_april, later}, day_first)}}, Scaling::none);
    const auto time = [&](const std::vector<double>& seconds, const DateFormat& format) {
        const Table table{
            .name = "test", .rows = static_cast<Index>(seconds.size()), .columns = {dates(seconds, format)}};
        return encode<double>(features, table)(0, 0);
    };
    EXPECT_EQ(time({fourth_of_march}, month_first), time({third_of_april}, day_first));
    EXPECT_NE(time({fourth_of_march, later}, month_first),
              time({third_of_april}, day_first));  // 04/14 says it
}

TEST(Features, WantDatesWhereDatesWereLearned) {
    const Features features =
        fitted({.name = "test", .rows = 2, .columns = {dates({0, 86400})}}, Scaling::standard);
    const auto error = [&](Column column) {
        column.name = "when";
        const Table table{.name = "new.csv", .rows = 1, .columns = {column}};
        return error_of([&] { encode<double>(features, table); });
    };
    EXPECT_EQ(error({.name = "", .numbers = {5}}),
              "input: new.csv: column \"when\" holds numbers, expected dates, as in training");
    EXPECT_EQ(error(text_column("", {"soon"})),
              "input: new.csv:2: column \"when\" holds \"soon\", expected dates, as in training");
    EXPECT_EQ(error({.name = "", .numbers = {missing}}), "no error");
    const Features numbers = fitted(table_of(Matrix<double>{{1, 2}}), Scaling::standard);
    EXPECT_EQ(error_of([&] {
                  encode<double>(numbers,
                                 Table{.name = "new.csv",
                                       .rows = 1,
                                       .columns = {{.name = "1", .numbers = {0}, .format = DateFormat{}}}});
              }),
              "input: new.csv: column \"1\": it holds dates, expected numbers");
}

}  // namespace
}  // namespace gradus::test
