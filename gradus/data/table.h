// What is in a file of examples? A table: rows, and columns of numbers or of text.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/core/ranks.h"
#include "gradus/data/column_format.h"

namespace gradus {

/// Stands for a number that is not there.
inline constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// One column. It holds numbers if all of its fields that are present are numbers, or all are dates (then in
/// seconds since 1970, UTC); otherwise text.
struct Column {
    static constexpr std::int32_t no_text = -1;  ///< the code of a text that is missing

    std::string name;                      ///< from the header; without one its number, from 1
    std::vector<double> numbers = {};      ///< of each row, finite; NaN where it is missing; empty when text
    std::vector<std::int32_t> codes = {};  ///< of text: the place of each row's text in `texts`, or no_text
    std::vector<std::string> texts = {};   ///< those that occur, in the order of their first occurrence

    ColumnFormat format = {};     ///< of numbers from a text table: how they were written
    std::string first_text = {};  ///< of text: the first field that does not go with those before it ...
    Index first_text_line = 0;    ///< ... and its line in the file
    /// Does each text have the letters of the file? "1.50" may have become "1.5" when numbers turned out to
    /// be text late in a file that cannot be read twice (a pipe).
    bool texts_are_exact = true;
    /// Is each number that of its field? Not where a format showed itself late ("1.234", then "1,5") in a
    /// file that cannot be read twice.
    bool numbers_are_exact = true;
    bool counts_rows = false;  ///< has no name among others that have one: whole, and different in each row

    /// Of a table that several processes share: the rank that keeps the column. The others have its numbers,
    /// codes and texts only while they ask for them (shared_table.h).
    struct Keeper {
        Ranks* ranks = nullptr;  ///< those that share the table
        Index rank = 0;          ///< who keeps it
        Index rows = 0;          ///< of the column
        bool text = false;       ///< is it text?
        Index asked = 0;         ///< how many ask for it now
    };
    std::optional<Keeper> keeper = {};  ///< empty: the table is not shared

    /// Text, or numbers?
    [[nodiscard]] bool is_text() const { return keeper ? keeper->text : !codes.empty(); }
    /// Are the numbers seconds since 1970?
    [[nodiscard]] bool is_date() const { return !is_text() && std::holds_alternative<DateFormat>(format); }
};

/// Are labels classes, values, or several labels that an example has or has not? `automatic`: a class when it
/// is text, or when the column has two different numbers, or whole ones, at most 20 different, of which each
/// comes ten times on average. Several columns of 0 and 1 (or False and True): one class when there is a
/// single 1 in every row (one-hot), else a label each (multi-label). `none`: nothing is to be predicted.
enum class Labels { automatic, classes, values, multilabel, none };

/// The same column as text: each number by its text_of, each date as it was written.
Column as_text(const Column& column);

/// Rows are examples. Arrays are tables as well: each place of an example is a column.
struct Table {
    std::string name;                  ///< of the file, for messages
    Index rows = 0;                    ///< as many as each column has
    std::vector<Column> columns = {};  ///< in the order of the file
    Index channels = 0;                ///< of an array of series (examples x channels x length); otherwise 0
    Index length = 0;                  ///< positions of a series; otherwise 0
    std::vector<Index> image = {};     ///< of images: height and width, perhaps colours; otherwise empty
    double divisor = 1;                ///< of all numbers, before anything else: 255 for pixels
    Index label = -1;                  ///< the column that the way of reading says is the label; otherwise -1
    Index label_columns = 1;           ///< of an array of labels: so many, from `label` on
    bool labels_are_numbered = false;  ///< these have no names of their own: "label1", "label2", ...
    Labels labels = Labels::automatic;  ///< what the file says about that column
    bool is_array = false;  ///< of a file of numbers alone (NPY, IDX): no column of it need be a label
    std::vector<std::string> notes = {};  ///< what was understood of the file and could have been otherwise
    char separator = 0;                   ///< of the fields of a text table; ' ' are runs of blanks
    std::vector<std::string> missing_words = {};  ///< what else stood for a missing value, as somebody said
    bool unnamed = false;           ///< a file without names: the columns are called by their numbers
    std::vector<Index> lines = {};  ///< of a text table: in which line each of the first rows begins
    Ranks* shared_by = nullptr;     ///< the processes that keep its columns, each a part of them
};

/// A number as a category or a class: integers canonical ("1", not "1.0"), otherwise the fewest digits that
/// give it back.
std::string text_of(double number);

/// A text that is a number, as text_of() writes that ("1.0" is "1", "5 %" is "5"); other texts as they are.
std::string canonical(const std::string& text);
/// Numbers as a table: a row for each column of X (an example), a column for each row of X, called by
/// `names`, without them "1", "2", ... as in a file without a header. Throws Error (usage) for another number
/// of names, a name that is empty or comes twice, or a number that is infinite.
Table make_table(View<const double> X, const std::vector<std::string>& names = {});

/// Throws Error (usage) for a row that the table does not have.
void require_rows(const Table& table, std::span<const Index> rows);

/// Throws Error (usage) unless the column has a value for each of the table's rows; and each column.
void require_fits(const Table& table, const Column& column);
void require_valid(const Table& table);

/// Where a row stands, as far as lines are known: "t.csv:7", else "t.csv, row 6".
std::string place_of(const Table& table, Index row);

/// The columns of numbers as a matrix: columns x rows. Throws Error (usage) as require_valid does.
Matrix<double> numbers_of(const Table& table);

/// Adds what was understood of the columns to the notes: 'column "price" holds numbers with a decimal comma'.
/// Which part of its dates is the day is said where they, somebody or what is `known` of the column says it.
void note_formats(Table& table, std::span<const KnownColumn> known = {});

/// Does a column that is no text hold nothing? Of a shared table it is asked of all ranks at once.
bool is_all_missing(const Column& column);

/// The hint where a column holds its own name, as in files that were put behind each other.
std::string delete_names();

/// Throws Error (input) for a column of text or of dates: the line, the field, and the hint given.
void require_numbers(const Table& table, const Column& column, const std::string& hint = {});

/// Throws Error (input) when the unit of a column is not that of training; an empty one may be any.
void require_unit(const Table& table, const Column& column, const std::string& unit,
                  const std::string& in_training);

/// Throws Error (input) where neither the dates of this column nor anybody says which field is the day.
void require_clear_dates(const Table& table, const Column& column);

}  // namespace gradus
