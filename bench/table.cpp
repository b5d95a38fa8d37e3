#include "bench/table.h"

#include <algorithm>
#include <cstdio>

namespace gradus::bench {
namespace {

std::string number(const char* format, double value) {
    char text[40];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

std::string time_text(double seconds) {
    if (seconds < 1e-6) return number("%.1f ns", seconds * 1e9);
    if (seconds < 1e-3) return number("%.1f us", seconds * 1e6);
    return number("%.2f ms", seconds * 1e3);
}

std::string goal_text(double goal) {
    return goal == 0 ? "-" : number("%.2f", goal);
}

double counter(const benchmark::BenchmarkReporter::Run& run, const char* name) {
    const auto found = run.counters.find(name);
    return found == run.counters.end() ? 0 : double(found->second);
}

std::string measured(const benchmark::BenchmarkReporter::Run& run) {
    if (const double megabytes = counter(run, "MB"); megabytes > 0) return number("%.1f MB", megabytes);
    std::string text = time_text(run.GetAdjustedRealTime() / benchmark::GetTimeUnitMultiplier(run.time_unit));
    if (const double rate = counter(run, "GFLOP/s"); rate > 0) text += number(", %.1f GFLOP/s", rate);
    if (const double rate = counter(run, "MB/s"); rate > 0) text += number(", %.0f MB/s", rate);
    return text;
}

const char* met(double ratio, double target, double moonshot) {
    if (moonshot > 0 && ratio >= moonshot) return "moonshot";
    if (target == 0) return moonshot > 0 ? "not yet" : "";
    return ratio >= target ? "yes" : "NO";
}

}  // namespace

bool Table::ReportContext(const Context& /*context*/) {
    return true;
}

void Table::ReportRuns(const std::vector<Run>& runs) {
    for (const Run& run : runs) {
        if (run.error_occurred) {
            std::fprintf(stderr, "%s: %s\n", run.run_name.function_name.c_str(), run.error_message.c_str());
            return;
        }
        const bool only_one = run.run_type == Run::RT_Iteration && run.repetitions <= 1;
        if (!only_one && run.aggregate_name != "median") continue;
        lines_.push_back({.name = run.run_name.function_name,
                          .measured = measured(run),
                          .yardstick = run.report_label,
                          .ratio = counter(run, "ratio"),
                          .target = counter(run, "target"),
                          .moonshot = counter(run, "moonshot")});
        std::fprintf(stderr, "%s: %s\n", lines_.back().name.c_str(), lines_.back().measured.c_str());
    }
}

void Table::Finalize() {
    std::size_t widths[] = {3, 8, 9};
    for (const Line& line : lines_) {
        widths[0] = std::max(widths[0], line.name.size());
        widths[1] = std::max(widths[1], line.measured.size());
        widths[2] = std::max(widths[2], line.yardstick.size());
    }
    const auto print = [&](const std::string& name, const std::string& measured, const std::string& yardstick,
                           const std::string& ratio, const std::string& target, const std::string& moonshot,
                           const char* met) {
        std::printf("| %-*s | %*s | %-*s | %5s | %6s | %8s | %-8s |\n", int(widths[0]), name.c_str(),
                    int(widths[1]), measured.c_str(), int(widths[2]), yardstick.c_str(), ratio.c_str(),
                    target.c_str(), moonshot.c_str(), met);
    };
    print("row", "measured", "yardstick", "ratio", "target", "moonshot", "met");
    std::printf("|%s|%s:|%s|------:|-------:|---------:|----------|\n",
                std::string(widths[0] + 2, '-').c_str(), std::string(widths[1] + 1, '-').c_str(),
                std::string(widths[2] + 2, '-').c_str());
    for (const Line& line : lines_)
        print(line.name, line.measured, line.yardstick, number("%.2f", line.ratio), goal_text(line.target),
              goal_text(line.moonshot), met(line.ratio, line.target, line.moonshot));
    std::printf("\nratio = time of the yardstick / time of the row: more is better.\n");
}

}  // namespace gradus::bench
