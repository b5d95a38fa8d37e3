#include "page/study.h"

#include <algorithm>

#include "gradus/doctor/diagnosis.h"
#include "gradus/model/prepared.h"
#include "page/json.h"

namespace gradus::page {

std::string doctor(const Problem& problem) {
    const Diagnosis diagnosis = problem.recipe.precision == Precision::single
                                    ? diagnose<float>(problem.data, problem.recipe)
                                    : diagnose<double>(problem.data, problem.recipe);
    Json findings = Json::array();
    for (const Finding& finding : diagnosis.findings)
        findings.push_back({{"finding", finding.name},
                            {"weight", finding.weight},
                            {"sentence", finding.sentence},
                            {"evidence", finding.evidence},
                            {"hint", finding.hint}});
    return text_of({{"findings", findings}, {"verdict", verdict(diagnosis)}});
}

std::string Seeds::try_one(std::uint32_t seed) {
    outcomes_.push_back(problem_.recipe.precision == Precision::single
                            ? try_seed<float>(problem_.data, problem_.recipe, seed)
                            : try_seed<double>(problem_.data, problem_.recipe, seed));
    const Outcome& outcome = outcomes_.back();
    return text_of({{"seed", seed}, {"solved", outcome.solved}, {"cost", outcome.cost}});
}

std::string Seeds::groups() const {
    Recipe divided = problem_.recipe;
    if (divided.retrain) divided.validation = 0;
    const auto names = example_names(problem_.data, division(problem_.data, divided).training);
    Json groups = Json::array();
    for (const OutcomeGroup& group : gradus::group(outcomes_, problem_.recipe.task, names))
        groups.push_back({{"cost", group.cost},
                          {"count", group.seeds.size()},
                          {"solved", group.solved},
                          {"reason", group.reason},
                          {"seeds", group.seeds}});
    return text_of({{"count", outcomes_.size()},
                    {"solved", std::ranges::count_if(outcomes_, [](const Outcome& o) { return o.solved; })},
                    {"groups", groups}});
}

}  // namespace gradus::page
