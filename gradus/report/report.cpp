#include "gradus/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

// One row of the table of metrics.
struct Measured {
    std::string part;
    Evaluation evaluation;
};

std::vector<Index> all_rows(const Dataset& data) {
    std::vector<Index> rows(static_cast<std::size_t>(data.examples()));
    std::iota(rows.begin(), rows.end(), Index{0});
    return rows;
}

Split division(const Dataset& data, const Recipe& recipe, const Dataset* validation) {
    return split(data, validation != nullptr ? 0 : recipe.validation, RandomState(recipe.data_seed));
}

template <class T>
Examined examine(const Trained<T>& trained, const Dataset& data, const Dataset* validation) {
    const Split parts = division(data, trained.model.recipe, validation);
    Examined examined{.part = "validation", .data = &data, .rows = parts.validation};
    if (validation != nullptr) {
        examined.data = validation;
        examined.rows = all_rows(*validation);
    } else if (parts.validation.empty()) {
        examined.part = "training";
        examined.rows = parts.training;
    }
    examined.answers = trained.first_answers;
    if (examined.answers.empty()) {
        examined.answers = answers<T>(trained.model, *examined.data, examined.rows);
        if (trained.model.recipe.retrain && trained.model.validation)
            examined.remark =
                " The answers are the final network's, which has learned from these examples as "
                "well: on new ones it will be less right.";
    } else {
        examined.remark = " The answers are the first run's, whose network had not seen these examples.";
    }
    return examined;
}

std::string result_sentence(const Recipe& recipe, const Measured& first, double baseline) {
    const bool classify = recipe.task == Task::classify;
    const double reached = classify ? first.evaluation.accuracy : first.evaluation.rmse;
    if (classify ? reached > baseline : reached < baseline)
        return "The network is better than the baseline, which needs no network.";
    return "The network is not better than the baseline, which needs no network.";
}

std::string tile(const std::string& number, const std::string& text) {
    return fmt::format("<li><b>{}</b> {}</li>\n", number, html_text(text));
}

std::string tiles(const Recipe& recipe, const Measured& first, double baseline) {
    const Evaluation& e = first.evaluation;
    const StandardErrors& error = e.standard_error;
    const std::string of = ", " + count_text(e.examples, first.part + " example");
    if (recipe.task == Task::classify)
        return tile(four_decimals(e.accuracy) + " ± " + four_decimals(error.accuracy), "accuracy" + of) +
               tile(four_decimals(e.f1), "macro F1") +
               tile(four_decimals(baseline), "accuracy of the baseline: always the most frequent class");
    return tile(four_digits(e.rmse) + " ± " + four_digits(error.rmse), "rmse" + of) +
           tile(four_decimals(e.r2) + " ± " + four_decimals(error.r2), "R2") +
           tile(four_digits(baseline), "rmse of the baseline: always the mean");
}

HtmlCell estimate(double value, double standard_error) {
    HtmlCell cell(value);
    cell.html = std::isnan(value) ? "none" : four_decimals(value) + " ± " + four_decimals(standard_error);
    return cell;
}

std::string metrics_table(const Recipe& recipe, const std::vector<Measured>& parts) {
    const bool classify = recipe.task == Task::classify;
    HtmlTable table("Metrics, ± their standard errors",
                    classify ? std::vector<HtmlCell>{"examples of", "number", "accuracy", "macro F1",
                                                     "ROC AUC", "log loss", "calibration error", "loss"}
                             : std::vector<HtmlCell>{"examples of", "number", "rmse", "mae", "R2", "loss"});
    for (const Measured& part : parts) {
        const Evaluation& e = part.evaluation;
        const StandardErrors& error = e.standard_error;
        std::vector<HtmlCell> row{part.part, e.examples};
        if (classify) {
            row.insert(row.end(), {estimate(e.accuracy, error.accuracy), estimate(e.f1, error.f1),
                                   estimate(e.roc_auc, error.roc_auc), estimate(e.log_loss, error.log_loss),
                                   estimate(e.calibration_error, error.calibration_error)});
        } else {
            row.insert(row.end(), {e.rmse, e.mae, estimate(e.r2, error.r2)});
        }
        row.emplace_back(e.loss);
        table.add(row);
    }
    return table.html();
}

template <class T>
std::string updates_text(const Model<T>& model) {
    std::string text =
        fmt::format("The weights are those after {}", count_text(model.kept_updates, "update"));
    if (model.kept_updates < model.updates)
        text += fmt::format(" of {}: they had the lowest validation cost", model.updates);
    text += ".";
    if (model.recipe.retrain && model.validation)
        text +=
            " A first run found how many updates are best for examples that it did not see; its numbers are "
            "those of the validation. A second run made as many with all examples: the model is its network, "
            "which has learned from the validation examples too.";
    return text;
}

template <class T>
std::string result_section(const Model<T>& model, const std::vector<Measured>& parts) {
    if (parts.empty()) return {};
    return fmt::format("<ul class=\"tiles\">\n{}</ul>\n<p>{} {}</p>\n{}",
                       tiles(model.recipe, parts.front(), model.baseline),
                       result_sentence(model.recipe, parts.front(), model.baseline), updates_text(model),
                       metrics_table(model.recipe, parts));
}

std::string class_counts(const Dataset& data) {
    constexpr std::size_t most = 30;
    std::vector<Index> counts(data.class_names.size());
    for (Index j = 0; j < data.examples(); ++j) ++counts[static_cast<std::size_t>(data.Y(0, j))];
    const std::size_t shown = std::min(counts.size(), most);
    HtmlTable table(
        shown < counts.size() ? fmt::format("The first {} of {} classes", shown, counts.size()) : "Classes",
        {"class", "examples", "share"});
    for (std::size_t i = 0; i < shown; ++i)
        table.add(
            {data.class_names[i], counts[i], HtmlCell::decimal(double(counts[i]) / double(data.examples()))});
    return table.html();
}

std::string target_ranges(const Dataset& data) {
    HtmlTable table("Targets", {"target", "lowest", "mean", "highest"});
    for (Index i = 0; i < data.Y.rows(); ++i) {
        double low = data.Y(i, 0), high = low, mean = 0;
        for (Index j = 0; j < data.examples(); ++j) {
            low = std::min(low, data.Y(i, j));
            high = std::max(high, data.Y(i, j));
            mean += data.Y(i, j) / double(data.examples());
        }
        table.add({data.target_names[static_cast<std::size_t>(i)], low, mean, high});
    }
    return table.html();
}

template <class T>
std::string data_section(const Model<T>& model, const Dataset& data, const std::string& counts) {
    return fmt::format("<h2>Data</h2>\n<p>{}: {}{}, {}; its fingerprint is {:016x}.</p>\n{}",
                       html_text(data.name), count_text(data.examples(), "example"), counts,
                       count_text(data.features(), "column"), fingerprint(data),
                       model.target.task == Task::classify ? class_counts(data) : target_ranges(data));
}

std::string names_of(const Target& target) {
    constexpr std::size_t most = 6;
    std::string names;
    for (std::size_t i = 0; i < std::min(target.names.size(), most); ++i)
        names += (i == 0 ? "" : ", ") + target.names[i];
    if (target.names.size() > most) names += fmt::format(" and {} more", target.names.size() - most);
    if (!target.classes.empty()) names += fmt::format(" ({} classes)", target.classes.size());
    return names;
}

// What all reports have.
template <class T>
std::string page(const Model<T>& model, const std::string& head, const std::vector<Measured>& parts,
                 const Examined& examined, const std::string& data) {
    const bool classify = model.target.task == Task::classify;
    const std::string body =
        "<main>\n" + head + result_section(model, parts) +
        (classify ? confusion_section(examined, model.target) : residuals_section(examined, model.target)) +
        worst_section(examined, model.target) +
        curves_section(model.curve, model.recipe, model.kept_updates) +
        (model.recipe.source.empty() ? "" : recipe_section(model.recipe)) + network_section(model.network) +
        features_section(model.features) + data + "</main>\n";
    return html_page(examined.data->name + ": report", body);
}

template <class T>
std::vector<Measured> measured_in_training(const Model<T>& model) {
    std::vector<Measured> parts;
    if (model.validation) parts.push_back({"validation", *model.validation});
    if (model.training.examples > 0) parts.push_back({"training", model.training});
    return parts;
}

}  // namespace

template <class T>
std::string html_report(const Trained<T>& trained, const Dataset& data, const ReportSource& source) {
    const Examined examined = examine(trained, data, source.validation);
    const std::string head =
        fmt::format("<h1>{}</h1>\n<p>A network with {} learned {} from {}.</p>\n", html_text(data.name),
                    count_text(static_cast<Index>(trained.model.network.parameters().size()), "parameter"),
                    html_text(names_of(trained.model.target)), count_text(data.examples(), "example")) +
        (source.target_named ? "" : "<p>Nobody named the target: it is the last column.</p>\n");
    const Split parts = division(data, trained.model.recipe, source.validation);
    const std::string counts =
        source.validation != nullptr
            ? fmt::format(" for training; {}: {} for validation", html_text(source.validation->name),
                          source.validation->examples())
            : fmt::format(" ({} for training, {} for validation)", parts.training.size(),
                          parts.validation.size());
    return page<T>(trained.model, head, measured_in_training<T>(trained.model), examined,
                   data_section<T>(trained.model, data, counts));
}

template <class T>
std::string html_report(const Model<T>& model, const Dataset& data, const Evaluation& evaluation) {
    Examined examined{.part = "given", .data = &data, .rows = all_rows(data)};
    examined.answers = answers<T>(model, data, examined.rows);
    std::vector<Measured> parts = measured_in_training(model);
    parts.insert(parts.begin(), {"given", evaluation});
    const std::string head =
        fmt::format("<h1>{}</h1>\n<p>A model of {} (learned from {}{}) answers for {} of {}.</p>\n",
                    html_text(data.name), html_text(names_of(model.target)),
                    html_text(model.origin.data.empty() ? "unknown data" : model.origin.data),
                    model.origin.examples > 0 ? ", " + count_text(model.origin.examples, "example") : "",
                    count_text(data.examples(), "example"), html_text(data.name));
    return page<T>(model, head, parts, examined, data_section(model, data, ""));
}

template std::string html_report(const Trained<float>&, const Dataset&, const ReportSource&);
template std::string html_report(const Trained<double>&, const Dataset&, const ReportSource&);
template std::string html_report(const Model<float>&, const Dataset&, const Evaluation&);
template std::string html_report(const Model<double>&, const Dataset&, const Evaluation&);

}  // namespace gradus
