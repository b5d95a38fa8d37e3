#include "gradus/data/csv.h"

#include <algorithm>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/data/column_builder.h"
#include "gradus/data/csv_scanner.h"

namespace gradus {
namespace {

constexpr std::size_t most_columns = 1'000'000;
constexpr std::size_t most_kept = 200'000;  // letters of numbers, in all columns

class CsvReader {
public:
    CsvReader(ByteSource& bytes, const CsvOptions& options)
        : name_(bytes.name()), options_(options), scanner_(bytes, options.separator, options.window) {}

    Table read() {
        const std::vector<std::string> first = first_row();
        has_header_ =
            options_.header == Header::detect ? looks_like_header(first) : options_.header == Header::yes;
        make_columns(first);
        if (!has_header_) {
            for (std::size_t j = 0; j < first.size(); ++j) add(j, first[j]);
            ++rows_;
        }
        while (scanner_.next_row()) {
            if (rows_ == room_) make_room();
            read_row();
        }
        if (rows_ == 0)
            fail(first_line_, "a header and no rows", "rows below it",
                 "--header no if this is a row of data");
        return table();
    }

private:
    std::vector<std::string> first_row() {
        if (!scanner_.next_row())
            throw Error(Fault::input, {.place = name_, .found = "is empty", .expected = "rows of fields"});
        std::vector<std::string> fields;
        do {
            if (fields.size() == most_columns)
                fail(scanner_.line(), "more than " + std::to_string(most_columns) + " fields", "fewer");
            fields.emplace_back(scanner_.field());
            if (fields.size() == 1) first_line_ = scanner_.line();
        } while (!scanner_.row_ended());
        return fields;
    }

    [[nodiscard]] bool looks_like_header(const std::vector<std::string>& fields) const {
        return std::any_of(fields.begin() + (options_.label_first && fields.size() > 1 ? 1 : 0), fields.end(),
                           [](const std::string& field) { return !is_missing(field) && !number_in(field); });
    }

    void make_columns(const std::vector<std::string>& first) {
        columns_.reserve(first.size());
        for (std::size_t j = 0; j < first.size(); ++j) {
            const bool named = has_header_ && !first[j].empty();
            if (named && !is_utf8(first[j])) fail_encoding(first_line_, std::to_string(j + 1), first[j]);
            columns_.emplace_back(named ? first[j] : std::to_string(j + 1),
                                  std::min<std::size_t>(1000, most_kept / first.size()));
        }
        for (const Index column : options_.text_columns)
            if (column < static_cast<Index>(columns_.size()))
                columns_[static_cast<std::size_t>(column)].begin_as_text();
        require_different_names();
    }

    void require_different_names() const {
        std::unordered_map<std::string, std::size_t> numbers;
        for (std::size_t j = 0; j < columns_.size(); ++j) {
            const auto [same, is_new] = numbers.emplace(columns_[j].name(), j);
            if (!is_new)
                fail(first_line_,
                     "the columns " + std::to_string(same->second + 1) + " and " + std::to_string(j + 1) +
                         " are both called " + in_quotes(columns_[j].name()),
                     "different names",
                     options_.header == Header::detect
                         ? "--header no or --label-first if this is a row of data"
                         : "");
        }
    }

    void read_row() {
        const std::size_t count = columns_.size();
        for (std::size_t j = 0; j < count; ++j) {
            double number = 0;
            if (scanner_.number(number)) {
                columns_[j].add_number(number, scanner_.text(), scanner_.is_plain());
            } else {
                add(j, scanner_.field());
            }
            if (scanner_.row_ended() != (j + 1 == count)) fail_count(j + 1);
        }
        ++rows_;
    }

    void add(std::size_t j, std::string_view field) {
        ColumnBuilder& column = columns_[j];
        if (is_missing(field)) {
            column.add_missing();
        } else if (const auto number = number_in(field)) {
            column.add_number(*number, field, false);
        } else {
            column.add_other(field, scanner_.line());
            if (column.has_new_text() && !is_utf8(field))
                fail_encoding(scanner_.line(), column.name(), field);
        }
    }

    // How many rows will there be, if they go on as they have been?
    void make_room() {
        const double share = scanner_.share_scanned();
        const double all = share > 0 ? 1.02 * double(rows_) / share : 0;
        room_ = std::max({Index{256}, rows_ + rows_ / 2, static_cast<Index>(std::min(all, 1e12))});
        if (rows_ < 256) room_ = 256;  // too few to tell
        for (ColumnBuilder& column : columns_) column.reserve(room_);
    }

    Table table() {
        Table table{.name = name_, .rows = rows_, .label = options_.label_first ? 0 : -1};
        table.columns.reserve(columns_.size());
        for (ColumnBuilder& column : columns_) table.columns.push_back(column.finish());
        return table;
    }

    [[noreturn]] void fail_count(std::size_t count) {
        const Index line = scanner_.line();
        while (!scanner_.row_ended() && count < most_columns) {
            scanner_.field();
            ++count;
        }
        fail(line, std::to_string(count) + (count == 1 ? " field" : " fields"),
             std::to_string(columns_.size()) + " as in line " + std::to_string(first_line_));
    }

    [[noreturn]] void fail_encoding(Index line, const std::string& column, std::string_view field) const {
        const bool zeros = field.find('\0') != field.npos;
        fail(line, "column " + in_quotes(column) + " holds " + in_quotes(field) + ", which is not UTF-8", "",
             zeros ? "--encoding utf-16" : "--encoding latin1, gb18030 or another");
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
    CsvScanner scanner_;
    std::vector<ColumnBuilder> columns_;
    bool has_header_ = false;
    Index first_line_ = 1;
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
