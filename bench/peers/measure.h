// How long does one step of a peer take? A line of JSON for each row.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

/// The median of a few samples, each of at least `least` seconds, in seconds per step.
template <class Step>
void report(const char* peer, const char* row, const char* threads, Step step, double least = 0.2) {
    using Clock = std::chrono::steady_clock;
    const auto seconds_since = [](Clock::time_point start) {
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    step();  // what happens only once is not measured
    const Clock::time_point before = Clock::now();
    step();
    const long chunk = seconds_since(before) < 1e-5 ? 64 : 1;  // looking at the clock takes time, too
    std::vector<double> samples;
    for (int i = 0; i < 5; ++i) {
        long steps = 0;
        const Clock::time_point start = Clock::now();
        do {
            for (long j = 0; j < chunk; ++j) step();
            steps += chunk;
        } while (seconds_since(start) < least);
        samples.push_back(seconds_since(start) / double(steps));
    }
    std::ranges::sort(samples);
    std::printf("{\"peer\": \"%s\", \"row\": \"%s\", \"threads\": %s, \"seconds\": %.4g}\n", peer, row,
                threads, samples[2]);
    std::fflush(stdout);
}
