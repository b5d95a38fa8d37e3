// Are many runs made side by side? Each once, on any number of threads.

#include "gradus/model/sweep.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace gradus::tests {
namespace {

TEST(SideBySide, EachRunIsMadeOnceOnAnyNumberOfThreads) {
    for (const Index threads : {1, 2, 3, 8, 200}) {
        std::vector<int> calls(100);
        side_by_side(100, threads, [&](Index i) { ++calls[static_cast<std::size_t>(i)]; });
        EXPECT_EQ(calls, std::vector<int>(100, 1)) << threads << " threads";
    }
}

TEST(SideBySide, OneThreadKeepsTheOrder) {
    std::vector<Index> order;
    side_by_side(4, 1, [&](Index i) { order.push_back(i); });
    EXPECT_EQ(order, (std::vector<Index>{0, 1, 2, 3}));
}

TEST(SideBySide, SeveralThreadsWorkAtTheSameTime) {
    std::atomic<int> inside = 0;
    side_by_side(2, 2, [&](Index) {
        ++inside;
        while (inside < 2) std::this_thread::yield();  // each waits for the other
    });
    EXPECT_EQ(inside, 2);
}

TEST(SideBySide, AnExceptionReachesTheCallerAndNoFurtherRunIsBegun) {
    std::atomic<int> begun = 0;
    const auto work = [&](Index i) {
        ++begun;
        if (i == 3) throw std::runtime_error("the fourth");
    };
    EXPECT_THROW(side_by_side(1000, 1, work), std::runtime_error);
    EXPECT_EQ(begun, 4);
    EXPECT_THROW(side_by_side(1000, 4, work), std::runtime_error);
}

TEST(SideBySide, AfterAStopNoRunIsBegun) {
    std::stop_source stop;
    int begun = 0;
    side_by_side(
        10, 1,
        [&](Index i) {
            ++begun;
            if (i == 4) stop.request_stop();
        },
        stop.get_token());
    EXPECT_EQ(begun, 5);
}

TEST(SideBySide, NothingToDoIsDone) {
    side_by_side(0, 4, [](Index) { FAIL(); });
}

}  // namespace
}  // namespace gradus::tests
