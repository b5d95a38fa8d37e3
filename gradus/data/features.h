// How does a row of a table become numbers that suit a network? Fitted to the training rows, applied to all.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gradus/core/matrix.h"
#include "gradus/data/date_feature.h"
#include "gradus/data/line.h"
#include "gradus/data/table.h"

namespace gradus {

enum class Scaling {
    standard,  ///< (x - mean) / standard deviation, for each column (standardization)
    minmax,    ///< (x - min) / (max - min), for each column
    series,    ///< (x - mean) / standard deviation, for each example by itself
    none,      ///< x
};
inline constexpr std::array scaling_names{"standard", "minmax", "series", "none"};

/// What a network sees of a number beside the scaled one.
enum class NumberEncoding {
    ple,   ///< how far it is into each bin between the quantiles of its column (quantile_bins.h)
    none,  ///< nothing
};
inline constexpr std::array number_encoding_names{"ple", "none"};

/// A column of numbers becomes one number: a missing one becomes `fill`, the mean of the others (imputation);
/// then it is scaled. Where the numbers that it was fitted to are all alike, no weight has learned what
/// another would mean: whatever the column holds becomes 0. With piecewise-linear encoding a number for each
/// bin comes besides, made of what is there after filling and before scaling.
struct NumericFeature {
    std::string name;        ///< of the column
    double fill = 0;         ///< in the place of a missing number
    Line line = {};          ///< then this
    bool in_double = false;  ///< float would merge its numbers (line.h) or the edges of its bins
    std::optional<NumberFormat> format =
        {};                          ///< how its numbers were written where it was learned, if not plainly
    std::vector<double> edges = {};  ///< of its bins, ascending; empty: it has none

    [[nodiscard]] Index bins() const {  ///< how many
        return edges.empty() ? 0 : static_cast<Index>(edges.size()) - 1;
    }

    bool operator==(const NumericFeature&) const = default;
};

/// A column of text becomes a 0 or 1 for each category (one-hot): all 0 where the text is missing or was not
/// there when the features were fitted. Where one category stood in every row, whatever the column holds
/// becomes 0.
struct TextFeature {
    std::string name;                     ///< of the column
    std::vector<std::string> categories;  ///< in the order of their bytes
    bool never_varies = false;            ///< one category, in every row

    bool operator==(const TextFeature&) const = default;
};

/// What becomes of a table's rows: first the columns of numbers, then their bins, then the columns of dates,
/// then those of text, each in its order.
///
/// In double a number x becomes (x / divisor - offset) / line's divisor; in float (x / divisor - offset)
/// * (1 / line's divisor) with every value rounded to float, as the Scaler of ONNX computes it. In a network
/// of float a column `in_double` is computed as in double, and rounded then.
struct Features {
    Scaling scaling = Scaling::none;  ///< how the lines were fitted
    double divisor = 1;               ///< of the numbers, before anything else: 255 for pixels
    /// Of series of unequal length, which end in missing numbers, the channels; otherwise 0. Behind these
    /// comes one channel more, the mask: 1 at each place where a number is there, else 0.
    Index masked_channels = 0;
    std::vector<NumericFeature> numeric = {};  ///< the columns of numbers
    std::vector<DateFeature> dates = {};       ///< the columns of dates
    std::vector<TextFeature> text = {};        ///< the columns of text
    // How the file was read, which another is as well:
    std::vector<std::string> missing_words = {};  ///< what else stood for a missing value
    bool unnamed = false;                         ///< it had no names of columns

    [[nodiscard]] Index masked_length() const;  ///< of the mask, 0 without one
    [[nodiscard]] Index bins() const;           ///< of all columns of numbers
    [[nodiscard]] Index width() const;          ///< how many numbers an example becomes
    [[nodiscard]] std::vector<std::string> names()
        const;  ///< of these numbers: "age", "age: 20 to 25", "when: time", "sex=female"

    [[nodiscard]] std::vector<std::string> sources() const;  ///< the column each comes from: "age", "sex"
    [[nodiscard]] std::vector<std::string> without_effect() const;  ///< the columns that always become 0

    bool operator==(const Features&) const = default;
};

/// What a reader may know before it reads: which columns are text, and how numbers were written. The second
/// is of a table that has been read, the third of a label with these classes.
std::vector<KnownColumn> known_columns(const Features& features);
std::vector<KnownColumn> known_columns(const Table& table);
std::vector<KnownColumn> known_label(const std::vector<std::string>& names,
                                     const std::vector<std::string>& classes);

/// Fits features to these rows of the table, and to all rows of `others`, which have the same columns in any
/// order; each row counts once, whatever its weight. `as_series`: the network sees them as series, whose
/// numbers are all in double or none, and have no bins. Throws Error (input) for a column whose smallest and
/// largest number are too far apart for a double, and as an Encoder does for the others' columns.
Features fit_features(const Table& table, std::span<const Index> rows, Scaling scaling,
                      bool as_series = false, NumberEncoding encoding = NumberEncoding::none,
                      std::span<const Table> others = {});

/// How many numbers an example will become, fitted to these rows and to all rows of the others.
Index fitted_width(const Table& table, std::span<const Index> rows,
                   NumberEncoding encoding = NumberEncoding::none, std::span<const Table> others = {});

/// Applies features to the rows of one table, which may have more columns, in another order. It keeps
/// pointers to both, which must outlive it.
class Encoder {
public:
    /// Finds the columns by their names; in a table without names that has just as many columns as there are
    /// features, all numbers or all text, by their places. Of series with a mask each channel is filled up or
    /// cut to its length. Throws Error (input) that lists the columns which are not there, or hold text
    /// instead of numbers, or numbers with another unit.
    Encoder(const Features& features, const Table& table);

    /// X (width x rows) from these rows. Of a shared table each rank asks for rows of its own.
    template <class T>
    void operator()(View<T> X, std::span<const Index> rows) const;

    /// The column of each feature: those of numbers, of dates, of text, as the features need them. Valid as
    /// long as this is.
    [[nodiscard]] std::vector<const Column*> columns() const;

    /// Columns of the table that are no features, but for one that counts the rows.
    [[nodiscard]] std::vector<std::string> unused() const;

    /// Texts that were not there when the features were fitted, by column; no text: a column without a value.
    struct Unknown {
        std::string column;              ///< its name
        std::vector<std::string> texts;  ///< in the order of their first occurrence
        Index rows = 0;                  ///< in which they stand
    };
    [[nodiscard]] std::vector<Unknown> unknown() const;  ///< of all rows of the table

    /// A column whose numbers have no unit, and that which they had when the features were fitted.
    struct LostUnit {
        std::string column;  ///< its name
        std::string unit;    ///< "km", "$"
    };
    [[nodiscard]] std::vector<LostUnit> lost_units() const;  ///< all of them

private:
    struct DateColumn {
        const Column* column;
        std::shared_ptr<const Column> converted = {};  // when day and month had to change their places
    };
    struct TextColumn {
        const Column* column;
        std::shared_ptr<const Column> converted = {};  // when the table holds numbers instead
        std::vector<Index> places = {};  // of each of the column's texts among the categories, or -1
    };
    static TextColumn text_column(const Column& column, const std::vector<std::string>& known);
    [[nodiscard]] std::vector<const Column*> find_series();
    [[nodiscard]] DateColumn date_column(const Column& column, const DateFeature& feature) const;
    template <class Sum, class T>
    void encode_column(View<T> X, Index feature, std::span<const Index> rows) const;
    template <class T>
    void encode_numbers(View<T> X, std::span<const Index> rows) const;
    template <class T>
    void encode_mask(View<T> X, std::span<const Index> rows) const;
    template <class Sum, class T>
    void encode_column_bins(View<T> X, Index feature, Index first, std::span<const Index> rows) const;
    template <class T>
    void encode_bins(View<T> X, std::span<const Index> rows) const;
    template <class T>
    void encode_dates(View<T> X, std::span<const Index> rows) const;
    template <class T>
    void encode_text(View<T> X, std::span<const Index> rows) const;

    const Features* features_;
    const Table* table_;
    std::vector<const Column*> found_;
    std::shared_ptr<const Column> nothing_ = {};  // a column that is missing where a series is too short
    std::vector<const Column*> numeric_;
    std::vector<DateColumn> dates_;
    std::vector<TextColumn> text_;
};

/// The whole table, encoded: width x rows.
template <class T>
Matrix<T> encode(const Features& features, const Table& table);

}  // namespace gradus
