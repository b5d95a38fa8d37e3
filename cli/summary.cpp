// gradus summary: what is in a model file?

#include <fmt/format.h>

#include <memory>
#include <string>
#include <utility>

#include "cli/commands.h"
#include "cli/model_options.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "gradus/core/letters.h"
#include "gradus/core/say.h"
#include "gradus/explain/display_width.h"
#include "gradus/export/onnx/onnx.h"

namespace gradus::cli {
namespace {

struct SummaryOptions {
    std::string model;
    bool allow_external = false;
    TerminalSettings terminal;
};

// One layer of the table.
struct Row {
    std::string kind, in, out;
    Index parameters = 0;
    Index multiply_adds = 0;  // of one prediction
    Index bytes = 0;          // of its parameters, and of its output for one example
};

template <class T>
Row row_of(const Network<T>& network, std::size_t i) {
    const LayerPlan& plan = network.plan(i);
    Row row{.kind = network.layer(i).text(),
            .in = network.in_of(i).text(),
            .out = plan.out.text(),
            .parameters = plan.parameter_count()};
    for (const Parameter& parameter : plan.parameters)
        if (parameter.fan_in > 0) row.multiply_adds += parameter.rows * parameter.columns * plan.out.length;
    row.bytes = static_cast<Index>(sizeof(T)) * (row.parameters + plan.statistic_count() + plan.out.size());
    return row;
}

std::string bytes_text(Index bytes) {
    if (bytes < 10'000) return fmt::format("{} B", bytes);
    return bytes < 10'000'000 ? fmt::format("{:.1f} kB", double(bytes) / 1e3)
                              : fmt::format("{:.1f} MB", double(bytes) / 1e6);
}

template <class T>
class Summary {
public:
    Summary(const Model<T>& model, Terminal& terminal) : model_(model), terminal_(terminal) {
        for (std::size_t i = 0; i < model.network.size(); ++i) rows_.push_back(row_of(model.network, i));
        for (const Row& row : rows_) {
            total_.parameters += row.parameters;
            total_.multiply_adds += row.multiply_adds;
            total_.bytes += row.bytes;
        }
        for (Index* all : {&total_.parameters, &total_.multiply_adds, &total_.bytes}) *all *= members(model);
    }

    void print() {
        print_cells(say("layer"), say("in"), say("out"), say("parameters"), say("share"),
                    say("multiply-adds"), say("memory"));
        for (const Row& row : rows_) print_row(row);
        total_.kind = members(model_) > 1 ? say("in all {} networks", members(model_)) : say("in all");
        print_row(total_);
        terminal_.print_line("");
        print_facts();
        terminal_.print_json(json());
    }

private:
    void print_row(const Row& row) {
        const double share = total_.parameters > 0 ? 100 * double(row.parameters) *
                                                         double(&row == &total_ ? 1 : members(model_)) /
                                                         double(total_.parameters)
                                                   : 0;
        print_cells(row.kind, row.in, row.out, std::to_string(row.parameters), fmt::format("{:.1f}%", share),
                    std::to_string(row.multiply_adds), bytes_text(row.bytes));
    }

    // 80 columns; what a layer is called may need a line of its own.
    template <class... Cells>
    void print_cells(std::string kind, const Cells&... cells) {
        constexpr int room = 23;
        if (display_width(kind) > room) terminal_.print_line(std::exchange(kind, ""));
        terminal_.print_line(pad_right(kind, room) +
                             fmt::format(" {:>7} {:>7} {:>10} {:>6} {:>13} {:>8}", cells...));
    }

    void fact(Phrase label, const std::string& text) {
        if (!text.empty()) terminal_.print_line(fmt::format("{:<10} {}", say(label), visible(text)));
    }

    void print_facts() {
        fact("features", features_text());
        const bool nameless = model_.target.names.empty();
        fact("target", nameless ? say("unknown: this model was not made by Gradus") : target_text());
        if (!model_.target.output.empty()) return;  // nothing else stands in the file
        fact("data", fmt::format("{}, {}", model_.origin.data,
                                 say_count(model_.origin.examples, "{} example", "{} examples")));
        fact("recipe", to_text(model_.recipe));
        const auto [updates, kept] = updates_of(model_);
        fact("updates", say("{}, of {} made", kept, updates));
        if (model_.state) fact("state", say("can be resumed: gradus train DATA --resume FILE"));
        fact("baseline", baseline_note(model_.recipe.task, model_.baseline));
        if (model_.training.examples > 0) terminal_.print_line(metrics_line("training", model_.training));
        if (model_.out_of_fold) terminal_.print_line(metrics_line("out of fold", *model_.out_of_fold));
        if (model_.validation) terminal_.print_line(metrics_line("validation", *model_.validation));
    }

    [[nodiscard]] std::string features_text() const {
        const Features& features = model_.features;
        return say("{} numeric, {}{} of text, scaled by {}; {} inputs{}", features.numeric.size(),
                   features.dates.empty() ? "" : say("{} of dates, ", features.dates.size()),
                   features.text.size(), scaling_names[static_cast<std::size_t>(features.scaling)],
                   features.width(),
                   features.bins() == 0 ? "" : say(", {} of them bins of numbers", features.bins()));
    }

    [[nodiscard]] std::string target_text() const {
        std::string text;
        if (model_.target.task == Task::encode)
            return say_count(static_cast<Index>(model_.target.names.size()), "none: {} hidden unit",
                             "none: {} hidden units");
        if (model_.target.task == Task::reconstruct) return say("none: the inputs themselves");
        for (const std::string& name : model_.target.names) text += (text.empty() ? "" : ", ") + name;
        if (model_.target.task == Task::multilabel)
            return fmt::format(
                "{}: {}", text,
                say_count(static_cast<Index>(model_.target.names.size()), "{} label", "{} labels"));
        if (model_.target.classes.empty()) return text;
        return say("{}: {} classes", text, model_.target.classes.size());
    }

    [[nodiscard]] Json json() const {
        Json layers = Json::array();
        for (const Row& row : rows_)
            layers.push_back({{"layer", row.kind},
                              {"in", row.in},
                              {"out", row.out},
                              {"parameters", row.parameters},
                              {"multiply_adds", row.multiply_adds},
                              {"bytes", row.bytes}});
        Json inputs = Json::array();
        for (const std::string& name : model_.features.names()) inputs.push_back(name);
        const auto part = [&](const Evaluation& evaluation) {
            return to_json(evaluation, names_of(model_.target));
        };
        const auto [updates, kept] = updates_of(model_);
        return {{"members", members(model_)},
                {"layers", layers},
                {"parameters", total_.parameters},
                {"multiply_adds", total_.multiply_adds},
                {"bytes", total_.bytes},
                {"inputs", inputs},
                {"targets", model_.target.names},
                {"classes", model_.target.classes},
                {"data", model_.origin.data},
                {"examples", model_.origin.examples},
                {"recipe", to_text(model_.recipe)},
                {"updates", updates},
                {"kept_updates", kept},
                {"resumable", model_.state.has_value()},
                {"train", model_.training.examples > 0 ? part(model_.training) : Json(nullptr)},
                {"out_of_fold", model_.out_of_fold ? part(*model_.out_of_fold) : Json(nullptr)},
                {"validation", model_.validation ? part(*model_.validation) : Json(nullptr)}};
    }

    const Model<T>& model_;
    Terminal& terminal_;
    std::vector<Row> rows_;
    Row total_;
};

}  // namespace

Command summary_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("summary", say("what is in a model file?"));
    const auto options = std::make_shared<SummaryOptions>();
    command
        ->add_option("MODEL", options->model,
                     say("a model file (.onnx) of train, or of PyTorch, Keras or scikit-learn"))
        ->required();
    command->option_defaults()->group(say("Model"));
    add_external_option(*command, options->allow_external);
    add_terminal_options(*command, options->terminal);
    command->footer(say("Examples") +
                    "\n  gradus summary iris.onnx\n"
                    "  gradus summary iris.onnx --json");
    return {command, [options] {
                Terminal terminal(options->terminal);
                const AnyModel any = read_model(options->model, options->allow_external);
                std::visit([&](const auto& model) { Summary(model, terminal).print(); }, any);
                return 0;
            }};
}

}  // namespace gradus::cli
