// One network, read by many threads at once: a Predictor for each. Runs under the thread sanitizer too.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "gradus/nn/predictor.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

TEST(PredictorThreads, PredictTheSameBitsFromOneNetworkAtTheSameTime) {
    Network<float> network(20, "50 relu, dropout 0.3, 30 tanh, 4 softmax");
    RandomState random(1);
    network.initialize(Initializer::automatic, random);
    const auto X = random_matrix<float>(20, 64, random);
    const Matrix<float> expected = copy(Predictor<float>(network, 64)(X));

    std::array<std::atomic<int>, 4> equal{};
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < equal.size(); ++t)
        threads.emplace_back([&, t] {
            Predictor<float> predict(network, 64);
            for (int i = 0; i < 100; ++i) equal[t] += same_bits(copy(predict(X)), expected) ? 1 : 0;
        });
    threads.clear();  // joins
    for (const auto& count : equal) EXPECT_EQ(count, 100);
}

}  // namespace
}  // namespace gradus::test
