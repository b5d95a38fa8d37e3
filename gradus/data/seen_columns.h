#pragma once

// Which numbers and texts are features fitted to? Some rows of a table, and all rows of others.

#include <span>
#include <vector>

#include "gradus/data/features.h"
#include "gradus/data/shared_table.h"

namespace gradus {

/// The columns of a table, each with the rows that features are fitted to: these rows of it, and behind them
/// all rows of the others, which have the same columns in any order. Keeps pointers to all of them. Throws
/// Error as an Encoder does for the others' columns.
class SeenColumns {
public:
    SeenColumns(const Table& table, std::span<const Index> rows, std::span<const Table> others);

    /// f(column, the rows of it that are seen), for one column of the table after the other.
    template <class F>
    void each(F f) const {
        for (std::size_t i = 0; i < table_.columns.size(); ++i)
            if (encoders_.empty()) {
                const Shown shown(table_.columns[i]);
                f(table_.columns[i], rows_);
            } else {
                f(gathered(i), std::span<const Index>(all_));
            }
    }

private:
    [[nodiscard]] std::vector<const Column*> in_order(const std::vector<const Column*>& by_kind) const;
    [[nodiscard]] Column gathered(std::size_t i) const;

    const Table& table_;
    std::span<const Index> rows_;
    Features known_;
    std::vector<Encoder> encoders_;
    std::vector<std::vector<const Column*>> behind_;
    std::vector<Index> all_;
};

}  // namespace gradus
