#include "page/trace_json.h"

#include <array>
#include <cmath>

#include "gradus/explain/json.h"

namespace gradus::page {
namespace {

constexpr std::array kind_names{"forward", "cost", "backward", "gradient", "update"};

}  // namespace

Json trace_json(const Trace& trace) {
    Json json{{"iteration", trace.iteration},
              {"epoch", trace.epoch},
              {"cost", trace.cost},
              {"learning_rate", trace.learning_rate},
              {"examples", trace.examples},
              {"predicted_change", trace.predicted_change},
              {"actual_change", trace.actual_change},
              {"failure", trace.failure},
              {"phases", Json::array()}};
    for (std::size_t i = 0; i < trace.phases.size(); ++i) {
        const Phase& phase = trace.phases[i];
        Json one = Json::parse(to_json(trace, i));
        one["kind"] = kind_names[static_cast<std::size_t>(phase.kind)];
        one["layer"] = phase.layer;
        one["results"] = Json::array();
        for (const Operation& operation : phase.operations) one["results"].push_back(operation.result);
        for (std::size_t t = 0; t < phase.tensors.size(); ++t)
            one["tensors"][t]["of_examples"] = phase.tensors[t].of_examples;
        json["phases"].push_back(std::move(one));
    }
    return json;
}

template <class T>
Json rows_json(const View<const T>& M, Index columns, int digits) {
    Json rows = Json::array();
    const double factor = std::pow(10, digits);
    for (Index i = 0; i < M.rows(); ++i) {
        Json row = Json::array();
        for (Index j = 0; j < columns; ++j)
            row.push_back(digits == 0 ? double(M(i, j)) : std::round(double(M(i, j)) * factor) / factor);
        rows.push_back(std::move(row));
    }
    return rows;
}

template Json rows_json(const View<const float>& M, Index columns, int digits);
template Json rows_json(const View<const double>& M, Index columns, int digits);

}  // namespace gradus::page
