// A whole process: what a user waits for after `gradus train xor`.
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "bench/row.h"
#include "gradus/core/random.h"

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

// What a command prints; nothing when it fails.
std::optional<std::string> output_of(const std::string& command) {
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return {};
    std::string text;
    for (int c = 0; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    if (pclose(pipe) != 0) return {};
    return text;
}

// The number of this name in the last event of --json.
double last_number(const std::string& events, const std::string& name) {
    const std::string key = '"' + name + "\":";
    const std::size_t at = events.rfind(key);
    return at == std::string::npos ? 0 : std::strtod(events.c_str() + at + key.size(), nullptr);
}

// What the program says that an update took: `seconds` of --json, divided by the updates.
std::optional<double> seconds_of_an_update() {
    constexpr int updates = 1'000'001;
    const auto events =
        output_of(GRADUS_PROGRAM " train xor --json --quiet --iterations " + std::to_string(updates));
    if (!events) return {};
    return last_number(*events, "seconds") / updates;
}

// A table of 27 MB: 30,000 rows of 99 numbers, and which of two sums is larger. The 200 epochs of `gradus
// train` on it take some ten seconds.
class Table27MB {
public:
    Table27MB() {
        std::FILE* file = std::fopen(name.c_str(), "w");
        if (file == nullptr) return;
        RandomState random(4);
        for (int row = 0; row < 30'000; ++row) {
            double numbers[99];
            for (double& x : numbers) x = 10 * random.random_sample();
            for (const double x : numbers) std::fprintf(file, "%.6f,", x);
            std::fprintf(file, "%d\n", numbers[0] + numbers[1] > numbers[2] + numbers[3] ? 1 : 0);
        }
        std::fclose(file);
    }
    ~Table27MB() { std::remove(name.c_str()); }
    Table27MB(const Table27MB&) = delete;
    Table27MB& operator=(const Table27MB&) = delete;

    const std::string name = "gradus_bench_table.csv";
};

// Reading, the linear baseline and the doctor: all of a run but its updates. (One epoch; it is validated.)
void measure_around(benchmark::State& state) {
    const Table27MB table;
    std::vector<double> ratios;
    for ([[maybe_unused]] auto _ : state) {
        const auto events = output_of(GRADUS_PROGRAM " train " + table.name +
                                      " --epochs 1 --threads 1 --json --quiet -o " + table.name + ".onnx");
        if (!events) return state.SkipWithError("gradus train on a table failed");
        const double seconds = last_number(*events, "total_seconds") - last_number(*events, "seconds");
        state.SetIterationTime(seconds);
        ratios.push_back(1 / seconds);
    }
    std::remove((table.name + ".onnx").c_str());
    set_goal(state, {.yardstick = "10 % of 10 s", .target = 1}, median(ratios));
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
    benchmark::RegisterBenchmark("process/gradus train, around the updates", measure_around)
        ->UseManualTime()
        ->Iterations(1)
        ->Repetitions(5)
        ->Unit(benchmark::kMillisecond);
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
