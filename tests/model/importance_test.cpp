// Is the importance of a column what theory says, and what a slow twin finds that permutes the table itself?

#include "gradus/model/importance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/random.h"
#include "gradus/model/training.h"
#include "tests/support/from_zero.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

Dataset values_of(const Matrix<double>& X, const Matrix<double>& Y) {
    return {.name = "made", .table = table_of(X), .Y = Y, .target_names = {"y"}};
}

// y = w x of numbers as they are.
Model<double> line_model(const std::vector<double>& w) {
    Model<double> model{.network = Network<double>(static_cast<Index>(w.size()), "1 identity", from_zero)};
    std::ranges::fill(model.network.parameters(), 0.0);
    for (std::size_t i = 0; i < w.size(); ++i) model.network.parameter("W1")(0, static_cast<Index>(i)) = w[i];
    return model;
}

TEST(Importance, OfALineIsTwiceTheSquaredWeightTimesTheVariance) {
    constexpr Index n = 40;
    const std::vector<double> w{3, -2, 0}, spread{1, 4, 5};
    RandomState random(1);
    Matrix<double> X(3, n), Y(1, n);
    for (Index j = 0; j < n; ++j)
        for (Index i = 0; i < 3; ++i) {
            X(i, j) = spread[static_cast<std::size_t>(i)] * random.randn();
            Y(0, j) += w[static_cast<std::size_t>(i)] * X(i, j);
        }
    const std::vector<ColumnImportance> found =
        permutation_importance(line_model(w), values_of(X, Y), {.repeats = 400, .seed = 7});
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].column, "2");
    EXPECT_EQ(found[1].column, "1");
    EXPECT_EQ(found[2].column, "3");
    EXPECT_NEAR(found[2].loss.value, 0, 1e-25);  // the rounding of a sum
    for (std::size_t k = 0; k < 2; ++k) {
        const Index i = k == 0 ? 1 : 0;
        double mean = 0, variance = 0;
        for (Index j = 0; j < n; ++j) mean += X(i, j) / double(n);
        for (Index j = 0; j < n; ++j) variance += (X(i, j) - mean) * (X(i, j) - mean) / double(n);
        const double weight = w[static_cast<std::size_t>(i)];
        const Estimate& loss = found[k].loss;
        EXPECT_NEAR(loss.value, 2 * weight * weight * variance, 3 * loss.standard_error);
        EXPECT_LT(loss.standard_error, 0.02 * loss.value);
        EXPECT_NEAR(found[k].score.value, std::sqrt(loss.value), 0.01 * std::sqrt(loss.value));
    }
}

// 120 rows of a number, a date and a text, all of which the class depends on; and a number that says nothing.
Dataset mixed() {
    constexpr Index n = 120;
    constexpr double day = 86400;
    RandomState random(2);
    Matrix<double> numbers(2, n), Y(1, n);
    std::vector<std::string> texts;
    Column when{.name = "when", .format = DateFormat{}};
    for (Index j = 0; j < n; ++j) {
        numbers(0, j) = random.randn();
        numbers(1, j) = random.randn();
        texts.emplace_back(j % 7 == 0 ? "" : j % 3 == 0 ? "red" : j % 3 == 1 ? "green" : "blue");
        when.numbers.push_back(std::floor(1000 * random.random_sample()) * day);
        const double sum = numbers(0, j) + (j % 3 == 0 ? 1.5 : 0) + when.numbers.back() / day / 500 - 1.5;
        Y(0, j) = double(sum > 0);
    }
    Dataset data{.name = "mixed", .table = table_of(numbers), .Y = Y, .target_names = {"y"}};
    data.table.columns.push_back(when);
    data.table.columns.push_back(text_column("colour", texts));
    data.class_names = {"no", "yes"};
    return data;
}

Trained<double> trained_on(const Dataset& data) {
    return train<double>(
        data,
        make_recipe({.hidden = "6 tanh", .iterations = 150, .validation = 0, .precision = Precision::twice},
                    data));
}

Dataset permuted(Dataset data, std::size_t column, const std::vector<Index>& order) {
    const Column from = data.table.columns[column];
    Column& to = data.table.columns[column];
    for (std::size_t j = 0; j < order.size(); ++j) {
        const auto k = static_cast<std::size_t>(order[j]);
        if (from.is_text()) {
            to.codes[j] = from.codes[k];
        } else {
            to.numbers[j] = from.numbers[k];
        }
    }
    return data;
}

TEST(Importance, PermutesAllThatAColumnBecame) {
    const Dataset data = mixed();
    const Model<double> model = trained_on(data).model;
    const std::vector<ColumnImportance> found =
        permutation_importance(model, data, {.repeats = 3, .seed = 9});
    ASSERT_EQ(found.size(), 4U);
    const Evaluation whole = evaluate(model, data);
    for (const ColumnImportance& one : found) {
        RandomState random(9);
        double loss = 0, score = 0, squares = 0;
        for (int r = 0; r < 3; ++r) {
            const Evaluation e = evaluate(model, permuted(data, column_place(data.table, one.column),
                                                          random.permutation(data.examples())));
            loss += (e.log_loss - whole.log_loss) / 3;
            score += (whole.accuracy - e.accuracy) / 3;
            squares += (e.log_loss - whole.log_loss) * (e.log_loss - whole.log_loss);
        }
        EXPECT_NEAR(one.loss.value, loss, 1e-12) << one.column;
        EXPECT_NEAR(one.score.value, score, 1e-12) << one.column;
        EXPECT_NEAR(one.loss.standard_error, std::sqrt((squares - 3 * loss * loss) / 2 / 3), 1e-9)
            << one.column;
    }
    EXPECT_EQ(found.back().column, "2");  // says nothing
    for (std::size_t k = 1; k < found.size(); ++k) EXPECT_GE(found[k - 1].loss.value, found[k].loss.value);
}

TEST(Importance, IsTheSameWithAnyNumberOfThreads) {
    const Dataset data = mixed();
    const Model<double> model = trained_on(data).model;
    const auto one = permutation_importance(model, data),
               three = permutation_importance(model, data, {.threads = 3});
    for (std::size_t k = 0; k < one.size(); ++k) {
        EXPECT_EQ(one[k].column, three[k].column);
        EXPECT_EQ(one[k].loss, three[k].loss);
        EXPECT_EQ(one[k].score, three[k].score);
    }
}

TEST(Importance, OfSomeRowsIsThatOfATableOfThese) {
    const Matrix<double> X{{1, 2, 3, 4, 5, 60}, {1, 0, 1, 0, 1, 0}}, Y{{1, 2, 3, 4, 5, 6}};
    const Dataset all = values_of(X, Y);
    const Dataset some = values_of(select(X, {0, 2, 4}), select(Y, {0, 2, 4}));
    const Model<double> model = line_model({1, 1});
    const auto a = permutation_importance(model, all, {.rows = {0, 2, 4}});
    const auto b = permutation_importance(model, some);
    for (std::size_t k = 0; k < a.size(); ++k) EXPECT_EQ(a[k].loss, b[k].loss);
}

TEST(Importance, CountsARowOfWeightTwoTwice) {
    Dataset data = values_of({{1, 2, 3, 5}, {1, 0, 1, 0}}, {{1, 4, 3, 6}});
    const Model<double> model = line_model({1, 1});
    data.weights = {1, 2, 0, 3};
    const auto found = permutation_importance(model, data, {.repeats = 2});
    RandomState random(0);
    double expected = 0;
    const double missed[] = {1, -2, 1, -1};  // x1 + x2 - y
    for (int r = 0; r < 2; ++r) {
        const std::vector<Index> order = random.permutation(4);
        for (std::size_t j = 0; j < 4; ++j) {
            const double moved = data.table.columns[0].numbers[static_cast<std::size_t>(order[j])] -
                                 data.table.columns[0].numbers[j] + missed[j];
            expected += data.weights[j] * (moved * moved - missed[j] * missed[j]) / 6 / 2;
        }
    }
    const std::size_t k = found[0].column == "1" ? 0 : 1;
    EXPECT_NEAR(found[k].loss.value, expected, 1e-12);
}

// The truth of a row without weight may be anything.
TEST(Importance, DoesNotAskARowOfWeightZero) {
    Dataset data = values_of({{1, 2, 3, 5}, {1, 0, 1, 0}}, {{1, 4, 3, 6}});
    data.weights = {1, 2, 0, 3};
    const auto before = permutation_importance(line_model({1, 1}), data, {.repeats = 3});
    data.Y(0, 2) = 1e9;
    const auto after = permutation_importance(line_model({1, 1}), data, {.repeats = 3});
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t k = 0; k < before.size(); ++k) {
        EXPECT_EQ(after[k].column, before[k].column);
        EXPECT_EQ(after[k].loss.value, before[k].loss.value);
        EXPECT_EQ(after[k].score.value, before[k].score.value);
    }
}

TEST(Importance, OfSeriesIsThatOfTheirChannels) {
    Matrix<double> X(8, 20), Y(1, 20);
    RandomState random(3);
    for (Index j = 0; j < 20; ++j) {
        for (Index i = 0; i < 8; ++i) X(i, j) = random.randn();
        Y(0, j) = X(5, j);  // in the second channel
    }
    Model<double> model{.network = Network<double>(Shape{2, 4}, "flatten, 1 identity", from_zero)};
    std::ranges::fill(model.network.parameters(), 0.0);
    const Dataset data = values_of(X, Y);
    for (Index i = 0; i < 8 && outputs(model, data.table)(0, 0) != X(5, 0); ++i) {
        std::ranges::fill(model.network.parameters(), 0.0);
        model.network.parameter("W1")(0, i) = 1;
    }
    ASSERT_EQ(outputs(model, data.table)(0, 0), X(5, 0));
    const auto found = permutation_importance(model, data);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].column, "channel 2");
    EXPECT_EQ(found[1].loss.value, 0);
    EXPECT_GT(found[0].loss.value, 0.5);
}

std::string sentence_of(const Model<double>& model, const Dataset& data, const ImportanceSettings& settings) {
    try {
        permutation_importance(model, data, settings);
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

TEST(Importance, RefusesWhatCannotBePermuted) {
    const Dataset data = values_of({{1, 2, 3}}, {{1, 2, 3}});
    const Model<double> model = line_model({1});
    EXPECT_EQ(sentence_of(model, data, {.repeats = 1}),
              "permutation_importance: 1 repeats, expected at least 2");
    EXPECT_EQ(sentence_of(model, data, {.rows = {1}}),
              "permutation_importance: 1 examples, expected at least 2");
    EXPECT_NE(sentence_of(model, data, {.rows = {1, 7}}), "no error");
    const Dataset series = values_of({{1, 2, 3}, {1, 2, 3}, {3, 4, 5}, {0, 1, 0}}, {{1, 2, 3}});
    const Model<double> of_series{.network = Network<double>(Shape{1, 4}, "flatten, 1 identity", from_zero)};
    EXPECT_EQ(
        sentence_of(of_series, series, {}),
        "made: the model sees series of one channel, expected columns, or several channels, of which one can "
        "be left out");
}

}  // namespace
}  // namespace gradus::test
