// What is a row? Some work, the yardstick it is held against, and what it is to reach.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "bench/yardsticks.h"

namespace gradus::bench {

/// The ratio of a row is the yardstick's time divided by the row's: more is better, 1 is as fast as the
/// yardstick. What a row is to reach is such a ratio; 0: nothing is said.
struct Goal {
    std::string yardstick;
    double target = 0;
    double moonshot = 0;
};

using Clock = std::chrono::steady_clock;
inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double median(std::vector<double> values);

/// Seconds that one call of f takes: the median of a few samples, each of two milliseconds or one call.
template <class F>
double seconds_per_call(F f, int samples = 3) {
    std::vector<double> seconds;
    for (int sample = 0; sample < samples; ++sample) {
        int calls = 0;
        const Clock::time_point start = Clock::now();
        do {
            f();
            ++calls;
        } while (seconds_since(start) < 0.002);
        seconds.push_back(seconds_since(start) / calls);
    }
    return median(seconds);
}

/// Floating-point operations in a second that one core does at most, measured now.
template <class T>
double peak(int samples = 3) {
    constexpr std::ptrdiff_t rounds = 20'000;
    const double operations = fused_multiply_adds<T>(1) * double(rounds);
    return operations / seconds_per_call([] { fused_multiply_adds<T>(rounds); }, samples);
}

/// What the row is held against, as counters: they are in every format of the report.
void set_goal(benchmark::State& state, const Goal& goal, double ratio);

/// The iterations of a row, and its yardstick before and after them: noise that comes and goes slowly hits
/// both. `limit()` is the time of the yardstick for one call of `work`, in seconds.
template <class Work, class Limit>
void compare(benchmark::State& state, const Goal& goal, Work work, Limit limit) {
    work();  // what happens only once is not measured
    const double before = limit();
    const Clock::time_point start = Clock::now();
    for ([[maybe_unused]] auto _ : state) work();
    const double seconds = seconds_since(start) / double(state.iterations());
    set_goal(state, goal, (before + limit()) / 2 / seconds);
}

/// The same, held against the peak of one core, or of several.
template <class T, class Work>
void compare_with_peak(benchmark::State& state, const Goal& goal, double operations, Work work,
                       int cores = 1) {
    compare(state, goal, work, [=] { return operations / (peak<T>() * cores); });
    state.counters["GFLOP/s"] = benchmark::Counter(
        operations / 1e9, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

/// The processors that this thread, and the threads it starts, may run on. A row of one thread stays on one.
class Processors {
public:
    static int count();         ///< that the program was given
    static void choose(int n);  ///< the one for one thread; usually the first that the program was given
    static void stay_on_one();
    static void use_all();
};

/// All processors as long as it lives.
class AllProcessors {
public:
    AllProcessors() { Processors::use_all(); }
    ~AllProcessors() { Processors::stay_on_one(); }
    AllProcessors(const AllProcessors&) = delete;
    AllProcessors& operator=(const AllProcessors&) = delete;
};

void add_product_rows();
void add_training_rows();
void add_rbm_rows();
void add_prediction_rows();
void add_reading_rows();
void add_process_rows();

}  // namespace gradus::bench
