// How does a file become a table? Its name says what it is.
#pragma once

#include <string>

#include "gradus/data/byte_source.h"
#include "gradus/data/csv.h"
#include "gradus/data/table.h"

namespace gradus {

/// What the file does not say of itself.
struct ReadOptions {
    std::string encoding{};                                   ///< of text, as iconv calls it; empty: UTF-8
    Header header = Header::detect;                           ///< of CSV
    std::optional<std::vector<std::string>> learned_names{};  ///< of CSV, as in CsvOptions
    /// Of CSV: the first column is the label; numbers without a header behind it are a series (series.h).
    bool label_first = false;
    /// A file with the label of each row (and a header if it has a row more), which becomes the last column,
    /// "label".
    std::string labels{};
    // Of CSV, as in CsvOptions:
    char separator = 0;                     ///< of the fields; 0: found out
    char decimal = 0;                       ///< the decimal mark; 0: found out for each column
    std::vector<std::string> missing{};     ///< what else stands for a missing value
    std::optional<DateOrder> date_order{};  ///< where the dates alone do not say it
    std::vector<KnownColumn> known{};       ///< what a model learned of the columns
    Progress progress{};                    ///< while `path` is read
    Ranks* ranks = nullptr;  ///< share the table, but of .ts files (shared_table.h), and all call it
};

/// Reads *.csv and *.tsv (gradus/data/csv.h), *.npy (npy.h), *-ubyte (idx.h), *.ts (ts.h), each packed with
/// gzip or not;
/// "-" is CSV from the standard input; another name is CSV, or what its first bytes say. A file whose numbers
/// turn out to be text late is read twice. Throws Error (input) for a file that cannot be read or has another
/// number of labels than rows; (usage) for an encoding that does not exist.
Table read_table(const std::string& path, const ReadOptions& options = {});

}  // namespace gradus
