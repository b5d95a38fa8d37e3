// What is learned from? Examples with their truth, and how they are divided.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/data/table.h"

namespace gradus {

/// Examples, with the names of everything. With class names, the truth is one row of class numbers (0, 1,
/// ...); of a multi-label, a row for each label: 1 where the example has it, else 0; otherwise one row of
/// values for each target; where nothing is to be predicted, no row.
struct Dataset {
    std::string name;                            ///< for messages and reports
    Table table = {};                            ///< the columns to learn from; a row is an example
    Matrix<double> Y = {};                       ///< 1 x examples, or targets x examples
    std::vector<std::string> target_names = {};  ///< of each row of Y; of one-hot columns: of each class
    std::vector<std::string> class_names = {};   ///< in the order of their numbers; empty for values
    std::vector<std::string> target_words = {};  ///< what --target calls them: names, or numbers from 1
    std::vector<std::string> target_units = {};  ///< that their numbers were written with ("kg"); empty: none
    bool built_in = false;    ///< made by generate(), not read from a file of the same name
    bool multilabel = false;  ///< the rows of Y are labels, of which an example may have none or several
    /// Which rows lie on one side when examples are set aside (division.h): those with the same number, that
    /// of the first of them. Groups if a column says so, else rows that are equal in all columns of the
    /// table. Empty: every row is by itself.
    std::vector<Index> together = {};
    std::string group_name = {};  ///< of the column that says what belongs together; empty: there is none
    std::vector<double> weights = {};  ///< how much each row counts, at least 0, not all 0; empty: all alike
    std::string weight_name = {};      ///< of the column that says so; empty: there is none
    std::vector<double> times = {};    ///< when each row was, NaN where it is missing; empty: in their order
    std::string time_name = {};        ///< of the column that says when
    std::vector<Table> unlabelled = {};  ///< rows without a label, with the same columns: for pre-training

    [[nodiscard]] Index examples() const { return Y.columns(); }  ///< the columns of Y
    [[nodiscard]] Index features() const {
        return static_cast<Index>(table.columns.size());
    }                                                                        ///< the columns of the table
    [[nodiscard]] bool has_classes() const { return !class_names.empty(); }  ///< is it a classification?
};

/// What the columns of a table are for. A column is called by its name, or by its number from 1; a name wins.
struct ColumnChoices {
    /// Empty: the last column; several: outputs of a regression, classes (one-hot) or labels (table.h).
    std::vector<std::string> targets = {};
    std::vector<std::string> ignored = {};      ///< not to learn from
    bool ignored_may_lack = false;              ///< a table without one of them is as good
    std::vector<std::string> categorical = {};  ///< numbers that are names, such as a postcode
    std::string group = {};                     ///< its rows of one value belong together; empty: none
    std::string weight = {};                    ///< says how much each row counts; empty: none
    bool weight_may_lack = false;       ///< a table without this column counts all rows alike, with a note
    bool by_time = false;               ///< examples are divided by time: which column says when?
    Labels labels = Labels::automatic;  ///< are the targets classes, values or labels, or are there none?
    bool labels_are_an_array = false;   ///< then 10,000 different whole numbers may be classes
    /// The classes of the data that this belongs to, if it is not the first (validation from a file).
    std::optional<std::vector<std::string>> classes = {};
    std::vector<std::string> target_units = {};  ///< of that data's targets: another one is an Error
};

/// The table as a data set; `notes` receives what was left out: rows without a label, text with too many
/// categories; and what was decided about the labels: whether numbers are classes, which classes have one
/// example or resemble each other. Class names are the labels' texts, in ascending order (numbers by their
/// value, text by its bytes). Throws Error (input) for a column that does not exist, a column without any
/// value, a label that cannot be learned, or when no row has a label; (usage) for a column that has not as
/// many rows as the table, and for targets where there are to be none.
Dataset make_dataset(Table table, const ColumnChoices& choices, std::vector<std::string>& notes);

/// Values to learn: X (features x examples), NaN where a number is missing, and Y (targets x examples).
/// Columns are called "1", "2", ..., the target "y" (several: "y1", "y2", ...). Throws Error (usage) for
/// sizes that do not fit and for numbers that are not finite.
Dataset dataset_of_values(View<const double> X, View<const double> Y);

/// Classes to learn: the class number of each of X's columns, 0, 1, ..., and the classes' names ("0", "1",
/// ... when none are given). Throws Error (usage) as above, for a label that is no class number, and for a
/// name that is empty or comes twice.
Dataset dataset_of_classes(View<const double> X, const std::vector<Index>& labels,
                           std::vector<std::string> class_names = {});

/// Labels to learn, of which an example may have none or several (multi-label): Y (labels x examples) is 1
/// where an example has the label, else 0. The labels are called "y1", "y2", ... when no names are given
/// (a single one "y"). Throws Error (usage) as above, and for a number that is neither 0 nor 1.
Dataset dataset_of_labels(View<const double> X, View<const double> Y,
                          std::vector<std::string> label_names = {});

/// The same examples without their truth, of which only the table and the weights are left, and how they are
/// divided.
Dataset without_target(Dataset data);

/// Throws Error (usage) when the parts of the data set do not fit each other: a column shorter than the
/// table, a truth that is no class number or not finite, no example.
void require_valid(const Dataset& data);

/// What a message calls the data: the file as it was typed ("iris.csv"); of other data their name.
const std::string& file_of(const Dataset& data);

/// The place of the column called `name` (or numbered so). Throws Error (input) with the nearest name.
std::size_t column_place(const Table& table, const std::string& name);

/// The columns of M with these numbers, in this order. Throws Error (usage) for a number outside.
template <class T>
Matrix<T> select(View<const T> M, const std::vector<Index>& columns);
template <class T>
Matrix<T> select(const Matrix<T>& M, const std::vector<Index>& columns) {
    return select(M.view(), columns);
}

/// A number that differs (but for one case in 2^64) when anything about the examples does: names, numbers,
/// texts, labels.
std::uint64_t fingerprint(const Dataset& data);

}  // namespace gradus
