#include "gradus/data/shared_table.h"

#include <algorithm>
#include <string>
#include <variant>

#include "gradus/core/error.h"
#include "gradus/core/parcel.h"
#include "gradus/core/say.h"

namespace gradus {

template <class Archive, Is<NumberFormat> Value>
static void parts(Archive& archive, Value& format) {
    auto& [decimal, thousands, before, after] = format;
    archive(decimal, thousands, before, after);
}

template <class Archive, Is<DateFormat> Value>
static void parts(Archive& archive, Value& format) {
    auto& [order, told, separator, padded, between, seconds, zone, offset] = format;
    archive(order, told, separator, padded, between, seconds, zone, offset);
}

namespace {

// What all ranks know of a column.
struct Known {
    bool text = false;
    bool is_date = false;
    NumberFormat number = {};
    DateFormat date = {};
    std::string first_text = {};
    Index first_text_line = 0;
    bool texts_are_exact = true, numbers_are_exact = true, counts_rows = false;
};

template <class Archive, Is<Known> Value>
void parts(Archive& archive, Value& known) {
    auto& [text, is_date, number, date, first_text, line, texts_are_exact, numbers_are_exact, counts_rows] =
        known;
    archive(text, is_date, number, date, first_text, line, texts_are_exact, numbers_are_exact, counts_rows);
}

Known known_of(const Column& column) {
    Known known{.text = column.is_text(),
                .is_date = std::holds_alternative<DateFormat>(column.format),
                .first_text = column.first_text,
                .first_text_line = column.first_text_line,
                .texts_are_exact = column.texts_are_exact,
                .numbers_are_exact = column.numbers_are_exact,
                .counts_rows = column.counts_rows};
    if (known.is_date)
        known.date = std::get<DateFormat>(column.format);
    else
        known.number = std::get<NumberFormat>(column.format);
    return known;
}

void learn(Column& column, const Known& known) {
    if (known.is_date)
        column.format = known.date;
    else
        column.format = known.number;
    column.first_text = known.first_text;
    column.first_text_line = known.first_text_line;
    column.texts_are_exact = known.texts_are_exact;
    column.numbers_are_exact = known.numbers_are_exact;
    column.counts_rows = known.counts_rows;
}

// Everybody gets what one rank has packed.
void tell(Ranks& ranks, Index from, std::string& bytes) {
    std::uint64_t size = bytes.size();
    ranks.tell(from, std::as_writable_bytes(std::span(&size, 1)));
    bytes.resize(size);
    ranks.tell(from, std::as_writable_bytes(std::span(bytes)));
}

void require_same_bytes(const Table& table, Ranks& ranks, std::uint64_t print) {
    constexpr std::size_t each = 4;
    std::vector<double> all(each * static_cast<std::size_t>(ranks.count()));
    double* const mine = all.data() + each * static_cast<std::size_t>(ranks.rank());
    mine[0] = double(print >> 32);
    mine[1] = double(print & 0xFFFFFFFF);
    mine[2] = double(table.rows);
    mine[3] = double(table.columns.size());
    ranks.gather(all);
    for (std::size_t other = each; other < all.size(); other += each)
        if (!std::equal(all.begin(), all.begin() + each, all.begin() + static_cast<std::ptrdiff_t>(other)))
            throw Error(Fault::input,
                        {.place = table.name,
                         .found = say("process {} has read other data than the first", other / each + 1),
                         .expected = say("the same file for all")});
}

// Their memory as well, which `= {}` would keep.
void forget(Column& column) {
    column.numbers = std::vector<double>();
    column.codes = std::vector<std::int32_t>();
    column.texts = std::vector<std::string>();
}

void show(Column& column) {
    Ranks& ranks = *column.keeper->ranks;
    const Index from = column.keeper->rank;
    const auto rows = static_cast<std::size_t>(column.keeper->rows);
    if (column.keeper->text) {
        column.codes.resize(rows);
        ranks.tell(from, std::as_writable_bytes(std::span(column.codes)));
        std::string texts = ranks.rank() == from ? packed(column.texts) : "";
        tell(ranks, from, texts);
        if (ranks.rank() != from) column.texts = unpacked<std::vector<std::string>>(texts);
    } else {
        column.numbers.resize(rows);
        ranks.tell(from, std::as_writable_bytes(std::span(column.numbers)));
    }
}

bool is_kept_elsewhere(const Column& column) {
    return column.keeper && column.keeper->rank != column.keeper->ranks->rank();
}

}  // namespace

void share(Table& table, Ranks& ranks, std::uint64_t print) {
    require_same_bytes(table, ranks, print);
    std::vector<Known> known;
    for (Index rank = 0; rank < ranks.count(); ++rank) {
        known.clear();
        for (std::size_t j = 0; j < table.columns.size() && rank == ranks.rank(); ++j)
            if (keeper_of(j, ranks) == rank) known.push_back(known_of(table.columns[j]));
        std::string bytes = packed(known);
        tell(ranks, rank, bytes);
        known = unpacked<std::vector<Known>>(bytes);
        auto next = known.begin();
        for (std::size_t j = 0; j < table.columns.size(); ++j) {
            if (keeper_of(j, ranks) != rank) continue;
            Column& column = table.columns[j];
            column.keeper = {.ranks = &ranks, .rank = rank, .rows = table.rows, .text = next->text};
            if (rank != ranks.rank()) learn(column, *next);
            ++next;
        }
    }
    table.shared_by = &ranks;
}

// Whether its numbers are here is not what a column says: a constant one is shown as well.
Shown::Shown(const Column& column) {
    if (!column.keeper) return;
    column_ = const_cast<Column*>(&column);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    if (column_->keeper->asked++ == 0) show(*column_);
}

Shown::~Shown() {
    if (column_ == nullptr || !column_->keeper || --column_->keeper->asked > 0) return;
    if (is_kept_elsewhere(*column_)) forget(*column_);
}

void keep_everywhere(Column& column) {
    if (!column.keeper) return;
    if (column.keeper->asked == 0) show(column);
    column.keeper.reset();
}

void keep_everywhere(Table& table) {
    for (Column& column : table.columns) keep_everywhere(column);
    table.shared_by = nullptr;
}

void keep_like(Column& column, const Column& like) {
    if (!like.keeper) return;
    column.keeper = {.ranks = like.keeper->ranks,
                     .rank = like.keeper->rank,
                     .rows = rows_of(column),
                     .text = column.is_text()};
    if (is_kept_elsewhere(column)) forget(column);
}

Index rows_of(const Column& column) {
    if (column.keeper) return column.keeper->rows;
    return column.is_text() ? std::ssize(column.codes) : std::ssize(column.numbers);
}

}  // namespace gradus
