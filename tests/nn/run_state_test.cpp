// A RunState is everything: whoever copies it at any iteration goes on to the same bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "gradus/nn/run.h"
#include "tests/support/compare.h"
#include "tests/support/random_matrix.h"

namespace gradus::test {
namespace {

struct StateCase {
    const char* name;
    const char* network;
    RunSettings settings;
    bool validated = false;
};

using enum OptimizerKind;
const StateCase cases[] = {
    {"gd_full_batch",
     "4 tanh, 1 sigmoid",
     {.optimizer = {.kind = gd, .learning_rate = 0.3}, .batch = 0, .epochs = 12}},
    {"momentum_mini_batches",
     "4 tanh, 1 sigmoid",
     {.optimizer = {.kind = momentum}, .batch = 3, .epochs = 4}},
    {"nesterov_within_an_epoch",
     "4 relu, 1 sigmoid",
     {.optimizer = {.kind = nesterov}, .batch = 4, .iterations = 13}},
    {"rmsprop_decay_clipping",
     "4 elu, 1 sigmoid",
     {.optimizer = {.kind = rmsprop, .weight_decay = 0.1, .clip_norm = 0.1}, .batch = 4, .epochs = 4}},
    {"adam_dropout",
     "9 relu, dropout 0.3, 1 sigmoid",
     {.optimizer = {.learning_rate = 0.05}, .batch = 4, .epochs = 4, .mask_seed = 3}},
    {"adamw_cosine",
     "4 selu, 1 sigmoid",
     {.optimizer = {.kind = adamw, .learning_rate = 0.05, .weight_decay = 0.1},
      .schedule = Schedule::cosine,
      .batch = 4,
      .epochs = 4}},
    {"adam_warmup_cosine",
     "4 gelu, 1 sigmoid",
     {.optimizer = {.learning_rate = 0.05}, .schedule = Schedule::warmup_cosine, .batch = 4, .epochs = 4}},
    {"early_stopping",
     "6 tanh, dropout 0.2, 1 sigmoid",
     {.optimizer = {.learning_rate = 0.3}, .batch = 4, .epochs = 60, .patience = 4},
     true},
    {"plateau",
     "4 tanh, 1 sigmoid",
     {.optimizer = {.kind = gd, .learning_rate = 20},
      .schedule = Schedule::plateau,
      .batch = 0,
      .epochs = 40}},
    {"plateau_of_validation",
     "4 tanh, 1 sigmoid",
     {.optimizer = {.kind = momentum, .learning_rate = 3},
      .schedule = Schedule::plateau,
      .batch = 5,
      .epochs = 25,
      .patience = 0},
     true},
};

template <class T>
class Problem {
public:
    explicit Problem(const StateCase& test) : test_(test) {
        for (Index j = 0; j < 17; ++j) (j < 11 ? Y_(0, j) : held_out_Y_(0, j - 11)) = T(j % 2);
    }
    [[nodiscard]] Network<T> network(std::uint32_t seed) const {
        Network<T> network(2, test_.network);
        RandomState random(seed);
        network.initialize(Initializer::normal, random);
        return network;
    }
    [[nodiscard]] Run<T> run(Network<T>& network, std::uint32_t seed) const {
        Examples<T> validation;
        if (test_.validated) validation = {.X = held_out_X_, .Y = held_out_Y_};
        return {network, {.X = X_, .Y = Y_}, validation, test_.settings, RandomState(seed)};
    }

private:
    const StateCase& test_;
    Matrix<T> X_ = random_matrix<T>(2, 11, 1U), held_out_X_ = random_matrix<T>(2, 6, 2U), Y_{1, 11},
              held_out_Y_{1, 6};
};

// Everything that an event says, to the bit.
std::vector<std::uint64_t> told(const Event& event) {
    const auto end = event.epoch_end.value_or(Event::EpochEnd{});
    const auto bits = [](double x) { return std::bit_cast<std::uint64_t>(x); };
    return {static_cast<std::uint64_t>(event.iteration),
            static_cast<std::uint64_t>(event.epoch),
            bits(event.cost),
            std::uint64_t{event.last},
            std::uint64_t{event.epoch_end.has_value()},
            bits(end.cost),
            bits(end.validation_cost.value_or(-1)),
            std::uint64_t{end.best}};
}

// The parameters and events of the run that nobody interrupts, and its state before each iteration.
template <class T>
struct Course {
    std::vector<RunState<T>> states;
    std::vector<std::vector<std::uint64_t>> events;
    AlignedVector<T> parameters;
    Index kept_updates;
};
template <class T>
Course<T> uninterrupted(const Problem<T>& problem) {
    Course<T> course;
    Network<T> network = problem.network(7);
    Run<T> run = problem.run(network, 7);
    for (;;) {
        course.states.push_back(run.state());
        const auto event = run.next();
        if (!event) break;
        course.events.push_back(told(*event));
    }
    course.parameters = {network.parameters().begin(), network.parameters().end()};
    course.kept_updates = run.kept_updates();
    return course;
}

template <class T>
void require_same_end(const Problem<T>& problem, const Course<T>& course, std::size_t from) {
    Network<T> network = problem.network(99);  // other weights, another generator: the state replaces both
    Run<T> run = problem.run(network, 99);
    run.next();
    run.restore(course.states[from]);
    for (std::size_t i = from; i < course.events.size(); ++i) {
        const auto event = run.next();
        ASSERT_TRUE(event) << "restored before iteration " << from;
        ASSERT_EQ(told(*event), course.events[i]) << "restored before iteration " << from;
    }
    EXPECT_FALSE(run.next());
    EXPECT_EQ(run.kept_updates(), course.kept_updates);
    ASSERT_TRUE(same_bits<T>(network.parameters(), course.parameters))
        << "restored before iteration " << from;
}

class RunStates : public testing::TestWithParam<StateCase> {};
INSTANTIATE_TEST_SUITE_P(Any, RunStates, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(RunStates, GoOnToTheSameBitsFromAnyIterationInDouble) {
    const Problem<double> problem(GetParam());
    const Course<double> course = uninterrupted(problem);
    for (std::size_t from = 0; from < course.states.size(); ++from) require_same_end(problem, course, from);
}

TEST_P(RunStates, GoOnToTheSameBitsFromAnyIterationInFloat) {
    const Problem<float> problem(GetParam());
    const Course<float> course = uninterrupted(problem);
    for (std::size_t from = 0; from < course.states.size(); ++from) require_same_end(problem, course, from);
}

TEST(RunState, RewindsTheSameRun) {
    const Problem<double> problem(cases[4]);
    Network<double> network = problem.network(7);
    gradus::Run<double> run = problem.run(network, 7);
    for (int i = 0; i < 3; ++i) run.next();
    const RunState<double> state = run.state();
    const double cost = run.next()->cost;
    run.next();
    run.restore(state);
    EXPECT_EQ(run.next()->cost, cost);
}

// The cases above would prove little if nothing happened in them.
TEST(RunState, IsTestedWhereItMatters) {
    const auto course_of = [](const char* name) {
        return uninterrupted(Problem<double>(
            *std::ranges::find_if(cases, [&](const StateCase& c) { return std::string(c.name) == name; })));
    };
    const auto stopped = course_of("early_stopping");
    EXPECT_LT(stopped.events.size(), 180U);  // of 60 epochs
    EXPECT_LT(stopped.kept_updates, static_cast<Index>(stopped.events.size()));
    for (const char* name : {"plateau", "plateau_of_validation"})
        EXPECT_LT(course_of(name).states.back().plateau.factor, 1) << name;
}

}  // namespace
}  // namespace gradus::test
