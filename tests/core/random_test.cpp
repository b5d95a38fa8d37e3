#include "gradus/core/random.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <vector>

#include "tests/support/compare.h"
#include "tests/support/golden.h"

namespace gradus::test {
namespace {

template <class F>
auto draws(int count, F draw) {
    std::vector<decltype(draw())> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(draw());
    return numbers;
}

// NumPy's own draws, by the name of their matrix behind "seed_<n>_". Normal numbers pass through log and
// sqrt.
class NumpySeed : public testing::TestWithParam<std::uint32_t> {
protected:
    template <class T>
    std::vector<T> numpy(const std::string& what) {
        return golden_.list<T>("seed_" + std::to_string(GetParam()) + "_" + what);
    }
    testing::AssertionResult normal(const std::vector<double>& actual, const std::string& what) {
        return close(row(actual), row(numpy<double>(what)), {.relative = 1e-15});
    }
    Golden golden_{"random_state"};
    RandomState random_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Random, NumpySeed, testing::Values(0, 2, 12345, 4294967295),
                         testing::PrintToStringParamName());

TEST_P(NumpySeed, DrawsTheSameBits) {
    EXPECT_EQ(draws(8, [&] { return random_.bits(); }), numpy<std::uint32_t>("raw"));
}

TEST_P(NumpySeed, DrawsTheSameUniformNumbers) {
    EXPECT_EQ(draws(10, [&] { return random_.random_sample(); }), numpy<double>("random_sample"));
}

TEST_P(NumpySeed, DrawsTheSameNumbersOfAnInterval) {
    EXPECT_EQ(draws(5, [&] { return random_.uniform(-3, 7); }), numpy<double>("uniform"));
}

TEST_P(NumpySeed, DrawsTheSameNormalNumbers) {
    EXPECT_TRUE(normal(draws(11, [&] { return random_.randn(); }), "randn"));
}

TEST_P(NumpySeed, DrawsTheSamePermutations) {
    EXPECT_EQ(random_.permutation(10), numpy<Index>("permutation_10"));
    EXPECT_EQ(random_.permutation(1), numpy<Index>("permutation_1"));
    std::vector<Index> order = random_.permutation(1000);
    order.resize(20);
    EXPECT_EQ(order, numpy<Index>("permutation_1000_first_20"));
}

TEST_P(NumpySeed, ShufflesAlike) {
    std::vector<Index> items(17);
    std::iota(items.begin(), items.end(), 0);
    random_.shuffle(items);
    EXPECT_EQ(items, numpy<Index>("shuffle_17"));
}

TEST_P(NumpySeed, KeepsTheSecondNormalNumberAcrossAPermutation) {
    const auto randn = [&] { return random_.randn(); };
    EXPECT_TRUE(normal(draws(3, randn), "mixed_randn_3"));
    EXPECT_EQ(random_.permutation(7), numpy<Index>("mixed_permutation_7"));
    EXPECT_TRUE(normal(draws(2, randn), "mixed_randn_2"));
    EXPECT_EQ(draws(2, [&] { return random_.random_sample(); }), numpy<double>("mixed_random_sample_2"));
}

TEST(RandomState, IsAValueThatCopiesItsPosition) {
    RandomState random(5);
    random.randn();  // the second of the pair waits
    RandomState copied = random;
    EXPECT_EQ(copied, random);
    const auto numbers = draws(4, [&] { return random.randn(); });
    EXPECT_NE(copied, random);
    EXPECT_EQ(draws(4, [&] { return copied.randn(); }), numbers);
}

TEST(RandomState, DrawsNothingForAnEmptyOrSinglePermutation) {
    RandomState random(5);
    EXPECT_TRUE(random.permutation(0).empty());
    EXPECT_EQ(random.permutation(1), std::vector<Index>{0});
    EXPECT_EQ(random, RandomState(5));
}

using Counter = std::array<std::uint64_t, 4>;

Counter incremented(Counter counter) {  // a number of 256 bits, its lowest word first
    for (std::uint64_t& word : counter)
        if (++word != 0) break;
    return counter;
}

TEST(Philox, GivesTheBlocksOfNumpy) {
    const Golden golden("random_state");
    for (int i = 0; i < 8; ++i) {
        const std::string name = "philox_" + std::to_string(i);
        const auto key = golden.list<std::uint64_t>(name + "_key");
        const auto counter = golden.list<std::uint64_t>(name + "_counter");
        const auto output = golden.list<std::uint64_t>(name + "_output");
        ASSERT_EQ(output.size(), 8U);
        Counter place{counter[0], counter[1], counter[2], counter[3]};
        for (std::size_t block = 0; block < 2; ++block) {
            place = incremented(place);
            const Counter words = philox(place, {key[0], key[1]});
            for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(words[k], output[4 * block + k]) << name;
        }
    }
}

TEST(Philox, GivesTheKnownAnswerOfItsPaper) {
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
              (Counter{0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B}));
}

}  // namespace
}  // namespace gradus::test
