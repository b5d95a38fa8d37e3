// What was an input made of? Its numbers become columns again: numbers, dates and texts as in the file.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "gradus/data/features.h"

namespace gradus {

/// Features, undone: a column of numbers in its own units; a date from its time alone, as ISO 8601 (its day
/// where no time of day varied); the text whose number is the largest. Of series that are scaled each by
/// itself numbers stay on that scale.
class Decoder {
public:
    using Cell = std::variant<double, std::string>;  ///< a number; or a date or a text

    /// Keeps a pointer to the features. Throws Error (input) at `place` for series that end early: how long
    /// an input is cannot be told.
    Decoder(const Features& features, const std::string& place);

    [[nodiscard]] std::vector<std::string> names() const;  ///< of the columns, those of numbers first

    /// The columns' values in an input of features.width() numbers.
    template <class T>
    [[nodiscard]] std::vector<Cell> operator()(const T* x) const;

private:
    const Features* features_;
};

}  // namespace gradus
