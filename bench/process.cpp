// A whole process: what a user waits for after `gradus train xor`.
#include <sys/wait.h>

#include <cstdio>
#include <optional>

#include "bench/row.h"

namespace gradus::bench {
namespace {

struct Process {
    double seconds = 0;
    double kilobytes = 0;
};

std::optional<Process> train_xor() {
    Process process;
    std::FILE* pipe = popen(GRADUS_RUN_PROGRAM " " GRADUS_PROGRAM " train xor", "r");
    if (pipe == nullptr) return {};
    const int read = std::fscanf(pipe, "%lf %lf", &process.seconds, &process.kilobytes);
    if (pclose(pipe) != 0 || read != 2) return {};
    return process;
}

// The time of one iteration is what run_program measured, or, for memory, what it counted.
template <class Number>
void measure(benchmark::State& state, const Goal& goal, double budget, Number number) {
    std::vector<double> numbers;
    for ([[maybe_unused]] auto _ : state) {
        const std::optional<Process> process = train_xor();
        if (!process) return state.SkipWithError("gradus train xor failed");
        state.SetIterationTime(process->seconds);
        numbers.push_back(number(*process));
    }
    set_goal(state, goal, budget / median(numbers));
    if (numbers.back() > 1) state.counters["MB"] = median(numbers);
}

}  // namespace

void add_process_rows() {
    benchmark::RegisterBenchmark("process/gradus train xor, time",
                                 [](benchmark::State& state) {
                                     measure(state, {.yardstick = "20 ms", .target = 1, .moonshot = 4}, 0.020,
                                             [](const Process& p) { return p.seconds; });
                                 })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark("process/gradus train xor, peak memory",
                                 [](benchmark::State& state) {
                                     measure(state, {.yardstick = "20 MB", .target = 1, .moonshot = 2.5}, 20,
                                             [](const Process& p) { return p.kilobytes / 1000; });
                                 })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
}

}  // namespace gradus::bench
