// What is in a CSV file? Read in one pass, row by row; and how a field is written.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gradus/data/byte_source.h"
#include "gradus/data/table.h"

namespace gradus {

enum class Header {
    detect,  ///< the first row is a header if any of its fields is neither a number nor missing
    yes,
    no,
};

/// How a file is written, as far as it does not show that itself.
struct CsvOptions {
    char separator = 0;                 ///< 0: TAB if the first line has TABs and no comma, otherwise a comma
    Header header = Header::detect;     ///< has it names?
    bool label_first = false;           ///< the first column is the label; it does not count for `detect`
    std::size_t window = 1 << 18;       ///< bytes that are read at a time
    std::vector<Index> text_columns{};  ///< are text from their first field on, so that no letter is lost
};

/// Reads UTF-8 as RFC 4180 describes it. Fields may stand in quotes, with separators, line ends and doubled
/// quotes in them; blanks outside of quotes do not belong to a field. Lines end with LF, CRLF or CR; empty
/// lines are passed over. Which fields are numbers and which are missing: gradus/core/number.h, in quotes or
/// not. Columns without a name in the header are called by their number, from 1.
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
