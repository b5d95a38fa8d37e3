#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/features.h"
#include "gradus/data/find_columns.h"
#include "gradus/data/quantile_bins.h"
#include "gradus/data/shared_table.h"

namespace gradus {
namespace {

// Numbers, and not kilograms where there were pounds.
void require_numbers_of(const Table& table, const Column& column, const NumericFeature& feature) {
    require_numbers(table, column);
    const auto* format = std::get_if<NumberFormat>(&column.format);
    if (format != nullptr && feature.format)
        require_unit(table, column, format->unit(), feature.format->unit());
}

// A number that is infinite for the network.
[[noreturn]] void refuse_number(const Table& table, const Column& column, Index row) {
    throw Error(Fault::input,
                {.place = place_of(table, row),
                 .found = say("column {} holds {}", in_quotes(column.name),
                              in_quotes(text_of(column.numbers[static_cast<std::size_t>(row)]))),
                 .expected = say("a number that is finite as the network sees it"),
                 .hint = say("a larger unit, or the logarithm")});
}

// The examples are the columns of X, the features the columns of the table: in blocks, both stay in the
// cache.
constexpr std::size_t block = 64;

}  // namespace

Encoder::Encoder(const Features& features, const Table& table) : features_(&features), table_(&table) {
    std::vector<std::string> names;
    for (const NumericFeature& feature : features.numeric) names.push_back(feature.name);
    for (const DateFeature& feature : features.dates) names.push_back(feature.name);
    for (const TextFeature& feature : features.text) names.push_back(feature.name);
    const bool keeps_order = (features.numeric.empty() ? 0 : 1) + (features.dates.empty() ? 0 : 1) +
                                 (features.text.empty() ? 0 : 1) <=
                             1;
    found_ = features.masked_channels > 0 && table.length > 0 && table.channels == features.masked_channels
                 ? find_series()
                 : columns_called(table, names, keeps_order);

    for (const Column* one : found_) require_fits(table, *one);
    auto column = found_.begin();
    for (std::size_t i = 0; i < features.numeric.size(); ++i, ++column) {
        if (!is_all_missing(**column)) require_numbers_of(table, **column, features.numeric[i]);
        numeric_.push_back(*column);
    }
    for (const DateFeature& feature : features.dates) dates_.push_back(date_column(**column++, feature));
    for (const TextFeature& feature : features.text)
        text_.push_back(text_column(**column++, feature.categories));
}

// A file whose dates do not say what is the day is read as the model's was.
Encoder::DateColumn Encoder::date_column(const Column& column, const DateFeature& feature) const {
    if (!column.is_date()) {
        if (is_all_missing(column)) return {.column = &column};
        const bool in_line = column.is_text() && column.first_text_line > 0;
        throw Error(Fault::input,
                    {.place = table_->name + (in_line ? ":" + std::to_string(column.first_text_line) : ""),
                     .found = say("column {} holds {}", in_quotes(column.name),
                                  in_line            ? in_quotes(column.first_text)
                                  : column.is_text() ? say("categories")
                                                     : say("numbers")),
                     .expected = say("{}, as in training",
                                     description(DateFormat{.order = feature.order == DateOrder::time_of_day
                                                                         ? feature.order
                                                                         : DateOrder::ymd}))});
    }
    const auto& format = std::get<DateFormat>(column.format);
    if ((format.order == DateOrder::time_of_day) != (feature.order == DateOrder::time_of_day))
        throw Error(Fault::input,
                    {.place = table_->name,
                     .found = say("column {} holds {}", in_quotes(column.name), description(format)),
                     .expected = say("{}, as in training", description(DateFormat{.order = feature.order}))});
    const Shown shown(column);
    if (format.order == feature.order || !is_ambiguous(column.numbers, format)) return {.column = &column};
    if (feature.order == DateOrder::ymd) require_clear_dates(*table_, column);
    Column converted{.name = column.name, .format = column.format};
    for (const double x : column.numbers)
        converted.numbers.push_back(std::isnan(x) ? x : with_day_and_month_swapped(x, format));
    keep_like(converted, column);
    const auto kept = std::make_shared<const Column>(std::move(converted));
    return {.column = kept.get(), .converted = kept};
}

// Channel by channel, each filled up or cut.
std::vector<const Column*> Encoder::find_series() {
    nothing_ = std::make_shared<const Column>(
        Column{.name = "", .numbers = std::vector<double>(static_cast<std::size_t>(table_->rows), missing)});
    const Index length = features_->masked_length(), first = table_->label == 0 ? 1 : 0;
    std::vector<const Column*> found;
    for (Index c = 0; c < features_->masked_channels; ++c)
        for (Index i = 0; i < length; ++i)
            found.push_back(i < table_->length
                                ? &table_->columns[static_cast<std::size_t>(first + c * table_->length + i)]
                                : nothing_.get());
    return found;
}

Encoder::TextColumn Encoder::text_column(const Column& column, const std::vector<std::string>& known) {
    TextColumn entry{.column = &column};
    if (!column.is_text()) {  // a category may look like a number, and here all of them do
        const Shown shown(column);
        Column text = as_text(column);
        keep_like(text, column);
        entry.converted = std::make_shared<const Column>(std::move(text));
        entry.column = entry.converted.get();
    }
    const Shown shown(*entry.column);
    const auto place_of = [&known](const std::string& word) -> Index {
        const auto place = std::ranges::lower_bound(known, word);
        return place != known.end() && *place == word ? place - known.begin() : -1;
    };
    for (const std::string& word : entry.column->texts) {
        const Index place = place_of(word);
        entry.places.push_back(place >= 0 ? place : place_of(canonical(word)));
    }
    return entry;
}

std::vector<const Column*> Encoder::columns() const {
    std::vector<const Column*> columns = numeric_;
    for (const DateColumn& date : dates_) columns.push_back(date.column);
    for (const TextColumn& text : text_) columns.push_back(text.column);
    return columns;
}

std::vector<std::string> Encoder::unused() const {
    std::vector<std::string> names;
    if (nothing_ != nullptr) return names;  // what a series has too much is no column of its own
    const std::unordered_set<const Column*> used(found_.begin(), found_.end());
    for (const Column& column : table_->columns)
        if (!column.counts_rows && !used.contains(&column)) names.push_back(column.name);
    return names;
}

std::vector<Encoder::LostUnit> Encoder::lost_units() const {
    std::vector<LostUnit> lost;
    for (std::size_t i = 0; i < numeric_.size(); ++i) {
        const auto& learned = features_->numeric[i].format;
        const auto* format = std::get_if<NumberFormat>(&numeric_[i]->format);
        if (learned && learned->has_unit() && format != nullptr && !format->has_unit() &&
            !is_all_missing(*numeric_[i]))
            lost.push_back({numeric_[i]->name, learned->unit()});
    }
    return lost;
}

std::vector<Encoder::Unknown> Encoder::unknown() const {
    std::vector<Unknown> all;
    for (std::size_t i = 0; i < text_.size(); ++i) {
        const auto& [column, converted, places] = text_[i];
        const Shown shown(*column);
        const auto is_unknown = [&places = places](std::int32_t code) {
            return code != Column::no_text && places[static_cast<std::size_t>(code)] < 0;
        };
        Unknown unknown{.column = features_->text[i].name,
                        .texts = {},
                        .rows = std::ranges::count_if(column->codes, is_unknown)};
        std::vector<bool> listed(column->texts.size());
        for (const std::int32_t code : column->codes) {
            if (!is_unknown(code) || listed[static_cast<std::size_t>(code)]) continue;
            listed[static_cast<std::size_t>(code)] = true;
            unknown.texts.push_back(column->texts[static_cast<std::size_t>(code)]);
        }
        if (unknown.rows > 0) all.push_back(std::move(unknown));
    }
    constexpr Index several = 5;  // rows: of fewer it may be so
    if (nothing_ != nullptr || table_->rows < several) return all;
    for (const Column* column : found_) {
        const Shown shown(*column);
        const auto lacks_text = [](std::int32_t code) { return code == Column::no_text; };
        const bool nothing =
            column->is_text() ? std::ranges::all_of(column->codes, lacks_text) : is_all_missing(*column);
        if (nothing) all.push_back({.column = column->name, .texts = {}, .rows = table_->rows});
    }
    return all;
}

// A missing one filled.
template <class Sum>
static Sum number_or(double number, Sum divisor, Sum fill) {
    const Sum x = static_cast<Sum>(number) / divisor;
    return std::isnan(x) ? fill : x;
}

template <class Sum, class T>
void Encoder::encode_column(View<T> X, Index i, std::span<const Index> rows) const {
    const NumericFeature& feature = features_->numeric[static_cast<std::size_t>(i)];
    const Column& column = *numeric_[static_cast<std::size_t>(i)];
    const Shown shown(column);
    const double* numbers = column.numbers.data();
    const auto divisor = static_cast<Sum>(features_->divisor);
    const auto fill = static_cast<Sum>(feature.fill), offset = static_cast<Sum>(feature.line.offset);
    const auto scale = static_cast<Sum>(1 / feature.line.divisor);
    for (std::size_t j = 0; j < rows.size(); ++j) {
        Sum x = number_or(numbers[rows[j]], divisor, fill);
        if constexpr (std::is_same_v<Sum, float>) {
            x = (x - offset) * scale;
        } else {
            x = (x - offset) / feature.line.divisor;
        }
        X(i, static_cast<Index>(j)) = static_cast<T>(x);
        if (!std::isfinite(static_cast<T>(x)) && !std::isnan(numbers[rows[j]]))
            refuse_number(*table_, column, rows[j]);
    }
}

template <class T>
void Encoder::encode_numbers(View<T> X, std::span<const Index> rows) const {
    for (Index i = 0; i < static_cast<Index>(numeric_.size()); ++i) {
        const bool in_double = features_->numeric[static_cast<std::size_t>(i)].in_double;
        // NOLINTNEXTLINE(bugprone-branch-clone): the same where T is double
        in_double ? encode_column<double>(X, i, rows) : encode_column<T>(X, i, rows);
    }
}

template <class T>
void Encoder::encode_mask(View<T> X, std::span<const Index> rows) const {
    const Index length = features_->masked_length(), first = static_cast<Index>(numeric_.size());
    if (length == 0) return;
    for (Index place = 0; place < first; ++place) {
        const Column& column = *numeric_[static_cast<std::size_t>(place)];
        const Shown shown(column);
        for (std::size_t j = 0; j < rows.size(); ++j) {
            T& there = X(first + place % length, static_cast<Index>(j));
            if (place < length) there = 0;  // the first channel
            if (!std::isnan(column.numbers[static_cast<std::size_t>(rows[j])])) there = 1;
        }
    }
}

template <class Sum, class T>
void Encoder::encode_column_bins(View<T> X, Index i, Index first, std::span<const Index> rows) const {
    const NumericFeature& feature = features_->numeric[static_cast<std::size_t>(i)];
    const Shown shown(*numeric_[static_cast<std::size_t>(i)]);
    const double* numbers = numeric_[static_cast<std::size_t>(i)]->numbers.data();
    const std::vector<Sum> edges(feature.edges.begin(), feature.edges.end());
    const auto divisor = static_cast<Sum>(features_->divisor), fill = static_cast<Sum>(feature.fill);
    for (std::size_t j = 0; j < rows.size(); ++j) {
        const Sum x = number_or(numbers[rows[j]], divisor, fill);
        T* bins = X.column(static_cast<Index>(j)) + first;
        for (std::size_t k = 1; k < edges.size(); ++k)
            *bins++ = static_cast<T>(in_bin(x, edges[k - 1], edges[k]));
    }
}

template <class T>
void Encoder::encode_bins(View<T> X, std::span<const Index> rows) const {
    auto first = static_cast<Index>(numeric_.size()) + features_->masked_length();
    for (Index i = 0; i < static_cast<Index>(numeric_.size()); ++i) {
        const NumericFeature& feature = features_->numeric[static_cast<std::size_t>(i)];
        if (feature.edges.empty()) continue;
        // NOLINTNEXTLINE(bugprone-branch-clone): the same where T is double
        feature.in_double ? encode_column_bins<double>(X, i, first, rows)
                          : encode_column_bins<T>(X, i, first, rows);
        first += feature.bins();
    }
}

template <class T>
void Encoder::encode_dates(View<T> X, std::span<const Index> rows) const {
    auto first = static_cast<Index>(numeric_.size()) + features_->masked_length() + features_->bins();
    std::vector<double> encoded;
    for (std::size_t i = 0; i < dates_.size(); ++i) {
        const DateFeature& feature = features_->dates[i];
        const Shown shown(*dates_[i].column);
        encoded.resize(feature.width());
        for (std::size_t j = 0; j < rows.size(); ++j) {
            feature.encode(dates_[i].column->numbers[static_cast<std::size_t>(rows[j])], encoded);
            std::ranges::transform(encoded, X.column(static_cast<Index>(j)) + first,
                                   [](double x) { return static_cast<T>(x); });
        }
        first += static_cast<Index>(feature.width());
    }
}

template <class T>
void Encoder::encode_text(View<T> X, std::span<const Index> rows) const {
    auto first = static_cast<Index>(numeric_.size()) + features_->masked_length() + features_->bins();
    for (const DateFeature& feature : features_->dates) first += static_cast<Index>(feature.width());
    for (std::size_t i = 0; i < text_.size(); ++i) {
        const TextColumn& text = text_[i];
        const Shown shown(*text.column);
        const auto count = static_cast<Index>(features_->text[i].categories.size());
        for (std::size_t j = 0; j < rows.size(); ++j) {
            T* x = X.column(static_cast<Index>(j)) + first;
            std::fill_n(x, count, T(0));
            const std::int32_t code = text.column->codes[static_cast<std::size_t>(rows[j])];
            const Index place = code == Column::no_text ? -1 : text.places[static_cast<std::size_t>(code)];
            if (place >= 0 && !features_->text[i].never_varies) x[place] = 1;
        }
        first += count;
    }
}

// An example by itself; the numbers lie in `from`.
template <class S, class T>
static void scale_example(const S* from, T* x, Index count) {
    const std::vector<double> numbers(from, from + count);
    const Line line = standard_line(numbers);
    for (Index i = 0; i < count; ++i)
        x[i] = static_cast<T>((numbers[static_cast<std::size_t>(i)] - line.offset) / line.divisor);
}

template <class T>
void Encoder::operator()(View<T> X, std::span<const Index> rows) const {
    require_rows(*table_, rows);
    if (X.rows() != features_->width() || X.columns() != static_cast<Index>(rows.size()))
        throw Error(Fault::usage,
                    {.place = "Encoder",
                     .found = say("a matrix of {} rows and {} columns", X.rows(), X.columns()),
                     .expected = say("{} and {}: a row for each feature, a column for each row of the table",
                                     features_->width(), rows.size())});
    const auto count = static_cast<Index>(numeric_.size());
    const bool each = features_->scaling == Scaling::series;
    const bool in_double = count > 0 && features_->numeric.front().in_double;
    // Of a shared table each column is shown once, also to a rank that wants none of its rows.
    const std::size_t at_once = table_->shared_by == nullptr ? block : std::max<std::size_t>(rows.size(), 1);
    const std::size_t end = table_->shared_by == nullptr ? rows.size() : at_once;
    for (std::size_t begin = 0; begin < end; begin += at_once) {
        const std::span<const Index> part = rows.subspan(begin, std::min(at_once, rows.size() - begin));
        const auto first = static_cast<Index>(begin), size = static_cast<Index>(part.size());
        const View<T> to = X.columns({first, first + size});
        if (each && in_double) {
            Matrix<double> numbers(count, size);
            encode_numbers(numbers.view(), part);
            for (Index j = 0; j < size; ++j) scale_example(numbers.view().column(j), to.column(j), count);
        } else {
            encode_numbers(to, part);
            for (Index j = 0; each && j < size; ++j) scale_example(to.column(j), to.column(j), count);
        }
        encode_mask(to, part);
        encode_bins(to, part);
        encode_dates(to, part);
        encode_text(to, part);
    }
}

template <class T>
Matrix<T> encode(const Features& features, const Table& table) {
    std::vector<Index> rows(static_cast<std::size_t>(table.rows));
    std::iota(rows.begin(), rows.end(), Index{0});
    Matrix<T> X(features.width(), table.rows);
    Encoder(features, table)(X.view(), rows);
    return X;
}

template void Encoder::operator()(View<float>, std::span<const Index>) const;
template void Encoder::operator()(View<double>, std::span<const Index>) const;
template Matrix<float> encode(const Features&, const Table&);
template Matrix<double> encode(const Features&, const Table&);

}  // namespace gradus
