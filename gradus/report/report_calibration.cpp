// Do a report's probabilities mean what they say? The reliability diagram.

#include <fmt/format.h>

#include "gradus/core/say.h"
#include "gradus/report/chart.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {

std::string calibration_section(const Examined& examined, const std::vector<CalibrationBin>& bins,
                                const Estimate& error) {
    Chart chart({say("probability of the predicted class")}, {say("share of right answers"), 0, 1.02});
    HtmlTable table(say("Examples by the probability of their predicted class"),
                    {say("above"), say("up to"), say("examples"), say("mean probability"), say("right")});
    std::vector<Point> dots;
    const auto number = double(bins.size());
    for (std::size_t b = 0; b < bins.size(); ++b) {
        const CalibrationBin& bin = bins[b];
        if (bin.examples == 0) continue;
        const double from = double(b) / number, to = double(b + 1) / number;
        chart.add_bar(from, to, bin.right);
        dots.push_back({bin.probability, bin.right});
        table.add({HtmlCell::decimal(from), HtmlCell::decimal(to), bin.examples,
                   HtmlCell::decimal(bin.probability), HtmlCell::decimal(bin.right)});
    }
    chart.add_line(std::vector<Point>{{0, 0}, {1, 1}}, "b", say("right as often as it says"));
    for (const Point& dot : dots) chart.add_spot(dot, "");
    const std::string sentence = say(
        "Expected calibration error {} ± {}: on average over the {}, the probability of the predicted class "
        "is "
        "off by so much from the share of right answers.",
        four_decimals(error.value), four_decimals(error.standard_error),
        examined.count_text(examined.size()));
    return fmt::format(
        "<h2>{}</h2>\n{}{}<p class=\"note\">{}</p>\n", say("Calibration"),
        chart.html(sentence + examined.remark, ""), table.html(),
        say("A bar below the line: the network is surer than it is right. There are {} equal bins; "
            "a bin of few examples says little.",
            bins.size()));
}

}  // namespace gradus
