#include "gradus/data/column_builder.h"

#include <algorithm>
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
    column_.texts_are_exact =
        column_.texts_are_exact && kept_.size() < most_kept_ && text.size() <= longest_kept;
    if (column_.texts_are_exact) kept_.emplace_back(static_cast<Index>(column_.numbers.size()), text);
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
    const auto hash = static_cast<std::uint32_t>(std::hash<std::string_view>{}(text));
    const std::size_t mask = slots_.size() - 1;
    std::size_t i = hash & mask;
    while (slots_[i].code != Column::no_text &&
           (slots_[i].hash != hash || column_.texts[static_cast<std::size_t>(slots_[i].code)] != text))
        i = (i + 1) & mask;
    new_text_ = slots_[i].code == Column::no_text;
    if (new_text_) {
        slots_[i] = {hash, static_cast<std::int32_t>(column_.texts.size())};
        column_.texts.emplace_back(text);
    }
    column_.codes.push_back(slots_[i].code);
}

void ColumnBuilder::grow_slots() {
    const std::vector<Slot> before =
        std::exchange(slots_, std::vector<Slot>(std::max<std::size_t>(16, 2 * slots_.size())));
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& slot : before) {
        if (slot.code == Column::no_text) continue;
        std::size_t i = slot.hash & mask;
        while (slots_[i].code != Column::no_text) i = (i + 1) & mask;
        slots_[i] = slot;
    }
}

Column ColumnBuilder::finish() {
    if (!as_text_) column_.texts_are_exact = true;
    return std::move(column_);
}

}  // namespace gradus
