#include "gradus/doctor/doctor.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "gradus/doctor/machine_findings.h"

namespace gradus {

double majority(const Evaluation& evaluation) {
    double sum = 0;
    for (const Evaluation& label : evaluation.labels)
        sum += majority(label) / double(evaluation.labels.size());
    if (!evaluation.labels.empty()) return sum;
    Index most = 0;
    for (const auto& row : evaluation.confusion)
        most = std::max(most, std::accumulate(row.begin(), row.end(), Index{0}));
    return double(most) / double(evaluation.examples);
}

double explained(const Evaluation& evaluation) {
    if (evaluation.task == Task::regress) return evaluation.r2;
    const double guess = majority(evaluation);
    return guess < 1 ? (evaluation.accuracy - guess) / (1 - guess) : 1;
}

bool has_learned(const Measurements& m) {
    constexpr double enough = 0.9;  // our choice: what is healthy among the built-in data explains more
    return m.training.examples == 0 || explained(m.training) >= enough;
}

std::vector<Finding> judge(const Measurements& m) {
    std::vector<Finding> findings = machine_findings(m.machines, m.recipe);
    const bool broke_down = !m.machines.empty() && !m.machines.back().failure.empty();
    if (broke_down) return findings;  // the network did not begin
    for (const auto find : {step_findings, unit_findings, result_findings})
        for (Finding& finding : find(m)) findings.push_back(std::move(finding));
    std::ranges::stable_sort(findings, std::greater{}, &Finding::weight);
    return findings;
}

}  // namespace gradus
