// Which labels does a report's model get right?

#include <fmt/format.h>

#include <cmath>

#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

HtmlCell ratio(double part, double of) {
    return of > 0 ? HtmlCell::decimal(part / of) : HtmlCell("none");
}

// Sums of weights.
struct LabelWeights {
    double have = 0, said = 0, both = 0;
};

LabelWeights weights_of(const Examined& examined, std::size_t label) {
    LabelWeights sums;
    const auto k = static_cast<Index>(label);
    for (std::size_t i = 0; i < examined.rows.size(); ++i) {
        const bool has = examined.truth(k, i) >= 0.5;
        const bool said = examined.answers.values(k, static_cast<Index>(i)) >= 0.5;
        sums.have += has ? examined.weight(i) : 0;
        sums.said += said ? examined.weight(i) : 0;
        sums.both += has && said ? examined.weight(i) : 0;
    }
    return sums;
}

}  // namespace

std::string labels_section(const Examined& examined, const Target& target, const Evaluation& evaluation) {
    HtmlTable table("Label by label, ± their standard errors",
                    {"label", "have it", "found", "wrongly found", "precision", "recall", "F1", "accuracy",
                     "ROC AUC", "calibration error"});
    Index wrong = 0;
    for (std::size_t i = 0; i < evaluation.labels.size(); ++i) {
        const Evaluation& e = evaluation.labels[i];
        const StandardErrors& error = e.standard_error;
        const Index found = e.confusion[1][1], missed = e.confusion[1][0], wrongly = e.confusion[0][1];
        wrong += missed + wrongly;
        const LabelWeights sums = weights_of(examined, i);
        table.add({target.names[i], found + missed, found, wrongly, ratio(sums.both, sums.said),
                   ratio(sums.both, sums.have), HtmlCell::estimate(e.f1, error.f1),
                   HtmlCell::estimate(e.accuracy, error.accuracy),
                   HtmlCell::estimate(e.roc_auc, error.roc_auc),
                   HtmlCell::estimate(e.calibration_error, error.calibration_error)});
    }
    const std::string sentence =
        fmt::format("{} of {} to {} of {} are wrong.", wrong,
                    count_text(examined.size() * static_cast<Index>(target.names.size()), "answer"),
                    count_text(examined.size(), examined.part + " example"),
                    count_text(static_cast<Index>(target.names.size()), "label"));
    return fmt::format("<h2>Labels</h2>\n<p>{}</p>\n{}",
                       html_text(sentence + examined.counted() + examined.remark), table.html());
}

}  // namespace gradus
