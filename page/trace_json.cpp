#include "page/trace_json.h"

#include <array>
#include <cmath>

#include "gradus/explain/json.h"

namespace gradus::page {
namespace {

constexpr std::array kind_names{"forward", "cost", "backward", "gradient", "update"};

}  // namespace

std::string trace_text(const Trace& trace) {
    std::string text = text_of({{"iteration", trace.iteration},
                                {"epoch", trace.epoch},
                                {"cost", trace.cost},
                                {"learning_rate", trace.learning_rate},
                                {"examples", trace.examples},
                                {"predicted_change", trace.predicted_change},
                                {"actual_change", trace.actual_change},
                                {"failure", trace.failure}});
    text.back() = ',';
    text += R"("phases":[)";
    for (std::size_t i = 0; i < trace.phases.size(); ++i) {
        const Phase& phase = trace.phases[i];
        Json results = Json::array(), of_examples = Json::array();
        for (const Operation& operation : phase.operations) results.push_back(operation.result);
        for (const Tensor& tensor : phase.tensors) of_examples.push_back(tensor.of_examples);
        const std::string more = text_of({{"kind", kind_names[static_cast<std::size_t>(phase.kind)]},
                                          {"layer", phase.layer},
                                          {"results", results},
                                          {"of_examples", of_examples}});
        std::string one =
            to_json(trace, i);  // spliced: to read and to write it once more takes five times as long
        one.back() = ',';
        text += (i == 0 ? "" : ",") + one + more.substr(1);
    }
    return text + "]}";
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
