// Jobs that several ranks share: each is done once, everybody has all results, and they are those of one
// process.
#include "gradus/model/dealing.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "gradus/data/generators.h"
#include "gradus/doctor/outcomes.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/parcels.h"
#include "gradus/model/training.h"
#include "gradus/model/tune.h"
#include "tests/support/rank_threads.h"

namespace gradus::test::dealing {
namespace {

TEST(Parcel, KeepsAStateSoThatItsRandomNumbersGoOn) {
    RandomState random(5);
    random.randn();  // keeps a second one
    RunState<float> state;
    state.random = random;
    state.parameters = {1.5F, -2};
    state.best = Best<float>{.cost = 0.25, .updates = 3, .parameters = {7}, .statistics = {}};
    state.order = {2, 0, 1};
    auto again = unpacked<RunState<float>>(packed(state));
    EXPECT_EQ(again.random, random);
    EXPECT_EQ(again.random.randn(), random.randn());
    EXPECT_EQ(again.best, state.best);
    EXPECT_EQ(again.order, state.order);
    EXPECT_EQ(again.parameters, state.parameters);
}

// What rank 0 and the others were told.
using Told = std::vector<std::pair<Index, std::string>>;

TEST(Dealing, EachJobIsDoneOnceAndEverybodyHasAllResults) {
    for (const Index ranks : {1, 2, 4})
        for (const Index threads : {1, 3}) {
            std::vector<std::atomic<int>> times(20);
            RankThreads(ranks).run([&](Ranks& one) {
                Told told;
                const bool all = deal_out<std::string>(
                    &one, {.count = 20,
                           .threads = threads,
                           .work = [&](Index i, const auto&, const auto&) -> std::optional<std::string> {
                               ++times[static_cast<std::size_t>(i)];
                               return std::string(static_cast<std::size_t>(i) * 1000, 'x');
                           },
                           .keep = [&](Index i, std::string result) { told.emplace_back(i, result); }});
                EXPECT_TRUE(all);
                std::ranges::sort(told);
                ASSERT_EQ(told.size(), 20U);
                for (std::size_t i = 0; i < 20; ++i) {
                    EXPECT_EQ(told[i].first, static_cast<Index>(i));
                    EXPECT_EQ(told[i].second.size(), i * 1000);
                }
            });
            for (const auto& one : times) EXPECT_EQ(one, 1);
        }
}

// Rank 1 holds on to its first job until all others are done: they must not have been promised to it.
TEST(Dealing, WhoIsFreeGetsTheNext) {
    std::atomic<int> done = 0;
    RankThreads(2).run([&](Ranks& one) {
        const auto work = [&](Index, const auto&, const auto&) -> std::optional<int> {
            while (one.rank() == 1 && done < 9) std::this_thread::yield();
            return ++done;
        };
        EXPECT_TRUE(deal_out<int>(&one, {.count = 10, .work = work, .keep = [](Index, int) {}}));
    });
}

TEST(Dealing, TellsRankZeroMeanwhile) {
    RankThreads(2).run([&](Ranks& one) {
        std::vector<int> told;
        deal_out<int>(&one, {.count = 1,
                             .work = [&](Index, const auto& meanwhile, const auto&) -> std::optional<int> {
                                 meanwhile(1);
                                 return 2;
                             },
                             .keep = [&](Index, int result) { told.push_back(result); }});
        EXPECT_EQ(told, one.rank() == 0 ? std::vector({1, 2}) : std::vector({2}));
    });
}

// Whoever is asked to stop: nobody begins another job, and all know that something is missing.
TEST(Dealing, StopsOnAllRanks) {
    for (const Index stopped : {0, 2}) {
        std::atomic<int> begun = 0;
        RankThreads(3).run([&](Ranks& one) {
            std::stop_source stop;
            Index kept = 0;
            const bool all =
                deal_out<int>(&one, {.count = 10'000,
                                     .stop = stop.get_token(),
                                     .work = [&](Index, const auto&, const auto&) -> std::optional<int> {
                                         std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                         if (++begun > 20 && one.rank() == stopped) {
                                             stop.request_stop();
                                             return {};
                                         }
                                         return 1;
                                     },
                                     .keep = [&](Index, int) { ++kept; }});
            EXPECT_FALSE(all);
            EXPECT_GT(kept, 0);
            EXPECT_LT(kept, 10'000);
        });
        EXPECT_LT(begun, 10'000);
    }
}

// What lasts until somebody stops it.
std::optional<int> lasts(const std::stop_token& stop) {
    using namespace std::chrono_literals;
    const auto began = std::chrono::steady_clock::now();
    while (!stop.stop_requested() && std::chrono::steady_clock::now() - began < 20s)
        std::this_thread::sleep_for(1ms);
    EXPECT_TRUE(stop.stop_requested());
    return {};
}

// One is asked to stop; the others are at work on what lasts until somebody stops them.
TEST(Dealing, WhoIsAtWorkHearsThatAnotherWasStopped) {
    for (const Index stopped : {0, 1}) {
        std::atomic<int> begun = 0;
        RankThreads(3).run([&](Ranks& one) {
            std::stop_source stop;
            const auto work = [&](Index, const auto&, const std::stop_token& token) -> std::optional<int> {
                if (++begun == 3) begun.notify_all();
                for (int now = begun; now < 3; now = begun) begun.wait(now);
                if (one.rank() == stopped) stop.request_stop();
                return lasts(token);
            };
            EXPECT_FALSE(deal_out<int>(
                &one, {.count = 3, .stop = stop.get_token(), .work = work, .keep = [](Index, int) {}}));
        });
    }
}

// One is at work, and the other, which has nothing to do, is asked to stop.
TEST(Dealing, WhoHasNothingToDoMayBeAskedToStop) {
    std::vector<std::stop_source> stops(2);
    RankThreads(2).run([&](Ranks& one) {
        const auto rank = static_cast<std::size_t>(one.rank());
        const auto work = [&](Index, const auto&, const std::stop_token& stop) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            stops[1 - rank].request_stop();
            return lasts(stop);
        };
        EXPECT_FALSE(deal_out<int>(
            &one, {.count = 1, .stop = stops[rank].get_token(), .work = work, .keep = [](Index, int) {}}));
    });
}

// Rank 0 cannot keep what it hears, as on a full disk: its own work does not delay that. (The other rank,
// which MPI would end, is none of the matter.)
TEST(Dealing, WhatKeepThrowsIsThrownAtOnce) {
    RankThreads(2).run([&](Ranks& one) {
        if (one.rank() == 1) return;
        const auto work = [](Index, const auto& meanwhile, const std::stop_token& stop) {
            meanwhile(1);
            return lasts(stop);
        };
        const auto keep = [](Index, int) { throw std::runtime_error("the disk is full"); };
        EXPECT_THROW(deal_out<int>(&one, {.count = 2, .work = work, .keep = keep}), std::runtime_error);
    });
}

// One of two threads of a process fails.
TEST(Dealing, WhatWorkThrowsIsThrownAtOnce) {
    RankThreads(2).run([&](Ranks& one) {
        if (one.rank() == 1) return;
        std::atomic<int> begun = 0;
        const auto work = [&](Index, const auto&, const std::stop_token& stop) {
            if (++begun > 1) return lasts(stop);
            while (begun == 1) std::this_thread::yield();  // until the other is at work
            throw std::runtime_error("it diverges");
        };
        EXPECT_THROW(deal_out<int>(&one, {.count = 4, .threads = 2, .work = work, .keep = [](Index, int) {}}),
                     std::runtime_error);
    });
}

Dataset moons() {
    return generate("moons", {.examples = 120, .noise = 0.2});
}

TEST(Dealing, AnEnsembleOfSeveralRanksIsThatOfOneProcess) {
    const Dataset data = moons();
    const Recipe recipe = make_recipe({.hidden = "20 relu", .epochs = 6, .ensemble = 4}, data);
    const auto learn = [&](Ranks* ranks, std::vector<double>& costs) {
        Watch watch{.ranks = ranks};
        watch.member = [&](const MemberEvent& event) {
            costs.push_back(event.training.loss);
            costs.push_back(event.fold.loss);
        };
        watch.linear = [&](const Evaluation& linear) { costs.push_back(linear.loss); };
        return to_onnx(train<float>(data, recipe, watch).model);
    };
    std::vector<double> costs;
    const std::string alone = learn(nullptr, costs);
    ASSERT_EQ(costs.size(), 9U);
    for (const Index count : {2, 3, 7})
        RankThreads(count).run([&](Ranks& ranks) {
            std::vector<double> told;
            EXPECT_EQ(learn(&ranks, told), alone) << ranks.rank() << " of " << count;
            EXPECT_EQ(told, costs);
        });
}

// A checkpoint of two ranks, taken while members are trained, goes on alone and on three.
TEST(Dealing, AnInterruptedEnsembleGoesOnWithOtherRanks) {
    const Dataset data = moons();
    const Recipe recipe =
        make_recipe({.hidden = "20 relu", .epochs = 30, .patience = 30, .ensemble = 4}, data);
    const std::string whole = to_onnx(train<float>(data, recipe).model);
    std::vector<std::string> half(2);
    RankThreads(2).run([&](Ranks& ranks) {
        std::stop_source stop;
        Watch watch{.stop = stop.get_token(), .ranks = &ranks};
        watch.progress = [&](const Event& event, Index) {
            if (event.epoch > 10) stop.request_stop();
        };
        const Trained<float> trained = train<float>(data, recipe, watch);
        EXPECT_TRUE(trained.interrupted);
        half[static_cast<std::size_t>(ranks.rank())] = to_onnx(trained.model);
    });
    EXPECT_EQ(half[0], half[1]);
    const auto go_on = [&](Ranks* ranks) {
        const auto model = std::get<Model<float>>(from_onnx(half[0], "half"));
        return to_onnx(train<float>(data, recipe, {.ranks = ranks}, {}, {.resume = &model}).model);
    };
    EXPECT_EQ(go_on(nullptr), whole);
    RankThreads(3).run([&](Ranks& ranks) { EXPECT_EQ(go_on(&ranks), whole); });
}

// Nothing is updated behind them, so nothing is shared.
TEST(Dealing, MachinesAloneAreThoseOfOneProcess) {
    const Dataset data = without_target(moons());
    const Recipe recipe = make_recipe(
        {.task = Task::encode, .hidden = "600 sigmoid", .pretrain = Pretrain::rbm, .pretrain_epochs = 2},
        data);
    const std::string alone = to_onnx(train<float>(data, recipe).model);
    RankThreads(3).run([&](Ranks& ranks) {
        EXPECT_EQ(to_onnx(train<float>(data, recipe, {.ranks = &ranks}).model), alone);
    });
}

TEST(Dealing, SeedsAndTrialsOfSeveralRanksAreThoseOfOneProcess) {
    const Dataset data = moons();
    const Choices said{.hidden = "4 tanh", .epochs = 5, .ensemble = 3};
    const Recipe recipe = make_recipe(said, data),
                 one = make_recipe({.hidden = "4 tanh", .epochs = 5, .ensemble = 1}, data);
    const SearchSpace space = read_search_space("learning-rate 0.001..0.1 log\n", "space");
    const auto outcomes = [&](Ranks* ranks) {
        std::vector<double> numbers;
        const auto all = try_seeds(data, one, 9, 2, {}, {}, ranks);
        for (const Outcome& outcome : *all)
            numbers.insert(numbers.end(), {double(outcome.seed), outcome.cost, double(outcome.wrong),
                                           outcome.look_alikes.highest, double(outcome.dead.size())});
        return numbers;
    };
    const auto scores = [&](Ranks* ranks) {
        const Tuned tuned = tune(said, data, recipe, space, {.trials = 5, .ranks = ranks});
        std::vector<std::vector<float>> losses;
        for (const TunedTrial& trial : tuned.trials)
            for (const FoldScore& fold : trial.folds) losses.push_back(fold.losses);
        return losses;
    };
    const std::vector<double> seeds = outcomes(nullptr);
    const std::vector<std::vector<float>> trials = scores(nullptr);
    RankThreads(3).run([&](Ranks& ranks) {
        EXPECT_EQ(outcomes(&ranks), seeds);
        EXPECT_EQ(scores(&ranks), trials);
    });
}

}  // namespace
}  // namespace gradus::test::dealing
