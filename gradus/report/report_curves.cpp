// The learning curves of a report.

#include <fmt/format.h>

#include <algorithm>

#include "gradus/report/chart.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

std::string numbers_of(const std::vector<CurvePoint>& curve, bool by_epoch) {
    constexpr std::size_t most = 60;
    HtmlTable table(curve.size() > most ? "Some points of the curves" : "Every point of the curves",
                    {by_epoch ? "epoch" : "iteration", "training cost", "validation cost"});
    for (const std::size_t i : spread(curve.size(), most)) {
        const CurvePoint& point = curve[i];
        table.add({by_epoch ? point.epoch : point.iteration, point.cost,
                   point.validation_cost ? HtmlCell(*point.validation_cost) : HtmlCell("")});
    }
    return table.folded();
}

}  // namespace

std::string curves_section(const std::vector<CurvePoint>& curve, const Recipe& recipe, Index kept_updates) {
    if (curve.empty()) return {};
    const bool by_epoch = recipe.run.iterations == 0;
    const std::string unit = by_epoch ? "epoch" : "iteration";
    std::vector<Point> training, validation;
    std::vector<double> places, costs;
    for (const CurvePoint& point : curve) {
        const auto x = double(by_epoch ? point.epoch : point.iteration);
        places.push_back(x);
        costs.push_back(point.cost);
        training.push_back({x, point.cost});
        if (!point.validation_cost) continue;
        costs.push_back(*point.validation_cost);
        validation.push_back({x, *point.validation_cost});
    }
    std::string sentence = fmt::format("The training cost went from {} at {} {} to {} at {} {}.",
                                       four_digits(curve.front().cost), unit, places.front(),
                                       four_digits(curve.back().cost), unit, places.back());
    Chart chart(axis_for(unit + " (counted from 0)", places), axis_for("cost", costs, true));
    chart.add_line(training, "a", "training");
    if (!validation.empty()) {
        chart.add_line(validation, "b", "validation");
        const auto kept = std::ranges::find_if(
            curve, [&](const CurvePoint& point) { return point.iteration + 1 >= kept_updates; });
        const Point& least = *std::ranges::min_element(validation, {}, &Point::y);
        sentence += fmt::format(" The validation cost was lowest, {}, at {} {}.", four_digits(least.y), unit,
                                least.x);
        if (kept != curve.end())
            chart.add_mark(places[static_cast<std::size_t>(kept - curve.begin())], "kept");
    }
    const char* note =
        by_epoch ? "The training cost is the mean over an epoch's examples, each before its update; the "
                   "validation cost is measured at the epoch's end."
                 : "The cost is that of an iteration's batch, before its update.";
    return fmt::format("<h2>Learning curves</h2>\n{}<p class=\"note\">{}</p>\n",
                       chart.html(sentence, numbers_of(curve, by_epoch)), note);
}

}  // namespace gradus
