// What is learned from? Examples with their truth, and how they are divided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/core/random.h"
#include "gradus/data/table.h"

namespace gradus {

/// Examples, with the names of everything. With class names, the truth is one row of class numbers (0, 1,
/// ...); without, it is one row of values for each target.
struct Dataset {
    std::string name;
    Table table = {};       ///< the columns to learn from; a row is an example
    Matrix<double> Y = {};  ///< 1 x examples, or targets x examples
    std::vector<std::string> target_names = {};
    std::vector<std::string> class_names = {};

    [[nodiscard]] Index examples() const { return Y.columns(); }
    [[nodiscard]] Index features() const { return static_cast<Index>(table.columns.size()); }
    [[nodiscard]] bool has_classes() const { return !class_names.empty(); }
};

/// What the columns of a table are for. A column is called by its name, or by its number from 1; a name wins.
struct ColumnChoices {
    std::vector<std::string> targets =
        {};  ///< empty: the last column; several: a regression of several outputs
    std::vector<std::string> ignored = {};
    std::vector<std::string> categorical = {};  ///< numbers that are names, such as a postcode
    Labels labels = Labels::automatic;
    bool labels_are_an_array = false;  ///< whole numbers are classes, however many
    /// The classes of the data that this belongs to, if it is not the first (validation from a file).
    std::optional<std::vector<std::string>> classes = {};
};

/// The table as a data set; `notes` receives what was left out: rows without a label, text with too many
/// categories. Class names are the labels' texts, in ascending order (numbers by their value, text by its
/// bytes). Throws Error (input) for a column that does not exist, a column without any value, a label that
/// cannot be learned, or when no row has a label.
Dataset make_dataset(Table table, const ColumnChoices& choices, std::vector<std::string>& notes);

/// The place of the column called `name` (or numbered so). Throws Error (input) with the nearest name.
std::size_t column_place(const Table& table, const std::string& name);

/// Numbers of examples, each part in ascending order.
struct Split {
    std::vector<Index> training;
    std::vector<Index> validation;
};

/// Sets a share of the examples aside for validation: the first of one random permutation; from every class
/// the same share, rounded, so that the parts resemble each other.
Split split(const Dataset& data, double validation_share, RandomState random);

/// How many examples such a division leaves for training.
Index training_examples(const Dataset& data, double validation_share);

/// The columns of M with these numbers, in this order.
Matrix<double> select(View<const double> M, const std::vector<Index>& columns);

/// A number that differs (but for one case in 2^64) when anything about the examples does: names, numbers,
/// texts, labels.
std::uint64_t fingerprint(const Dataset& data);

}  // namespace gradus
