// Which options name a model and the data for it? The same for predict and evaluate.
#pragma once

#include "cli/data_options.h"
#include "gradus/model/model.h"

namespace gradus::cli {

struct ModelOptions {
    std::string model;
    bool allow_external = false;  ///< as of `read_model`
    DataOptions source;
    TerminalSettings terminal;

    /// The model. Throws Error (usage) when MODEL and DATA stand in the wrong order, else as `read_model`
    /// does.
    [[nodiscard]] AnyModel read() const;

    /// The data as the model's training saw it: its target, its classes. Throws Error (input) when the data
    /// has no labels.
    template <class T>
    [[nodiscard]] Dataset dataset(const Model<T>& model, Terminal& terminal) const;
};

/// The same, as far as it is about the file: its names, its formats, what is missing.
template <class T>
void read_as_learned(ReadOptions& read, const Model<T>& model);

/// How data is read so that it is as the model's training saw it: its target, its classes, its seed.
template <class T>
DataOptions as_learned(DataOptions source, const Model<T>& model);

/// Is it the name of a model file?
bool is_model_file(const std::string& name);

/// Throws Error (usage) when a model file stands behind what is none.
void require_model_first(const std::string& model, const std::string& data);

/// MODEL DATA, and how DATA is read.
void add_model_options(CLI::App& command, ModelOptions& options);

/// --allow-external.
void add_external_option(CLI::App& command, bool& allow);

/// The same without MODEL.
void add_data_and_reading(CLI::App& command, ModelOptions& options);

/// A note where a model of another program sees named columns by their places.
void note_places(Terminal& terminal, const Target& target, const Features& features, const Table& table);

/// Which texts of DATA a model does not know.
void note_unknown(Terminal& terminal, const Encoder& encoder, Index rows);

}  // namespace gradus::cli
