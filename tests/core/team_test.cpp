// Runs under the thread sanitizer too.
#include "gradus/core/team.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gradus/core/error.h"

#if !defined(__has_feature)
#define __has_feature(x) 0  // NOLINT(bugprone-reserved-identifier): clang's
#endif

namespace gradus::test {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

class TeamOf : public testing::TestWithParam<Index> {
protected:
    Team team_{GetParam()};
    std::size_t size_ = static_cast<std::size_t>(GetParam());
};
INSTANTIATE_TEST_SUITE_P(Team, TeamOf, testing::Values(1, 2, 3, 4, 8), testing::PrintToStringParamName());

TEST_P(TeamOf, RunsEveryMemberOnceOnAThreadOfItsOwnTheFirstOnTheCallers) {
    std::vector<int> runs(size_, 0);
    std::vector<std::thread::id> threads(size_);
    team_.run([&](Index member) {
        ++runs[static_cast<std::size_t>(member)];
        threads[static_cast<std::size_t>(member)] = std::this_thread::get_id();
    });
    EXPECT_EQ(runs, std::vector<int>(size_, 1));
    EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), size_);
    EXPECT_EQ(threads[0], std::this_thread::get_id());
}

TEST_P(TeamOf, HasSharesThatFollowEachOtherAndDifferByOneAtMost) {
    for (Index count = 0; count < 50; ++count) {
        Index end = 0, least = count, most = 0;
        for (Index member = 0; member < team_.size(); ++member) {
            const Range share = team_.share(member, count);
            EXPECT_EQ(share.begin, end);
            end = share.end;
            least = std::min(least, share.size());
            most = std::max(most, share.size());
        }
        EXPECT_EQ(end, count);
        EXPECT_LE(most - least, 1) << count << " pieces";
    }
}

// The number of those who came is read between two meetings, when nobody can be on the way.
TEST_P(TeamOf, WaitsForAll) {
    constexpr int meetings = 100;
    std::atomic<std::size_t> came = 0;
    std::vector<int> right(size_, 0);
    team_.run([&](Index member) {
        for (std::size_t meeting = 1; meeting <= meetings; ++meeting) {
            ++came;
            team_.wait_for_all();
            if (came == meeting * size_) ++right[static_cast<std::size_t>(member)];
            team_.wait_for_all();
        }
    });
    EXPECT_EQ(right, std::vector<int>(size_, meetings));
}

// No atomics here: what one member wrote, others read behind the meeting, and the caller behind the task.
TEST_P(TeamOf, SeesWhatOthersWroteBeforeTheMeeting) {
    std::vector<std::size_t> written(size_, 0), sums(size_, 0);
    for (std::size_t task = 1; task <= 500; ++task) {
        team_.run([&](Index member) {
            const auto me = static_cast<std::size_t>(member);
            written[me] = task;
            team_.wait_for_all();
            sums[me] = 0;
            for (const std::size_t number : written) sums[me] += number;
        });
        ASSERT_EQ(sums, std::vector<std::size_t>(size_, task * size_));
    }
}

TEST_P(TeamOf, WakesWhoSleeps) {
    for (int task = 0; task < 3; ++task) {
        std::this_thread::sleep_for(milliseconds(20));
        std::atomic<std::size_t> runs = 0;
        team_.run([&](Index member) {
            if (member == 0)
                std::this_thread::sleep_for(milliseconds(20));  // the others sleep at the meeting
            team_.wait_for_all();
            ++runs;
        });
        EXPECT_EQ(runs, size_);
    }
}

TEST_P(TeamOf, WorksInEverySizeUpToItsMost) {
    for (const Index size : {team_.most(), Index{1}, (team_.most() + 1) / 2, team_.most()}) {
        team_.resize(size);
        EXPECT_EQ(team_.size(), size);
        for (int task = 0; task < 50; ++task) {
            std::vector<int> runs(size_, 0);
            team_.run([&](Index member) {
                team_.wait_for_all();
                ++runs[static_cast<std::size_t>(member)];
            });
            EXPECT_EQ(std::count(runs.begin(), runs.begin() + size, 1), size);
            EXPECT_EQ(std::count(runs.begin() + size, runs.end(), 0), team_.most() - size);
        }
    }
}

#if defined(__SSE2__) || defined(__aarch64__)
TEST_P(TeamOf, FlushesDenormalsWhileATaskRuns) {
    volatile double least = std::numeric_limits<double>::min();
    std::vector<double> halves(size_, -1);
    team_.run([&](Index member) { halves[static_cast<std::size_t>(member)] = least / 2; });
    EXPECT_EQ(halves, std::vector<double>(size_, 0));
    EXPECT_GT(least / 2, 0);
}
#endif

struct Thrown {};

// 60 times, whoever throws, before a meeting or behind it; then the team works as before.
TEST_P(TeamOf, HandsWhatAMemberThrowsToTheCallerAndGoesOnWorking) {
    for (int round = 0; round < 60; ++round) {
        const Index thrower = round % team_.size();
        std::atomic<int> behind = 0;
        EXPECT_THROW(team_.run([&](Index member) {
            if (member == thrower && round % 2 == 0) throw Thrown{};
            team_.wait_for_all();
            if (member == thrower) throw Thrown{};
            team_.wait_for_all();
            ++behind;
        }),
                     Thrown);
        EXPECT_EQ(behind, 0);
        std::atomic<std::size_t> runs = 0;
        team_.run([&](Index) {
            team_.wait_for_all();
            ++runs;
        });
        ASSERT_EQ(runs, size_);
    }
}

TEST_P(TeamOf, SurvivesThatAllThrow) {
    EXPECT_THROW(team_.run([](Index) { throw Thrown{}; }), Thrown);
    std::atomic<std::size_t> runs = 0;
    team_.run([&](Index) { ++runs; });
    EXPECT_EQ(runs, size_);
}

double processor_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) { return double(t.tv_sec) + double(t.tv_usec) / 1e6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// The processor time of tasks for two members of a team, with pauses in which they fall asleep.
double seconds_for_two_of(Index most) {
    Team team(most);
    team.resize(2);
    std::this_thread::sleep_for(milliseconds(50));  // until all sleep
    const double before = processor_seconds();
    for (int task = 0; task < 100; ++task) {
        team.run([](Index) {});
        std::this_thread::sleep_for(milliseconds(1));
    }
    return processor_seconds() - before;
}

// A member that spins between the tasks of others takes a processor from them.
TEST(Team, LetsSleepWhoHasNoPartInATask) {
    EXPECT_LT(seconds_for_two_of(32), 3 * seconds_for_two_of(2) + 0.01);
}

std::string message_of(const std::function<void()>& bad) {
    try {
        bad();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing thrown";
}

TEST(Team, RefusesSizesThatNoTeamHas) {
    EXPECT_EQ(message_of([] { Team(0); }), "threads: 0, expected from 1 to 4096");
    EXPECT_EQ(message_of([] { Team(-4); }), "threads: -4, expected from 1 to 4096");
    EXPECT_EQ(message_of([] { Team(4097); }), "threads: 4097, expected from 1 to 4096");
    Team team(2);
    EXPECT_EQ(message_of([&] { team.resize(0); }), "members of a team: 0, expected from 1 to 2");
    EXPECT_EQ(message_of([&] { team.resize(3); }), "members of a team: 3, expected from 1 to 2");
    EXPECT_EQ(team.size(), 2);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !__has_feature(address_sanitizer) && \
    !__has_feature(thread_sanitizer)
// In a process that has no address space for the stacks of so many threads.
void work_with_fewer() {
    rlimit limit{};
    getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = rlim_t{1} << 29;
    setrlimit(RLIMIT_AS, &limit);
    Team team(1000);
    std::atomic<Index> runs = 0;
    team.run([&](Index) {
        team.wait_for_all();
        ++runs;
    });
    const bool fewer = 1 <= team.most() && team.most() < 1000;
    std::exit(fewer && runs == team.most() && team.size() == team.most() ? 0 : 1);
}

TEST(TeamDeathTest, HasFewerMembersWhereTheSystemGivesNoMoreThreads) {
    EXPECT_EXIT(work_with_fewer(), testing::ExitedWithCode(0), "");
}
#endif

// The sizes that FastestSize tries and keeps for work that takes so long with so many members.
template <class F>
std::vector<Index> sizes_for(Team& team, FastestSize& fastest, int pieces, F sleep) {
    std::vector<Index> sizes;
    for (int piece = 0; piece < pieces; ++piece) {
        sizes.push_back(team.size());
        fastest.begin();
        std::this_thread::sleep_for(sleep(team.size()));
        fastest.end();
    }
    return sizes;
}

TEST(FastestSize, IsOneForWorkThatMoreMembersMakeLonger) {
    Team team(4);
    FastestSize fastest(team);
    sizes_for(team, fastest, 30, [](Index members) { return milliseconds(2 * members); });
    EXPECT_EQ(team.size(), 1);
}

TEST(FastestSize, IsAllForWorkThatIsDivided) {
    Team team(4);
    FastestSize fastest(team);
    for (int piece = 0; piece < 30; ++piece) {
        fastest.begin();
        team.run([&team](Index member) {
            std::this_thread::sleep_for(team.share(member, 8).size() * milliseconds(1));
        });
        fastest.end();
    }
    EXPECT_EQ(team.size(), 4);
}

TEST(FastestSize, IsSomeForWorkThatIsFastestWithSome) {
    Team team(8);
    FastestSize fastest(team);
    sizes_for(team, fastest, 40, [](Index members) { return milliseconds(members == 4 ? 1 : 5); });
    EXPECT_EQ(team.size(), 4);
}

TEST(FastestSize, TriesPowersOfTwoAndAll) {
    Team team(6);
    FastestSize fastest(team);
    const auto sizes = sizes_for(team, fastest, 40, [](Index members) { return milliseconds(8 / members); });
    EXPECT_EQ(std::set(sizes.begin(), sizes.end()), (std::set<Index>{1, 2, 4, 6}));
}

TEST(FastestSize, LooksAgainWhenTheWorkHasChanged) {
    Team team(2);
    FastestSize fastest(team);
    sizes_for(team, fastest, 20, [](Index members) { return milliseconds(2 * members); });
    ASSERT_EQ(team.size(), 1);
    sizes_for(team, fastest, 1500, [](Index members) { return microseconds(members == 1 ? 1000 : 10); });
    EXPECT_EQ(team.size(), 2);
}

TEST(FastestSize, IsOneInATeamOfOne) {
    Team team(1);
    FastestSize fastest(team);
    const auto sizes = sizes_for(team, fastest, 2000, [](Index) { return microseconds(0); });
    EXPECT_EQ(std::ranges::count(sizes, 1), 2000);
}

}  // namespace
}  // namespace gradus::test
