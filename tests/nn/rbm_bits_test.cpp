// One training of a restricted Boltzmann machine by teams of several sizes, and taken up again: every number
// must have the same bits. Runs under the thread sanitizer too.
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "gradus/nn/rbm_step.h"
#include "gradus/nn/run.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

struct MachineCase {
    const char* name;
    VisibleUnits visible = VisibleUnits::bernoulli;
    HiddenUnits hidden = HiddenUnits::bernoulli;
    RbmSettings settings = {};
    Index labels = 0;
};

const MachineCase machine_cases[] = {
    {"contrastive_divergence"},
    {"three_steps_drawn", VisibleUnits::bernoulli, HiddenUnits::bernoulli, {.cd = 3, .sample_visible = true}},
    {"persistent_chains", VisibleUnits::bernoulli, HiddenUnits::bernoulli, {.cd = 2, .persistent = true}},
    {"sparse", VisibleUnits::bernoulli, HiddenUnits::bernoulli, {.sparsity = 0.1}},
    {"gaussian_and_rectified", VisibleUnits::gaussian, HiddenUnits::rectified, {.persistent = true}},
    {"with_labels", VisibleUnits::bernoulli, HiddenUnits::bernoulli, {.persistent = true}, 4},
};

// 42 examples in batches of 17, 17 and 8: two epochs, and what they leave behind. A run that is interrupted
// goes on with another step.
template <class T>
class MachineRun {
public:
    MachineRun(const MachineCase& machine, Index threads)
        : rbm_(21, 37, machine.visible, machine.hidden, machine.labels),
          X_(random_matrix<T>(21, 42, 5)),
          step_(begin(), machine.settings, 17, {.seed = 7, .layer = 1}, threads, Teamwork::always),
          run_(step_, {.X = X_}, {.X = X_},
               {.optimizer = {.learning_rate = 0.05}, .batch = 17, .epochs = 4, .threads = threads},
               RandomState(3)) {}

    void go_on(Index iterations) {
        for (Index i = 0; i < iterations; ++i)
            if (const auto event = run_.next()) {
                costs_.push_back(event->cost);
                if (event->epoch_end) costs_.push_back(*event->epoch_end->validation_cost);
            }
    }

    RunState<T> state() { return run_.state(); }
    void restore(const RunState<T>& state) { run_.restore(state); }
    [[nodiscard]] const std::vector<double>& costs() const { return costs_; }

private:
    Rbm<T>& begin() {
        for (Index j = 0; j < X_.columns(); ++j)
            for (Index i = 0; i < X_.rows(); ++i) {
                T& x = X_(i, j);
                if (rbm_.visible_units() == VisibleUnits::bernoulli) x = x < 0 ? T(0) : T(1);
                if (i >= X_.rows() - rbm_.labels())
                    x = T(i - (X_.rows() - rbm_.labels()) == j % rbm_.labels());
            }
        RandomState random(2);
        rbm_.initialize(std::vector<double>(21, 0.5), 42, random);
        return rbm_;
    }

    Rbm<T> rbm_;
    Matrix<T> X_;
    RbmStep<T> step_;
    gradus::Run<T> run_;
    std::vector<double> costs_;
};

template <class T>
void expect_same_state(const RunState<T>& actual, const RunState<T>& expected) {
    EXPECT_TRUE(same_bits<T>(actual.parameters, expected.parameters));
    EXPECT_TRUE(same_bits<T>(actual.statistics, expected.statistics));
    EXPECT_TRUE(same_bits<T>(actual.optimizer.slots, expected.optimizer.slots));
}

class MachineBits : public testing::TestWithParam<MachineCase> {
protected:
    template <class T>
    static void expect_same_bits() {
        MachineRun<T> alone(GetParam(), 1);
        alone.go_on(12);
        EXPECT_NE(alone.costs().front(), alone.costs().back());
        for (const Index threads : {2, 3, 8}) {
            MachineRun<T> together(GetParam(), threads);
            together.go_on(12);
            EXPECT_TRUE(same_bits<double>(together.costs(), alone.costs())) << threads << " threads";
            expect_same_state<T>(together.state(), alone.state());
        }
        MachineRun<T> interrupted(GetParam(), 2), resumed(GetParam(), 3);
        interrupted.go_on(5);
        resumed.restore(interrupted.state());
        resumed.go_on(7);
        expect_same_state<T>(resumed.state(), alone.state());
    }
};

TEST_P(MachineBits, AreThoseOfOneThreadInFloat) {
    expect_same_bits<float>();
}
TEST_P(MachineBits, AreThoseOfOneThreadInDouble) {
    expect_same_bits<double>();
}
INSTANTIATE_TEST_SUITE_P(OfATeam, MachineBits, testing::ValuesIn(machine_cases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace gradus::test
