#include "gradus/data/column_builder.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace gradus {

ColumnBuilder::ColumnBuilder(std::string name, std::size_t most_kept, const ColumnStart& start)
    : as_text_(start.text), most_kept_(most_kept), rules_(start.rules) {
    column_.name = std::move(name);
    set_format(start.format);
}

// Numbers with a unit, or dates, are no numbers to the scanner; text takes what it may hold.
void ColumnBuilder::set_format(ColumnFormat format) {
    const auto* numbers = std::get_if<NumberFormat>(&format);
    decimal_ = numbers == nullptr || numbers->has_unit() ? char(0) : numbers->decimal;
    column_.format = std::move(format);
}

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

void ColumnBuilder::add_field(std::string_view text, Index line) {
    new_text_ = false;
    if (!as_text_) {
        if (const auto value = value_in(text, column_.format)) return add_value(*value, text);
        if (understand_anew(text)) return add_value(*value_in(text, column_.format), text);
        turn_to_text();
    }
    if (column_.first_text_line == 0) {
        column_.first_text = text;
        column_.first_text_line = line;
    }
    add_text(text);
}

void ColumnBuilder::add_value(double value, std::string_view text) {
    if (column_.texts_are_exact && text_of(value, column_.format) != text) keep(text);
    column_.numbers.push_back(value);
}

bool ColumnBuilder::has_number() const {
    return std::ranges::any_of(column_.numbers, [](double number) { return !std::isnan(number); });
}

// Every number with its letters, until f says no.
template <class F>
bool ColumnBuilder::for_each_number(F f) {
    auto kept = kept_.begin();
    for (std::size_t row = 0; row < column_.numbers.size(); ++row) {
        const bool is_kept = kept != kept_.end() && kept->first == static_cast<Index>(row);
        const double number = column_.numbers[row];
        const std::string text = is_kept              ? (kept++)->second
                                 : std::isnan(number) ? std::string{}
                                                      : text_of(number, column_.format);
        if (!f(row, text)) return false;
    }
    return true;
}

// Is there a format that this field and all before it have? Where the letters of those before are lost, it is
// taken on trust, and the file has to be read again.
bool ColumnBuilder::understand_anew(std::string_view text) {
    const bool is_first = !has_number();
    for (ColumnFormat& format : formats_of(text, column_.format, rules_)) {
        if (!is_first && format.index() != column_.format.index()) continue;  // no number is a date
        if (!is_first && !extends(format, column_.format)) {
            if (!column_.texts_are_exact) {
                column_.numbers_are_exact = false;
            } else if (!change_format(format)) {
                continue;
            }
        }
        set_format(std::move(format));
        return true;
    }
    return false;
}

// What the fields before are in another format, if all of them are something in it.
bool ColumnBuilder::change_format(const ColumnFormat& format) {
    const auto fits = [&](std::size_t, const std::string& text) {
        return text.empty() || value_in(text, format).has_value();
    };
    if (!for_each_number(fits)) return false;
    std::vector<std::pair<Index, std::string>> kept;
    for_each_number([&](std::size_t row, const std::string& text) {
        if (text.empty()) return true;
        const double value = *value_in(text, format);
        if (text_of(value, format) != text) kept.emplace_back(static_cast<Index>(row), text);
        column_.numbers[row] = value;
        return true;
    });
    kept_ = std::move(kept);
    return true;
}

void ColumnBuilder::turn_to_text() {
    as_text_ = true;
    column_.codes.reserve(column_.numbers.capacity());
    for_each_number([&](std::size_t row, const std::string& before) {
        if (before.empty()) {
            add_missing();
        } else {
            add_text(before);
        }
        return row < column_.numbers.size();
    });
    column_.numbers = std::vector<double>();  // `= {}` would keep the memory
    kept_.clear();
    set_format({});
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
    if (as_text_) {
        column_.numbers_are_exact = true;
    } else {
        column_.texts_are_exact = true;
    }
    return std::move(column_);
}

}  // namespace gradus
