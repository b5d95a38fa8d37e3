#include "bench/yardsticks.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "bench/yardsticks.cpp"
#include <hwy/foreach_target.h>
// foreach_target.h comes first: it includes this file again for each instruction set
#include <benchmark/benchmark.h>
#include <hwy/highway.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace gradus::bench::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

// Two units with a latency of four or five cycles need ten chains; with twelve there are registers left for
// the factors.
template <class T>
double chains(std::ptrdiff_t rounds) {
    constexpr int count = 12;
    const hn::ScalableTag<T> d;
    const auto factor = hn::Set(d, T(0.999)), term = hn::Set(d, T(0.001));
    hn::Vec<decltype(d)> chain[count];
    for (int i = 0; i < count; ++i) chain[i] = hn::Set(d, T(i));
    for (std::ptrdiff_t round = 0; round < rounds; ++round)
        for (auto& x : chain) x = hn::MulAdd(x, factor, term);
    auto sum = chain[0];
    for (int i = 1; i < count; ++i) sum = hn::Add(sum, chain[i]);
    benchmark::DoNotOptimize(hn::GetLane(hn::SumOfLanes(d, sum)));
    return 2.0 * count * double(hn::Lanes(d)) * double(rounds);
}
double chains_float(std::ptrdiff_t rounds) {
    return chains<float>(rounds);
}
double chains_double(std::ptrdiff_t rounds) {
    return chains<double>(rounds);
}

void read(std::span<const float> numbers) {
    constexpr int count = 8;
    const hn::ScalableTag<float> d;
    const std::size_t lanes = hn::Lanes(d), block = count * lanes;
    hn::Vec<decltype(d)> most[count];
    for (auto& x : most) x = hn::Zero(d);
    for (std::size_t i = 0; i + block <= numbers.size(); i += block)
        for (std::size_t v = 0; v < count; ++v)
            most[v] = hn::Max(most[v], hn::LoadU(d, numbers.data() + i + v * lanes));
    for (int v = 1; v < count; ++v) most[0] = hn::Max(most[0], most[v]);
    benchmark::DoNotOptimize(hn::GetLane(hn::MaxOfLanes(d, most[0])));
}

}  // namespace
}  // namespace gradus::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace gradus::bench {

HWY_EXPORT(chains_float);
HWY_EXPORT(chains_double);
HWY_EXPORT(read);

template <>
double fused_multiply_adds<float>(std::ptrdiff_t rounds) {
    return HWY_DYNAMIC_DISPATCH(chains_float)(rounds);
}
template <>
double fused_multiply_adds<double>(std::ptrdiff_t rounds) {
    return HWY_DYNAMIC_DISPATCH(chains_double)(rounds);
}
void read_once(std::span<const float> numbers) {
    HWY_DYNAMIC_DISPATCH(read)(numbers);
}

namespace {

constexpr double truth[4] = {0, 1, 1, 0};
constexpr double rate = 0.3 / 4;  // the mean over the examples is taken in the update

struct Parameters {
    double W1[2][2] = {{-0.41675784740288465, -0.056266827226329474},
                       {-2.136196095668454, 1.6402708084049885}};
    double b1[2] = {0, 0};
    double W2[2] = {-1.7934355852948631, -0.84174736569724571};
    double b2 = 0;
};

template <class Vector>
double cost(const Vector& p) {
    double sum = 0;
    for (int s = 0; s < 4; ++s) sum -= std::log(truth[s] == 1 ? p[s] : 1 - p[s]);
    return sum / 4;
}

}  // namespace

double xor_by_hand(int iterations) {
    constexpr double X[2][4] = {{0, 0, 1, 1}, {0, 1, 0, 1}};
    Parameters w;
    double A1[2][4], A2[4], dZ2[4];
    for (int iteration = 0; iteration < iterations; ++iteration) {
        for (int h = 0; h < 2; ++h)
            for (int s = 0; s < 4; ++s)
                A1[h][s] = std::tanh(w.W1[h][0] * X[0][s] + w.W1[h][1] * X[1][s] + w.b1[h]);
        for (int s = 0; s < 4; ++s) {
            A2[s] = 1 / (1 + std::exp(-(w.W2[0] * A1[0][s] + w.W2[1] * A1[1][s] + w.b2)));
            dZ2[s] = A2[s] - truth[s];
        }
        double dW1[2][2] = {}, db1[2] = {}, dW2[2] = {}, db2 = 0;
        for (int s = 0; s < 4; ++s) {
            db2 += dZ2[s];
            for (int h = 0; h < 2; ++h) {
                const double dZ1 = w.W2[h] * dZ2[s] * (1 - A1[h][s] * A1[h][s]);
                dW2[h] += dZ2[s] * A1[h][s];
                db1[h] += dZ1;
                dW1[h][0] += dZ1 * X[0][s];
                dW1[h][1] += dZ1 * X[1][s];
            }
        }
        for (int h = 0; h < 2; ++h) {
            w.W1[h][0] -= rate * dW1[h][0];
            w.W1[h][1] -= rate * dW1[h][1];
            w.b1[h] -= rate * db1[h];
            w.W2[h] -= rate * dW2[h];
        }
        w.b2 -= rate * db2;
    }
    return cost(A2);
}

}  // namespace gradus::bench

// Four doubles of AVX2, and the functions of the C library for them (libmvec).
#if defined(__x86_64__) && defined(__GLIBC__)
using Four = double __attribute__((vector_size(32)));
extern "C" __attribute__((target("avx2,fma"))) Four _ZGVdN4v_tanh(Four);
extern "C" __attribute__((target("avx2,fma"))) Four _ZGVdN4v_exp(Four);

namespace gradus::bench {

bool has_vectorised_xor() {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

__attribute__((target("avx2,fma"))) double xor_by_hand_vectorised(int iterations) {
    constexpr Four X0{0, 0, 1, 1}, X1{0, 1, 0, 1}, Y{0, 1, 1, 0};
    const auto sum = [](Four v) __attribute__((target("avx2,fma"))) {
        return (v[0] + v[2]) + (v[1] + v[3]);
    };
    Parameters w;
    Four A2{};
    for (int iteration = 0; iteration < iterations; ++iteration) {
        Four A1[2];
        for (int h = 0; h < 2; ++h) A1[h] = _ZGVdN4v_tanh(w.W1[h][0] * X0 + w.W1[h][1] * X1 + w.b1[h]);
        A2 = 1 / (1 + _ZGVdN4v_exp(-(w.W2[0] * A1[0] + w.W2[1] * A1[1] + w.b2)));
        const Four dZ2 = A2 - Y;
        for (int h = 0; h < 2; ++h) {
            const Four dZ1 = w.W2[h] * dZ2 * (1 - A1[h] * A1[h]);
            w.W2[h] -= rate * sum(dZ2 * A1[h]);
            w.W1[h][0] -= rate * sum(dZ1 * X0);
            w.W1[h][1] -= rate * sum(dZ1 * X1);
            w.b1[h] -= rate * sum(dZ1);
        }
        w.b2 -= rate * sum(dZ2);
    }
    return cost(A2);
}

}  // namespace gradus::bench
#else
namespace gradus::bench {
bool has_vectorised_xor() {
    return false;
}
double xor_by_hand_vectorised(int /*iterations*/) {
    return 0;
}
}  // namespace gradus::bench
#endif
#endif
