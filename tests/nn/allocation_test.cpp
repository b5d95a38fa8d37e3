// All memory is planned: a training step and a prediction ask operator new for nothing. This program counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <new>

#include "gradus/nn/predictor.h"
#include "gradus/nn/rbm_step.h"
#include "gradus/nn/run.h"
#include "tests/support/random_matrix.h"

namespace {

std::atomic<long> allocations = 0;

void* counted(std::size_t size, std::size_t alignment) {
    ++allocations;
    const std::size_t rounded = (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment;
    if (void* memory = std::aligned_alloc(alignment, rounded)) return memory;
    throw std::bad_alloc();
}

}  // namespace

// The array and nothrow forms call these. Inlined, g++ would see free() on what new gave, and warn.
[[gnu::noinline]] void* operator new(std::size_t size) {
    return counted(size, alignof(std::max_align_t));
}
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
    return counted(size, static_cast<std::size_t>(alignment));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/,
                                       std::align_val_t /*alignment*/) noexcept {
    std::free(memory);
}

namespace gradus::test {
namespace {

template <class F>
long allocations_of(F f) {
    const long before = allocations;
    f();
    return allocations - before;
}

TEST(Allocation, IsCounted) {
    EXPECT_EQ(allocations_of([] { Matrix<float>(2, 2); }), 1);
    EXPECT_EQ(allocations_of([] { std::vector<int>(3); }), 1);
    EXPECT_EQ(allocations_of([] {}), 0);
}

struct Case {
    const char* name;
    const char* network;
    LossKind loss;
    OptimizerSettings optimizer = {};
};
using enum OptimizerKind;
const Case cases[] = {
    {"gd", "16 tanh, 3 softmax", LossKind::cross_entropy, {.kind = gd}},
    {"momentum", "16 relu, 3 softmax", LossKind::cross_entropy, {.kind = momentum}},
    {"nesterov", "16 elu, 3 softmax", LossKind::cross_entropy, {.kind = nesterov}},
    {"rmsprop", "16 gelu, 3 identity", LossKind::mean_squared, {.kind = rmsprop}},
    {"adam", "16 selu, 3 identity", LossKind::huber, {.kind = adam}},
    {"adamw", "16 silu, 3 sigmoid", LossKind::binary_cross_entropy, {.kind = adamw, .weight_decay = 0.1}},
    {"clipping", "16 softplus, 3 tanh", LossKind::mean_absolute, {.clip_norm = 0.01}},
    {"weight_decay", "16 leaky_relu, 3 softmax", LossKind::mean_squared, {.weight_decay = 0.1}},
    {"dropout", "64 relu, dropout 0.5, 3 softmax", LossKind::cross_entropy},
    {"a_series",
     "conv 8x5 stride 2 pad 2, batchnorm, relu, maxpool 2, residual(conv 8x3 pad same groups 2, tanh), "
     "avgpool 2, "
     "flatten, residual(batchnorm, 16 relu), 3 softmax",
     LossKind::cross_entropy,
     {.kind = adam}},
    {"global_pooling", "conv 8x3 dilation 2, globalmaxpool, 3 softmax", LossKind::cross_entropy},
    {"pbld", "pbld, 8 relu, 3 softmax", LossKind::cross_entropy},
    {"a_large_product", "300 relu, 200 tanh, 3 softmax", LossKind::cross_entropy},
};

class Allocations : public testing::TestWithParam<Case> {
protected:
    template <class T>
    static void require_none() {
        const auto& [name, text, loss, optimizer] = GetParam();
        RandomState random(1);
        const auto X = random_matrix<T>(40, 32, random), weights = random_matrix<T>(1, 32, random);
        Matrix<T> Y(3, 32);
        for (Index j = 0; j < 32; ++j) Y(j % 3, j) = 1;
        const bool series = std::string_view(text).starts_with("conv");
        Network<T> network(series ? Shape{.channels = 2, .length = 20} : Shape{.channels = 40}, text);
        network.initialize(Initializer::automatic, random);

        TrainingStep<T> step(network, loss, optimizer, 32);
        Predictor<T> predict(network, 32);
        const auto made_for_loss = make_loss<T>(loss, network.layer(network.size() - 1).text());
        for (const Index m : {32, 1, 7})  // a full batch, and partial ones
            for (const bool weighted : {false, true})
                for (int i = 0; i < 2; ++i) {
                    const View<const T> x = X.view().columns({0, m}), y = Y.view().columns({0, m});
                    const View<const T> w = weighted ? weights.view().columns({0, m}) : View<const T>{};
                    EXPECT_EQ(allocations_of([&] {
                                  step.forward(x);
                                  step.cost(y, w);
                                  step.backward(y, w);
                                  step.update();
                              }),
                              0)
                        << "a step, " << m << " examples, weighted: " << weighted;
                    EXPECT_EQ(allocations_of([&] {
                                  predict(x);
                                  predict.mean_loss(*made_for_loss, X, Y);
                              }),
                              0)
                        << "a prediction of " << m << " examples";
                }
    }
};
INSTANTIATE_TEST_SUITE_P(Without, Allocations, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_P(Allocations, StepsAndPredictsInFloat) {
    require_none<float>();
}
TEST_P(Allocations, StepsAndPredictsInDouble) {
    require_none<double>();
}

TEST(Allocation, OfAStepOfContrastiveDivergenceIsNone) {
    RandomState random(1);
    const auto X = random_matrix<float>(40, 32, random);
    for (const VisibleUnits visible : {VisibleUnits::gaussian, VisibleUnits::bernoulli})
        for (const HiddenUnits hidden : {HiddenUnits::bernoulli, HiddenUnits::rectified})
            for (const bool persistent : {false, true}) {
                Rbm<float> rbm(40, 24, visible, hidden);
                RbmStep<float> step(rbm, {.cd = 2, .persistent = persistent, .sparsity = 0.1}, 32);
                for (const Index m : {32, 1, 7}) {
                    const Examples<float> batch{.X = X.view().columns({0, m})};
                    EXPECT_EQ(allocations_of([&] {
                                  step.forward(batch);
                                  step.gradient(batch);
                                  step.update(0.1);
                                  step.validation_cost({.X = X});
                              }),
                              0);
                }
            }
}

// A run allocates the order of an epoch when it begins, and nothing for the batches within it.
TEST(Allocation, OfARunIsForEpochsAndNotForBatches) {
    RandomState random(1);
    const auto X = random_matrix<double>(4, 64, random), Y = random_matrix<double>(1, 64, random);
    Network<double> network(4, "8 tanh, 1 identity");
    gradus::Run<double> run(network, {.X = X, .Y = Y},
                            {.loss = LossKind::mean_squared, .batch = 8, .epochs = 3}, random);
    for (Index i = 0; i < 24; ++i) {
        const long count = allocations_of([&] { run.next(); });
        if (i % 8 != 0) {
            EXPECT_EQ(count, 0) << "iteration " << i;
        }
    }
}

}  // namespace
}  // namespace gradus::test
