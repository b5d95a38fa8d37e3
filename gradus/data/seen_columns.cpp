#include "gradus/data/seen_columns.h"

#include <cstdint>
#include <numeric>
#include <string>
#include <unordered_map>
#include <utility>

namespace gradus {
namespace {

enum class Kind { numbers, dates, text };

Kind kind_of(const Column& column) {
    return column.is_text() ? Kind::text : column.is_date() ? Kind::dates : Kind::numbers;
}

// Texts behind each other, whose codes are places in one list.
class Texts {
public:
    void add(const Column& from, Index row) {
        const std::int32_t code = from.codes[static_cast<std::size_t>(row)];
        column.codes.push_back(
            code == Column::no_text ? code : place_of(from.texts[static_cast<std::size_t>(code)]));
    }

    Column column;

private:
    std::int32_t place_of(const std::string& text) {
        auto place = places_.find(text);
        if (place == places_.end()) place = places_.find(canonical(text));
        if (place != places_.end()) return place->second;
        const auto added = static_cast<std::int32_t>(column.texts.size());
        column.texts.push_back(text);
        return places_[text] = added;
    }

    std::unordered_map<std::string, std::int32_t> places_;
};

}  // namespace

SeenColumns::SeenColumns(const Table& table, std::span<const Index> rows, std::span<const Table> others)
    : table_(table), rows_(rows) {
    if (others.empty()) return;
    known_ = fit_features(table, rows, Scaling::none);
    encoders_.reserve(others.size());
    std::size_t count = rows.size();
    for (const Table& other : others) {
        encoders_.emplace_back(known_, other);
        behind_.push_back(in_order(encoders_.back().columns()));
        count += static_cast<std::size_t>(other.rows);
    }
    all_.resize(count);
    std::iota(all_.begin(), all_.end(), Index{0});
}

// Features have the kinds of columns apart; this is the table's order.
std::vector<const Column*> SeenColumns::in_order(const std::vector<const Column*>& by_kind) const {
    std::vector<const Column*> ordered(by_kind.size());
    auto next = by_kind.begin();
    for (const Kind kind : {Kind::numbers, Kind::dates, Kind::text})
        for (std::size_t i = 0; i < ordered.size(); ++i)
            if (kind_of(table_.columns[i]) == kind) ordered[i] = *next++;
    return ordered;
}

Column SeenColumns::gathered(std::size_t i) const {
    const Column& first = table_.columns[i];
    Texts texts;
    Column& all = texts.column;
    all.name = first.name;
    all.format = first.format;
    const auto add = [&](const Column& from, Index row) {
        if (first.is_text()) return texts.add(from, row);
        all.numbers.push_back(from.is_text() ? missing : from.numbers[static_cast<std::size_t>(row)]);
    };
    for (const Index row : rows_) add(first, row);
    for (const std::vector<const Column*>& columns : behind_) {
        const Column& other = *columns[i];
        const std::size_t rows = first.is_text() ? other.codes.size() : other.numbers.size();
        for (std::size_t row = 0; row < rows; ++row) add(other, static_cast<Index>(row));
    }
    return std::move(texts.column);
}

}  // namespace gradus
