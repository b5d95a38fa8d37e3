#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/data/byte_source.h"
#include "gradus/data/known_start.h"
#include "gradus/data/npy.h"
#include "python/data.h"

namespace gradus::python {
namespace {

using Array = nb::ndarray<nb::ro, nb::device::cpu>;

// "<f4", as numpy.save writes it; what the reader does not know it refuses in its own words.
std::string type_name(const nb::dlpack::dtype& type) {
    using Code = nb::dlpack::dtype_code;
    const auto code = static_cast<Code>(type.code);
    const char letter = code == Code::Int     ? 'i'
                        : code == Code::UInt  ? 'u'
                        : code == Code::Float ? 'f'
                        : code == Code::Bool  ? 'b'
                                              : 'c';
    return std::string(type.bits > 8 ? "<" : "|") + letter + std::to_string(type.bits / 8);
}

bool is_by_columns(const Array& array) {
    return array.ndim() == 2 && array.stride(0) == 1 && array.shape(0) > 1 && array.shape(1) > 1;
}

std::string header_of(const Array& array) {
    std::string text = "{'descr': '" + type_name(array.dtype()) +
                       "', 'fortran_order': " + (is_by_columns(array) ? "True" : "False") + ", 'shape': (";
    for (std::size_t i = 0; i < array.ndim(); ++i) text += std::to_string(array.shape(i)) + ",";
    text += "), }";
    return std::string("\x93NUMPY\1\0", 8) + static_cast<char>(text.size() & 255) +
           static_cast<char>(text.size() >> 8) + text;
}

// The bytes that numpy.save would write, without a copy of the numbers.
class SavedArray final : public ByteSource {
public:
    SavedArray(const Array& array, const std::string& name)
        : ByteSource(name),
          header_(header_of(array)),
          to_come_{header_, {static_cast<const char*>(array.data()), array.nbytes()}},
          all_(double(header_.size() + array.nbytes())) {}

    std::size_t read(std::span<char> to) override {
        std::size_t got = 0;
        for (std::string_view& part : to_come_) {
            const std::size_t count = std::min(to.size() - got, part.size());
            if (count > 0) std::memcpy(to.data() + got, part.data(), count);
            part.remove_prefix(count);
            got += count;
        }
        read_ += double(got);
        return got;
    }

    [[nodiscard]] double share_read() const override { return read_ / all_; }

private:
    std::string header_;
    std::array<std::string_view, 2> to_come_;
    double read_ = 0, all_;
};

[[noreturn]] void fail_infinite(const Table& table, const std::string& name, std::size_t row) {
    throw Error(Fault::input, {.place = table.name + ": column " + in_quotes(name),
                               .found = "row " + std::to_string(row + 1) + " is infinite",
                               .expected = "a finite number"});
}

// The column's place is there, its name is its own, and it has a value for each row.
void add(Table& table, Column column, std::size_t size) {
    const auto rows = static_cast<Index>(size);
    if (!table.columns.empty() && rows != table.rows)
        throw Error(Fault::input, {.place = table.name + ": column " + in_quotes(column.name),
                                   .found = std::to_string(rows) + " rows",
                                   .expected = std::to_string(table.rows) + " as in the others"});
    if (column.name.empty() || std::ranges::count(table.columns, column.name, &Column::name) > 0)
        throw Error(Fault::input,
                    {.place = table.name,
                     .found = column.name.empty() ? "a column has an empty name"
                                                  : "two columns are called " + in_quotes(column.name),
                     .expected = "different names"});
    table.rows = rows;
    table.columns.push_back(std::move(column));
}

ColumnStart start_of(const std::string& name, const Reading& reading, bool text) {
    ColumnStart start{.text = text, .rules = {.decimal = reading.decimal, .date_order = reading.date_order}};
    if (reading.decimal == ',') start.format = NumberFormat{.decimal = ','};
    return known_start(name, std::move(start), reading.known);
}

// What stands for a missing value, besides what always does: words, and numbers however they are written.
class Absent {
public:
    explicit Absent(const std::vector<std::string>& words) : words_(words) {
        for (const std::string& word : words)
            if (const auto number = number_in(word)) numbers_.push_back(*number);
    }
    [[nodiscard]] bool operator()(double number) const {
        return std::isnan(number) || std::ranges::find(numbers_, number) != numbers_.end();
    }
    [[nodiscard]] bool operator()(std::string_view field) const {
        if (is_missing(field) || field == "NaT" || std::ranges::find(words_, field) != words_.end())
            return true;
        const auto number = numbers_.empty() ? std::nullopt : number_in(field);
        return number && (*this)(*number);
    }

private:
    const std::vector<std::string>& words_;
    std::vector<double> numbers_;
};

// One column from the objects in it.
class FieldReader {
public:
    FieldReader(const Table& table, const std::string& name, std::size_t rows, const Reading& reading,
                bool text)
        : table_(table), absent_(reading.missing), builder_(name, rows, start_of(name, reading, text)) {
        builder_.reserve(static_cast<Index>(rows));
    }

    void add(nb::handle value, std::size_t row) {
        if (value.is_none()) return builder_.add_missing();
        Seen& seen = seen_[(reinterpret_cast<std::uintptr_t>(value.ptr()) >> 4) % seen_.size()];
        if (seen.value == value.ptr()) return builder_.add_again(seen.text);
        add_new(value, row);
        if (const std::int32_t text = builder_.text_added_last(); text != Column::no_text)
            seen = {value.ptr(), text};
    }

    [[nodiscard]] Column finish() { return builder_.finish(); }

private:
    // Most texts of a column are few objects, each in many rows.
    struct Seen {
        PyObject* value = nullptr;
        std::int32_t text = Column::no_text;
    };

    void add_new(nb::handle value, std::size_t row) {
        if (PyFloat_Check(value.ptr())) return add_number(PyFloat_AsDouble(value.ptr()), row);
        if (PyUnicode_Check(value.ptr())) return add_field(value, row);
        const bool is_list = PySequence_Check(value.ptr()) != 0 && !PyBytes_Check(value.ptr());
        if (is_list || PyDict_Check(value.ptr()) || PyAnySet_Check(value.ptr())) fail_kind(value);
        add_field(nb::str(value), row);
    }

    [[noreturn]] void fail_kind(nb::handle value) const {
        const auto kind = nb::cast<std::string>(value.type().attr("__name__"));
        const std::string sentence = "column " + in_quotes(builder_.name()) + " holds a " + kind +
                                     ": argument must be a string or a number, or None where it is missing";
        throw nb::type_error(sentence.c_str());
    }

    void add_number(double number, std::size_t row) {
        if (absent_(number)) return builder_.add_missing();
        if (std::isinf(number)) fail_infinite(table_, builder_.name(), row);
        if (builder_.decimal() == '.' && !builder_.is_text()) return builder_.add_number(number, {}, true);
        builder_.add_field(text_of(number), line_of(row));
    }

    void add_field(nb::handle text, std::size_t row) {
        Py_ssize_t size = 0;
        const char* letters = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
        if (letters == nullptr) throw nb::python_error();
        std::string_view field(letters, static_cast<std::size_t>(size));
        const std::size_t begin = field.find_first_not_of(" \t");  // as around a field without quotes
        field = begin == field.npos ? "" : field.substr(begin, field.find_last_not_of(" \t") - begin + 1);
        if (absent_(field)) return builder_.add_missing();
        if (field.find('\0') != field.npos)
            throw Error(Fault::input, {.place = table_.name + ": column " + in_quotes(builder_.name()),
                                       .found = in_quotes(field),
                                       .expected = "text without NUL"});
        builder_.add_field(field, line_of(row));
    }

    // Below the names.
    static Index line_of(std::size_t row) { return static_cast<Index>(row) + 2; }

    const Table& table_;
    Absent absent_;
    ColumnBuilder builder_;
    std::array<Seen, 64> seen_ = {};
};

}  // namespace

// The numbers of an array, each so many elements behind the first; NumPy's need not be aligned.
template <class T>
class Elements {
public:
    explicit Elements(const void* first) : first_(static_cast<const char*>(first)) {}
    double operator[](Index i) const {
        T number;
        std::memcpy(&number, first_ + i * static_cast<Index>(sizeof(T)), sizeof(T));
        return static_cast<double>(number);
    }

private:
    const char* first_;
};

// What the usual numbers are to a function.
template <class F>
static bool with_numbers(const Array& array, F f) {
    const auto type = array.dtype();
    if (type == nb::dtype<double>()) return f(Elements<double>(array.data())), true;
    if (type == nb::dtype<float>()) return f(Elements<float>(array.data())), true;
    if (type == nb::dtype<std::int64_t>()) return f(Elements<std::int64_t>(array.data())), true;
    return false;
}

// What read_npy would make of the usual numbers: one row is often all that is asked for, and should take no
// longer than to answer.
template <class Numbers>
static Table table_of_rows(const Array& array, Numbers numbers, const std::string& name) {
    const std::size_t rows = array.shape(0), columns = array.shape(1);
    Table table{.name = name, .rows = static_cast<Index>(rows), .is_array = true, .unnamed = true};
    table.columns.reserve(columns);
    for (std::size_t j = 0; j < columns; ++j) {
        Column& column = table.columns.emplace_back();
        column.name = std::to_string(j + 1);
        column.numbers.resize(rows);
        Index place = static_cast<Index>(j) * array.stride(1);
        for (std::size_t i = 0; i < rows; ++i, place += array.stride(0)) {
            column.numbers[i] = numbers[place];
            if (std::isinf(column.numbers[i])) fail_infinite(table, column.name, i);
        }
    }
    return table;
}

Table table_of_array(const Array& array, const std::string& name) {
    constexpr std::size_t most_columns = 1'000'000;
    if (array.ndim() == 2 && 0 < array.shape(0) && 0 < array.shape(1) && array.shape(1) <= most_columns) {
        std::optional<Table> table;
        with_numbers(array, [&](auto numbers) { table = table_of_rows(array, numbers, name); });
        if (table) return std::move(*table);
    }
    SavedArray bytes(array, name);
    return read_npy(bytes);
}

bool is_like(const Table& table, const Array& row) {
    return row.ndim() == 2 && row.shape(0) == 1 && row.shape(1) == table.columns.size() && table.rows == 1 &&
           table.unnamed && with_numbers(row, [](auto /*numbers*/) {});
}

void set_row(Table& table, const Array& row) {
    with_numbers(row, [&](auto numbers) {
        Index place = 0;
        for (Column& column : table.columns) {
            column.numbers.front() = numbers[place];
            if (std::isinf(column.numbers.front())) fail_infinite(table, column.name, 0);
            place += row.stride(1);
        }
    });
}

void add_numbers(Table& table, const std::vector<std::string>& names, const nb::list& columns,
                 const Reading& reading) {
    const Absent absent(reading.missing);
    for (std::size_t j = 0; j < names.size(); ++j) {
        const auto array = nb::cast<Array>(columns[j]);
        Column column{.name = names[j]};
        column.numbers.resize(array.shape(0));
        const bool known = array.ndim() == 1 && with_numbers(array, [&](auto numbers) {
                               for (std::size_t row = 0; row < column.numbers.size(); ++row) {
                                   const double number = numbers[static_cast<Index>(row) * array.stride(0)];
                                   if (std::isinf(number)) fail_infinite(table, column.name, row);
                                   column.numbers[row] = absent(number) ? missing : number;
                               }
                           });
        if (!known) throw nb::type_error("a column is no array of numbers in one dimension");
        add(table, std::move(column), array.shape(0));
    }
}

void add_fields(Table& table, const std::string& name, const nb::list& values, const Reading& reading,
                bool text) {
    const std::size_t rows = nb::len(values);
    FieldReader reader(table, name, rows, reading, text);
    std::size_t row = 0;
    for (const nb::handle value : values) reader.add(value, row++);
    add(table, reader.finish(), rows);
}

}  // namespace gradus::python
