#include "gradus/model/agreement.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <thread>

#include "tests/support/rank_threads.h"

namespace gradus::test {
namespace {

TEST(Agreement, AProcessAloneHasItsWishAtOnce) {
    Agreement agree(nullptr);
    EXPECT_FALSE(agree(false, false).stop);
    EXPECT_TRUE(agree(true, false).stop);
    EXPECT_TRUE(agree(false, true).save);
}

// One wishes to stop, another to save: that counts where the first does.
TEST(Agreement, AllStopBehindTheSameUpdate) {
    std::mutex mutex;
    std::set<int> last, saved;
    RankThreads(3).run([&](Ranks& ranks) {
        Agreement agree(&ranks);
        for (int update = 1;; ++update) {
            std::this_thread::sleep_for(std::chrono::milliseconds(ranks.rank()));
            const auto [stop, save] =
                agree(ranks.rank() == 1 && update >= 30, ranks.rank() != 1 && update >= 2);
            const std::scoped_lock lock(mutex);
            if (save) saved.insert(update);
            if (!stop) continue;
            last.insert(update);
            break;
        }
    });
    EXPECT_EQ(last.size(), 1U);
    EXPECT_GE(*last.begin(), 30);
    EXPECT_GE(*saved.begin(), 2);
    EXPECT_LT(saved.size(), 15U);  // they do not meet behind each update
}

}  // namespace
}  // namespace gradus::test
