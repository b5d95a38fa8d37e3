#include "tests/portable/runs.h"

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "gradus/core/elementary.h"
#include "gradus/core/elementwise.h"
#include "gradus/nn/predictor.h"
#include "gradus/nn/run.h"

namespace gradus::test {
namespace {

template <class T>
std::uint64_t bits_of(T x) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &x, sizeof x);
    return bits;
}

std::string line(const std::string& name, std::uint64_t bits) {
    char text[20];
    std::snprintf(text, sizeof text, " %016llx\n", static_cast<unsigned long long>(bits));
    return name + text;
}

// Many numbers in one word.
template <class T>
std::uint64_t folded(const T* numbers, Index count) {
    std::uint64_t word = 0;
    for (Index i = 0; i < count; ++i) word = 0x9E3779B97F4A7C15 * (word ^ bits_of(numbers[i])) + 1;
    return word;
}

template <class T>
std::string functions_of(const std::string& type) {
    using Function = void (*)(View<T>, View<const T>);
    const std::pair<const char*, Function> functions[] = {{"exp", exp},
                                                          {"expm1", expm1},
                                                          {"log", log},
                                                          {"log1p", log1p},
                                                          {"tanh", tanh},
                                                          {"sigmoid", sigmoid},
                                                          {"sinpi", sinpi},
                                                          {"cospi", cospi},
                                                          {"erf", erf},
                                                          {"softplus", softplus},
                                                          {"normal_cdf", normal_cdf},
                                                          {"normal_density", normal_density}};
    RandomState random(1);
    Matrix<T> X(1000, 1), Y(1000, 1);
    std::string text;
    for (const auto& [name, f] : functions) {
        for (Index i = 0; i < X.rows(); ++i) X(i, 0) = static_cast<T>(random.uniform(-10, 10));
        f(Y.view(), X.view());
        text += line(type + " " + name, folded(Y.data(), Y.rows()));
    }
    return text;
}

std::string functions_of_one_number() {
    RandomState random(2);
    std::vector<double> numbers;
    for (int i = 0; i < 2000; ++i) {
        const double x = random.uniform(-30, 30), y = random.uniform(0.1, 3);
        for (const double value : {exp(x), log(y), pow(y, x), sin(x), cos(x), random.randn()})
            numbers.push_back(value);
    }
    return line("one number", folded(numbers.data(), static_cast<Index>(numbers.size())));
}

// The costs of a run, the parameters that it ends with, and what the network then says to all examples at
// once.
template <class T>
std::string run(const std::string& name, Network<T>& network, Examples<T> examples,
                const RunSettings& settings, RandomState random) {
    Run<T> run(network, examples, settings, random);
    std::string text;
    std::vector<double> costs;
    while (const auto event = run.next()) {
        costs.push_back(event->cost);
        if (event->iteration % 100 == 0)
            text += line(name + " cost " + std::to_string(event->iteration), bits_of(event->cost));
    }
    text += line(name + " costs", folded(costs.data(), static_cast<Index>(costs.size())));
    for (std::size_t i = 0; i < network.parameters().size(); ++i)
        text += line(name + " parameter " + std::to_string(i), bits_of(network.parameters()[i]));
    Predictor<T> predict(network, examples.count());
    const View<const T> A = predict(examples.X);
    return text + line(name + " outputs", folded(A.data(), A.rows() * A.columns()));
}

std::string tutorial() {
    const Matrix<double> X{{0, 0, 1, 1}, {0, 1, 0, 1}}, Y{{0, 1, 1, 0}};
    Network<double> network(2, "2 tanh, 1 sigmoid");
    RandomState random(2);
    network.initialize(Initializer::normal, random);
    return run<double>(
        "xor", network, {.X = X, .Y = Y},
        {.optimizer = {.kind = OptimizerKind::gd, .learning_rate = 0.3}, .batch = 0, .iterations = 1001},
        RandomState());
}

// Examples of three classes, or of their numbers, in shuffled batches.
template <class T>
std::string batches(const std::string& name, Shape in, const char* net, const RunSettings& settings) {
    RandomState random(3);
    Network<T> network(in, net);
    network.initialize(Initializer::automatic, random);
    const Index examples = 100, outputs = network.out().size();
    Matrix<T> X(in.size(), examples), Y(outputs, examples);
    for (Index j = 0; j < examples; ++j) {
        for (Index i = 0; i < X.rows(); ++i) X(i, j) = static_cast<T>(random.randn() + double(j % 3 == i));
        Y(j % 3 % outputs, j) = 1;
    }
    return run<T>(name, network, {.X = X, .Y = Y}, settings, random);
}

}  // namespace

std::string portable_runs() {
    RunSettings classes{.loss = LossKind::cross_entropy,
                        .optimizer = {.learning_rate = 0.01},
                        .schedule = Schedule::warmup_cosine,
                        .batch = 16,
                        .iterations = 300};
    RunSettings numbers{.loss = LossKind::mean_squared,
                        .optimizer = {.kind = OptimizerKind::nesterov, .learning_rate = 0.01, .clip_norm = 1},
                        .schedule = Schedule::cosine,
                        .batch = 0,
                        .iterations = 200};
    const char* small = "12 relu, dropout 0.1, 3 softmax";
    const char* waves = "pbld, 12 relu, pbld 3x2 sigma 0.5, 3 softmax";
    const char* every =
        "9 elu, batchnorm, 8 gelu, residual(8 silu), 7 selu, 6 softplus, 5 leaky_relu, 4 tanh, 2";
    const char* series = "conv 4x3 pad same, relu, maxpool 2, conv 3x3, sigmoid, globalavgpool, 1";
    return functions_of<float>("float") + functions_of<double>("double") + functions_of_one_number() +
           tutorial() + batches<float>("float classes", {.channels = 4}, small, classes) +
           batches<double>("double classes", {.channels = 4}, small, classes) +
           batches<float>("float waves", {.channels = 5}, waves, classes) +
           batches<double>("double waves", {.channels = 5}, waves, classes) +
           batches<float>("float numbers", {.channels = 4}, every, numbers) +
           batches<double>("double numbers", {.channels = 4}, every, numbers) +
           batches<double>("double series", {.channels = 2, .length = 8}, series, numbers);
}

}  // namespace gradus::test
