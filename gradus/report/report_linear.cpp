// Is a report's network better than a linear model?

#include <fmt/format.h>

#include <cmath>

#include "gradus/core/say.h"
#include "gradus/nn/estimates.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

std::string linear_name(Task task) {
    return task == Task::regress      ? say("linear regression")
           : task == Task::multilabel ? say("logistic regression for each label")
                                      : say("logistic regression");
}

struct Row {
    std::string metric;
    double network = 0, network_error = 0, linear = 0, linear_error = 0;
    Estimate difference;
    bool digits = false;  // it is no share
};

std::vector<Row> rows_of(const Evaluation& n, const Evaluation& l, const Comparison& c) {
    const StandardErrors &a = n.standard_error, &b = l.standard_error;
    if (n.task == Task::regress)
        return {{"rmse", n.rmse, a.rmse, l.rmse, b.rmse, c.rmse, true},
                {"mae", n.mae, a.mae, l.mae, b.mae, c.mae, true},
                {"R2", n.r2, a.r2, l.r2, b.r2, c.r2}};
    return {{say("accuracy"), n.accuracy, a.accuracy, l.accuracy, b.accuracy, c.accuracy},
            {n.task == Task::multilabel ? say("F1, the mean over the labels") : say("macro F1"), n.f1, a.f1,
             l.f1, b.f1, c.f1},
            {say("ROC AUC"), n.roc_auc, a.roc_auc, l.roc_auc, b.roc_auc, c.roc_auc},
            {say("log loss"), n.log_loss, a.log_loss, l.log_loss, b.log_loss, c.log_loss}};
}

std::string sentence(const Row& row, const Comparison& comparison) {
    const std::string linear = linear_name(comparison.task);
    const Estimate& d = comparison.task == Task::regress ? comparison.rmse : comparison.accuracy;
    constexpr Index fewest = 5;
    if (comparison.examples < fewest)
        return say("{} are too few to tell the network and a {} apart.",
                   say_count(comparison.examples, "{} example", "{} examples"), linear);
    if (d.value == 0)
        return say("The network and a {} do not differ: their {} is the same.", linear, row.metric);
    const std::string of = say("the {} differs by {} ± {}", row.metric, four_digits(std::abs(d.value)),
                               four_digits(d.standard_error));
    const double most = standard_errors_of_chance(comparison.examples);
    if (std::abs(d.value) <= most * d.standard_error)
        return say(
            "The network and a {} do not differ by more than the uncertainty: {}, at most {:.3g} standard "
            "errors.",
            linear, of, most);
    const bool better = (comparison.task != Task::regress) == (d.value > 0);
    return better ? say("The network is better than a {}: {}, more than {:.3g} standard errors.", linear, of,
                        most)
                  : say("The network is worse than a {}: {}, more than {:.3g} standard errors.", linear, of,
                        most);
}

}  // namespace

std::string linear_section(const Examined& examined, const Evaluation& network, const Evaluation& linear,
                           const Comparison& comparison) {
    const std::vector<Row> rows = rows_of(network, linear, comparison);
    HtmlTable table(say("Metrics of {}, ± their standard errors; that of the difference is paired",
                        examined.count_text(examined.size())),
                    {say("metric"), say("network"), linear_name(network.task), say("difference")});
    for (const Row& row : rows)
        table.add({row.metric, HtmlCell::estimate(row.network, row.network_error, row.digits),
                   HtmlCell::estimate(row.linear, row.linear_error, row.digits),
                   HtmlCell::estimate(row.difference.value, row.difference.standard_error, row.digits)});
    const std::string seen = examined.part == Part::training
                                 ? say(" Both have learned from these examples; new ones may say otherwise.")
                                 : "";
    return fmt::format(
        "<h2>{}</h2>\n<p>{}{}</p>\n{}<p class=\"note\">{}</p>\n", say("Beside a linear model"),
        html_text(sentence(rows.front(), comparison)), seen, table.html(),
        say("The {} is a network without hidden layers, trained on the same examples. Paired: both models "
            "answered the same examples, so what makes an example hard for both does not count in the "
            "standard "
            "error of the difference.",
            linear_name(network.task)));
}

}  // namespace gradus
