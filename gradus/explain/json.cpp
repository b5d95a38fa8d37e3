#include "gradus/explain/json.h"

#include <nlohmann/json.hpp>

namespace gradus {
namespace {

using Json = nlohmann::ordered_json;

std::string on_one_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json json_of(const Factor& factor) {
    return {{"cell", factor.cell}, {"value", factor.value}};
}

Json json_of(const std::vector<Factor>& factors) {
    Json json = Json::array();
    for (const Factor& factor : factors) json.push_back(json_of(factor));
    return json;
}

}  // namespace

std::string to_json(const Trace& trace, std::size_t number) {
    const Phase& phase = trace.phases[number];
    Json tensors = Json::array();
    for (const Tensor& tensor : phase.tensors)
        tensors.push_back({{"name", tensor.name}, {"shape", tensor.shape}, {"values", tensor.values}});
    Json json;
    if (trace.machine) json["pretrain_layer"] = *trace.machine + 1;
    json.update(Json{{"iteration", trace.iteration},
                     {"phase", number + 1},
                     {"title", phase.title},
                     {"formula", phase.formula()},
                     {"tensors", tensors},
                     {"cost", trace.cost}});
    return on_one_line(json);
}

std::string to_json(const CellReport& report, Index iteration) {
    Json terms = Json::array();
    for (const std::vector<Factor>& term : report.terms) terms.push_back(json_of(term));
    return on_one_line(Json{{"iteration", iteration},
                            {"phase", report.phase + 1},
                            {"cell", report.cell.cell},
                            {"value", report.cell.value},
                            {"formula", report.formula},
                            {"terms", terms},
                            {"then", report.then ? json_of(*report.then) : Json(nullptr)},
                            {"divisor", report.divisor},
                            {"sources", json_of(report.sources)}});
}

std::string to_json(const StepCheck& check, Index iteration) {
    Json cells = Json::array();
    for (const CheckedCell& cell : check.cells)
        cells.push_back({{"cell", cell.cell},
                         {"backward", cell.backward},
                         {"central_difference", cell.difference},
                         {"relative_error", cell.error},
                         {"kink", cell.kink}});
    const CheckedCell* worst = check.worst();
    return on_one_line(Json{{"iteration", iteration},
                            {"compared", check.cells.size()},
                            {"agree", check.agreeing()},
                            {"kinks", check.kinks()},
                            {"worst_relative_error", worst == nullptr ? Json(nullptr) : Json(worst->error)},
                            {"check", cells}});
}

std::string to_json(const MachineCheck& check, const Trace& trace) {
    Json cells = Json::array();
    for (std::size_t i = 0; i < check.cd.size(); ++i) {
        const CheckedCell& cell = check.exact.cells[i];
        cells.push_back({{"cell", cell.cell},
                         {"contrastive_divergence", check.cd[i]},
                         {"exact", cell.backward},
                         {"central_difference", cell.difference},
                         {"relative_error", cell.error}});
    }
    const CheckedCell* worst = check.exact.worst();
    return on_one_line(Json{{"pretrain_layer", *trace.machine + 1},
                            {"iteration", trace.iteration},
                            {"compared", check.cd.size()},
                            {"agree", check.exact.agreeing()},
                            {"worst_relative_error", worst == nullptr ? Json(nullptr) : Json(worst->error)},
                            {"cosine", check.cosine},
                            {"log_likelihood", check.log_likelihood},
                            {"log_likelihood_after", check.log_likelihood_after},
                            {"check", cells}});
}

}  // namespace gradus
