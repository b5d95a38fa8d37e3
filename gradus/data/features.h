// How does a row of a table become numbers that suit a network? Fitted to the training rows, applied to all.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/data/table.h"

namespace gradus {

enum class Scaling {
    standard,  ///< (x - mean) / standard deviation, for each column
    minmax,    ///< (x - min) / (max - min), for each column
    series,    ///< (x - mean) / standard deviation, for each example by itself
    none,      ///< x
};
inline constexpr std::array scaling_names{"standard", "minmax", "series", "none"};

/// x -> (x - offset) / divisor. What never varies is divided by 1.
struct Line {
    double offset = 0;   ///< is taken away
    double divisor = 1;  ///< then divides

    bool operator==(const Line&) const = default;
};

/// The line that gives these numbers mean 0 and standard deviation 1; missing ones (NaN) are passed over.
Line standard_line(std::span<const double> numbers);

/// The line that brings them to 0 .. 1.
Line minmax_line(std::span<const double> numbers);

/// A column of numbers becomes one number: a missing one becomes `fill`, the mean of the others; then it is
/// scaled.
struct NumericFeature {
    std::string name;  ///< of the column
    double fill = 0;   ///< in the place of a missing number
    Line line = {};    ///< then this

    bool operator==(const NumericFeature&) const = default;
};

/// A column of text becomes a 0 or 1 for each category (one-hot): all 0 where the text is missing or was not
/// there when the features were fitted.
struct TextFeature {
    std::string name;                     ///< of the column
    std::vector<std::string> categories;  ///< in the order of their bytes

    bool operator==(const TextFeature&) const = default;
};

/// What becomes of a table's rows: first the columns of numbers, then those of text, each in its order.
///
/// In double a number x becomes (x / divisor - offset) / line's divisor; in float (x / divisor - offset)
/// * (1 / line's divisor) with every value rounded to float, as the Scaler of ONNX computes it.
struct Features {
    Scaling scaling = Scaling::none;           ///< how the lines were fitted
    double divisor = 1;                        ///< of the numbers, before anything else: 255 for pixels
    std::vector<NumericFeature> numeric = {};  ///< the columns of numbers
    std::vector<TextFeature> text = {};        ///< the columns of text

    [[nodiscard]] Index width() const;                     ///< how many numbers an example becomes
    [[nodiscard]] std::vector<std::string> names() const;  ///< of these numbers: "age", "sex=female"

    [[nodiscard]] std::vector<std::string> sources() const;  ///< the column each comes from: "age", "sex"

    bool operator==(const Features&) const = default;
};

/// Fits features to these rows of the table.
Features fit_features(const Table& table, std::span<const Index> rows, Scaling scaling);

/// How many numbers an example will become, fitted to these rows.
Index fitted_width(const Table& table, std::span<const Index> rows);

/// Applies features to the rows of one table, which may have more columns, in another order. It keeps
/// pointers to both, which must outlive it.
class Encoder {
public:
    /// Finds the columns by their names; in a table without names that has just as many columns as there are
    /// features, by their places. Throws Error (input) that lists the columns which are not there, or hold
    /// text instead of numbers.
    Encoder(const Features& features, const Table& table);

    /// X (width x rows) from these rows.
    template <class T>
    void operator()(View<T> X, std::span<const Index> rows) const;

    /// Columns of the table that are no features.
    [[nodiscard]] std::vector<std::string> unused() const;

private:
    struct TextColumn {
        const Column* column;
        std::shared_ptr<const Column> converted = {};  // when the table holds numbers instead
        std::vector<Index> places = {};  // of each of the column's texts among the categories, or -1
    };
    static TextColumn text_column(const Column& column, const std::vector<std::string>& known);
    template <class T>
    void encode_numbers(View<T> X, std::span<const Index> rows) const;
    template <class T>
    void encode_text(View<T> X, std::span<const Index> rows) const;

    const Features* features_;
    const Table* table_;
    std::vector<const Column*> found_;
    std::vector<const Column*> numeric_;
    std::vector<TextColumn> text_;
};

/// The whole table, encoded: width x rows.
template <class T>
Matrix<T> encode(const Features& features, const Table& table);

}  // namespace gradus
