#include "gradus/data/quantile_bins.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "gradus/core/error.h"
#include "gradus/data/features.h"
#include "tests/support/compare.h"
#include "tests/support/golden.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

Features with_bins(const Table& table, Scaling scaling = Scaling::standard) {
    std::vector<Index> rows;
    for (Index row = 0; row < table.rows; ++row) rows.push_back(row);
    return fit_features(table, rows, scaling, false, NumberEncoding::ple);
}

TEST(QuantileBins, HaveTheEdgesOfNumPysQuantilesToTheBit) {
    const Golden golden("quantile_bins");
    const std::vector<std::string> names = golden.names_before("_numbers");
    ASSERT_EQ(names.size(), 7);
    for (const std::string& name : names)
        EXPECT_EQ(quantile_edges(golden.list<double>(name + "_numbers")),
                  golden.list<double>(name + "_edges"))
            << name;
}

TEST(QuantileBins, EncodeAsTheFormulaInNumPyDoes) {
    const Golden golden("quantile_bins");
    for (const std::string& name : golden.names_before("_numbers")) {
        const Features features = with_bins(table_of(golden.matrix(name + "_numbers")), Scaling::none);
        const Matrix<double> X = encode<double>(features, table_of(golden.matrix(name + "_x")));
        const Matrix<double> bins = golden.matrix(name + "_bins");
        ASSERT_EQ(X.rows(), 1 + bins.rows()) << name;
        for (Index j = 0; j < bins.columns(); ++j)
            for (Index i = 0; i < bins.rows(); ++i)
                EXPECT_NEAR(X(1 + i, j), bins(i, j), 1e-15) << name << ' ' << i << ' ' << j;
    }
}

// So a row's bins are some that are full, one that x lies in, and the rest empty: in float too.
TEST(QuantileBins, AreFullBehindTheirUpperEdgeAndEmptyBelowTheLowerOneWithoutRounding) {
    const Golden golden("quantile_bins");
    for (const std::string name : {"normal", "heavy_tail"}) {
        const std::vector<double> edges = golden.list<double>(name + "_edges");
        for (const double x : edges)
            for (std::size_t k = 1; k < edges.size(); ++k) {
                const float low = static_cast<float>(edges[k - 1]), high = static_cast<float>(edges[k]);
                EXPECT_EQ(in_bin(static_cast<float>(x), low, high), x >= edges[k] ? 0.5F : 0.0F);
            }
    }
}

TEST(QuantileBins, AreNoneForFewerThanThreeEdges) {
    EXPECT_TRUE(quantile_edges({}).empty());
    EXPECT_TRUE(quantile_edges({missing, missing, missing}).empty());
    EXPECT_TRUE(quantile_edges({7, 7, 7, 7, missing}).empty());
    EXPECT_TRUE(quantile_edges({0, 1}).empty());  // where NumPy has edges between the two
    EXPECT_TRUE(quantile_edges({0, 0, 1, 1}).empty());
    std::vector<double> rare(100);
    rare[17] = 3;  // two of a hundred lie beyond all but the last quantile
    rare[18] = 2;
    EXPECT_EQ(quantile_edges(rare), (std::vector<double>{}));
    EXPECT_EQ(quantile_edges({0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}).front(), 0);
}

TEST(QuantileBins, StandBehindTheNumbersAndAreNamedByTheirEdges) {
    Table table{.name = "t", .rows = 65};
    table.columns = {{.name = "age"}, {.name = "sex"}, {.name = "fare"}};
    for (Index i = 0; i < 65; ++i) {
        table.columns[0].numbers.push_back(double(i % 3) * 10);
        table.columns[1].numbers.push_back(double(i % 2));
        table.columns[2].numbers.push_back(1000 + double(i % 4) * 0.25);
    }
    table.columns.push_back(text_column("port", std::vector<std::string>(65, "Ulm")));
    const Features features = with_bins(table);
    EXPECT_EQ(features.numeric[0].edges, (std::vector<double>{0, 10, 20}));
    EXPECT_TRUE(features.numeric[1].edges.empty());
    EXPECT_EQ(features.names(),
              (std::vector<std::string>{"age", "sex", "fare", "age: 0 to 10", "age: 10 to 20",
                                        "fare: 1000 to 1000.2", "fare: 1000.2 to 1000.5",
                                        "fare: 1000.5 to 1000.8", "port=Ulm"}));
    EXPECT_EQ(features.sources(),
              (std::vector<std::string>{"age", "sex", "fare", "age", "age", "fare", "fare", "fare", "port"}));
    EXPECT_EQ(features.bins(), 5);
    std::vector<Index> rows(65);
    for (Index i = 0; i < 65; ++i) rows[static_cast<std::size_t>(i)] = i;
    EXPECT_EQ(fitted_width(table, rows, NumberEncoding::ple), features.width());
    Table other{.name = "o", .rows = 2};
    other.columns = {{.name = "age", .numbers = {15, missing}},
                     {.name = "sex", .numbers = {0, 1}},
                     {.name = "fare", .numbers = {1e9, -1e9}},
                     text_column("port", {"Ulm", ""})};
    const Matrix<double> X = encode<double>(features, other);
    const double mean = features.numeric[0].fill;  // 9.85: in the place of the missing age
    EXPECT_EQ(
        (Matrix<double>{{X(3, 0), X(3, 1)}, {X(4, 0), X(4, 1)}, {X(5, 0), X(5, 1)}, {X(7, 0), X(7, 1)}}),
        (Matrix<double>{{0.5, mean / 20}, {0.25, 0}, {0.5, 0}, {0.5, 0}}));
}

TEST(QuantileBins, AreFittedToTheTrainingRowsOnly) {
    const Table table = table_of({{1, 2, 3, 1, 2, 3, 500}});
    const std::vector<Index> rows{0, 1, 2, 3, 4, 5};
    EXPECT_EQ(fit_features(table, rows, Scaling::none, false, NumberEncoding::ple).numeric[0].edges.back(),
              3);
}

TEST(QuantileBins, OfDatesAndSeriesAreNone) {
    Table table = table_of({{1, 2, 3}});
    table.columns[0].format = DateFormat{};
    EXPECT_EQ(with_bins(table).bins(), 0);
    const Table numbers = table_of({{1, 2, 3}, {4, 5, 6}});
    const std::vector<Index> rows{0, 1, 2};
    for (const Scaling scaling : {Scaling::standard, Scaling::none})
        EXPECT_EQ(fit_features(numbers, rows, scaling, true, NumberEncoding::ple).bins(), 0);
}

TEST(QuantileBins, OfHugeNumbersAreInDoubleOrRefused) {
    const Table large = table_of({{-3e38, 0, 1, 3e38}});  // floats, whose distance is none
    EXPECT_TRUE(with_bins(large).numeric[0].in_double);
    const Matrix<float> X = encode<float>(with_bins(large), large);
    for (Index j = 0; j < X.columns(); ++j)
        for (Index i = 0; i < X.rows(); ++i) EXPECT_TRUE(std::isfinite(X(i, j))) << i << ' ' << j;
    EXPECT_EQ(X(32, 3), 0.5F);
    const std::string refused =
        "input: test: column \"1\": it holds numbers from -1e+308 to 1e+308, expected numbers whose distance "
        "is a double (hint: a larger unit, or the logarithm)";
    for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none})
        EXPECT_EQ(error_of([&] { with_bins(table_of({{-1e308, 0, 1e308}}), scaling); }), refused);
    EXPECT_EQ(error_of([&] {
                  with_bins(table_of({{1, 2, std::numeric_limits<double>::infinity()}}), Scaling::none);
              }).substr(0, 23),
              "input: test: column \"1\"");
}

// Edges that float would merge are kept apart in double, and so are the numbers.
TEST(QuantileBins, OfNumbersThatFloatWouldMergeAreComputedInDouble) {
    Matrix<double> X(1, 64);
    for (Index j = 0; j < 64; ++j) X(0, j) = j < 8 ? 1 + double(j) * 1e-9 : double(j);
    const Features features = with_bins(table_of(X));
    EXPECT_TRUE(features.numeric[0].in_double);
    const Matrix<float> encoded = encode<float>(features, table_of(X));
    for (Index j = 0; j < 64; ++j)
        for (Index i = 0; i < encoded.rows(); ++i) EXPECT_TRUE(std::isfinite(encoded(i, j)));
}

}  // namespace
}  // namespace gradus::test
