#include "gradus/data/csv.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/csv_scanner.h"
#include "gradus/data/dialect.h"
#include "gradus/data/known_start.h"
#include "gradus/data/printed.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

constexpr std::size_t most_fields = 1'000'000;
constexpr std::size_t most_kept = 200'000;  // letters of numbers, in all columns

// What decides about the dialect: so many bytes, or more where they are less than two rows.
constexpr std::size_t beginning = 1 << 20, longest_beginning = 1 << 24;

Dialect dialect_of(Peeked& bytes, char separator) {
    std::size_t size = beginning;
    const auto has_rows = [](std::string_view text) { return std::ranges::count(text, '\n') >= 3; };
    while (!has_rows(bytes.beginning(size)) && !bytes.is_all() && size < longest_beginning) size *= 4;
    return find_dialect(bytes.beginning(size), bytes.is_all(), separator);
}

class CsvReader {
public:
    CsvReader(ByteSource& bytes, const CsvOptions& options)
        : name_(bytes.name()),
          options_(options),
          ranks_(options.ranks == nullptr ? no_other_ranks() : *options.ranks),
          printed_(bytes, ranks_),
          bytes_(printed_),
          dialect_(dialect_of(bytes_, options.separator)),
          scanner_(bytes_, dialect_.separator, options.window) {
        for (const std::string& word : options.missing)
            if (const auto number = number_in(word)) missing_numbers_.push_back(*number);
        const std::size_t no_names = dialect_.names_commented && options.header == Header::no ? 1 : 0;
        for (std::size_t i = 0; i < dialect_.lines_before + no_names; ++i) scanner_.skip_line();
        if (dialect_.has_comments)
            notes_.emplace_back(say("the lines at the beginning that begin with # are comments"));
    }

    Table read() {
        std::vector<std::string> first = first_row();
        judge(first);
        make_columns(first);
        if (!has_header_) {
            for (std::size_t j = 0; j < first.size(); ++j) add(j, first[j]);
            end_row();
        }
        while (scanner_.next_row()) {
            if (rows_ == room_) make_room();
            read_row();
        }
        if (rows_ == 0)
            fail(first_line_, say("a header and no rows"), say("rows below it"),
                 say("{} if this is a row of data", setting("header", "no")));
        return table();
    }

private:
    std::vector<std::string> first_row() {
        if (!scanner_.next_row())
            throw Error(Fault::input,
                        {.place = name_, .found = say("is empty"), .expected = say("rows of fields")});
        std::vector<std::string> fields;
        do {
            if (fields.size() == most_fields)
                fail(scanner_.line(), say("more than {} fields", most_fields), say("fewer"));
            fields.emplace_back(scanner_.field());
            if (fields.size() == 1) row_line_ = first_line_ = scanner_.line();
        } while (!scanner_.row_ended());
        if (dialect_.names_commented && options_.header != Header::no) uncomment(fields);
        return fields;
    }

    // "# x" is the name x; where blanks separate, the # is a field of its own.
    static void uncomment(std::vector<std::string>& names) {
        names[0].erase(0, std::min(names[0].find_first_not_of("# \t"), names[0].size()));
        if (names[0].empty() && names.size() > 1) names.erase(names.begin());
    }

    // Is it a header? Does it belong to the rows below at all?
    void judge(std::vector<std::string>& first) {
        const bool label = options_.label_first && first.size() > 1;
        const bool one_less = first.size() + 1 == dialect_.fields;
        if (one_less && dialect_.ends_empty)
            first.emplace_back();  // its separator is what the rows have more
        ends_empty_ = dialect_.ends_empty && first.size() > 1 && first.back().empty();
        const FirstRow row = judge_first_row(
            std::span(first).subspan(label ? 1 : 0, first.size() - (label ? 1 : 0) - (ends_empty_ ? 1 : 0)));
        has_header_ = options_.header == Header::yes || (options_.header == Header::detect &&
                                                         (are_names(row, first) || dialect_.names_commented));
        if (dialect_.are_lines_in_quotes)
            fail(first_line_, say("a whole line in quotes"), say("quotes around single fields"),
                 sed_hint("s/^\"//; s/\"\\r*$//; s/\"\"/\"/g", name_));
        if (dialect_.is_doubled) throw separator_is_long(name_, dialect_.separator);
        if (options_.header != Header::no && are_in_single_quotes(first))
            fail(first_line_, say("names in single quotes"), say("double quotes"),
                 sed_hint("s/'/\"/g", name_));
        first_lacks_one_ = one_less && !dialect_.ends_empty && has_header_;
        if (first_lacks_one_) first.insert(first.begin(), "");
        if (dialect_.fields > 0 && first.size() != dialect_.fields)
            fail(first_line_, counted(first.size()), say("{} as in most rows below", dialect_.fields),
                 first.size() == 1 ? say("delete the lines above the names of the columns") : "");
        if (options_.header == Header::detect && is_title(first))
            fail(first_line_, say("of {} fields the first alone is filled", first.size()),
                 say("the names of the columns, or data"),
                 say("delete the lines above the names of the columns, or {} if this is a row of data",
                     setting("header", "no")));
        if (options_.header == Header::detect && !row.number.empty())
            notes_.push_back(
                has_header_
                    ? say("the first row is names, although it holds the number {} (--header no otherwise)",
                          in_quotes(row.number))
                    : say("the first row is data and not names: it holds the number {} (--header yes "
                          "otherwise)",
                          in_quotes(row.number)));
    }

    // "'a','b'": a separator inside of such quotes would separate, and numbers in them would be text.
    static bool are_in_single_quotes(const std::vector<std::string>& names) {
        return names.size() > 1 && std::ranges::all_of(names, [](const std::string& name) {
                   return name.size() > 1 && name.front() == '\'' && name.back() == '\'';
               });
    }

    // "Report 2024,,": as spreadsheets write what stands above a table.
    [[nodiscard]] bool is_title(const std::vector<std::string>& first) const {
        if (first.size() < 3 || options_.learned_names || is_missing(first[0]) || number_in(first[0]))
            return false;
        return std::all_of(first.begin() + 1, first.end(), [](const std::string& f) { return f.empty(); });
    }

    [[nodiscard]] bool are_names(const FirstRow& row, const std::vector<std::string>& first) const {
        if (!options_.learned_names) return row.is_names;
        const std::unordered_set<std::string> fields(first.begin(), first.end());
        const auto is_there = [&](const std::string& name) { return fields.contains(name); };
        if (!options_.learned_names->empty() && std::ranges::all_of(*options_.learned_names, is_there))
            return true;
        return row.is_names && row.number.empty();
    }

    void make_columns(const std::vector<std::string>& first) {
        columns_.reserve(first.size());
        std::vector<ColumnStart> starts(first.size());
        for (const auto& [column, start] : options_.starts)
            if (column < static_cast<Index>(starts.size())) starts[static_cast<std::size_t>(column)] = start;
        const std::unordered_set<std::string> taken(first.begin(), first.end());
        for (std::size_t j = 0; j < first.size(); ++j) {
            const bool named = has_header_ && !first[j].empty();
            if (named && !is_utf8(first[j])) fail_encoding(first_line_, std::to_string(j + 1), first[j]);
            const std::string name = named ? first[j] : number_name(j, taken);
            columns_.emplace_back(name, std::min<std::size_t>(1000, most_kept / first.size()),
                                  start_of(name, starts[j]));
        }
        has_index_ = has_header_ && first.size() > 1 && (first[0].empty() || first[0] == "Unnamed: 0");
        for (std::size_t j = 0; j < first.size(); ++j)
            is_kept_.push_back(keeper_of(j, ranks_) == ranks_.rank());
        require_different_names();
    }

    // A column without a name has its number, if that is not the name of another.
    [[nodiscard]] std::string number_name(std::size_t j, const std::unordered_set<std::string>& taken) const {
        std::string name = std::to_string(j + 1);
        return has_header_ && taken.contains(name) ? say("column {}", name) : name;
    }

    [[nodiscard]] ColumnStart start_of(const std::string& name, ColumnStart start) const {
        start.rules = {.decimal = options_.decimal,
                       .comma_is_decimal = dialect_.separator == ';',
                       .date_order = options_.date_order};
        if (options_.decimal == ',' && start.format == ColumnFormat{})
            start.format = NumberFormat{.decimal = ','};
        return known_start(name, std::move(start), options_.known);
    }

    void require_different_names() const {
        std::unordered_map<std::string, std::size_t> numbers;
        for (std::size_t j = 0; j < columns_.size(); ++j) {
            const auto [same, is_new] = numbers.emplace(columns_[j].name(), j);
            if (!is_new)
                fail(first_line_,
                     say("the columns {} and {} are both called {}", same->second + 1, j + 1,
                         in_quotes(columns_[j].name())),
                     say("different names"),
                     options_.header == Header::detect
                         ? say("another name for one of them, or {} or {} if this is a row of data",
                               setting("header", "no"), setting("label_first"))
                         : say("another name for one of them"));
        }
    }

    void read_row() {
        const std::size_t count = columns_.size();
        for (std::size_t j = 0; j < count; ++j) {
            ColumnBuilder& column = columns_[j];
            double number = 0;
            if (!is_kept_[j]) {
                scanner_.field();
            } else if (column.decimal() != 0 && scanner_.number(number, column.decimal())) {
                if (!missing_numbers_.empty() && stands_for_missing(number)) {
                    column.add_missing();
                } else {
                    column.add_number(number, scanner_.text(), scanner_.is_plain());
                }
            } else {
                add(j, scanner_.field());
            }
            if (j == 0) row_line_ = scanner_.line();
            if (scanner_.row_ended() != (j + 1 == count)) fail_count(j + 1);
        }
        end_row();
    }

    void end_row() {
        constexpr std::size_t most_lines = 1000;
        if (lines_.size() < most_lines) lines_.push_back(row_line_);
        ++rows_;
    }

    [[nodiscard]] bool stands_for_missing(double number) const {
        return std::ranges::find(missing_numbers_, number) != missing_numbers_.end();
    }

    [[nodiscard]] bool is_absent(std::string_view field) const {
        if (is_missing(field)) return true;
        if (options_.missing.empty()) return false;
        if (std::ranges::find(options_.missing, field) != options_.missing.end()) return true;
        const auto number = missing_numbers_.empty() ? std::nullopt : number_in(field);
        return number && stands_for_missing(*number);
    }

    void add(std::size_t j, std::string_view field) {
        ColumnBuilder& column = columns_[j];
        if (!is_kept_[j]) return;
        if (is_absent(field)) return column.add_missing();
        column.add_field(field, scanner_.line());
        if (column.has_new_text() && !is_utf8(field)) fail_encoding(scanner_.line(), column.name(), field);
    }

    // How many rows will there be, if they go on as they have been?
    void make_room() {
        const double share = scanner_.share_scanned();
        const double all = share > 0 ? 1.02 * double(rows_) / share : 0;
        room_ = std::max({Index{256}, rows_ + rows_ / 2, static_cast<Index>(std::min(all, 1e12))});
        if (rows_ < 256) room_ = 256;  // too few to tell
        for (std::size_t j = 0; j < columns_.size(); ++j)
            if (is_kept_[j]) columns_[j].reserve(room_);
    }

    Table table() {
        Table table{.name = name_,
                    .rows = rows_,
                    .label = options_.label_first ? 0 : -1,
                    .separator = dialect_.separator,
                    .missing_words = options_.missing,
                    .unnamed = !has_header_,
                    .lines = std::move(lines_)};
        table.columns.reserve(columns_.size());
        for (ColumnBuilder& column : columns_) table.columns.push_back(column.finish());
        for (std::size_t j = 0; j < table.columns.size(); ++j)
            if (Column& column = table.columns[j]; is_kept_[j] && is_index(column, j == 0))
                column.counts_rows = names_rows(column);
        if (ranks_.count() > 1) share(table, ranks_, printed_.print());
        if (ends_empty_ && is_all_missing(table.columns.back())) table.columns.pop_back();
        if (first_lacks_one_) judge_first_column(table.columns.front());
        if (options_.header == Header::detect && has_header_ && !options_.learned_names)
            if (std::string doubt = doubt_of_names(table); !doubt.empty()) notes_.push_back(std::move(doubt));
        table.notes = std::move(notes_);
        note_formats(table, options_.known);
        return table;
    }

    // As R writes tables: the first column has no name, but names each row. Others have a separator too many.
    void judge_first_column(const Column& column) {
        if (column.counts_rows) return;  // who leaves it out says so
        if (!all_differ(column))
            fail(first_line_, counted(columns_.size() - 1), say("{} as in most rows below", columns_.size()),
                 say("quotes around a field that holds the separator, or a name for the first column"));
        notes_.push_back(
            say("the first row has one field less than the others: the first column has no name"));
    }

    // "Unnamed: 0.1", "Unnamed: 0": written and read more than once.
    [[nodiscard]] bool is_index(const Column& column, bool is_first) const {
        return (is_first && has_index_) ||
               (has_header_ && columns_.size() > 1 && column.name.starts_with("Unnamed: 0"));
    }

    // An index, as pandas writes it: 0, 1, 2, ..., and shuffled or with gaps when rows were drawn or dropped.
    [[nodiscard]] bool names_rows(const Column& column) const {
        if (column.is_text() || column.is_date()) return false;
        const auto is_whole = [](double x) { return x >= 0 && x == std::trunc(x); };
        if (!std::ranges::all_of(column.numbers, is_whole)) return false;
        if (std::ranges::adjacent_find(column.numbers, [](double a, double b) { return b != a + 1; }) ==
            column.numbers.end())
            return true;
        std::vector<double> sorted = column.numbers;
        std::ranges::sort(sorted);
        return columns_.size() > 2 && std::ranges::adjacent_find(sorted) == sorted.end();
    }

    [[noreturn]] void fail_count(std::size_t count) {
        const Index line = scanner_.line();
        while (!scanner_.row_ended() && count < most_fields) {
            scanner_.field();
            ++count;
        }
        fail(line, counted(count),
             first_lacks_one_ ? say("{} as in most rows", columns_.size())
                              : say("{} as in line {}", columns_.size(), first_line_),
             options_.label_first ? say("shorter series end with NaN") : "");
    }

    static std::string counted(std::size_t fields) { return say_count(fields, "{} field", "{} fields"); }

    [[noreturn]] void fail_encoding(Index line, const std::string& column, std::string_view field) const {
        const bool zeros = field.find('\0') != field.npos;
        fail(line, say("column {} holds {}, which is not UTF-8", in_quotes(column), in_quotes(field)), "",
             zeros ? setting("encoding", "utf-16")
                   : say("{}, gb18030 or another", setting("encoding", "latin1")));
    }

    [[noreturn]] void fail(Index line, const std::string& found, const std::string& expected,
                           const std::string& hint = {}) const {
        throw Error(Fault::input, {.place = name_ + ":" + std::to_string(line),
                                   .found = found,
                                   .expected = expected,
                                   .hint = hint});
    }

    std::string name_;
    CsvOptions options_;
    Ranks& ranks_;
    Printed printed_;
    Peeked bytes_;
    Dialect dialect_;
    CsvScanner scanner_;
    std::vector<ColumnBuilder> columns_;
    std::vector<double> missing_numbers_;
    std::vector<std::string> notes_;
    std::vector<Index> lines_;
    std::vector<char> is_kept_;  // of each column, by this rank
    bool has_header_ = false;
    bool first_lacks_one_ = false;
    bool ends_empty_ = false;  // a separator behind the last field of each row
    bool has_index_ = false;   // the first column has no name, and others have
    Index first_line_ = 1, row_line_ = 1;
    Index rows_ = 0;
    Index room_ = 0;  // rows for which there is memory
};

}  // namespace

Table read_csv(ByteSource& bytes, const CsvOptions& options) {
    return CsvReader(bytes, options).read();
}

std::string csv_field(std::string_view text, char separator) {
    const bool blank_at_an_end = !text.empty() && (text.front() == ' ' || text.front() == '\t' ||
                                                   text.back() == ' ' || text.back() == '\t');
    if (!blank_at_an_end && text.find_first_of(std::string{'"', '\n', '\r', separator}) == text.npos)
        return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
    return quoted + '"';
}

}  // namespace gradus
