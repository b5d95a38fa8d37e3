// gradus evaluate: how good is a model on rows whose truth is known?

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"
#include "gradus/model/resume.h"
#include "gradus/report/report.h"

namespace gradus::cli {
namespace {

void print_mistakes(Terminal& terminal, const std::vector<Mistake>& mistakes,
                    const std::vector<std::string>& classes) {
    constexpr std::size_t most = 20;
    const std::size_t shown = std::min(most, mistakes.size());
    const auto name = [&](Index number) { return classes[static_cast<std::size_t>(number)]; };
    int width = 5, other = 10;
    for (std::size_t k = 0; k < shown; ++k) {
        width = std::max(width, display_width(name(mistakes[k].truth)));
        other = std::max(other, display_width(name(mistakes[k].prediction)));
    }
    terminal.print_line("");
    terminal.print_line(
        say("{} classes are too many for a matrix: the {} most frequent of {} kinds of mistakes",
            classes.size(), shown, mistakes.size()));
    terminal.print_line(
        fmt::format("{} | {} {:>8}", pad_left("truth", width), pad_left("prediction", other), "examples"));
    for (std::size_t k = 0; k < shown; ++k)
        terminal.print_line(fmt::format("{} | {} {:>8}", pad_left(name(mistakes[k].truth), width),
                                        pad_left(name(mistakes[k].prediction), other), mistakes[k].count));
}

// Rows are the truth, columns what was predicted.
void print_confusion(Terminal& terminal, const Evaluation& evaluation,
                     const std::vector<std::string>& names) {
    constexpr std::size_t most = 50;
    const std::vector<std::string> classes = visible(names);
    int width = 5;
    if (classes.size() > most) return print_mistakes(terminal, mistakes_of(evaluation.confusion), classes);
    for (const std::string& name : classes) width = std::max(width, display_width(name));
    std::string head = pad_left("truth", width) + " |";
    for (const std::string& name : classes) head += " " + pad_left(name, width);
    terminal.print_line("");
    terminal.print_line(head);
    for (std::size_t i = 0; i < classes.size(); ++i) {
        std::string line = pad_left(classes[i], width) + " |";
        for (const Index count : evaluation.confusion[i])
            line += " " + pad_left(std::to_string(count), width);
        terminal.print_line(line);
    }
}

void print_labels(Terminal& terminal, const Evaluation& evaluation, const std::vector<std::string>& labels) {
    const std::vector<std::string> names = visible(labels);
    int width = 5;
    for (const std::string& name : names) width = std::max(width, display_width(name));
    terminal.print_line("");
    terminal.print_line(pad_left("label", width) +
                        " |  have it  found  wrongly   accuracy +-         f1 +-      ROC AUC +-");
    for (std::size_t i = 0; i < names.size(); ++i) {
        const Evaluation& e = evaluation.labels[i];
        const StandardErrors& error = e.standard_error;
        const Confusion& c = e.confusion;
        const std::string area =
            std::isnan(e.roc_auc) ? "          none" : fmt::format("{:.4f} {:.4f}", e.roc_auc, error.roc_auc);
        terminal.print_line(fmt::format("{} | {:>8} {:>6} {:>8}  {:.4f} {:.4f}  {:.4f} {:.4f}  {}",
                                        pad_left(names[i], width), c[1][0] + c[1][1], c[1][1], c[0][1],
                                        e.accuracy, error.accuracy, e.f1, error.f1, area));
    }
}

int run_evaluate(const ModelOptions& options, const std::string& report) {
    require_own_file("--report", report, {options.model, options.source.data, options.source.read.labels});
    if (!report.empty()) const AtomicFile file(report);  // if it cannot be written, better to know now
    Terminal terminal(options.terminal);
    const AnyModel any = options.read();
    return std::visit(
        [&](const auto& read) {
            const Dataset data = options.dataset(read, terminal);
            const auto model = with_target(read, data);
            const Evaluation evaluation = evaluate(model, data);
            note_places(terminal, read.target, read.features, data.table);
            note_seen(terminal, model, data);
            note_unknown(terminal, Encoder(model.features, data.table), data.examples());
            if (!report.empty()) write_file(report, html_report(model, data, evaluation));
            terminal.print_line(metrics_line(visible(data.name), evaluation));
            for (const std::string& line : probability_lines(evaluation)) terminal.print_line(line);
            if (model.target.task == Task::classify && !options.terminal.json)
                print_confusion(terminal, evaluation, model.target.classes);
            if (model.target.task == Task::multilabel && !options.terminal.json)
                print_labels(terminal, evaluation, model.target.names);
            if (evaluation.weighted &&
                (model.target.task == Task::classify || model.target.task == Task::multilabel))
                terminal.print_line(say("Counts are of rows; the metrics count the weights of the rows."));
            terminal.print_json(to_json(evaluation, names_of(model.target)));
            return 0;
        },
        any);
}

}  // namespace

Command evaluate_command(CLI::App& app) {
    CLI::App* command =
        app.add_subcommand("evaluate", say("how good is a model on rows whose truth is known?"));
    const auto options = std::make_shared<ModelOptions>();
    const auto report = std::make_shared<std::string>();
    command->option_defaults()->group(say("Evaluation"));
    add_value(*command, "--report", "FILE",
              say("a page (HTML): confusion, thresholds or residuals, the worst examples"),
              [report](const std::string& text) { *report = text; });
    add_model_options(*command, *options);
    command->option_defaults()->group(say("Data"));
    add_column_options(*command, options->source);
    command->footer(say("Examples") +
                    "\n  gradus evaluate iris.onnx iris.csv\n"
                    "  gradus evaluate images.onnx t10k-images-ubyte --labels t10k-labels-ubyte");
    return {command, [options, report] { return run_evaluate(*options, *report); }};
}

}  // namespace gradus::cli
