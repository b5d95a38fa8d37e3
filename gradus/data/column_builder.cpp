#include "gradus/data/column_builder.h"

#include <array>
#include <charconv>
#include <cmath>
#include <functional>

namespace gradus {

void ColumnBuilder::reserve(Index rows) {
    const auto size = static_cast<std::size_t>(rows);
    if (as_text_) {
        column_.codes.reserve(size);
    } else {
        column_.numbers.reserve(size);
    }
}

void ColumnBuilder::keep(std::string_view text) {
    if (!column_.texts_are_exact) return;
    if (kept_.size() < most_kept_ && text.size() <= longest_kept) {
        kept_.emplace_back(static_cast<Index>(column_.numbers.size()), text);
    } else {
        column_.texts_are_exact = false;
        kept_ = {};
    }
}

void ColumnBuilder::add_missing() {
    if (as_text_) {
        column_.codes.push_back(Column::no_text);
    } else {
        column_.numbers.push_back(missing);
    }
}

void ColumnBuilder::add_other(std::string_view text, Index line) {
    if (column_.first_text_line == 0) {
        column_.first_text = text;
        column_.first_text_line = line;
    }
    if (!as_text_) turn_to_text();
    add_text(text);
}

void ColumnBuilder::turn_to_text() {
    as_text_ = true;
    column_.codes.reserve(column_.numbers.capacity());
    auto kept = kept_.begin();
    for (std::size_t row = 0; row < column_.numbers.size(); ++row) {
        const double number = column_.numbers[row];
        std::array<char, 400> text{};  // without an exponent, as plain numbers are written
        if (kept != kept_.end() && kept->first == static_cast<Index>(row)) {
            add_text((kept++)->second);
        } else if (std::isnan(number)) {
            add_missing();
        } else {
            const auto end = std::to_chars(text.begin(), text.end(), number, std::chars_format::fixed).ptr;
            add_text({text.begin(), static_cast<std::size_t>(end - text.begin())});
        }
    }
    column_.numbers = {};
    kept_ = {};
}

void ColumnBuilder::add_text(std::string_view text) {
    if (2 * column_.texts.size() >= slots_.size()) grow_slots();
    std::int32_t& code = slots_[slot_of(text)];
    new_text_ = code == Column::no_text;
    if (new_text_) {
        code = static_cast<std::int32_t>(column_.texts.size());
        column_.texts.emplace_back(text);
    }
    column_.codes.push_back(code);
}

// Where the text's code stands, or may be put.
std::size_t ColumnBuilder::slot_of(std::string_view text) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = std::hash<std::string_view>{}(text)&mask;
    while (slots_[slot] != Column::no_text && column_.texts[static_cast<std::size_t>(slots_[slot])] != text)
        slot = (slot + 1) & mask;
    return slot;
}

void ColumnBuilder::grow_slots() {
    slots_.assign(slots_.empty() ? 16 : 2 * slots_.size(), Column::no_text);
    for (std::size_t code = 0; code < column_.texts.size(); ++code)
        slots_[slot_of(column_.texts[code])] = static_cast<std::int32_t>(code);
}

Column ColumnBuilder::finish() {
    if (!as_text_) column_.texts_are_exact = true;
    return std::move(column_);
}

}  // namespace gradus
