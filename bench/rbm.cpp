// Restricted Boltzmann machines: a step of contrastive divergence, the share of its draws, and two threads.
#include <algorithm>
#include <vector>

#include "bench/row.h"
#include "gradus/gradus.h"

namespace gradus::bench {
namespace {

constexpr Index visible = 784, hidden = 256, batch = 64;

// A machine of MNIST's size, and a step for the next batch of random digits.
class MachineTraining {
public:
    explicit MachineTraining(Index threads)
        : machine_(visible, hidden, VisibleUnits::bernoulli, HiddenUnits::bernoulli),
          X_(visible, examples),
          step_(machine_, {}, batch, {.seed = 1}, threads) {
        RandomState random(1);
        for (Index j = 0; j < examples; ++j)
            for (Index i = 0; i < visible; ++i) X_(i, j) = float(random.random_sample());
        machine_.initialize(std::vector<double>(visible, 0.5), examples, random);
    }

    void step() {
        const Range range{position_, position_ + batch};
        position_ = range.end + batch > examples ? 0 : range.end;
        const Examples<float> now{.X = X_.view().columns(range)};
        step_.forward(now);
        step_.gradient(now);
        step_.update(0.05);
    }

    // Two products up, one down, and one for each half of the gradient.
    [[nodiscard]] static double operations() { return 5.0 * 2 * visible * hidden * batch; }

private:
    static constexpr Index examples = 20'000;
    Rbm<float> machine_;
    Matrix<float> X_;
    Index position_ = 0;
    RbmStep<float> step_;
};

}  // namespace

void add_rbm_rows() {
    benchmark::RegisterBenchmark("rbm/784x256, batch 64", [](benchmark::State& state) {
        MachineTraining training(1);
        compare_with_peak<float>(state, {.yardstick = "FMA peak", .target = 0.7},
                                 MachineTraining::operations(), [&] { training.step(); });
    });
    benchmark::RegisterBenchmark("rbm/the draws of a step", [](benchmark::State& state) {
        MachineTraining training(1);
        Matrix<float> means(hidden, batch), states(hidden, batch);
        std::fill_n(means.data(), hidden * batch, 0.5F);
        Draws draws{.seed = 1};
        compare(
            state, {.yardstick = "the step"},
            [&] {
                ++draws.step;
                sample_bernoulli<float>(states.view(), means.view(), draws, 0);
            },
            [&] { return seconds_per_call([&] { training.step(); }); });
    });
    benchmark::RegisterBenchmark("rbm/two threads", [](benchmark::State& state) {
        if (Processors::count() < 2) return state.SkipWithError("needs two processors");
        const AllProcessors scope;
        MachineTraining one(1), two(2);
        for (int i = 0; i < 20; ++i) two.step();
        compare(
            state, {.yardstick = "one thread", .target = 1}, [&] { two.step(); },
            [&] { return seconds_per_call([&] { one.step(); }); });
    });
}

}  // namespace gradus::bench
