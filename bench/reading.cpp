// Files: how many bytes of CSV become a table in a second?
#include <charconv>
#include <string>

#include "bench/row.h"
#include "gradus/gradus.h"

namespace gradus::bench {
namespace {

// 100 columns, as many rows as fill 8 MB: more than a cache holds. Numbers with six digits, with all 17, and
// whole ones; or names of three kinds beside them.
std::string csv_text(const std::string& kind) {
    RandomState random(3);
    std::string text;
    while (text.size() < 8'000'000)
        for (int j = 0; j < 100; ++j) {
            char field[40];
            const double number = random.randn();
            const auto end = kind == "six digits"
                                 ? std::to_chars(field, field + 40, number, std::chars_format::general, 6)
                             : kind == "17 digits" ? std::to_chars(field, field + 40, number)
                                                   : std::to_chars(field, field + 40, int(100 * number));
            if (kind == "names" && j % 2 == 0) {
                text += number < -1 ? "low" : number < 1 ? "\"between, in quotes\"" : "high";
            } else {
                text.append(field, end.ptr);
            }
            text += j == 99 ? '\n' : ',';
        }
    return text;
}

void measure(benchmark::State& state, const std::string& kind, const Goal& goal) {
    const std::string text = csv_text(kind);
    const std::vector<float> as_much(text.size() / sizeof(float), 1);
    const auto read = [&] {
        benchmark::DoNotOptimize(read_csv(*in_memory(text, "memory"), {.header = Header::no}).rows);
    };
    compare(state, goal, read, [&] { return seconds_per_call([&] { read_once(as_much); }); });
    state.counters["MB/s"] =
        benchmark::Counter(double(text.size()) / 1e6, benchmark::Counter::kIsIterationInvariantRate,
                           benchmark::Counter::kIs1000);
}

}  // namespace

void add_reading_rows() {
    for (const char* kind : {"six digits", "17 digits", "whole", "names"})
        benchmark::RegisterBenchmark((std::string("reading/csv, ") + kind).c_str(), [kind](benchmark::State&
                                                                                               state) {
            measure(state, kind, {.yardstick = "reading as many bytes", .moonshot = 0.1});
        })->Unit(benchmark::kMillisecond);
}

}  // namespace gradus::bench
