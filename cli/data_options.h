// Which options say what DATA is, and how it is read? The same for every command that reads examples.
#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

#include "cli/terminal.h"
#include "gradus/data/dataset.h"
#include "gradus/data/features.h"
#include "gradus/data/generators.h"
#include "gradus/files/read_table.h"
#include "gradus/model/recipe.h"

namespace gradus::cli {

struct DataOptions {
    std::string data;             ///< a file, "-" or the name of built-in data
    GeneratorSettings generator;  ///< of built-in data; its seed is --data-seed, or what the command says
    ReadOptions read;
    ColumnChoices columns;
    std::string unlabelled = {};  ///< a file of rows without a label; empty: none
    Choices of_all;               ///< --shape and --data-seed, which are also said where nothing is trained

    [[nodiscard]] bool is_built_in() const;

    /// The file or the built-in data as a table; progress is shown when a file is large. Throws Error.
    [[nodiscard]] Table table(Terminal& terminal) const;

    /// DATA and its options as words of a command line; the files as they were typed, or by their names.
    enum class Files { as_typed, by_name };
    [[nodiscard]] std::string words(Files files = Files::as_typed) const;

    /// Takes what is not said here from `words` of a run, but for its files.
    void say_as_in(const std::string& words);

    /// The same as a data set; notes go to the terminal. Throws Error.
    [[nodiscard]] Dataset dataset(Terminal& terminal) const;
};

/// What is known of a file from another, or from a model that learned from one: its names, unless it had none
/// (`unnamed`); whether all columns are text; what else stood for a missing value.
void read_alike(ReadOptions& read, const std::vector<std::string>& names, bool unnamed, bool all_text,
                const std::vector<std::string>& missing_words);

/// The same of the columns to learn from of another file.
void read_alike(ReadOptions& read, const Table& as);

/// --examples, --noise, --data-seed.
void add_generator_options(CLI::App& command, DataOptions& options);

/// --encoding, --header, --labels, --label-first, --shape.
void add_reading_options(CLI::App& command, DataOptions& options);

/// --unlabelled.
void add_unlabelled_option(CLI::App& command, DataOptions& options);

/// --target, --ignore, --categorical.
void add_column_options(CLI::App& command, DataOptions& options);

/// Throws Error (usage) when options of files were given for built-in data, or the reverse; and when a column
/// was given two roles by one word.
void require_options_fit(const DataOptions& options);

/// Throws Error (usage) when more than one of these files is "-".
void require_one_standard_input(const std::vector<std::string>& files);

/// Without its folder.
std::string file_name(const std::string& path);

/// The name of data that is a file: without folder and endings, "iris" of "data/iris.csv.gz".
std::string data_name(const std::string& path);

}  // namespace gradus::cli
