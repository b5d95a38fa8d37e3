// gradus predict: what does a model say about new rows?

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/decoded.h"
#include "cli/model_options.h"
#include "cli/terminal.h"
#include "gradus/core/say.h"
#include "gradus/data/csv.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/files/atomic_file.h"

namespace gradus::cli {
namespace {

struct PredictOptions {
    ModelOptions input;
    std::string output;
    bool probabilities = false;
    bool raw = false;
};

// 9 digits say which float it is, 17 which double.
std::string number(float value) {
    return fmt::format("{:.9g}", value);
}
std::string number(double value) {
    return fmt::format("{:.17g}", value);
}

// The prediction of every row, as lines of CSV or as JSON objects.
template <class T>
class Predictions {
public:
    Predictions(const Model<T>& model, const Matrix<T>& outputs, const PredictOptions& options)
        : model_(model), outputs_(outputs), raw_(options.raw || is_foreign()) {
        if (is_foreign()) {
            values_ = in_double(outputs_);
        } else if (has_labels()) {
            if (options.probabilities || raw_) values_ = in_double(outputs_);
        } else if (classifies()) {
            classes_ = classes_of<T>(outputs_);
            if (options.probabilities || raw_) values_ = in_double(probabilities<T>(outputs_));
        } else {
            values_ = in_own_units<T>(model.target, outputs_);
        }
        name_columns();
    }

    [[nodiscard]] std::string header() const {
        std::vector<std::string> fields;
        for (const std::string& column : columns_) fields.push_back(csv_field(column));
        return fmt::format("{}\n", fmt::join(fields, ","));
    }

    [[nodiscard]] std::string line(Index row) const {
        std::vector<std::string> fields;
        if (has_answer()) fields.push_back(csv_field(answer(row)));
        for (Index i = 0; i < values_.rows(); ++i) fields.push_back(field(i, row));
        const std::string text = fmt::format("{}\n", fmt::join(fields, ","));
        return text == "\n" ? "\"\"\n" : text;  // many readers of CSV pass over empty lines
    }

    [[nodiscard]] Json object(Index row) const {
        Json json;
        if (has_answer()) json["prediction"] = answer(row);
        const std::size_t first = has_answer() ? 1 : 0;
        for (Index i = 0; i < values_.rows(); ++i)
            json[columns_[first + static_cast<std::size_t>(i)]] =
                leaves_in_double() ? values_(i, row) : static_cast<T>(values_(i, row));
        return json;
    }

private:
    [[nodiscard]] bool is_foreign() const { return model_.target.names.empty(); }
    [[nodiscard]] bool classifies() const { return model_.target.task == Task::classify; }
    [[nodiscard]] bool has_labels() const { return model_.target.task == Task::multilabel; }
    [[nodiscard]] bool leaves_in_double() const { return model_.target.in_double; }

    [[nodiscard]] static Matrix<double> in_double(const Matrix<T>& M) {
        Matrix<double> result(M.rows(), M.columns());
        std::copy_n(M.data(), M.rows() * M.columns(), result.data());
        return result;
    }

    // Of a float network only so many digits mean anything, however many stand before the point.
    [[nodiscard]] std::string field(Index i, Index row) const {
        const double value = values_(i, row);
        if (!leaves_in_double()) return number(static_cast<T>(value));
        if (raw_ || std::is_same_v<T, double>) return number(value);
        constexpr double sure = 1e-5;  // of a standard deviation
        const Line line = model_.target.lines[static_cast<std::size_t>(i)];
        const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(sure * line.divisor))), 0, 17);
        return fmt::format("{:.{}f}", value, decimals);
    }

    [[nodiscard]] bool has_answer() const { return !raw_ && (classifies() || has_labels()); }
    // The class, or the labels that the row has.
    [[nodiscard]] std::string answer(Index row) const {
        if (classifies())
            return model_.target.classes[static_cast<std::size_t>(classes_[static_cast<std::size_t>(row)])];
        std::string labels;
        for (Index i = 0; i < outputs_.rows(); ++i)
            if (outputs_(i, row) >= T(0.5))
                labels += (labels.empty() ? "" : ";") + model_.target.names[static_cast<std::size_t>(i)];
        return labels;
    }

    void name_columns() {
        if (has_answer()) {
            columns_.emplace_back("prediction");
            const auto& names = classifies() ? model_.target.classes : model_.target.names;
            if (!values_.empty()) columns_.insert(columns_.end(), names.begin(), names.end());
        } else if (raw_) {
            const std::string output = is_foreign()                              ? model_.target.output
                                       : classifies() || has_labels()            ? "probabilities"
                                       : model_.target.task == Task::encode      ? "hidden"
                                       : model_.target.task == Task::reconstruct ? "reconstruction"
                                                                                 : "prediction";
            for (Index i = 0; i < values_.rows(); ++i) columns_.push_back(fmt::format("{}_{}", output, i));
        } else {
            columns_ = model_.target.names;
        }
    }

    const Model<T>& model_;
    const Matrix<T>& outputs_;
    bool raw_;
    std::vector<Index> classes_;
    Matrix<double> values_;  // what stands behind the label
    std::vector<std::string> columns_;
};

template <class T>
std::string lines_of(const Predictions<T>& predictions, Index rows, bool json) {
    std::string text;
    if (!json) text = predictions.header();
    for (Index row = 0; row < rows; ++row)
        text += json ? predictions.object(row).dump() + "\n" : predictions.line(row);
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

// Columns that the model does not know: neither as features nor otherwise.
void note_unused(Terminal& terminal, const Encoder& encoder, std::vector<std::string> known,
                 const Recipe& recipe) {
    known.insert(known.end(), {recipe.group, recipe.weight});
    std::string names;
    for (const std::string& name : encoder.unused())
        if (std::ranges::count(known, name) == 0)
            names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
    if (!names.empty()) terminal.note("ignored", say("columns that the model does not know: {}", names));
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
            note_unused(terminal, encoder, model.target.names, model.recipe);
            note_places(terminal, model.target, model.features, table);
            note_unknown(terminal, encoder, table.rows);
            note_cut(terminal, model.features, table);
            const Matrix<T> A = outputs(model, table);
            const bool by_column = model.target.task == Task::reconstruct && !options.raw;
            const std::string text = by_column ? reconstructions(Decoder(model.features, options.input.model),
                                                                 A, options.input.terminal.json)
                                               : lines_of(Predictions<T>(model, A, options), table.rows,
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
    command->add_option("-o", options->output, say("a CSV file instead of the standard output"))
        ->type_name("FILE");
    command->add_flag("--probabilities", options->probabilities, say("of each class or label as well"));
    command->add_flag("--raw", options->raw, say("the outputs of the network, with all their digits"));
    add_model_options(*command, options->input);
    command->footer(say("Examples") +
                    "\n  gradus predict iris.onnx iris.csv\n"
                    "  gradus predict titanic.onnx new.csv --probabilities -o answers.csv");
    return {command, [options] { return predict(*options); }};
}

}  // namespace gradus::cli
