#include "cli/model_options.h"

#include <algorithm>

#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/core/shell_word.h"
#include "gradus/export/onnx/onnx.h"
#include "gradus/model/prepared.h"
#include "gradus/model/resume.h"

namespace gradus::cli {

bool is_model_file(const std::string& name) {
    return name.ends_with(".onnx");
}

void require_model_first(const std::string& model, const std::string& data) {
    if (!model.empty() && is_model_file(data) && !is_model_file(model))
        throw Error(Fault::usage, {.place = data,
                                   .found = say("the model stands behind the data"),
                                   .hint = shell_word(data) + " " + shell_word(model)});
}

AnyModel ModelOptions::read() const {
    require_model_first(model, source.data);
    return read_model(model, allow_external);
}

void add_model_options(CLI::App& command, ModelOptions& options) {
    command
        .add_option("MODEL", options.model,
                    say("a model file (.onnx) of train, or of PyTorch, Keras or scikit-learn"))
        ->required();
    add_data_and_reading(command, options);
}

void add_external_option(CLI::App& command, bool& allow) {
    command
        .add_flag("--allow-external", allow,
                  say("a model of another program may have weights in a second file of its folder"))
        ->disable_flag_override();
}

void add_data_and_reading(CLI::App& command, ModelOptions& options) {
    add_external_option(command, options.allow_external);
    command
        .add_option(
            "DATA", options.source.data,
            say("a file (.csv .tsv .npy .ts or IDX, also .gz; - is the standard input), or built-in data"))
        ->required();
    command.option_defaults()->group(say("Data"));
    add_generator_options(command, options.source);
    add_reading_options(command, options.source);
    add_terminal_options(command, options.terminal);
}

template <class T>
void read_as_learned(ReadOptions& read, const Model<T>& model) {
    const Features& features = model.features;
    read.known = known_columns(features);
    for (KnownColumn& label : known_label(model.target.names, model.target.classes))
        read.known.push_back(std::move(label));
    std::vector<std::string> names;
    for (const NumericFeature& feature : features.numeric) names.push_back(feature.name);
    for (const DateFeature& feature : features.dates) names.push_back(feature.name);
    for (const TextFeature& feature : features.text) names.push_back(feature.name);
    const bool all_text = names.size() == features.text.size();
    read_alike(read, names, features.unnamed, all_text, features.missing_words);
}

template <class T>
DataOptions as_learned(DataOptions source, const Model<T>& model) {
    const bool unsupervised = is_unsupervised(model.target.task);
    if (unsupervised) source.columns.labels = Labels::none;
    if (source.is_built_in()) {
        if (!source.of_all.data_seed) source.of_all.data_seed = model.recipe.data_seed;
        return source;
    }
    read_as_learned(source.read, model);
    if (source.columns.weight.empty()) {
        source.columns.weight = model.recipe.weight;
        source.columns.weight_may_lack = true;
    }
    if (!model.target.names.empty()) source.columns.classes = model.target.classes;
    source.columns.target_units = model.target.units;
    if (model.target.task == Task::multilabel) source.columns.labels = Labels::multilabel;
    if (!unsupervised && source.columns.targets.empty() && source.read.labels.empty() &&
        !source.read.label_first && model.target.output.empty())
        source.columns.targets = model.target.names;
    return source;
}

template <class T>
Dataset ModelOptions::dataset(const Model<T>& model, Terminal& terminal) const {
    return as_learned(source, model).dataset(terminal);
}

void note_places(Terminal& terminal, const Target& target, const Features& features, const Table& table) {
    if (!target.output.empty() && features.unnamed && !table.unnamed)
        terminal.note("note",
                      say("the model does not name its inputs: the columns are taken in their order"));
}

void note_unknown(Terminal& terminal, const Encoder& encoder, Index rows) {
    for (const Encoder::LostUnit& lost : encoder.lost_units())
        terminal.note("note",
                      say("the numbers of column {} have no unit: they are taken for {}, as in training",
                          in_quotes(lost.column), in_quotes(lost.unit)));
    constexpr std::size_t most = 3;
    for (const Encoder::Unknown& unknown : encoder.unknown()) {
        const std::size_t count = unknown.texts.size(), shown = count > most + 1 ? most : count;
        if (count == 0) {
            terminal.note("note", say("column \"{}\" has no value in any row: what stood for missing ones in "
                                      "training stands for them",
                                      unknown.column));
            continue;
        }
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < shown; ++i) texts.push_back(in_quotes(unknown.texts[i]));
        if (count > shown) texts.push_back(say("{} more", count - shown));
        terminal.note("note",
                      say_count(count, "column \"{1}\": {2} ({3} of {4}) was not there in training",
                                "column \"{1}\": {2} ({3} of {4}) were not there in training", unknown.column,
                                listed(texts), unknown.rows, say_count(rows, "{} row", "{} rows")));
    }
}

template void read_as_learned(ReadOptions&, const Model<float>&);
template void read_as_learned(ReadOptions&, const Model<double>&);
template DataOptions as_learned(DataOptions, const Model<float>&);
template DataOptions as_learned(DataOptions, const Model<double>&);
template Dataset ModelOptions::dataset(const Model<float>&, Terminal&) const;
template Dataset ModelOptions::dataset(const Model<double>&, Terminal&) const;

}  // namespace gradus::cli
