// gradus predict: what does a model say about new rows?

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/decoded.h"
#include "cli/model_options.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "gradus/core/say.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"
#include "gradus/model/predictions.h"

namespace gradus::cli {
namespace {

struct PredictOptions {
    ModelOptions input;
    std::string output;
    bool probabilities = false;
    bool raw = false;
};

template <class T>
Json json_of(const Predictions<T>& predictions, Index row) {
    Json json;
    if (predictions.has_answer()) json["prediction"] = predictions.answer(row);
    const std::size_t first = predictions.has_answer() ? 1 : 0;
    const Matrix<double>& values = predictions.values();
    for (Index i = 0; i < values.rows(); ++i)
        json[predictions.columns()[first + static_cast<std::size_t>(i)]] =
            predictions.leaves_in_double() ? values(i, row) : static_cast<T>(values(i, row));
    return json;
}

// The prediction of every row, as lines of CSV or as JSON objects.
template <class T>
std::string lines_of(const Predictions<T>& predictions, Index rows, bool json) {
    std::string text;
    if (!json) text = predictions.header();
    for (Index row = 0; row < rows; ++row)
        text += json ? json_of(predictions, row).dump() + "\n" : predictions.line(row);
    return text;
}

// The columns that a row was made of, as an autoencoder gives them back.
template <class T>
std::string reconstructions(const Decoder& decoder, const Matrix<T>& A, bool json) {
    if (!json) return csv_of(decoder, A);
    std::string text;
    for (Index j = 0; j < A.columns(); ++j) text += object_of(decoder, A.view().column(j)).dump() + "\n";
    return text;
}

// The rows of a model that learned shorter series.
void note_cut(Terminal& terminal, const Features& features, const Table& table) {
    if (features.masked_channels > 0 && table.length > features.masked_length())
        terminal.note("note", say("series of up to {} numbers: the model sees the first {}", table.length,
                                  features.masked_length()));
}

int predict(const PredictOptions& options) {
    const DataOptions& typed = options.input.source;
    require_own_file("-o", options.output, {options.input.model, typed.data, typed.read.labels});
    Terminal terminal(options.input.terminal);
    const AnyModel any = options.input.read();
    const DataOptions source =
        std::visit([&](const auto& model) { return as_learned(options.input.source, model); }, any);
    const Table table = source.table(terminal);
    return std::visit(
        [&](const auto& model) {
            using T = std::remove_cvref_t<decltype(model.network.parameters()[0])>;
            const Encoder encoder(model.features, table);
            std::vector<std::string> known = model.target.names;
            known.insert(known.end(), {model.recipe.group, model.recipe.weight});
            note_unused(terminal, encoder, known);
            note_places(terminal, model.target, model.features, table);
            note_unknown(terminal, encoder, table.rows);
            note_cut(terminal, model.features, table);
            const Matrix<T> A = outputs(model, table);
            const bool by_column = model.target.task == Task::reconstruct && !options.raw;
            const std::string text =
                by_column ? reconstructions(Decoder(model.features, options.input.model), A,
                                            options.input.terminal.json)
                          : lines_of(Predictions<T>(model, A, options.probabilities, options.raw), table.rows,
                                     options.input.terminal.json);
            if (options.output.empty()) {
                print_to_stdout(text);
            } else {
                write_file(options.output, text);
            }
            return 0;
        },
        any);
}

}  // namespace

Command predict_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand("predict", say("what does a model say about new rows?"));
    const auto options = std::make_shared<PredictOptions>();
    command->option_defaults()->group(say("Predictions"));
    add_value(*command, "-o", "FILE", say("a CSV file instead of the standard output"),
              [options](const std::string& text) { options->output = is_standard_output(text) ? "" : text; });
    command->add_flag("--probabilities", options->probabilities, say("of each class or label as well"));
    command->add_flag("--raw", options->raw, say("the outputs of the network, with all their digits"));
    add_model_options(*command, options->input);
    command->footer(say("Examples") +
                    "\n  gradus predict iris.onnx iris.csv\n"
                    "  gradus predict titanic.onnx new.csv --probabilities -o answers.csv");
    return {command, [options] { return predict(*options); }};
}

}  // namespace gradus::cli
