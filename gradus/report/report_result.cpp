// How good is a report's model?

#include <fmt/format.h>

#include <utility>

#include "gradus/core/say.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

std::string result_sentence(const Recipe& recipe, const Measured& first, double baseline) {
    if (recipe.task == Task::encode)
        return say("Its machines have learned from the inputs alone; there is no truth to compare with.");
    const bool classify = recipe.task == Task::classify || recipe.task == Task::multilabel;
    const Evaluation& e = first.evaluation;
    const StandardErrors& errors = e.standard_error;
    const auto [gain, error] = classify ? std::pair(e.accuracy - baseline, errors.accuracy)
                               : recipe.task == Task::reconstruct
                                   ? std::pair(baseline - e.reconstruction_error, errors.reconstruction_error)
                                   : std::pair(baseline - e.rmse, errors.rmse);
    if (!(gain > 0)) return say("The network is not better than the baseline, which needs no network.");
    if (!(gain > 2 * error))
        return say(
            "The network is better than the baseline, which needs no network, by less than 2 standard "
            "errors: that may be chance.");
    return say("The network is better than the baseline, which needs no network.");
}

std::string tile(const std::string& number, const std::string& text) {
    return fmt::format("<li><b>{}</b> {}</li>\n", number, html_text(text));
}

std::string tiles(const Recipe& recipe, const Measured& first, double baseline) {
    const Evaluation& e = first.evaluation;
    const StandardErrors& error = e.standard_error;
    const std::string of = ", " + examples_text(first.part, e.examples);
    const bool labels = recipe.task == Task::multilabel;
    if (is_unsupervised(recipe.task))
        return tile(with_error(e.reconstruction_error, error.reconstruction_error),
                    say("reconstruction error") + of) +
               (recipe.task == Task::encode
                    ? tile(with_error(e.free_energy, error.free_energy), say("free energy"))
                    : tile(four_digits(baseline),
                           say("reconstruction error of the baseline: always the mean")));
    if (recipe.task != Task::regress)
        return tile(with_error(four_decimals(e.accuracy), four_decimals(error.accuracy)),
                    say("accuracy") + of) +
               tile(four_decimals(e.f1), labels ? say("F1, the mean over the labels") : say("macro F1")) +
               tile(four_decimals(baseline),
                    labels ? say("accuracy of the baseline: always the more frequent answer")
                           : say("accuracy of the baseline: always the most frequent class"));
    return tile(with_error(e.rmse, error.rmse), "rmse" + of) +
           tile(with_error(four_decimals(e.r2), four_decimals(error.r2)), "R2") +
           tile(four_digits(baseline), say("rmse of the baseline: always the mean"));
}

// Of what was learned without a truth.
std::string unsupervised_table(Task task, const std::vector<Measured>& parts) {
    const bool encodes = task == Task::encode;
    HtmlTable table(say("Metrics, ± their standard errors"),
                    {say("examples of"), say("number"), say("reconstruction error"),
                     encodes ? say("free energy") : say("loss")});
    for (const auto& [part, e] : parts) {
        const StandardErrors& error = e.standard_error;
        table.add({part_text(part), e.examples,
                   HtmlCell::estimate(e.reconstruction_error, error.reconstruction_error, true),
                   encodes ? HtmlCell::estimate(e.free_energy, error.free_energy, true) : HtmlCell(e.loss)});
    }
    return table.html();
}

std::string metrics_table(const Recipe& recipe, const std::vector<Measured>& parts) {
    if (is_unsupervised(recipe.task)) return unsupervised_table(recipe.task, parts);
    const bool classify = recipe.task != Task::regress;
    HtmlTable table(
        say("Metrics, ± their standard errors"),
        classify
            ? std::vector<HtmlCell>{say("examples of"), say("number"), say("accuracy"),
                                    recipe.task == Task::multilabel ? "F1" : say("macro F1"), say("ROC AUC"),
                                    say("log loss"), say("calibration error"), say("loss")}
            : std::vector<HtmlCell>{say("examples of"), say("number"), "rmse", "mae", "R2", say("loss")});
    for (const Measured& part : parts) {
        const Evaluation& e = part.evaluation;
        const StandardErrors& error = e.standard_error;
        std::vector<HtmlCell> row{part_text(part.part), e.examples};
        if (classify) {
            row.insert(
                row.end(),
                {HtmlCell::estimate(e.accuracy, error.accuracy), HtmlCell::estimate(e.f1, error.f1),
                 HtmlCell::estimate(e.roc_auc, error.roc_auc), HtmlCell::estimate(e.log_loss, error.log_loss),
                 HtmlCell::estimate(e.calibration_error, error.calibration_error)});
        } else {
            row.insert(row.end(),
                       {HtmlCell::estimate(e.rmse, error.rmse, true),
                        HtmlCell::estimate(e.mae, error.mae, true), HtmlCell::estimate(e.r2, error.r2)});
        }
        row.emplace_back(e.loss);
        table.add(row);
    }
    return table.html();
}

template <class T>
std::string updates_text(const Model<T>& model) {
    if (model.target.task == Task::encode) return {};  // machines alone: none is made
    if (!model.others.empty())
        return say(
            "The answers are the mean of {} networks. Each was trained without one fold of the "
            "examples, keeps the weights with which it was best on that fold, and is judged on it.",
            members(model));
    const std::string made = say_count(model.kept_updates, "{} update", "{} updates");
    std::string text = model.kept_updates < model.updates
                           ? say("The weights are those after {} of {}: they had the lowest validation cost.",
                                 made, model.updates)
                           : say("The weights are those after {}.", made);
    if (model.recipe.retrain && model.validation && model.recipe.run.patience == 0)
        text += say(
            " A first run left the validation examples out, and its numbers are those of the validation. A "
            "second run made as many updates with all examples: the model is its network, which has learned "
            "from the validation examples too.");
    else if (model.recipe.retrain && model.validation)
        text +=
            say(" A first run found how many updates are best for examples that it did not see; its numbers "
                "are those of the validation. A second run made as many with all examples: the model is its "
                "network, which has learned from the validation examples too.");
    return text;
}

}  // namespace

template <class T>
std::string result_section(const Model<T>& model, const std::vector<Measured>& parts) {
    if (parts.empty()) return {};
    return fmt::format("<ul class=\"tiles\">\n{}</ul>\n<p>{} {}</p>\n{}",
                       tiles(model.recipe, parts.front(), model.baseline),
                       result_sentence(model.recipe, parts.front(), model.baseline), updates_text(model),
                       metrics_table(model.recipe, parts));
}

template std::string result_section(const Model<float>&, const std::vector<Measured>&);
template std::string result_section(const Model<double>&, const std::vector<Measured>&);

}  // namespace gradus
