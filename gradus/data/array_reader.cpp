#include "gradus/data/array_reader.h"

#include <algorithm>
#include <cmath>

#include "gradus/core/error.h"
#include "gradus/core/say.h"
#include "gradus/data/printed.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

constexpr Index most_array_columns = 1'000'000;
constexpr std::size_t block = 1 << 16;

[[noreturn]] void fail(const ByteSource& bytes, const std::string& found, const std::string& expected) {
    throw Error(Fault::input, {.place = bytes.name(), .found = found, .expected = expected});
}

class ArrayReader {
public:
    ArrayReader(ByteSource& bytes, const ArrayLayout& layout, Ranks& ranks)
        : bytes_(bytes, ranks),
          layout_(layout),
          ranks_(ranks),
          table_{.name = bytes.name(), .rows = layout.rows, .is_array = true} {
        if (layout.rows < 1 || layout.columns < 1)
            fail(bytes, say("an array of {}", shape()), say("one row and one column at least"));
        if (layout.columns > most_array_columns)
            fail(bytes, say("an array of {}", shape()), say("at most {} columns", most_array_columns));
    }

    Table read() {
        std::string buffer(block / layout_.item_size * layout_.item_size, '\0');
        while (!complete()) {
            const std::size_t got = bytes_.read(buffer);
            bytes_read_ += got;
            const char* const end = buffer.data() + got;
            const char* item = buffer.data();
            for (; !complete() && end - item >= static_cast<std::ptrdiff_t>(layout_.item_size);
                 item += layout_.item_size)
                add(layout_.number(item));
            if (complete() && item != end) fail_size(say("goes on behind its numbers"));
            if (!complete() && got < buffer.size())
                fail_size(say("ends after {} bytes of numbers", bytes_read_));
        }
        if (bytes_.read({buffer.data(), 1}) != 0) fail_size(say("goes on behind its numbers"));
        if (ranks_.count() > 1) share(table_, ranks_, bytes_.print());
        return std::move(table_);
    }

private:
    [[nodiscard]] bool complete() const {
        return by_rows() ? row_ == layout_.rows : column_ == layout_.columns;
    }
    [[nodiscard]] bool by_rows() const { return !layout_.by_columns; }

    void add(double number) {
        if (std::isinf(number))
            fail(bytes_, say("row {}, column {} is infinite", row_ + 1, column_ + 1), say("a finite number"));
        if (column_ == static_cast<Index>(table_.columns.size()))
            table_.columns.emplace_back().name = std::to_string(column_ + 1);
        if (keeper_of(static_cast<std::size_t>(column_), ranks_) == ranks_.rank()) keep(number);
        Index& inner = by_rows() ? column_ : row_;
        Index& outer = by_rows() ? row_ : column_;
        if (++inner == (by_rows() ? layout_.columns : layout_.rows)) {
            inner = 0;
            ++outer;
        }
    }

    void keep(double number) {
        std::vector<double>& numbers = table_.columns[static_cast<std::size_t>(column_)].numbers;
        if (numbers.size() == numbers.capacity()) make_room(numbers);
        numbers.push_back(number);
    }

    // All at once, if the header does not seem to lie.
    void make_room(std::vector<double>& numbers) const {
        const double numbers_told = double(layout_.rows) * double(layout_.columns);
        const double numbers_read = double(bytes_read_) / double(layout_.item_size);
        const bool honest = numbers_told * bytes_.share_read() <= 2 * numbers_read;
        const auto rows = static_cast<std::size_t>(layout_.rows);
        numbers.reserve(honest && bytes_.share_read() > 0 ? rows : std::min(rows, 2 * numbers.size() + 16));
    }

    [[nodiscard]] std::string shape() const {
        return std::to_string(layout_.rows) + " x " + std::to_string(layout_.columns);
    }

    [[noreturn]] void fail_size(const std::string& found) const {
        fail(bytes_, found, say("{} of {} bytes each", shape(), layout_.item_size));
    }

    Printed bytes_;
    ArrayLayout layout_;
    Ranks& ranks_;
    Table table_;
    Index row_ = 0, column_ = 0;
    std::size_t bytes_read_ = 0;
};

}  // namespace

Table read_array(ByteSource& bytes, const ArrayLayout& layout, Ranks* ranks) {
    return ArrayReader(bytes, layout, ranks == nullptr ? no_other_ranks() : *ranks).read();
}

std::string read_header(ByteSource& bytes, std::size_t size) {
    std::string header(size, '\0');
    if (bytes.read(header) < size) fail(bytes, say("ends within its header"), say("the rest of it"));
    return header;
}

}  // namespace gradus
