// What is a layer called, and how is it set? As data, from which its text and its forms elsewhere follow.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gradus/core/expression.h"
#include "gradus/core/matrix.h"

namespace gradus {

/// One of a layer's settings, and how a network's text says it.
struct LayerSetting {
    /// How a text says it.
    enum class Said {
        no,        ///< not at all: it has its usual value
        plainly,   ///< "0.2"
        behind_x,  ///< "x5", right behind the setting before: "25x5"
        by_name,   ///< "stride 2"
    };
    std::string name;                                ///< "stride"
    std::variant<Index, double, std::string> value;  ///< 2
    Said said = Said::by_name;                       ///< in its layer's text

    [[nodiscard]] std::string text() const;  ///< of the value
};

/// A function of single numbers: its value at Z, and its slope there, where A is the value.
struct Function {
    Expression value;  ///< 1 / (1 + exp(-Z))
    Expression slope;  ///< A .* (1 - A)
};

/// What a layer is, as data. Its text follows from it, and what other formats call it.
struct LayerDescription {
    std::string kind;                         ///< its name in the table of layers: "conv"
    std::vector<LayerSetting> settings = {};  ///< all of them, in the order of the text
    std::optional<Function> function = {};    ///< where each number becomes another by itself
    int nesting = 0;                          ///< 1: a residual connection leaves here; -1: it joins again

    /// The words that make this layer in a network's text: "conv 25x5 stride 2", "64".
    [[nodiscard]] std::string text() const;
    /// A setting that is there, by its name.
    [[nodiscard]] const LayerSetting& setting(std::string_view name) const;
    [[nodiscard]] Index whole(std::string_view name) const;    ///< its value, a whole number
    [[nodiscard]] double number(std::string_view name) const;  ///< its value, any other number
};

}  // namespace gradus
