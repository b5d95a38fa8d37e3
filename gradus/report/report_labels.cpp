// Which labels does a report's model get right?

#include <fmt/format.h>

#include <cmath>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

HtmlCell ratio(double part, double of) {
    return of > 0 ? HtmlCell::decimal(part / of) : HtmlCell(say("none"));
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
    HtmlTable table(say("Label by label, ± their standard errors"),
                    {say("label"), say("have it"), say("found"), say("wrongly found"), say("precision"),
                     say("recall"), "F1", say("accuracy"), say("ROC AUC"), say("calibration error")});
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
        say("{} of {} to {} of {} are wrong.", wrong,
            say_count(examined.size() * static_cast<Index>(target.names.size()), "{} answer", "{} answers"),
            examined.count_text(examined.size()),
            say_count(static_cast<Index>(target.names.size()), "{} label", "{} labels"));
    return fmt::format("<h2>{}</h2>\n<p>{}</p>\n{}", say("Labels"),
                       html_text(sentence + examined.counted() + examined.remark), table.html());
}

}  // namespace gradus
