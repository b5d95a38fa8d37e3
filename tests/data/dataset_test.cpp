#include "gradus/data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "gradus/data/generators.h"

namespace gradus::test {
namespace {

Dataset labelled(const std::vector<int>& labels, std::size_t classes) {
    const auto n = static_cast<Index>(labels.size());
    Dataset data{.name = "test",
                 .X = {1, n},
                 .Y = {1, n},
                 .feature_names = {"x"},
                 .target_names = {"y"},
                 .class_names = {}};
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

TEST(Select, TakesColumnsInTheGivenOrder) {
    const Matrix<double> M{{1, 2, 3}, {4, 5, 6}};
    EXPECT_EQ(select(M, {2, 0, 2}), (Matrix<double>{{3, 1, 3}, {6, 4, 6}}));
    EXPECT_EQ(select(M, {}), Matrix<double>(2, 0));
}

}  // namespace
}  // namespace gradus::test
