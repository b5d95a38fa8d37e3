// By how much does a report's regression miss?

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/report/chart.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

constexpr Index most_targets = 6;
constexpr std::size_t most_dots = 1000, most_numbers = 100;

// Truth, and what was predicted.
std::vector<Point> pairs_of(const Examined& examined, Index target) {
    std::vector<Point> pairs;
    for (std::size_t i = 0; i < examined.rows.size(); ++i)
        pairs.push_back({examined.truth(target, i), examined.answers.values(target, static_cast<Index>(i))});
    return pairs;
}

std::string some(std::size_t shown, std::size_t all) {
    return shown < all ? say("{} of {} examples", shown, all)
                       : say_count(static_cast<Index>(all), "{} example", "{} examples");
}

std::string scatter(const std::vector<Point>& pairs, const std::string& name) {
    std::vector<double> both;
    for (const Point& pair : pairs) both.insert(both.end(), {pair.x, pair.y});
    std::vector<Point> dots;
    for (const std::size_t i : spread(pairs.size(), most_dots)) dots.push_back(pairs[i]);
    Axis x = axis_for(say("truth"), both), y = axis_for(say("prediction"), both);
    Chart chart(x, y);
    chart.add_dots(dots, some(dots.size(), pairs.size()));
    chart.add_line(std::vector<Point>{{x.low, x.low}, {x.high, x.high}}, "b", say("prediction = truth"));

    const std::vector<std::size_t> listed = spread(pairs.size(), most_numbers);
    HtmlTable table(say("{}: truth and prediction, {}", name, some(listed.size(), pairs.size())),
                    {say("truth"), say("prediction"), say("residual")});
    for (const std::size_t i : listed) table.add({pairs[i].x, pairs[i].y, pairs[i].y - pairs[i].x});
    return chart.html(say("Predictions over the truth: the nearer to the dashed line, the better."),
                      table.folded());
}

std::string histogram(std::vector<double> residuals, const std::string& name) {
    std::ranges::sort(residuals);
    const std::size_t n = residuals.size();
    const double low = residuals.front(), high = residuals.back();
    const double bins = std::clamp(std::sqrt(double(n)), 5.0, 30.0);
    const double step = high > low ? Axis::round_step((high - low) / bins) : 1;
    const auto bin_of = [step](double x) { return std::floor(x / step); };
    std::vector<double> counts(static_cast<std::size_t>(bin_of(high) - bin_of(low)) + 1);
    for (const double x : residuals) ++counts[static_cast<std::size_t>(bin_of(x) - bin_of(low))];

    const auto edge = [&](std::size_t bin) { return (bin_of(low) + double(bin)) * step; };
    constexpr double above = 1.05;
    Chart chart({say("residual (prediction - truth)"), edge(0), edge(counts.size())},
                {say("examples"), 0, above * std::ranges::max(counts)});
    HtmlTable table(say("{}: residuals", name), {say("from"), say("to"), say("examples")});
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
        chart.add_bar(edge(bin), edge(bin + 1), counts[bin]);
        table.add({edge(bin), edge(bin + 1), counts[bin]});
    }
    if (edge(0) < 0 && edge(counts.size()) > 0) chart.add_mark(0, say("no error"));
    return chart.html(say("Half of the residuals lie between {} and {}, all between {} and {}.",
                          four_digits(residuals[n / 4]), four_digits(residuals[n - 1 - n / 4]),
                          four_digits(low), four_digits(high)),
                      table.folded());
}

}  // namespace

std::string residuals_section(const Examined& examined, const Target& target) {
    const Index targets = examined.answers.values.rows();
    std::string html =
        fmt::format("<h2>{}</h2>\n<p>{}</p>\n", say("Residuals"),
                    html_text(say("They are of {}.{}{}", examined.count_text(examined.size()),
                                  targets > most_targets
                                      ? say(" The first {} of {} targets are shown.", most_targets, targets)
                                      : "",
                                  examined.remark)));
    for (Index i = 0; i < std::min(targets, most_targets); ++i) {
        const std::string& name = target.names[static_cast<std::size_t>(i)];
        const std::vector<Point> pairs = pairs_of(examined, i);
        std::vector<double> residuals;
        for (const Point& pair : pairs) residuals.push_back(pair.y - pair.x);
        html += fmt::format("<h3>{}</h3>\n{}{}", html_text(name), scatter(pairs, name),
                            histogram(residuals, name));
    }
    return html;
}

}  // namespace gradus
