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

/// What a column is taken for before its first field is seen.
struct ColumnStart {
    bool text = false;         ///< text, whatever its fields look like: no letter of them is lost
    ColumnFormat format = {};  ///< numbers written so, until a field contradicts
    FormatRules rules = {};    ///< what was said of numbers and dates
};

/// Takes the fields of one column. They are kept as numbers (8 bytes each) of one ColumnFormat. A field that
/// does not fit makes the format another one, if the fields before fit that as well; otherwise the column is
/// text. For both the letters of those before are needed again. Plain numbers have the digits of their
/// double; of the others ("007", "1.50") the letters of the first ones are kept. Beyond that texts_are_exact
/// and numbers_are_exact become false.
class ColumnBuilder {
public:
    /// Keeps the letters of at most so many numbers.
    ColumnBuilder(std::string name, std::size_t most_kept, const ColumnStart& start = {});

    void reserve(Index rows);  ///< room for so many fields

    /// The decimal mark of numbers that add_number() takes; 0 where it takes none.
    [[nodiscard]] char decimal() const { return decimal_; }

    /// Is it text already, whatever its fields look like?
    [[nodiscard]] bool is_text() const { return as_text_; }

    /// A number without a thousands separator and without a unit, and how it was written; is it plain?
    void add_number(double number, std::string_view text, bool plain) {
        if (as_text_) {
            add_text(text);
        } else {
            if (!plain) keep(text);
            column_.numbers.push_back(number);
        }
    }

    void add_missing();  ///< a field without a value

    /// Any field that is not missing, in this line.
    void add_field(std::string_view text, Index line);

    /// The text that was added last, to be added again with add_again(); Column::no_text where it was a
    /// number.
    [[nodiscard]] std::int32_t text_added_last() const {
        return is_text() && !column_.codes.empty() ? column_.codes.back() : Column::no_text;
    }
    /// A field with this text once more.
    void add_again(std::int32_t text) { column_.codes.push_back(text); }

    /// Is the text that was added last one that had not occurred before?
    [[nodiscard]] bool has_new_text() const { return new_text_; }

    [[nodiscard]] const std::string& name() const { return column_.name; }  ///< of the column
    [[nodiscard]] Column finish();  ///< the column; the builder is used up

private:
    static constexpr std::size_t longest_kept = 40;
    struct Slot {
        std::uint32_t hash = 0;
        std::int32_t code = Column::no_text;
    };

    [[nodiscard]] bool has_number() const;
    void add_value(double value, std::string_view text);
    bool understand_anew(std::string_view text);
    bool change_format(const ColumnFormat& format);
    template <class F>
    bool for_each_number(F f);
    void set_format(ColumnFormat format);
    void keep(std::string_view text);
    void turn_to_text();
    void add_text(std::string_view text);
    void grow_slots();

    bool as_text_ = false;
    char decimal_ = '.';
    std::size_t most_kept_;
    FormatRules rules_;
    Column column_;
    bool new_text_ = false;
    std::vector<std::pair<Index, std::string>> kept_;  // rows, and letters of numbers that are not plain
    std::vector<Slot> slots_;  // a hash table of the texts; its size is a power of two
};

}  // namespace gradus
