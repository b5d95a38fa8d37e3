// What did the operators of a graph turn out to be? Steps from its columns to its outputs, which become
// layers.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "gradus/model/model.h"

namespace gradus::onnx {

/// One of them: what it makes of the step before it.
struct Step {
    enum class Kind {
        input,     ///< the columns of the file
        layer,     ///< one layer of a network's text
        affine,    ///< unit u becomes scale[u] x + shift[u]
        residual,  ///< before + start, from which `before` comes
    };
    Kind kind = Kind::layer;
    const Step* before = nullptr;
    const Step* start = nullptr;
    bool same_units = false;  ///< its units are those before it, and so are their sizes
    std::string text = {};    ///< of a layer
    Shape out = {};           ///< unless it has the same units
    /// Of a layer, in double: W row by row [out, in] or [filters, channels, window], then b; gamma, then
    /// beta.
    std::vector<double> W = {}, b = {};
    std::vector<double> statistics = {};
    std::vector<Index> from = {};  ///< of a dense layer: the unit that each column of W sees
    Index inputs = 0;              ///< of it: how many there are before it
    Index window = 1;              ///< of a convolution
    bool sees_columns = false;     ///< its units are those of the file
    std::vector<double> scale = {}, shift = {};
};

/// A column of the file: of numbers, or of text.
struct FileColumn {
    std::string name;
    bool is_text = false;
    double fill = missing;  ///< in the place of a missing number
    /// Of text, or of a number that is a category: the categories, each a unit.
    std::vector<std::string> categories = {};
};

/// A unit of the input: a column of numbers, or a category of a column.
struct FileUnit {
    static constexpr Index number = -1;
    std::size_t column = 0;
    Index category = number;
};

/// The columns of a file, and in which order the network will see them.
struct FileColumns {
    std::vector<FileColumn> columns = {};
    std::vector<FileUnit> units = {};
    std::vector<Index> order = {};   ///< unit by unit as a layer wants it; empty: nobody has asked yet
    std::vector<Index> places = {};  ///< the reverse: where each unit stands
    Shape shape = {};                ///< then
};

/// Features and network of the steps that lead to `last`, which are used up. Throws Error (input), without a
/// place.
template <class T>
Model<T> model_of(const Step& last, const FileColumns& columns);

}  // namespace gradus::onnx
