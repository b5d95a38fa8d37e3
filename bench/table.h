// How is everything said at the end? One table: row, measured, yardstick, ratio, target, moonshot, met.
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace gradus::bench {

/// Says on stderr what is being measured; keeps the medians, and prints them as a table on stdout at the end.
class Table final : public benchmark::BenchmarkReporter {
public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;
    void Finalize() override;

private:
    struct Line {
        std::string name, measured, yardstick;
        double ratio, target, moonshot;
    };
    std::vector<Line> lines_;
};

}  // namespace gradus::bench
