#include "gradus/files/read_table.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <tuple>

#include "gradus/core/error.h"
#include "gradus/core/letters.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/idx.h"
#include "gradus/data/label_columns.h"
#include "gradus/data/npy.h"
#include "gradus/data/series.h"
#include "gradus/data/ts.h"
#include "gradus/files/file_kind.h"
#include "gradus/files/open.h"

namespace gradus {
namespace {

enum class Kind { text, npy, idx, ts, other };  // other: the name does not say

Kind kind_of(const std::string& path) {
    std::string name = lower(path);
    if (name.ends_with(".gz")) name.resize(name.size() - 3);
    if (name.ends_with(".npy")) return Kind::npy;
    if (name.ends_with("-ubyte")) return Kind::idx;
    if (name.ends_with(".ts")) return Kind::ts;
    return Kind::other;
}

bool can_be_read_again(const std::string& path) {
    std::error_code none;
    return path != "-" && std::filesystem::is_regular_file(path, none);
}

// What do the first bytes say? They refuse what is no table at all.
Kind kind_by_bytes(Peeked& bytes, const std::string& path, const ReadOptions& options) {
    constexpr std::size_t enough = 1 << 16;
    const std::string_view begin = bytes.beginning(enough);
    if (begin.starts_with("\x93NUMPY")) return Kind::npy;
    if (begin.starts_with(std::string_view("\0\0\x08", 3))) return Kind::idx;
    const std::optional<OtherKind> other = other_kind(begin, path);
    if (!other || (other->may_be_text && !options.encoding.empty())) return Kind::text;
    throw Error(Fault::input, {.place = bytes.name(),
                               .found = say("is {}", other->what),
                               .expected = say("a text table, .npy, .ts or IDX"),
                               .hint = other->hint});
}

std::unique_ptr<Peeked> opened(const std::string& path, const ReadOptions& options) {
    return std::make_unique<Peeked>(unpacked(open_file(path, options.progress)));
}

// Columns that turned out too late to be what they are. What no format fits in the end is text.
std::vector<std::pair<Index, ColumnStart>> starts_after(const Table& table, bool for_the_last_time) {
    std::vector<std::pair<Index, ColumnStart>> starts;
    for (std::size_t j = 0; j < table.columns.size(); ++j) {
        const Column& column = table.columns[j];
        if (!column.texts_are_exact || !column.numbers_are_exact)
            starts.emplace_back(
                static_cast<Index>(j),
                ColumnStart{.text = column.is_text() || for_the_last_time, .format = column.format});
    }
    return starts;
}

void require_exact(const Table& table) {
    for (const Column& column : table.columns)
        if (!column.numbers_are_exact)
            throw Error(Fault::input, {.place = table.name,
                                       .found = say("column {} shows late that it holds {}",
                                                    in_quotes(column.name), description(column.format)),
                                       .expected = say("a file, which can be read twice"),
                                       .hint = say("or name the decimal mark, {} or {}",
                                                   setting("decimal", ","), setting("decimal", "."))});
}

Table read_csv_file(const std::string& path, Bytes bytes, const ReadOptions& options) {
    CsvOptions csv{.separator = options.separator,
                   .date_order = options.date_order,
                   .decimal = options.decimal,
                   .header = options.header,
                   .learned_names = options.learned_names,
                   .label_first = options.label_first,
                   .missing = options.missing,
                   .known = options.known,
                   .ranks = options.ranks};
    const auto read = [&](Bytes from) { return read_csv(*decoded(std::move(from), options.encoding), csv); };
    Table table = read(std::move(bytes));
    if (can_be_read_again(path))
        for (const bool for_the_last_time : {false, true}) {
            const auto starts = starts_after(table, for_the_last_time);
            if (starts.empty()) break;
            std::vector<std::pair<std::string, Index>> firsts;
            for (Column& column : table.columns)
                firsts.emplace_back(std::move(column.first_text), column.first_text_line);
            csv.starts = starts;
            table = {};
            table = read(opened(path, options));
            for (std::size_t j = 0; j < std::min(firsts.size(), table.columns.size()); ++j)
                if (table.columns[j].is_text() && firsts[j].second > 0)
                    std::tie(table.columns[j].first_text, table.columns[j].first_text_line) = firsts[j];
        }
    require_exact(table);
    return table;
}

// Each kind has its reader: the compiler asks for a case.
Table read_as(Kind kind, const std::string& path, std::unique_ptr<Peeked> bytes, const ReadOptions& options) {
    switch (kind) {
        case Kind::npy:
            return read_npy(*bytes, options.ranks);
        case Kind::idx:
            return read_idx(*bytes, options.ranks);
        case Kind::ts:
            return read_ts(*decoded(std::move(bytes), options.encoding));
        case Kind::text:
        case Kind::other:
            break;
    }
    return read_csv_file(path, std::move(bytes), options);
}

void add_labels(Table& table, const ReadOptions& options) {
    const auto read = [&](Header header) {
        return read_table(options.labels, {.encoding = options.encoding,
                                           .header = header,
                                           .separator = options.separator == 0 ? ',' : options.separator,
                                           .missing = options.missing});
    };
    Table labels = read(Header::no);  // whether there is one shows in the number of rows
    if (labels.rows == table.rows + 1) labels = read(Header::yes);
    const std::size_t columns = labels.columns.size();
    const auto is_label = [](const Column& column) { return zeros_and_ones(column).has_value(); };
    if (columns != 1 && !std::ranges::all_of(labels.columns, is_label))
        throw Error(Fault::input, {.place = labels.name,
                                   .found = say_count(columns, "{} column", "{} columns"),
                                   .expected = say("one, the labels, or 0 and 1 in every row (one-hot, or a "
                                                   "column for each of several labels)")});
    if (labels.rows != table.rows)
        throw Error(Fault::input, {.place = labels.name,
                                   .found = say_count(labels.rows, "{} label", "{} labels"),
                                   .expected = say("{}, one for each row of {}", table.rows, table.name)});
    table.label = static_cast<Index>(table.columns.size());
    table.label_columns = static_cast<Index>(columns);
    table.labels_are_numbered = columns > 1 && has_no_names(labels);
    for (std::size_t i = 0; i < columns; ++i) {
        table.columns.push_back(std::move(labels.columns[i]));
        if (columns == 1) table.columns.back().name = "label";
        if (table.labels_are_numbered) table.columns.back().name = "label" + std::to_string(i + 1);
    }
}

}  // namespace

Table read_table(const std::string& path, const ReadOptions& options) {
    Kind kind = kind_of(path);
    auto bytes = opened(path, options);
    if (kind == Kind::other) kind = kind_by_bytes(*bytes, path, options);
    Table table = read_as(kind, path, std::move(bytes), options);
    if (options.label_first && kind != Kind::ts) become_series(table);
    if (!options.labels.empty()) add_labels(table, options);
    return table;
}

}  // namespace gradus
