// Whole runs that several ranks share: what one process gives, to the bit.
#include "gradus/core/ranks.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/nn/architecture.h"
#include "gradus/nn/run.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"
#include "tests/support/rank_threads.h"

namespace gradus::test {
namespace {

struct Ended {
    std::vector<double> costs;
    RunState<float> state;
};

// What each rank has of the examples.
enum class Has { all, its_share };

// 61 examples in batches of 16, 20 validated with weights, until the validation cost has not fallen for 3
// epochs.
Ended learn(const char* architecture, Ranks* ranks, Has has = Has::all, Index batch = 16) {
    RandomState random(4);
    Network<float> network(Shape{.channels = 40}, architecture);
    network.initialize(Initializer::automatic, random);
    const auto X = random_matrix<float>(40, 81, random);
    Matrix<float> Y(3, 81), weights(1, 81);
    for (Index j = 0; j < 81; ++j) {
        Y(j % 3, j) = 1;
        weights(0, j) = static_cast<float>(random.uniform(0.5, 2));
    }
    const auto examples = [&](Range some) {
        Examples<float> examples{.X = X.view().columns(some),
                                 .Y = Y.view().columns(some),
                                 .weights = weights.view().columns(some)};
        if (has == Has::its_share) {
            examples.X = View<const float>(examples.X).columns(ranks->share(some.size()));
            examples.shared_by = ranks;
        }
        return examples;
    };
    Run<float> run(network, examples({0, 61}), examples({61, 81}),
                   {.loss = LossKind::cross_entropy,
                    .optimizer = {.kind = OptimizerKind::adam, .learning_rate = 0.02, .clip_norm = 1},
                    .batch = batch,
                    .patience = 3,
                    .ranks = ranks});
    Ended ended;
    while (const auto event = run.next()) {
        ended.costs.push_back(event->cost);
        if (event->epoch_end) ended.costs.push_back(*event->epoch_end->validation_cost);
    }
    ended.state = run.state();
    return ended;
}

void expect_one_end(const char* architecture, Has has, Index batch = 16) {
    const Ended alone = learn(architecture, nullptr, Has::all, batch);
    EXPECT_EQ(alone.state.waiting, 3);
    EXPECT_LT(alone.state.best->updates, alone.state.optimizer.updates);
    for (const Index count : {2, 3, 4, 7})
        RankThreads(count).run([&](Ranks& ranks) {
            const Ended shared = learn(architecture, &ranks, has, batch);
            EXPECT_TRUE(same_bits<double>(shared.costs, alone.costs)) << ranks.rank() << " of " << count;
            EXPECT_TRUE(same_bits<float>(shared.state.parameters, alone.state.parameters));
            EXPECT_TRUE(same_bits<float>(shared.state.statistics, alone.state.statistics));
            EXPECT_EQ(shared.state.optimizer, alone.state.optimizer);
            EXPECT_EQ(shared.state.best, alone.state.best);
        });
}

TEST(RanksOfARun, EndWhereOneProcessEnds) {
    for (const Has has : {Has::all, Has::its_share})
        expect_one_end("dropout 0.1, 60 relu, batchnorm, 33 tanh, 3 softmax", has);
}

// So small that every rank computes all of it: messages would take longer.
TEST(RanksOfARun, EndWhereOneProcessEndsThatTakesTheFastPath) {
    for (const Has has : {Has::all, Has::its_share}) expect_one_end("4 tanh, 3 softmax", has);
}

TEST(RanksOfARun, EndWhereOneProcessEndsWithABatchOfAllExamples) {
    for (const Has has : {Has::all, Has::its_share})
        expect_one_end("dropout 0.1, 60 relu, 3 softmax", has, 0);
}

TEST(RanksOfARun, RefuseAShareThatIsNone) {
    std::string said;
    RankThreads(2).run([&](Ranks& ranks) {
        Network<float> network(Shape{.channels = 2}, "3 softmax");
        const Matrix<float> X(2, 5), Y{{1, 0, 0, 1, 0}, {0, 1, 0, 0, 0}, {0, 0, 1, 0, 1}};
        try {
            const gradus::Run<float> run(network, {.X = X, .Y = Y, .shared_by = &ranks},
                                         {.loss = LossKind::cross_entropy, .ranks = &ranks});
        } catch (const Error& error) {
            if (ranks.rank() == 1) said = error.what();
        }
    });
    EXPECT_EQ(said, "X has 5 columns, expected 3, this process's share of 5 examples");
}

// A layer of one's own that knows nothing of parts.
class Alone final : public Layer<float> {
public:
    [[nodiscard]] LayerDescription describe() const override { return {"mine"}; }
    [[nodiscard]] LayerPlan plan(Shape in) const override {
        return {.out = in, .parameters = {{.name = "a", .rows = 1, .columns = 1}}, .slice = 1};
    }
    void forward(const Pass<float>& /*pass*/, Range /*examples*/) const override {}
    void backward_input(const Pass<float>& /*pass*/, Range /*examples*/) const override {}
};

TEST(RanksOfARun, RefuseALayerWhoseSumsDoNotGoOn) {
    std::string said;
    RankThreads(2).run([&](Ranks& ranks) {
        std::vector<LayerPointer<float>> layers = read_layers<float>("300 relu");
        layers.push_back(std::make_shared<Alone>());
        Network<float> network(Shape{.channels = 40}, layers);
        try {
            const TrainingStep<float> step(network, LossKind::mean_squared, {}, 8, 0, 1, Teamwork::always, {},
                                           ranks);
        } catch (const Error& error) {
            if (ranks.rank() == 1) said = error.what();
        }
    });
    EXPECT_EQ(said, "layer 3, \"mine\", takes sums over whole batches, expected one process");
}

TEST(RanksOfARun, MayBeNoMoreThanTheExamplesOfABatch) {
    const auto said = [](Index batch) -> std::string {
        std::string what;
        RankThreads(3).run([&](Ranks& ranks) {
            Network<float> network(Shape{.channels = 40}, "300 relu, 3 softmax");
            try {
                const TrainingStep<float> step(network, LossKind::cross_entropy, {}, batch, 0, 1,
                                               Teamwork::always, {}, ranks);
            } catch (const Error& error) {
                if (ranks.rank() == 2) what = error.what();
            }
        });
        return what;
    };
    EXPECT_EQ(said(3), "");
    EXPECT_EQ(said(2), "3 processes share each batch of 2 examples, expected at most 2 processes");
}

}  // namespace
}  // namespace gradus::test
