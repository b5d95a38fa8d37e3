#include "gradus/data/folds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "gradus/core/error.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

// Rows with these classes; empty: values.
Dataset rows_with(const std::vector<int>& classes, std::size_t count, Index rows = 0) {
    const auto n = classes.empty() ? rows : static_cast<Index>(classes.size());
    Dataset data{
        .name = "t.csv", .table = table_of(Matrix<double>(1, n)), .Y = {1, n}, .target_names = {"y"}};
    data.class_names.resize(count, "c");
    for (Index j = 0; j < n && !classes.empty(); ++j) data.Y(0, j) = classes[static_cast<std::size_t>(j)];
    return data;
}

std::vector<Index> all(const Dataset& data) {
    std::vector<Index> rows(static_cast<std::size_t>(data.examples()));
    std::iota(rows.begin(), rows.end(), Index{0});
    return rows;
}

std::vector<int> drawn_classes(RandomState& random, Index rows, int classes) {
    std::vector<int> drawn;
    for (Index j = 0; j < rows; ++j)
        drawn.push_back(
            std::min(static_cast<int>(random.uniform(0, 1) * random.uniform(0, 1) * classes), classes - 1));
    return drawn;
}

TEST(Folds, DifferByAtMostOneRowOfEachClassAndInAll) {
    RandomState random(4);
    for (int trial = 0; trial < 40; ++trial) {
        const auto rows = static_cast<Index>(random.uniform(12, 120));
        const int classes = 2 + trial % 5;
        const Index count = 2 + trial % 9;
        const Dataset data =
            rows_with(drawn_classes(random, rows, classes), static_cast<std::size_t>(classes));
        const std::vector<Index> fold =
            folds(data, all(data), count, RandomState(static_cast<std::uint32_t>(trial)));
        std::vector<Index> sizes(static_cast<std::size_t>(count));
        std::map<int, std::vector<Index>> of_class;
        for (std::size_t j = 0; j < fold.size(); ++j) {
            ASSERT_TRUE(0 <= fold[j] && fold[j] < count);
            ++sizes[static_cast<std::size_t>(fold[j])];
            auto& counts = of_class[static_cast<int>(data.Y(0, static_cast<Index>(j)))];
            counts.resize(sizes.size());
            ++counts[static_cast<std::size_t>(fold[j])];
        }
        const auto spread = [](const std::vector<Index>& n) {
            return std::ranges::max(n) - std::ranges::min(n);
        };
        EXPECT_LE(spread(sizes), 1);
        for (const auto& [k, counts] : of_class) EXPECT_LE(spread(counts), 1) << "class " << k;
    }
}

TEST(Folds, AreOtherOnesWithAnotherSeedAndTheSameWithTheSame) {
    const Dataset data = rows_with({}, 0, 50);
    const auto with = [&](std::uint32_t seed) { return folds(data, all(data), 5, RandomState(seed)); };
    EXPECT_EQ(with(1), with(1));
    EXPECT_NE(with(1), with(2));
}

TEST(Folds, KeepRowsThatBelongTogetherInOneAndAreStillEven) {
    Dataset data = rows_with(std::vector<int>(60), 2);
    for (Index j = 0; j < 60; ++j) {
        data.Y(0, j) = double(j / 3 % 2);    // a group has one class
        data.together.push_back(j / 3 * 3);  // of three rows each
    }
    const std::vector<Index> fold = folds(data, all(data), 5, RandomState(0));
    std::map<Index, std::set<Index>> of_group;
    std::vector<int> sizes(5), second(5);
    for (std::size_t j = 0; j < fold.size(); ++j) {
        of_group[data.together[j]].insert(fold[j]);
        ++sizes[static_cast<std::size_t>(fold[j])];
        if (data.Y(0, static_cast<Index>(j)) == 1) ++second[static_cast<std::size_t>(fold[j])];
    }
    for (const auto& [group, in] : of_group) EXPECT_EQ(in.size(), 1) << group;
    EXPECT_EQ(sizes, (std::vector<int>{12, 12, 12, 12, 12}));
    EXPECT_EQ(second, (std::vector<int>{6, 6, 6, 6, 6}));
}

TEST(Folds, OfTimeFollowEachOther) {
    Dataset data = rows_with({}, 0, 9);
    data.times = {5, 1, 2, 2, 9, 8, 3, 3, 3};
    data.time_name = "day";
    // in order: 1 | 2 2 | 3 3 3 | 5 | 8 | 9
    EXPECT_EQ(folds(data, all(data), 3, RandomState(0), SplitBy::time),
              (std::vector<Index>{2, 0, 0, 0, 2, 2, 1, 1, 1}));
    data.times.clear();
    EXPECT_EQ(folds(data, all(data), 3, RandomState(0), SplitBy::time),
              (std::vector<Index>{0, 0, 0, 1, 1, 1, 2, 2, 2}));
}

TEST(Folds, DivideTheRowsThatAreGiven) {
    const Dataset data = rows_with({}, 0, 10);
    const std::vector<Index> fold = folds(data, {1, 3, 5, 7}, 2, RandomState(0));
    EXPECT_EQ(fold.size(), 4);
    EXPECT_EQ(std::ranges::count(fold, 1), 2);
}

TEST(Folds, AreRefusedWhereThereAreFewerUnits) {
    const auto message = [](const Dataset& data, Index count, SplitBy by = SplitBy::random) {
        try {
            folds(data, all(data), count, RandomState(0), by);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    Dataset data = rows_with({}, 0, 4);
    EXPECT_EQ(message(data, 5), "t.csv: 4 different rows, expected at least one for each of 5 folds");
    EXPECT_EQ(message(data, 1), "folds: 1, expected at least 2");
    data.together = {0, 0, 2, 2};
    data.group_name = "who";
    EXPECT_EQ(message(data, 3), "t.csv: column \"who\": 2 groups, expected at least one for each of 3 folds");
    data.group_name.clear();
    data.together.clear();
    data.times = {1, 1, 1, 2};
    data.time_name = "day";
    EXPECT_EQ(message(data, 3, SplitBy::time),
              "t.csv: column \"day\": 2 times, expected at least one for each of 3 folds");
}

}  // namespace
}  // namespace gradus::test
