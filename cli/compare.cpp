// gradus compare: which of two models is better, by how much, and is that more than chance?

#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/explain/display_width.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/comparison.h"
#include "gradus/model/resume.h"
#include "gradus/model/seen_rows.h"
#include "gradus/nn/estimates.h"

namespace gradus::cli {
namespace {

struct ComparedMetric {
    std::string name;
    const char* key;
    double first, second;
    Estimate difference;
    bool less_is_better;
    bool digits;  // it is no share
};

std::vector<ComparedMetric> metrics_of(const ComparedModels& compared) {
    const Evaluation &a = compared.first, &b = compared.second;
    const Comparison& d = compared.difference;
    if (d.task == Task::regress)
        return {{"rmse", "rmse", a.rmse, b.rmse, d.rmse, true, true},
                {"mae", "mae", a.mae, b.mae, d.mae, true, true},
                {"R2", "r2", a.r2, b.r2, d.r2, false, false}};
    return {{say("accuracy"), "accuracy", a.accuracy, b.accuracy, d.accuracy, false, false},
            {say("macro F1"), "f1", a.f1, b.f1, d.f1, false, false},
            {say("log loss"), "log_loss", a.log_loss, b.log_loss, d.log_loss, true, false},
            {say("ROC AUC"), "roc_auc", a.roc_auc, b.roc_auc, d.roc_auc, false, false}};
}

enum class Better { nobody, first, second };

// Beyond chance: one pair of equally good models in twenty differs by more.
Better who(const ComparedMetric& metric, Index examples) {
    const Estimate& d = metric.difference;
    constexpr Index fewest = 5;
    if (examples < fewest || !(std::abs(d.value) > standard_errors_of_chance(examples) * d.standard_error))
        return Better::nobody;
    return (d.value > 0) != metric.less_is_better ? Better::first : Better::second;
}

std::string verdict(const ComparedMetric& metric, Index examples) {
    if (metric.difference.value == 0) return say("the same");
    switch (who(metric, examples)) {
        case Better::first:
            return say("the first is better");
        case Better::second:
            return say("the second is better");
        case Better::nobody:
            break;
    }
    return say("may be chance");
}

void print_compared(Terminal& terminal, const ComparedModels& compared) {
    const Index examples = compared.difference.examples;
    terminal.print_line(pad_right(say("metric"), 10) + pad_left(say("first"), 12) +
                        pad_left(say("second"), 12) + pad_left(say("first - second"), 24));
    for (const ComparedMetric& metric : metrics_of(compared)) {
        if (std::isnan(metric.difference.value)) continue;
        const auto number = [&](double x) {
            return metric.digits ? fmt::format("{:.5g}", x) : fmt::format("{:.4f}", x);
        };
        const Estimate& d = metric.difference;
        std::string by = metric.digits ? fmt::format("{:+.4g}", d.value) : fmt::format("{:+.4f}", d.value);
        if (examples > 1)  // else there is no standard error
            by += metric.digits ? fmt::format(" +- {:.2g}", d.standard_error)
                                : fmt::format(" +- {:.4f}", d.standard_error);
        terminal.print_line(pad_right(metric.name, 10) + pad_left(number(metric.first), 12) +
                            pad_left(number(metric.second), 12) + pad_left(by, 24) + "   " +
                            verdict(metric, examples));
    }
}

Json json_of(const ComparedModels& compared, const std::vector<std::string>& models,
             const std::vector<std::string>& names) {
    const auto number = [](double x) { return std::isnan(x) ? Json(nullptr) : Json(x); };
    Json difference = Json::object(), better = Json::object();
    for (const ComparedMetric& metric : metrics_of(compared)) {
        const std::string key = metric.key;
        difference[key] = number(metric.difference.value);
        difference[key + "_se"] =
            compared.difference.examples < 2 ? Json(nullptr) : number(metric.difference.standard_error);
        const Better who_is = who(metric, compared.difference.examples);
        better[key] =
            who_is == Better::nobody ? Json(nullptr) : Json(who_is == Better::first ? "first" : "second");
    }
    return {{"models", models},
            {"examples", compared.difference.examples},
            {"first", to_json(compared.first, names)},
            {"second", to_json(compared.second, names)},
            {"difference", difference},
            {"better", better}};
}

struct CompareOptions {
    ModelOptions first;
    std::string second;
};

void note_seen_rows(Terminal& terminal, const std::string& file, const AnyModel& any, const Dataset& data) {
    const SeenRows seen = std::visit([&](const auto& model) { return seen_rows(model, data); }, any);
    if (seen.all)
        terminal.note("note", say("{} was trained on these rows: it knows their answers", file));
    else if (seen.some > 0)
        terminal.note("note", say("{} was trained on rows that are equal to at least {} of these {}", file,
                                  seen.some, data.examples()));
}

// A model, and the data as it reads them.
struct Side {
    AnyModel model;
    Dataset data;
};

Side side_of(const ModelOptions& options, Terminal& terminal) {
    const AnyModel any = options.read();
    return std::visit(
        [&](const auto& read) {
            Dataset data = options.dataset(read, terminal);
            auto model = with_target(read, data);
            note_unknown(terminal, Encoder(model.features, data.table), data.examples());
            return Side{.model = std::move(model), .data = std::move(data)};
        },
        any);
}

int run_compare(const CompareOptions& options) {
    if (options.first.source.data == "-" || options.first.source.read.labels == "-")
        throw Error(Fault::usage,
                    {.place = "DATA",
                     .found = say("the standard input can be read once, and there are two models"),
                     .hint = say("write it to a file")});
    Terminal terminal(options.first.terminal);
    ModelOptions second = options.first;
    second.model = options.second;
    Terminal silent(TerminalSettings{.json = true, .quiet = true});
    const Side a = side_of(options.first, terminal), b = side_of(second, silent);
    const ComparedModels compared = compare_models(a.model, a.data, b.model, b.data);
    note_seen_rows(terminal, options.first.model, a.model, a.data);
    if (options.second != options.first.model) note_seen_rows(terminal, options.second, b.model, b.data);
    const Index examples = compared.difference.examples;
    if (examples < 2)
        terminal.note("how", say("both answered the same single example: what is chance, it cannot tell"));
    else
        terminal.note(
            "how",
            say("both answered the same {}; +- is the standard error of the difference, and up to "
                "{:.3g} of it may be chance (one pair of equal models in twenty differs by more)",
                say_count(examples, "{} example", "{} examples"), standard_errors_of_chance(examples)));
    print_compared(terminal, compared);
    const std::vector<std::string>& names = std::visit(
        [](const auto& model) -> const auto& { return names_of(model.target); }, a.model);
    terminal.print_json(json_of(compared, {options.first.model, options.second}, names));
    return 0;
}

}  // namespace

Command compare_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("compare", say("which of two models is better, beyond chance?"));
    const auto options = std::make_shared<CompareOptions>();
    command
        ->add_option("MODEL", options->first.model,
                     say("a model file (.onnx) of train, or of PyTorch, Keras or scikit-learn"))
        ->required();
    command->add_option("SECOND", options->second, say("another one, that predicts the same"))->required();
    add_data_and_reading(*command, options->first);
    command->option_defaults()->group(say("Data"));
    add_column_options(*command, options->first.source);
    command->footer(say("Examples") +
                    "\n"
                    "  gradus compare small.onnx large.onnx later.csv\n"
                    "  gradus compare iris.onnx tuned.onnx iris.csv --json");
    return {command, [options] { return run_compare(*options); }};
}

}  // namespace gradus::cli
