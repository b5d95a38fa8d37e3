// The learning curves of a report.

#include <fmt/format.h>

#include <algorithm>

#include "gradus/core/say.h"
#include "gradus/report/chart.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

std::string numbers_of(const std::vector<CurvePoint>& curve, bool by_epoch) {
    constexpr std::size_t most = 60;
    HtmlTable table(
        curve.size() > most ? say("Some points of the curves") : say("Every point of the curves"),
        {by_epoch ? say("epoch") : say("iteration"), say("training cost"), say("validation cost")});
    for (const std::size_t i : spread(curve.size(), most)) {
        const CurvePoint& point = curve[i];
        table.add({by_epoch ? point.epoch : point.iteration, point.cost,
                   point.validation_cost ? HtmlCell(*point.validation_cost) : HtmlCell("")});
    }
    return table.folded();
}

}  // namespace

std::string curves_section(const std::vector<CurvePoint>& curve, const Recipe& recipe, Index kept_updates,
                           Index networks) {
    if (curve.empty()) return {};
    const bool by_epoch = recipe.run.iterations == 0;
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
    const std::string first = four_digits(curve.front().cost), last = four_digits(curve.back().cost);
    std::string sentence = by_epoch
                               ? say("The training cost went from {} at epoch {} to {} at epoch {}.", first,
                                     places.front(), last, places.back())
                               : say("The training cost went from {} at iteration {} to {} at iteration {}.",
                                     first, places.front(), last, places.back());
    Chart chart(
        axis_for(by_epoch ? say("epoch (counted from 0)") : say("iteration (counted from 0)"), places),
        axis_for(say("cost"), costs, true));
    chart.add_line(training, "a", say("training"));
    if (!validation.empty()) {
        chart.add_line(validation, "b", say("validation"));
        const auto kept = std::ranges::find_if(
            curve, [&](const CurvePoint& point) { return point.iteration + 1 >= kept_updates; });
        const Point& least = *std::ranges::min_element(validation, {}, &Point::y);
        sentence +=
            by_epoch
                ? say(" The validation cost was lowest, {}, at epoch {}.", four_digits(least.y), least.x)
                : say(" The validation cost was lowest, {}, at iteration {}.", four_digits(least.y), least.x);
        if (kept != curve.end())
            chart.add_mark(places[static_cast<std::size_t>(kept - curve.begin())], say("kept"));
    }
    const std::string whose =
        networks > 1
            ? say("These are the curves of the first of {} networks; it validates with its own fold.",
                  networks) +
                  " "
            : "";
    const std::string note = by_epoch
                                 ? say("The training cost is the mean over an epoch's examples, each before "
                                       "its update; the validation cost is measured at the epoch's end.")
                                 : say("The cost is that of an iteration's batch, before its update.");
    return fmt::format("<h2>{}</h2>\n{}<p class=\"note\">{}</p>\n", say("Learning curves"),
                       chart.html(sentence, numbers_of(curve, by_epoch)), whose + note);
}

}  // namespace gradus
