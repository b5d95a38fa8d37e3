#include "gradus/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "gradus/model/prepared.h"
#include "gradus/report/html.h"
#include "gradus/report/report_pieces.h"

namespace gradus {
namespace {

std::vector<Index> all_rows(const Dataset& data) {
    std::vector<Index> rows(static_cast<std::size_t>(data.examples()));
    std::iota(rows.begin(), rows.end(), Index{0});
    return rows;
}

template <class T>
Examined examine(const Trained<T>& trained, const Dataset& data, const Dataset* validation) {
    const Split parts = division(data, trained.model.recipe);
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

std::string short_list(const std::vector<std::string>& names) {
    constexpr std::size_t most = 6;
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) list += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > most) list += fmt::format(" and {} more", names.size() - most);
    return list;
}

std::string names_of(const Target& target) {
    return short_list(target.names) +
           (target.classes.empty() ? "" : fmt::format(" ({} classes)", target.classes.size()));
}

// As the network gave them: of two classes the second's probability alone.
template <class T>
Matrix<T> outputs_of(const Answers& answers, const Target& target) {
    const Matrix<double>& values = answers.values;
    const bool two = target.classes.size() == 2;
    return Matrix<T>(two ? values.view().rows({1, 2}) : values.view());
}

template <class T>
std::string judged(const Examined& examined, const Target& target) {
    if (target.task == Task::regress) return residuals_section(examined, target);
    const Matrix<T> P = outputs_of<T>(examined.answers, target);
    const Matrix<T> Y = targets<T>(select(examined.data->Y, examined.rows), target);
    const Matrix<T> weights = of_mean_one<T>(examined.weights());
    if (target.task == Task::multilabel)
        return labels_section(examined, target, measure<T>(target.task, P, Y, weights));
    return confusion_section(examined, target) + thresholds_section(examined, target) +
           calibration_section(examined, calibration_bins<T>(P, Y, weights),
                               calibration_error<T>(P, Y, weights));
}

template <class S, class T>
std::string beside(const Examined& examined, const Target& target, const Model<T>& linear, View<const S> Y) {
    const Matrix<S> A = outputs_of<S>(examined.answers, target);
    const Matrix<S> B = outputs_of<S>(answers<T>(linear, *examined.data, examined.rows), target);
    const Matrix<S> weights = of_mean_one<S>(examined.weights());
    return linear_section(examined, measure<S>(target.task, A, Y, weights),
                          measure<S>(target.task, B, Y, weights), compare<S>(target.task, A, B, Y, weights));
}

template <class T>
std::string beside_linear(const Examined& examined, const Trained<T>& trained) {
    if (!trained.linear) return {};
    const Target& target = trained.model.target;
    const Model<T>& linear = trained.linear->model;
    const Matrix<double> truth = select(examined.data->Y, examined.rows);
    if (target.task == Task::regress) return beside<double>(examined, target, linear, truth.view());
    const Matrix<T> Y = targets<T>(truth, target);
    return beside<T, T>(examined, target, linear, Y.view());
}

std::string said(const ReportSource& source, const Target& target) {
    constexpr std::size_t most = 20;
    const std::string kind = target.task == Task::classify  ? fmt::format("{} classes", target.classes.size())
                             : target.task == Task::regress ? "a regression"
                                                            : fmt::format("{} labels", target.names.size());
    std::string text = fmt::format(
        "<p>Target: {}.</p>\n",
        html_text(source.target.empty() ? short_list(target.names) + ": " + kind : source.target));
    if (source.notes.empty()) return text;
    text += "<ul class=\"note\">\n";
    for (std::size_t i = 0; i < std::min(most, source.notes.size()); ++i)
        text += fmt::format("<li>{}</li>\n", html_text(source.notes[i]));
    if (source.notes.size() > most) text += fmt::format("<li>{} more</li>\n", source.notes.size() - most);
    return text + "</ul>\n";
}

// What all reports have.
template <class T>
std::string page(const Model<T>& model, const std::string& head, const std::vector<Measured>& parts,
                 const Examined& examined, const std::string& data, const std::string& linear = {}) {
    const std::string body =
        "<main>\n" + head + result_section(model, parts) + linear + judged<T>(examined, model.target) +
        importance_section(examined, model) + worst_section(examined, model.target, model.network.in()) +
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

std::string Examined::counted() const {
    return data->weights.empty() ? "" : " Counts are of examples; shares and metrics count their weights.";
}

Matrix<double> Examined::weights() const {
    if (data->weights.empty()) return {};
    Matrix<double> some(1, size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        some(0, static_cast<Index>(i)) = data->weights[static_cast<std::size_t>(rows[i])];
    return some;
}

template <class T>
std::string html_report(const Trained<T>& trained, const Dataset& data, const ReportSource& source) {
    const Examined examined = examine(trained, data, source.validation);
    const std::string head =
        fmt::format("<h1>{}</h1>\n<p>A network with {} learned {} from {}.</p>\n", html_text(data.name),
                    count_text(static_cast<Index>(trained.model.network.parameters().size()), "parameter"),
                    html_text(names_of(trained.model.target)), count_text(data.examples(), "example")) +
        said(source, trained.model.target);
    const Split parts = division(data, trained.model.recipe);
    const std::string counts =
        source.validation != nullptr
            ? fmt::format(" for training; {}: {} for validation", html_text(source.validation->name),
                          source.validation->examples())
            : fmt::format(" ({} for training, {} for validation)", parts.training.size(),
                          parts.validation.size());
    return page<T>(trained.model, head, measured_in_training<T>(trained.model), examined,
                   data_section(data, counts), beside_linear(examined, trained));
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
    return page<T>(model, head, parts, examined, data_section(data, ""));
}

template std::string html_report(const Trained<float>&, const Dataset&, const ReportSource&);
template std::string html_report(const Trained<double>&, const Dataset&, const ReportSource&);
template std::string html_report(const Model<float>&, const Dataset&, const Evaluation&);
template std::string html_report(const Model<double>&, const Dataset&, const Evaluation&);

}  // namespace gradus
