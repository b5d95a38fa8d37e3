// What is in a CSV file? Read in one pass, row by row; and how a field is written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradus/data/byte_source.h"
#include "gradus/data/column_builder.h"
#include "gradus/data/table.h"

namespace gradus {

enum class Header {
    detect,  ///< as judge_first_row() says (gradus/data/dialect.h)
    yes,
    no,
};

/// How a file is written, as far as it does not show that itself.
struct CsvOptions {
    char separator = 0;                        ///< 0: found out (gradus/data/dialect.h); ' ': runs of blanks
    std::optional<DateOrder> date_order = {};  ///< dmy or mdy, for dates that do not say it
    char decimal = 0;                          ///< '.' or ',': the only decimal mark; 0: each column's own
    Header header = Header::detect;            ///< has it names?
    /// What a model learned, for `detect`: a first row that has all of these names is names, and no other one
    /// that holds a number. Empty: there were no names.
    std::optional<std::vector<std::string>> learned_names = {};
    bool label_first = false;            ///< the first column is the label; it does not count for `detect`
    std::vector<std::string> missing{};  ///< fields that stand for a missing value, besides is_missing(); a
                                         ///< number stands for every way to write it
    std::vector<KnownColumn> known{};    ///< what a model learned of its columns
    std::size_t window = 1 << 18;        ///< bytes that are read at a time
    Ranks* ranks = nullptr;  ///< share the table (shared_table.h): each keeps a part of the columns
    std::vector<std::pair<Index, ColumnStart>> starts{};  ///< of columns of a file that is read a second time
};

/// Reads UTF-8 as RFC 4180 describes it. Fields may stand in quotes, with separators, line ends and doubled
/// quotes in them; blanks outside of quotes do not belong to a field. Lines end with LF, CRLF or CR; empty
/// lines are passed over. Which fields are missing: gradus/core/number.h, in quotes or not; how numbers may
/// be written: gradus/data/column_format.h. Where , separates, only a field in quotes can hold a decimal
/// comma; "1,234" alone is a thousand and more but where ; separates. Columns without a name in the header
/// are called by their number, from 1; where the header has one name less than the rows have fields (R), the
/// first has none.
///
/// Memory: 8 bytes for each number, 4 for each text, and each different text once.
///
/// Throws Error (input) with file, line and column: for a wrong number of fields, a quote that is not closed,
/// a name that occurs twice, bytes that are not UTF-8, no rows, a field of more than 1 MiB, more than
/// 1,000,000 columns.
Table read_csv(ByteSource& bytes, const CsvOptions& options = {});

/// A field as it is written: in quotes if it has to be.
std::string csv_field(std::string_view text, char separator = ',');

}  // namespace gradus
