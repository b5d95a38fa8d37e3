#include "gradus/data/division.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "gradus/data/generators.h"
#include "tests/support/compare.h"
#include "tests/support/table.h"

namespace gradus::test {
namespace {

Dataset labelled(const std::vector<int>& labels, std::size_t classes) {
    const auto n = static_cast<Index>(labels.size());
    Dataset data{.name = "test", .table = table_of(Matrix<double>(1, n)), .Y = {1, n}, .target_names = {"y"}};
    data.class_names.resize(classes, "c");
    for (Index j = 0; j < n; ++j) data.Y(0, j) = labels[static_cast<std::size_t>(j)];
    return data;
}

std::vector<int> count_classes(const Dataset& data, const std::vector<Index>& examples) {
    std::vector<int> count(data.class_names.size());
    for (const Index j : examples) ++count[static_cast<std::size_t>(data.Y(0, j))];
    return count;
}

TEST(Split, PutsEveryExampleInExactlyOnePartInAscendingOrder) {
    const Dataset data = generate("moons", {.examples = 101});
    for (const double share : {0.0, 0.01, 0.2, 0.5, 0.99}) {
        const Split parts = split(data, share, RandomState(1));
        EXPECT_TRUE(std::ranges::is_sorted(parts.training) && std::ranges::is_sorted(parts.validation));
        std::vector<Index> both(101), all(101);
        std::ranges::merge(parts.training, parts.validation, both.begin());
        std::iota(all.begin(), all.end(), 0);
        EXPECT_EQ(both, all);
    }
}

TEST(Split, TakesTheSameShareOfEveryClass) {
    std::vector<int> labels;
    for (const auto& [label, count] : {std::pair{0, 100}, {1, 10}, {2, 3}, {3, 1}})
        labels.insert(labels.end(), static_cast<std::size_t>(count), label);
    const Dataset data = labelled(labels, 5);
    EXPECT_EQ(count_classes(data, split(data, 0.2, RandomState(1)).validation),
              (std::vector<int>{20, 2, 1, 0, 0}));
    EXPECT_EQ(count_classes(data, split(data, 0.5, RandomState(2)).validation),
              (std::vector<int>{50, 5, 2, 1, 0}));
}

TEST(Split, TakesTheFirstOfOnePermutation) {
    const Dataset data = generate("sine", {.examples = 10});  // a regression: one class of all
    std::vector<Index> expected = RandomState(5).permutation(10);
    expected.resize(3);
    std::ranges::sort(expected);
    EXPECT_EQ(split(data, 0.3, RandomState(5)).validation, expected);
}

TEST(Split, FollowsItsSeed) {
    const Dataset data = generate("moons", {.examples = 100});
    EXPECT_EQ(split(data, 0.2, RandomState(1)).validation, split(data, 0.2, RandomState(1)).validation);
    EXPECT_NE(split(data, 0.2, RandomState(1)).validation, split(data, 0.2, RandomState(2)).validation);
}

// Which units have rows on both sides?
std::set<Index> torn(const std::vector<Index>& unit_of, const Split& parts) {
    std::map<Index, int> sides;
    for (const Index j : parts.training) sides[unit_of[static_cast<std::size_t>(j)]] |= 1;
    for (const Index j : parts.validation) sides[unit_of[static_cast<std::size_t>(j)]] |= 2;
    std::set<Index> torn;
    for (const auto& [unit, seen] : sides)
        if (seen == 3) torn.insert(unit);
    return torn;
}

// Every row twice, one behind the other.
Dataset twice(Index n) {
    const Dataset once = generate("moons", {.examples = n});
    Matrix<double> X(2, 2 * n);
    std::vector<Index> labels;
    for (Index j = 0; j < 2 * n; ++j) {
        for (Index i = 0; i < 2; ++i)
            X(i, j) =
                once.table.columns[static_cast<std::size_t>(i)].numbers[static_cast<std::size_t>(j / 2)];
        labels.push_back(static_cast<Index>(once.Y(0, j / 2)));
    }
    return dataset_of_classes(X, labels);
}

TEST(Split, KeepsEqualRowsOnOneSideAndTheShareOfEachClass) {
    const Dataset data = twice(100);
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        const Split parts = split(data, 0.2, RandomState(seed));
        EXPECT_TRUE(torn(data.together, parts).empty());
        EXPECT_EQ(count_classes(data, parts.validation), (std::vector<int>{20, 20}));
    }
}

TEST(Split, OfRowsThatAreAllDifferentIsThatOfRowsByThemselves) {
    Dataset data = generate("circles", {.examples = 90});
    EXPECT_TRUE(data.together.empty());
    const Split before = split(data, 0.3, RandomState(4));
    data.together.resize(90);
    std::iota(data.together.begin(), data.together.end(), Index{0});
    EXPECT_EQ(split(data, 0.3, RandomState(4)).validation, before.validation);
}

// Groups of 1 to 12 rows, of one class or of several.
Dataset grouped(std::uint32_t seed) {
    RandomState random(seed);
    std::vector<int> labels;
    std::vector<Index> together;
    while (labels.size() < 400) {
        const auto size = 1 + static_cast<std::size_t>(12 * random.random_sample());
        const auto first = static_cast<Index>(labels.size());
        for (std::size_t i = 0; i < size; ++i) {
            labels.push_back(static_cast<int>(3 * random.random_sample()));
            together.push_back(first);
        }
    }
    Dataset data = labelled(labels, 3);
    data.together = together;
    data.group_name = "g";
    return data;
}

TEST(Split, KeepsGroupsTogetherAndComesNearTheShareOfEachClass) {
    for (std::uint32_t seed = 0; seed < 50; ++seed) {
        const Dataset data = grouped(seed);
        const Split parts = split(data, 0.2, RandomState(seed));
        EXPECT_TRUE(torn(data.together, parts).empty());
        std::vector<Index> all(static_cast<std::size_t>(data.examples()));
        std::iota(all.begin(), all.end(), 0);
        const std::vector<int> of_all = count_classes(data, all),
                               aside = count_classes(data, parts.validation);
        for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(aside[c], 0.2 * of_all[c], 6) << "seed " << seed;
    }
}

TEST(Split, SetsTheNearestGroupAsideWhenEachIsTooLarge) {
    Dataset data = labelled({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 1);
    data.class_names.clear();
    data.together = {0, 0, 0, 0, 0, 5, 5, 5, 5, 9, 9, 9};
    EXPECT_EQ(split(data, 0.1, RandomState(1)).validation, (std::vector<Index>{9, 10, 11}));
    data.together.assign(12, 0);  // one group: nothing can be set aside
    EXPECT_TRUE(split(data, 0.1, RandomState(1)).validation.empty());
    EXPECT_FALSE(is_divisible(data, SplitBy::random));
}

TEST(Split, ByTimeTakesTheLastRowsWhereNothingSaysWhen) {
    const Dataset data = generate("sine", {.examples = 10});
    const Split parts = split(data, 0.3, RandomState(5), SplitBy::time);
    EXPECT_EQ(parts.validation, (std::vector<Index>{7, 8, 9}));
    EXPECT_EQ(parts.training, (std::vector<Index>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Split, ByTimeTakesTheLatestAndRowsOfOneTimeTogether) {
    Dataset data = generate("sine", {.examples = 8});
    data.times = {50, 10, 40, 40, missing, 20, 30, 40};
    EXPECT_EQ(split(data, 0.125, RandomState(), SplitBy::time).validation, (std::vector<Index>{0}));
    EXPECT_EQ(split(data, 0.25, RandomState(), SplitBy::time).validation, (std::vector<Index>{0}));
    EXPECT_EQ(split(data, 0.5, RandomState(), SplitBy::time).validation, (std::vector<Index>{0, 2, 3, 7}));
    EXPECT_EQ(split(data, 0.9, RandomState(), SplitBy::time).training, (std::vector<Index>{4}));
    data.times.assign(8, 1);
    EXPECT_FALSE(is_divisible(data, SplitBy::time));
    EXPECT_TRUE(split(data, 0.5, RandomState(), SplitBy::time).validation.empty());
}

TEST(Split, ByTimeTakesAGroupAsLateAsItsLatestRow) {
    Dataset data = generate("sine", {.examples = 8});
    data.together = {0, 1, 0, 1, 4, 4, 6, 6};
    data.group_name = "g";
    data.times = {1, 2, 9, 3, 5, 6, 7, 4};
    EXPECT_EQ(split(data, 0.25, RandomState(), SplitBy::time).validation, (std::vector<Index>{0, 2}));
    EXPECT_EQ(split(data, 0.5, RandomState(), SplitBy::time).validation, (std::vector<Index>{0, 2, 6, 7}));
}

TEST(Split, ByTimeLetsEqualRowsComeAgain) {
    const Dataset data = twice(10);
    EXPECT_EQ(split(data, 0.25, RandomState(), SplitBy::time).validation,
              (std::vector<Index>{15, 16, 17, 18, 19}));
}

TEST(Split, RefusesGroupsThatAreNone) {
    Dataset data = generate("sine", {.examples = 3});
    data.together = {0, 2, 2};
    EXPECT_EQ(error_of([&] { split(data, 0.5, RandomState()); }),
              "usage: sine: row 1 belongs to row 2, expected the first row of those that belong together");
    data.together = {0};
    EXPECT_EQ(error_of([&] { split(data, 0.5, RandomState()); }),
              "usage: sine: 1 number of rows that belong together, expected 3, one for each row");
}

TEST(EqualRows, AreThoseWithTheSameNumbersAndTexts) {
    Table table = table_of({{0, -0.0, 1, 0, missing, missing, 0}});
    table.columns.push_back(text_column("t", {"a", "a", "a", "b", "", "", ""}));
    EXPECT_EQ(equal_rows(table), (std::vector<Index>{0, 0, 2, 3, 4, 4, 6}));
    table.columns.push_back({.name = "n", .numbers = {1, 2, 3, 4, 5, 6, 7}});
    EXPECT_TRUE(equal_rows(table).empty());
}

// A slow obvious twin: each row against all before it.
TEST(EqualRows, AreFoundAmongMany) {
    constexpr Index n = 3000;
    RandomState random(1);
    Matrix<double> X(2, n);
    for (Index j = 0; j < n; ++j)
        for (Index i = 0; i < 2; ++i) X(i, j) = std::floor(60 * random.random_sample()) / 7;
    std::vector<Index> expected;
    for (Index j = 0; j < n; ++j) {
        Index first = 0;
        while (X(0, first) != X(0, j) || X(1, first) != X(1, j)) ++first;
        expected.push_back(first);
    }
    EXPECT_EQ(equal_rows(table_of(X)), expected);
}

TEST(Groups, AreRowsOfOneValueAndWithoutAValueEachByItself) {
    EXPECT_EQ(groups_of({.name = "n", .numbers = {3, 1, missing, 3, missing, 1}}),
              (std::vector<Index>{0, 1, 2, 0, 4, 1}));
    EXPECT_EQ(groups_of(text_column("t", {"x", "", "y", "x", "", "y"})),
              (std::vector<Index>{0, 1, 2, 0, 4, 2}));
    EXPECT_EQ(groups_of({.name = "n", .numbers = {1, 2, 3}}), (std::vector<Index>{0, 1, 2}));
}

}  // namespace
}  // namespace gradus::test
