// gradus_bench: how fast is Gradus, compared with what the machine could do?
//
//     gradus_bench [--core N] [--json FILE] [--filter REGEX] [options of Google Benchmark]
//
// prints one table. --json FILE writes all numbers besides; with --benchmark_format=... Google Benchmark
// prints in its own way, without the table.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "bench/row.h"
#include "bench/table.h"

namespace gradus::bench {
namespace {

constexpr int samples = 15;

void say(std::FILE* where, const char* what, const char* format, double value) {
    char text[40];
    std::snprintf(text, sizeof text, format, value);
    std::fprintf(where, "%-46s %s\n", what, text);
    benchmark::AddCustomContext(what, text);
}

double gigabytes_per_second(std::size_t bytes) {
    const std::vector<float> numbers(bytes / sizeof(float), 1);
    return double(bytes) / seconds_per_call([&] { read_once(numbers); }, samples) / 1e9;
}

double nanoseconds_of_xor(double (*loop)(int)) {
    if (std::abs(loop(1001) - 0.011831) > 1e-6) std::fprintf(stderr, "a loop by hand does not learn XOR\n");
    return seconds_per_call([=] { benchmark::DoNotOptimize(loop(1001)); }, samples) / 1001 * 1e9;
}

void say_yardsticks(std::FILE* where) {
    say(where, "peak of one core, float", "%.1f GFLOP/s", peak<float>(samples) / 1e9);
    say(where, "peak of one core, double", "%.1f GFLOP/s", peak<double>(samples) / 1e9);
    say(where, "reading 400 kB again and again (L2)", "%.1f GB/s", gigabytes_per_second(400'000));
    say(where, "reading 256 MB (memory)", "%.1f GB/s", gigabytes_per_second(256'000'000));
    say(where, "XOR, scalar loop by hand, an iteration", "%.0f ns", nanoseconds_of_xor(xor_by_hand));
    if (has_vectorised_xor())
        say(where, "XOR, vectorised loop by hand, an iteration", "%.0f ns",
            nanoseconds_of_xor(xor_by_hand_vectorised));
    std::fprintf(where, "\n");
}

// Many short repetitions, each beside its yardstick, see less of the noise than a few long ones. Ours come
// first, so that the user's words win.
std::vector<std::string> words_of(int argc, char** argv) {
    std::vector<std::string> words{argv[0], "--benchmark_repetitions=21", "--benchmark_min_time=0.02",
                                   "--benchmark_report_aggregates_only=true"};
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (i + 1 < argc && word == "--core") {
            Processors::choose(std::atoi(argv[++i]));
        } else if (i + 1 < argc && word == "--json") {
            words.push_back(std::string("--benchmark_out=") + argv[++i]);
            words.emplace_back("--benchmark_out_format=json");
        } else if (i + 1 < argc && word == "--filter") {
            words.push_back(std::string("--benchmark_filter=") + argv[++i]);
        } else {
            words.push_back(word);
        }
    }
    return words;
}

}  // namespace
}  // namespace gradus::bench

int main(int argc, char** argv) {
    using namespace gradus::bench;
    std::vector<std::string> words = words_of(argc, argv);
    bool own_format = true;
    for (const std::string& word : words)
        if (word.starts_with("--benchmark_format") || word.starts_with("--benchmark_list"))
            own_format = false;
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    int count = static_cast<int>(pointers.size());
    pointers.push_back(nullptr);
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;

    Processors::stay_on_one();
    say_yardsticks(own_format ? stdout : stderr);
    add_product_rows();
    add_training_rows();
    add_rbm_rows();
    add_prediction_rows();
    add_reading_rows();
    add_process_rows();
    Table table;
    if (own_format) {
        benchmark::RunSpecifiedBenchmarks(&table);
    } else {
        benchmark::RunSpecifiedBenchmarks();
    }
    benchmark::Shutdown();
}
