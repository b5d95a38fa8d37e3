#include "gradus/report/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/model/prepared.h"
#include "gradus/model/resume.h"
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
    Examined examined{.part = Part::validation, .data = &data, .rows = parts.validation};
    if (!trained.fold_answers.empty()) {
        examined.part = Part::out_of_fold;
        examined.rows = parts.training;
        examined.answers = trained.fold_answers;
        examined.remark = say(" Each example is answered by the one network that was not trained on it.");
        return examined;
    }
    if (validation != nullptr) {
        examined.data = validation;
        examined.rows = all_rows(*validation);
    } else if (parts.validation.empty()) {
        examined.part = Part::training;
        examined.rows = parts.training;
    }
    examined.answers = trained.first_answers;
    if (examined.answers.empty()) {
        examined.answers = answers<T>(trained.model, *examined.data, examined.rows);
        if (trained.model.recipe.retrain && trained.model.validation)
            examined.remark =
                say(" The answers are the final network's, which has learned from these examples as well: on "
                    "new ones it will be less right.");
    } else {
        examined.remark = say(" The answers are the first run's, whose network had not seen these examples.");
    }
    return examined;
}

std::string short_list(const std::vector<std::string>& names) {
    constexpr std::size_t most = 6;
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) list += (i == 0 ? "" : ", ") + names[i];
    return names.size() > most ? say("{} and {} more", list, names.size() - most) : list;
}

std::string names_of(const Target& target) {
    if (target.task == Task::encode)
        return say_count(static_cast<Index>(target.names.size()), "{} hidden unit", "{} hidden units");
    if (target.task == Task::reconstruct) return say("to reconstruct its inputs");
    const std::string names = short_list(target.names);
    return target.classes.empty() ? names : say("{} ({} classes)", names, target.classes.size());
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
    if (is_unsupervised(target.task)) return {};
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

template <class S>
std::string beside(const Examined& examined, const Target& target, const Answers& linear, View<const S> Y) {
    const Matrix<S> A = outputs_of<S>(examined.answers, target);
    const Matrix<S> B = outputs_of<S>(linear, target);
    const Matrix<S> weights = of_mean_one<S>(examined.weights());
    return linear_section(examined, measure<S>(target.task, A, Y, weights),
                          measure<S>(target.task, B, Y, weights), compare<S>(target.task, A, B, Y, weights));
}

template <class T>
std::string beside_linear(const Examined& examined, const Trained<T>& trained) {
    const bool by_folds = examined.part == Part::out_of_fold;
    if (by_folds ? trained.fold_linear.empty() : !trained.linear) return {};
    const Target& target = trained.model.target;
    const Answers linear =
        by_folds ? trained.fold_linear : answers<T>(trained.linear->model, *examined.data, examined.rows);
    const Matrix<double> truth = select(examined.data->Y, examined.rows);
    if (target.task == Task::regress) return beside<double>(examined, target, linear, truth.view());
    const Matrix<T> Y = targets<T>(truth, target);
    return beside<T>(examined, target, linear, Y.view());
}

std::string said(const ReportSource& source, const Target& target) {
    constexpr std::size_t most = 20;
    const std::string kind = is_unsupervised(target.task)    ? say("none: all columns are inputs")
                             : target.task == Task::classify ? say("{} classes", target.classes.size())
                             : target.task == Task::regress  ? say("a regression")
                                                             : say("{} labels", target.names.size());
    std::string text = fmt::format(
        "<p>{}</p>\n", say("Target: {}.", html_text(!source.target.empty() ? source.target
                                                    : is_unsupervised(target.task)
                                                        ? kind
                                                        : short_list(target.names) + ": " + kind)));
    if (source.notes.empty()) return text;
    text += "<ul class=\"note\">\n";
    for (std::size_t i = 0; i < std::min(most, source.notes.size()); ++i)
        text += fmt::format("<li>{}</li>\n", html_text(source.notes[i]));
    if (source.notes.size() > most)
        text += fmt::format("<li>{}</li>\n", say("{} more", source.notes.size() - most));
    return text + "</ul>\n";
}

// A network that learned from all examples at last has set none aside.
template <class T>
std::string machines_of(const Model<T>& model, const Dataset& data, const Dataset* validation) {
    if (model.machines.empty()) return {};
    const bool all = model.recipe.retrain && model.validation;
    return machines_section<T>(model, data,
                               PreparedData<T>(data, model.recipe, all ? 0 : model.recipe.validation,
                                               all ? nullptr : validation, &model));
}

// What all reports have.
template <class T>
std::string page(const Model<T>& model, const std::string& head, const std::vector<Measured>& parts,
                 const Examined& examined, const std::string& data, const std::string& machines = {},
                 const std::string& linear = {}) {
    const std::string body =
        "<main>\n" + head + result_section(model, parts) + linear + judged<T>(examined, model.target) +
        (is_unsupervised(model.target.task) ? "" : importance_section(examined, model)) +
        plane_section(examined, model) + worst_section(examined, model.target, model.network.in()) +
        curves_section(model.curve, model.recipe, model.kept_updates, members(model)) + machines +
        (model.recipe.source.empty() ? "" : recipe_section(model.recipe)) + network_section(model.network) +
        features_section(model.features) + data + "</main>\n";
    return html_page(say("{}: report", examined.data->name), body);
}

template <class T>
std::vector<Measured> measured_in_training(const Model<T>& model) {
    std::vector<Measured> parts;
    if (model.out_of_fold) parts.push_back({Part::out_of_fold, *model.out_of_fold});
    if (model.validation) parts.push_back({Part::validation, *model.validation});
    if (model.training.examples > 0) parts.push_back({Part::training, model.training});
    return parts;
}

}  // namespace

std::string Examined::counted() const {
    return data->weights.empty()
               ? ""
               : " " + say("Counts are of examples; shares and metrics count their weights.");
}

std::string part_text(Part part) {
    return part == Part::training      ? say("training")
           : part == Part::validation  ? say("validation")
           : part == Part::out_of_fold ? say("out of fold")
                                       : say("evaluated");
}

std::string examples_text(Part part, Index count) {
    return part == Part::training      ? say_count(count, "{} training example", "{} training examples")
           : part == Part::validation  ? say_count(count, "{} validation example", "{} validation examples")
           : part == Part::out_of_fold ? say_count(count, "{} example out of fold", "{} examples out of fold")
                                       : say_count(count, "{} evaluated example", "{} evaluated examples");
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
    const Index networks = members(trained.model);
    const std::string parameters = say_count(static_cast<Index>(trained.model.network.parameters().size()),
                                             "{} parameter", "{} parameters"),
                      learned = html_text(names_of(trained.model.target)),
                      from = say_count(data.examples(), "{} example", "{} examples");
    const std::string sentence =
        networks > 1 ? say("An ensemble of {} networks with {} each learned {} from {}.", networks,
                           parameters, learned, from)
                     : say("A network with {} learned {} from {}.", parameters, learned, from);
    const std::string head = fmt::format("<h1>{}</h1>\n<p>{}</p>\n", html_text(data.name), sentence) +
                             said(source, trained.model.target);
    const Split parts = division(data, trained.model.recipe);
    const std::string counts =
        source.validation != nullptr
            ? say(" for training; {}: {} for validation", html_text(source.validation->name),
                  source.validation->examples())
            : say(" ({} for training, {} for validation)", parts.training.size(), parts.validation.size());
    return page<T>(trained.model, head, measured_in_training<T>(trained.model), examined,
                   data_section(data, counts), machines_of(trained.model, data, source.validation),
                   beside_linear(examined, trained));
}

template <class T>
std::string html_report(const Model<T>& model, const Dataset& data, const Evaluation& evaluation) {
    if (model.target.names.empty() && !data.target_names.empty())  // another program's
        return html_report(with_target(model, data), data, evaluation);
    Examined examined{.part = Part::given, .data = &data, .rows = all_rows(data)};
    examined.answers = answers<T>(model, data, examined.rows);
    std::vector<Measured> parts = measured_in_training(model);
    parts.insert(parts.begin(), {Part::given, evaluation});
    const std::string origin = html_text(model.origin.data.empty() ? say("unknown data") : model.origin.data);
    const std::string sentence = say(
        "A model of {} (learned from {}{}) answers for {} of {}.", html_text(names_of(model.target)), origin,
        model.origin.examples > 0 ? ", " + say_count(model.origin.examples, "{} example", "{} examples") : "",
        say_count(data.examples(), "{} example", "{} examples"), html_text(data.name));
    const std::string head = fmt::format("<h1>{}</h1>\n<p>{}</p>\n", html_text(data.name), sentence);
    return page<T>(model, head, parts, examined, data_section(data, ""));
}

template std::string html_report(const Trained<float>&, const Dataset&, const ReportSource&);
template std::string html_report(const Trained<double>&, const Dataset&, const ReportSource&);
template std::string html_report(const Model<float>&, const Dataset&, const Evaluation&);
template std::string html_report(const Model<double>&, const Dataset&, const Evaluation&);

}  // namespace gradus
