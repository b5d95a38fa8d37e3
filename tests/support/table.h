// Matrices and texts as tables.
#pragma once

#include "gradus/data/table.h"

namespace gradus::test {

/// A table of numbers whose columns "1", "2", ... are the rows of X.
inline Table table_of(const Matrix<double>& X) {
    Table table{.name = "test", .rows = X.columns()};
    for (Index i = 0; i < X.rows(); ++i) {
        Column column{.name = std::to_string(i + 1)};
        for (Index j = 0; j < X.columns(); ++j) column.numbers.push_back(X(i, j));
        table.columns.push_back(std::move(column));
    }
    return table;
}

/// A column of text; "" is missing.
inline Column text_column(const std::string& name, const std::vector<std::string>& texts) {
    Column column{.name = name, .first_text = texts.front(), .first_text_line = 2};
    for (const std::string& text : texts) {
        std::size_t code = 0;
        while (code < column.texts.size() && column.texts[code] != text) ++code;
        if (code == column.texts.size() && !text.empty()) column.texts.push_back(text);
        column.codes.push_back(text.empty() ? Column::no_text : static_cast<std::int32_t>(code));
    }
    return column;
}

}  // namespace gradus::test
