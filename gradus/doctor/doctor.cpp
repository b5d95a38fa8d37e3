#include "gradus/doctor/doctor.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include "gradus/doctor/findings.h"
#include "gradus/doctor/machine_findings.h"

namespace gradus {

static constexpr double of_targets = 96;  // the weight of outliers among the targets

std::span<const FindingKind> finding_kinds() {
    using enum Certainty;
    static constexpr FindingKind kinds[] = {
        {"not_finite", 100, certain, findings::not_finite},
        {"rate_too_large", 100, certain, findings::exploded},
        {"worse_than_linear", 99, certain, findings::worse_than_linear},
        {"no_better", 98, certain, findings::no_better},
        {"outliers", of_targets, certain, findings::outliers_in_target},
        {"constant_inputs", 95, certain, findings::constant_inputs},
        {"conflicting_rows", 94, certain, findings::conflicting_rows},
        {"same_weights", 92, certain, findings::same_weights},
        {"unscaled_input", 88, certain, findings::unscaled_input},
        {"dead_units", 80, suspicion, findings::dead_units},
        {"saturated_units", 75, suspicion, findings::saturated_from_start},
        {"constant_output", 72, suspicion, findings::constant_by_decay},
        {"strong_decay", 71, suspicion, findings::strong_decay},
        {"rate_too_large", 70, suspicion, findings::rate_too_large},
        {"saturated_units", 66, suspicion, findings::saturated_units},
        {"vanishing_gradients", 65, suspicion, findings::vanishing_gradients},
        {"leaking_column", 62, certain, findings::leaking_column},
        {"equal_rows_on_both_sides", 60, certain, findings::equal_rows_on_both_sides},
        {"identifier", 59, certain, findings::identifier},
        {"target_range", 58, certain, findings::target_range},
        {"outliers", 57, certain, findings::outliers_in_inputs},
        {"class_imbalance", 55, certain, findings::class_imbalance},
        {"rate_too_small", 51, suspicion, findings::rate_too_small},
        {"still_falling", 50, sign, findings::still_falling},
        {"does_not_fit", 40, symptom, findings::does_not_fit},
        {"constant_output", 38, suspicion, findings::constant_output},
        {"over_fitting", 35, symptom, findings::over_fitting},
    };
    return kinds;
}

std::vector<Finding> judge(const Case& patient) {
    const std::vector<MachineState>& machines = patient.measured.machines;
    std::vector<Finding> all = machine_findings(machines, patient.measured.recipe);
    const bool broke_down = !machines.empty() && !machines.back().failure.empty();
    if (broke_down) return all;  // the network did not begin
    for (const FindingKind& kind : finding_kinds()) {
        std::optional<Finding> finding = kind.find(patient);
        if (!finding) continue;
        finding->name = kind.name;
        finding->weight = kind.weight;
        finding->certainty = kind.certainty;
        all.push_back(std::move(*finding));
    }
    std::ranges::stable_sort(all, std::greater{}, &Finding::weight);
    // Squares are those of a few targets then: they say nothing of how the others fit.
    if (std::ranges::any_of(all,
                            [](const Finding& f) { return f.name == "outliers" && f.weight == of_targets; }))
        std::erase_if(all, [](const Finding& f) { return f.certainty == Certainty::symptom; });
    return all;
}

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
    if (gives_values(evaluation.task)) return evaluation.r2;
    const double guess = majority(evaluation);
    return guess < 1 ? (evaluation.accuracy - guess) / (1 - guess) : 1;
}

bool has_learned(const Measurements& m) {
    constexpr double enough = 0.9;  // our choice: what is healthy among the built-in data explains more
    return m.training.examples == 0 || explained(m.training) >= enough;
}

Rows all_rows_of(const Dataset& data) {
    constexpr Index most = 10'000;
    Rows rows{.data = &data};
    rows.parts.training.resize(static_cast<std::size_t>(data.examples()));
    std::iota(rows.parts.training.begin(), rows.parts.training.end(), Index{0});
    const Index all = data.examples(), count = std::min(all, most);
    for (Index j = 0; j < count; ++j) rows.asked.push_back(j * all / count);
    return rows;
}

Rows divided_rows(const Dataset& data, const Recipe& recipe, const Dataset* validation) {
    Rows rows = all_rows_of(data);
    rows.validation = validation;
    rows.parts = division(data, recipe);
    const auto all = static_cast<Index>(rows.parts.training.size());
    const Index count = std::min(all, static_cast<Index>(rows.asked.size()));
    rows.asked.clear();
    for (Index j = 0; j < count; ++j)
        rows.asked.push_back(rows.parts.training[static_cast<std::size_t>(j * all / count)]);
    return rows;
}

}  // namespace gradus
