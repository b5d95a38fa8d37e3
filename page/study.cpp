#include "page/study.h"

#include <algorithm>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/doctor/diagnosis.h"
#include "gradus/model/predictions.h"
#include "gradus/model/prepared.h"
#include "gradus/model/training.h"
#include "page/json.h"
#include "page/trace_json.h"

namespace gradus::page {
namespace {

Json score_json(const Evaluation& evaluation) {
    Json json{{"examples", evaluation.examples}};
    if (evaluation.task == Task::regress)
        json["r2"] = evaluation.r2;
    else
        json["accuracy"] = evaluation.accuracy;
    return json;
}

template <class T>
Json answers_json(const Predictions<T>& predictions, Index rows) {
    Json answers = Json::array();
    for (Index j = 0; j < rows; ++j) {
        std::string line = predictions.line(j);
        line.pop_back();
        answers.push_back(std::move(line));
    }
    return answers;
}

template <class T>
Json finished(const Problem& problem) {
    const Model<T> model = train<T>(problem.data, problem.recipe).model;
    const Matrix<T> A = outputs(model, problem.whole ? *problem.whole : problem.data.table);
    const Predictions<T> predictions(model, A, false, false);
    return {{"updates", model.updates},
            {"kept", model.kept_updates},
            {"training", score_json(model.training)},
            {"validation", model.validation ? score_json(*model.validation) : Json()},
            {"outputs", rows_json<T>(A, A.columns())},
            {"columns", predictions.header()},
            {"answers", answers_json(predictions, A.columns())}};
}

}  // namespace

std::string finish(const Problem& problem) {
    if (is_unsupervised(problem.recipe.task))
        throw Error(Fault::usage, {.found = say("nothing is predicted: the examples have no truth")});
    return text_of(problem.recipe.precision == Precision::single ? finished<float>(problem)
                                                                 : finished<double>(problem));
}

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
