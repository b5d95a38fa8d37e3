// A whole process: what a user waits for after `gradus train xor`.
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

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

// What the program says that an update took: `seconds` of --json, divided by the updates.
std::optional<double> seconds_of_an_update() {
    constexpr int updates = 1'000'001;
    const std::string command =
        GRADUS_PROGRAM " train xor --json --quiet --iterations " + std::to_string(updates);
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return {};
    std::string text;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    const std::size_t at = text.rfind("\"seconds\":");
    if (pclose(pipe) != 0 || at == std::string::npos) return {};
    return std::strtod(text.c_str() + at + 10, nullptr) / updates;
}

void measure_updates(benchmark::State& state) {
    std::vector<double> ratios;
    for ([[maybe_unused]] auto _ : state) {
        const auto by_hand = [] {
            return seconds_per_call([] { benchmark::DoNotOptimize(xor_by_hand(1001)); }, 21) / 1001;
        };
        const double before = by_hand();
        const std::optional<double> seconds = seconds_of_an_update();
        if (!seconds) return state.SkipWithError("gradus train xor --iterations failed");
        state.SetIterationTime(*seconds);
        ratios.push_back((before + by_hand()) / 2 / *seconds);
    }
    set_goal(state, {.yardstick = "scalar loop by hand", .target = 1}, median(ratios));
}

}  // namespace

void add_process_rows() {
    benchmark::RegisterBenchmark("process/gradus train xor, an update", measure_updates)
        ->UseManualTime()
        ->Iterations(1);
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
