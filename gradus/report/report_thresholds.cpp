// What would another threshold do to a report's classes? ROC and precision-recall curves.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "gradus/core/say.h"
#include "gradus/nn/threshold_curve.h"
#include "gradus/report/chart.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr Index most_classes = 10;
constexpr std::size_t most_points = 100, steps = 100;

ThresholdCurve curve_of(const Examined& examined, Index c, bool weighted = true) {
    std::vector<double> scores;
    std::vector<bool> members;
    for (std::size_t j = 0; j < examined.rows.size(); ++j) {
        scores.push_back(examined.answers.values(c, static_cast<Index>(j)));
        members.push_back(examined.truth(0, j) == double(c));
    }
    const Matrix<double> weights = weighted ? examined.weights() : Matrix<double>{};
    return {scores, members, {weights.data(), weights.empty() ? 0 : scores.size()}};
}

// The points of a curve that a picture needs; none of what has no precision.
std::vector<Point> drawn(const ThresholdCurve& curve, bool roc) {
    const std::vector<ThresholdPoint>& points = curve.points();
    std::vector<Point> line;
    for (const std::size_t i : spread(points.size() - (roc ? 0 : 1), most_points)) {
        const ThresholdPoint& p = points[i + (roc ? 0 : 1)];
        line.push_back(roc ? Point{curve.false_positive_rate(p), curve.true_positive_rate(p)}
                           : Point{curve.true_positive_rate(p), curve.precision(p)});
    }
    return line;
}

struct Drawing {
    std::string sentence;
    std::vector<Point> line;
    double guess = 0;             // of a precision-recall curve: the share of the class
    std::optional<Point> marked;  // where the threshold is 0.5
};

std::string roc_chart(const Drawing& drawing) {
    Chart chart({say("false positive rate")}, {say("true positive rate"), 0, 1.02});
    chart.add_line(drawing.line, "a", "");
    chart.add_line(std::vector<Point>{{0, 0}, {1, 1}}, "b", say("guessing"));
    if (drawing.marked) chart.add_spot(*drawing.marked, say("threshold 0.5"));
    return chart.html(drawing.sentence, "");
}

std::string precision_chart(const Drawing& drawing) {
    Chart chart({say("recall")}, {say("precision"), 0, 1.02});
    chart.add_line(drawing.line, "a", "");
    chart.add_line(std::vector<Point>{{0, drawing.guess}, {1, drawing.guess}}, "b", say("guessing"));
    if (drawing.marked) chart.add_spot(*drawing.marked, say("threshold 0.5"));
    return chart.html(drawing.sentence, "");
}

double share_of(const ThresholdCurve& curve) {
    return curve.members() / (curve.members() + curve.others());
}

// `name` begins both sentences; several classes have no threshold, the largest probability wins.
std::string charts(const ThresholdCurve& curve, const std::string& name, bool has_threshold) {
    const ThresholdPoint half = curve.at(0.5);
    Drawing roc{say("{}ROC curve, area below it {}", name, four_decimals(curve.area_under_roc())),
                drawn(curve, true), 0, std::nullopt};
    Drawing precision{
        say("{}Precision over recall, average precision {}", name, four_decimals(curve.average_precision())),
        drawn(curve, false), share_of(curve), std::nullopt};
    if (has_threshold) {
        roc.marked = Point{curve.false_positive_rate(half), curve.true_positive_rate(half)};
        if (half.true_positives + half.false_positives > 0)
            precision.marked = Point{curve.true_positive_rate(half), curve.precision(half)};
    }
    return roc_chart(roc) + precision_chart(precision);
}

HtmlCell share(double value) {
    return std::isnan(value) ? HtmlCell("–") : HtmlCell::decimal(value);
}

// `counts` is the same curve without weights.
std::string threshold_table(const ThresholdCurve& curve, const ThresholdCurve& counts,
                            const std::string& name) {
    HtmlTable table(say("“{}” is predicted from this probability on", name),
                    {say("threshold"), say("predicted"), say("precision"), say("recall"), "F1",
                     say("false positive rate")});
    for (const double threshold : {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95}) {
        const ThresholdPoint p = curve.at(threshold);
        HtmlCell first(threshold);
        if (threshold == 0.5) first.html += " " + say("(used)");
        const ThresholdPoint examples = counts.at(threshold);
        table.add({first, static_cast<Index>(examples.true_positives + examples.false_positives),
                   share(curve.precision(p)), share(curve.true_positive_rate(p)), share(curve.f1(p)),
                   share(curve.false_positive_rate(p))});
    }
    return table.html();
}

std::string two_classes(const Examined& examined, const Target& target) {
    const ThresholdCurve curve = curve_of(examined, 1);
    const std::string& name = target.classes[1];
    if (!curve.has_both())
        return "<p>" + say("There are examples of one class alone: there are no curves.") + "</p>\n";
    return fmt::format(
        "<p>{}</p>\n<div class=\"few\">\n{}</div>\n{}",
        html_text(say("“{}” is predicted where its probability is at least 0.5. A lower threshold finds "
                      "more of this class and gives more false alarms.{}",
                      name, examined.counted() + examined.remark)),
        charts(curve, "", true), threshold_table(curve, curve_of(examined, 1, false), name));
}

std::string each_class(const Examined& examined, const std::vector<ThresholdCurve>& curves,
                       const Target& target) {
    HtmlTable table(
        say("Each class against the rest"),
        {say("class"), say("examples"), say("area under the ROC curve"), say("average precision")});
    std::string figures;
    for (std::size_t c = 0; c < curves.size(); ++c) {
        const ThresholdCurve& curve = curves[c];
        const bool both = curve.has_both();
        const auto examples = static_cast<Index>(curve_of(examined, static_cast<Index>(c), false).members());
        table.add({target.classes[c], examples,
                   both ? HtmlCell::decimal(curve.area_under_roc()) : HtmlCell("–"),
                   both ? HtmlCell::decimal(curve.average_precision()) : HtmlCell("–")});
        if (both) figures += charts(curve, "“" + target.classes[c] + "”. ", false);
    }
    return fmt::format("{}<div class=\"few small\">\n{}</div>\n", table.html(), figures);
}

// The mean over the classes at equal distances of the other axis. A precision-recall curve has at a recall
// the precision of the first point that reaches it.
std::vector<Point> mean_of(const std::vector<ThresholdCurve>& curves, bool roc) {
    std::vector<Point> mean;
    for (std::size_t k = roc ? 0 : 1; k <= steps; ++k) mean.push_back({double(k) / double(steps), 0});
    for (const ThresholdCurve& curve : curves) {
        const std::vector<ThresholdPoint>& points = curve.points();
        std::size_t i = 1;
        for (Point& at : mean) {
            if (roc) {
                while (i + 1 < points.size() && curve.false_positive_rate(points[i]) < at.x) ++i;
                const double before = curve.false_positive_rate(points[i - 1]),
                             here = curve.false_positive_rate(points[i]);
                const double low = curve.true_positive_rate(points[i - 1]),
                             high = curve.true_positive_rate(points[i]);
                const double part =
                    here > before ? std::clamp((at.x - before) / (here - before), 0.0, 1.0) : 1;
                at.y += (low + part * (high - low)) / double(curves.size());
            } else {
                while (i + 1 < points.size() && curve.true_positive_rate(points[i]) < at.x) ++i;
                at.y += curve.precision(points[i]) / double(curves.size());
            }
        }
    }
    return mean;
}

std::string mean_of_classes(const std::vector<ThresholdCurve>& curves) {
    double area = 0, precision = 0, guess = 0;
    for (const ThresholdCurve& curve : curves) {
        area += curve.area_under_roc() / double(curves.size());
        precision += curve.average_precision() / double(curves.size());
        guess += share_of(curve) / double(curves.size());
    }
    return fmt::format(
        "<div class=\"few\">\n{}{}</div>\n",
        roc_chart({say("Mean of {} classes, each against the rest: area under the ROC curve {}",
                       curves.size(), four_decimals(area)),
                   mean_of(curves, true), 0, std::nullopt}),
        precision_chart({say("Mean of {} classes, each against the rest: average precision {}", curves.size(),
                             four_decimals(precision)),
                         mean_of(curves, false), guess, std::nullopt}));
}

std::string several_classes(const Examined& examined, const Target& target) {
    const auto classes = static_cast<Index>(target.classes.size());
    std::vector<ThresholdCurve> curves;
    for (Index c = 0; c < classes; ++c) {
        ThresholdCurve curve = curve_of(examined, c);
        if (classes <= most_classes || curve.has_both()) curves.push_back(std::move(curve));
    }
    const std::string text = "<p>" +
                             html_text(say("The class with the largest probability is predicted.{}",
                                           examined.counted() + examined.remark)) +
                             "</p>\n";
    if (classes <= most_classes) return text + each_class(examined, curves, target);
    return text + (curves.empty() ? "" : mean_of_classes(curves));
}

}  // namespace

std::string thresholds_section(const Examined& examined, const Target& target) {
    constexpr std::size_t too_many = 100;  // classes, each of which sorts all examples
    if (target.classes.size() < 2 || target.classes.size() > too_many || examined.size() == 0) return {};
    return fmt::format(
        "<h2>{}</h2>\n{}", say("ROC and precision-recall curves"),
        target.classes.size() == 2 ? two_classes(examined, target) : several_classes(examined, target));
}

}  // namespace gradus
