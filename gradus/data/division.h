// Which examples are set aside for validation? Rows that belong together lie on one side.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "gradus/core/random.h"
#include "gradus/data/dataset.h"

namespace gradus {

enum class SplitBy {
    random,  ///< by a permutation, from every class the same share (values, multi-labels: of all rows)
    time,    ///< the latest rows are set aside
};
inline constexpr std::array split_names{"random", "time"};

/// Numbers of examples, each part in ascending order.
struct Split {
    std::vector<Index> training;    ///< to learn from
    std::vector<Index> validation;  ///< set aside
};

/// Sets a share of the examples aside for validation (hold-out; stratified by the classes). Rows that belong
/// together (Dataset::together) are a unit, which lies on one side.
///
/// `random`: units are met in the order of one random permutation. First those are taken with which no class
/// has more examples set aside than the share of it, rounded; then those that bring the numbers nearer to
/// that all the same (the sum of the squared distances falls); if nothing was taken, the nearest. Where every
/// row is by itself these are the first of each class.
///
/// `time`: the latest rows by Dataset::times, where that is empty by their order; nothing is drawn. Rows of
/// the same time are a unit, and rows without a time come before all others; equal rows may come again later.
/// Where a column says which rows belong together, a group is as late as its latest row, and no row to learn
/// from is later than that.
///
/// Throws Error (usage) unless the share is in [0, 1), and as require_valid does.
Split split(const Dataset& data, double validation_share, RandomState random, SplitBy by = SplitBy::random);

/// Is there anything to divide, or are all rows one unit?
bool is_divisible(const Dataset& data, SplitBy by);

/// For each row the number of the first row with the same key; empty when no two have the same.
std::vector<Index> first_of_same(std::span<const std::uint64_t> keys);

/// For each row the number of the first that is equal to it in all columns (a missing value is equal to a
/// missing one); empty when no two rows are equal. Rows are compared by 64 bits of their numbers: two
/// different ones lie together once in 2^64 pairs. Takes up to 40 bytes a row while it works. Throws Error
/// (usage) for a column that has not as many rows as the table.
std::vector<Index> equal_rows(const Table& table);
/// The same of both tables, one below the other; empty, too, where the second lacks a column of the first.
std::vector<Index> equal_rows(const Table& first, const Table& second);

/// For each row the number of the first with the same value in this column. A row without a value is by
/// itself.
std::vector<Index> groups_of(const Column& column);

}  // namespace gradus
