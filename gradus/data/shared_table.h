// Where are a table's numbers when several processes share it? Each column is kept by one of them, and shown
// to all while they look at it: so no process ever has the whole.
#pragma once

#include <cstdint>

#include "gradus/core/ranks.h"
#include "gradus/data/table.h"

namespace gradus {

/// The rank that keeps column j of a shared table.
inline Index keeper_of(std::size_t j, const Ranks& ranks) {
    return static_cast<Index>(j) % ranks.count();
}

/// Makes a table a shared one, of which each rank has read all names, but only the columns that it keeps. All
/// get to know what is known of a column besides its numbers. `print` is that of the bytes that were read:
/// throws Error (input) where a rank has read others than the first.
void share(Table& table, Ranks& ranks, std::uint64_t print);

/// While it lives, a column's numbers, codes and texts are here. Of a shared table all ranks ask for the same
/// columns in the same order; of any other it does nothing.
///
///     for (const Column& column : table.columns) {
///         const Shown shown(column);
///         ... column.numbers ...
///     }
class Shown {
public:
    explicit Shown(const Column& column);
    ~Shown();
    Shown(const Shown&) = delete;
    Shown& operator=(const Shown&) = delete;

private:
    Column* column_ = nullptr;  // that is taken away again
};

/// From now on every rank keeps the column.
void keep_everywhere(Column& column);
/// The table is shared no more: every rank keeps all of it.
void keep_everywhere(Table& table);

/// Such a column, made of one that `like` says who keeps, is kept by that rank alone.
void keep_like(Column& column, const Column& like);

/// The rows of a column, here or not.
Index rows_of(const Column& column);

}  // namespace gradus
