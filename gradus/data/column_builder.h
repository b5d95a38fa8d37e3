// Does a column hold numbers or text? Nobody knows before its last field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gradus/data/table.h"

namespace gradus {

/// Takes the fields of one column. They are kept as numbers (8 bytes each) until the first that is text; then
/// the letters of those before are needed again. Plain numbers have the digits of their double; of the others
/// ("007", "1.50") the letters of the first ones are kept. Beyond that texts_are_exact becomes false.
class ColumnBuilder {
public:
    /// Keeps the letters of at most so many numbers.
    ColumnBuilder(std::string name, std::size_t most_kept) : most_kept_(most_kept) {
        column_.name = std::move(name);
    }

    void begin_as_text() { as_text_ = true; }
    void reserve(Index rows);

    /// A number, and how it was written; is it plain?
    void add_number(double number, std::string_view text, bool plain) {
        if (as_text_) {
            add_text(text);
        } else {
            if (!plain) keep(text);
            column_.numbers.push_back(number);
        }
    }

    void add_missing();

    /// A field that is no number, in this line.
    void add_other(std::string_view text, Index line);

    /// Is the text that was added last one that had not occurred before?
    [[nodiscard]] bool has_new_text() const { return new_text_; }

    [[nodiscard]] const std::string& name() const { return column_.name; }
    [[nodiscard]] Column finish();

private:
    static constexpr std::size_t longest_kept = 40;
    struct Slot {
        std::uint32_t hash = 0;
        std::int32_t code = Column::no_text;
    };

    void keep(std::string_view text);
    void turn_to_text();
    void add_text(std::string_view text);
    void grow_slots();

    bool as_text_ = false;
    std::size_t most_kept_;
    Column column_;
    bool new_text_ = false;
    std::vector<std::pair<Index, std::string>> kept_;  // rows, and letters of numbers that are not plain
    std::vector<Slot> slots_;  // a hash table of the texts; its size is a power of two
};

}  // namespace gradus
