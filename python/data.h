// How do arrays and DataFrames become what the program reads from files? As the files that hold the same.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <optional>
#include <string>
#include <vector>

#include "gradus/data/column_format.h"
#include "gradus/data/dataset.h"

namespace gradus::python {

namespace nb = nanobind;

/// How the fields of text columns are understood: what a model learned, and what somebody said.
struct Reading {
    std::vector<KnownColumn> known = {};    ///< of a model that learned columns of these names
    char decimal = 0;                       ///< the only decimal mark; 0: each column's own
    std::optional<DateOrder> date_order{};  ///< where dates alone do not say it
    std::vector<std::string> missing = {};  ///< what else stands for a missing value
};

/// The table of a file that numpy.save() would write: examples x features, examples x channels x length, or
/// images of bytes. Strides are those of rows or of columns without gaps, unless numbers are f4, f8 or i8 in
/// two dimensions.
Table table_of_array(const nb::ndarray<nb::ro, nb::device::cpu>& array, const std::string& name);

/// Has this array the type and the columns of a table that was made of one like it, and one row of numbers as
/// both do?
bool is_like(const Table& table, const nb::ndarray<nb::ro, nb::device::cpu>& row);

/// The numbers of such a row become those of the table's only one. Throws Error for one that is infinite.
void set_row(Table& table, const nb::ndarray<nb::ro, nb::device::cpu>& row);

/// Adds columns of numbers, arrays of f4, f8 or i8, NaN where they are missing. Throws Error for one that is
/// infinite.
void add_numbers(Table& table, const std::vector<std::string>& names, const nb::list& columns,
                 const Reading& reading);

/// Adds a column of anything, understood as the fields of a CSV file are: numbers, dates or text; or, when
/// somebody says so, as text.
void add_fields(Table& table, const std::string& name, const nb::list& values, const Reading& reading,
                bool text);

/// A data set, and what has to be typed for the same data.
struct NamedData {
    Dataset data;
    std::string source;              ///< "pumps.csv --target failed --ignore repair_hours"
    std::vector<std::string> notes;  ///< what was understood of it
};

}  // namespace gradus::python
