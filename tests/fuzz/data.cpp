#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/data/csv.h"
#include "gradus/data/idx.h"
#include "gradus/data/npy.h"
#include "gradus/data/ts.h"
#include "gradus/files/open.h"
#include "gradus/model/search_space.h"
#include "gradus/model/tune_log.h"
#include "tests/fuzz/targets.h"

namespace gradus::fuzz {
namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void require_sound(const Table& table) {
    require(table.rows > 0 && !table.columns.empty());
    const auto rows = static_cast<std::size_t>(table.rows);
    for (const Column& column : table.columns) {
        require(!column.name.empty());
        require(column.is_text() ? column.codes.size() == rows && column.numbers.empty()
                                 : column.numbers.size() == rows && column.texts.empty());
        require(std::ranges::none_of(column.numbers, [](double number) { return std::isinf(number); }));
        require(std::ranges::all_of(column.codes, [&](std::int32_t code) {
            return code >= Column::no_text && code < static_cast<std::int32_t>(column.texts.size());
        }));
        require(std::ranges::all_of(column.texts, [](const std::string& text) { return is_utf8(text); }));
        require(!column.is_text() || column.first_text_line > 0);
    }
}

void require_same(const Table& one, const Table& other) {
    require(one.rows == other.rows && one.columns.size() == other.columns.size());
    for (std::size_t j = 0; j < one.columns.size(); ++j) {
        const Column &a = one.columns[j], &b = other.columns[j];
        require(a.name == b.name && a.codes == b.codes && a.texts == b.texts);
        require(std::ranges::equal(a.numbers, b.numbers, [](double x, double y) {
            return x == y || (std::isnan(x) && std::isnan(y));
        }));
    }
}

struct Outcome {
    Table table;
    std::string error;
};

template <class Read>
Outcome outcome_of(Read read) {
    try {
        Outcome outcome{read(), ""};
        require_sound(outcome.table);
        return outcome;
    } catch (const Error& error) {
        require(error.what()[0] != '\0');
        return {{}, error.what()};
    }
}

Outcome read_csv_of(std::string_view text, const CsvOptions& options) {
    return outcome_of([&] { return read_csv(*in_memory(text, "x.csv"), options); });
}

// The table as a file again. Every field in quotes: then nothing in it has a meaning for the reader.
std::string written(const Table& table) {
    std::string text;
    const auto add = [&](std::string field, bool last) {
        for (std::size_t i = 0; (i = field.find('"', i)) != field.npos; i += 2) field.insert(i, 1, '"');
        text += '"' + field + (last ? "\"\n" : "\",");
    };
    for (const Column& column : table.columns) add(column.name, &column == &table.columns.back());
    for (std::size_t row = 0; row < static_cast<std::size_t>(table.rows); ++row)
        for (const Column& column : table.columns) {
            const bool absent = column.is_text() ? column.codes[row] < 0 : std::isnan(column.numbers[row]);
            add(absent             ? ""
                : column.is_text() ? column.texts[static_cast<std::size_t>(column.codes[row])]
                                   : text_of(column.numbers[row]),
                &column == &table.columns.back());
        }
    return text;
}

/// All bytes, up to 16 MiB of them: what is packed may be endless.
std::string drain(ByteSource& bytes) {
    std::string all;
    std::vector<char> part(1 << 16);
    for (std::size_t got = part.size(); got == part.size() && all.size() < (1 << 24);) {
        got = bytes.read(part);
        all.append(part.data(), got);
    }
    return all;
}

}  // namespace

// The first byte chooses how to read. However few bytes the window has, the result is the same; and what was
// read and written is read again.
void csv(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto choice = static_cast<unsigned char>(bytes[0]);
    constexpr std::array<char, 4> separators{0, ',', '\t', ';'};
    CsvOptions options{.separator = separators[choice % 4],
                       .header = static_cast<Header>(choice / 4 % 3),
                       .label_first = choice % 32 >= 16};
    const Outcome whole = read_csv_of(bytes.substr(1), options);
    options.window = std::size_t{1} + choice / 32;
    const Outcome bit_by_bit = read_csv_of(bytes.substr(1), options);
    require(whole.error == bit_by_bit.error);
    if (!whole.error.empty()) return;
    require_same(whole.table, bit_by_bit.table);
    const Outcome again = read_csv_of(written(whole.table), {.separator = ',', .header = Header::yes});
    require(again.error.empty());
    require_same(whole.table, again.table);
}

void npy(std::string_view bytes) {
    outcome_of([&] { return read_npy(*in_memory(bytes, "x.npy")); });
}

void idx(std::string_view bytes) {
    outcome_of([&] { return read_idx(*in_memory(bytes, "x-ubyte")); });
}

// Memory grows with the bytes: 64 times the numbers, of which each has a byte at least.
void ts(std::string_view bytes) {
    const Outcome outcome = outcome_of([&] { return read_ts(*in_memory(bytes, "x.ts")); });
    const Table& table = outcome.table;
    const Index series = table.channels * table.length;
    require(series + (table.label >= 0 ? 1 : 0) == static_cast<Index>(table.columns.size()));
    require(double(series) * double(table.rows) <= 64.0 * double(bytes.size()) + 1e6 + 64);
}

void gzip(std::string_view bytes) {
    try {
        drain(*unpacked(in_memory(bytes, "x.gz")));
    } catch (const Error&) {
    }
}

// Everything that comes out is UTF-8, whatever went in.
void encoding(std::string_view bytes) {
    constexpr std::array names{"latin1",    "gb18030",     "utf-16", "utf-8",
                               "shift_jis", "iso-2022-jp", "utf-32", "utf-7"};
    if (bytes.empty()) return;
    const auto choice = static_cast<unsigned char>(bytes[0]);
    try {
        std::string text = drain(*decoded(in_memory(bytes.substr(1), "x.csv"), names[choice % names.size()]));
        std::erase(text, '\0');
        require(is_utf8(text));
    } catch (const Error&) {
    }
}

// What was read is written, and read again as the same.
void search_space(std::string_view bytes) {
    try {
        const SearchSpace space = read_search_space(bytes, "x.txt");
        require(!space.settings.empty());
        require(read_search_space(to_text(space), "again").settings == space.settings);
    } catch (const Error& error) {
        require(std::string_view(error.what()).starts_with("x.txt"));
    }
}

void tune_log(std::string_view bytes) {
    try {
        const TuneLog log = read_tune_log(bytes, "x");
        const TuneLog again = read_tune_log(to_text(log), "again");
        require(again.subject == log.subject && again.scores == log.scores);
    } catch (const Error& error) {
        require(std::string_view(error.what()).starts_with("x:"));
    }
}

}  // namespace gradus::fuzz
