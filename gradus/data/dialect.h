// How is a text table laid out? Its separator and its first row, judged by its beginning.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "gradus/core/error.h"
#include "gradus/core/matrix.h"

namespace gradus {

struct Column;
struct Table;

struct Dialect {
    char separator = ',';          ///< or CsvScanner::runs_of_blanks
    std::size_t lines_before = 0;  ///< the names: "sep=;", as Excel writes it, and comments
    bool has_comments = false;     ///< lines that begin with #
    bool names_commented = false;  ///< the last of them holds the names, as numpy.savetxt writes them
    std::size_t fields = 0;        ///< that most rows of the beginning have; 0: no such number
    bool ends_empty = false;       ///< every row but perhaps the first has a separator behind its last field
    bool are_lines_in_quotes = false;  ///< each line with all its fields
    bool is_doubled = false;           ///< every second field of every row is empty: "a||b||c"
};

/// The separator is the one of , ; TAB | and runs of blanks that gives the same number of fields, at least
/// two, in the most of the first 200 rows. A tie goes to the one whose fields are more often numbers or
/// missing, then to ; TAB | , blanks in this order. Blanks are taken only where rows of two or more words are
/// unlikely to be sentences; a date and its time of day are one field there. Lines at the beginning that
/// begin with # are comments; the last one holds the names if it has, without its #, as many fields as the
/// rows below. `given` (not 0) and "sep=" decide without a look. `is_all`: the beginning is the whole file.
Dialect find_dialect(std::string_view beginning, bool is_all, char given);

/// Is a first row names? It is if no field of it is a number or missing (an empty first one is allowed, as
/// pandas writes for its index); or if its numbers, at least three, rise by one from 0 or 1, or are rising
/// years, or dates at equal steps (months are).
struct FirstRow {
    bool is_names = false;
    std::string number = {};  ///< the first field that is a number: then somebody might see it otherwise
};
FirstRow judge_first_row(std::span<const std::string> fields);

/// Of a table that was read, all its rows below names: a note where these names are values as well, as most
/// are in a file without names, and all in files that were put behind each other. Else "".
std::string doubt_of_names(const Table& table);

/// Is the value of no row missing, or that of another?
bool all_differ(const Column& column);

/// "a||b||c": the separator is one character, and how it becomes one.
Error separator_is_long(const std::string& name, char separator);

/// What to type so that a file is another one: sed 's/a/b/' t.csv > NEW.csv.
std::string sed_hint(const std::string& script, const std::string& name);

/// "tab", "blank" or the character: as --delimiter names it.
std::string separator_name(char separator);

}  // namespace gradus
