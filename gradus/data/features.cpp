#include "gradus/data/features.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "gradus/core/error.h"

namespace gradus {
namespace {

struct Extent {
    double smallest = 0;
    double range = 0;
};

std::vector<double> present(std::span<const double> numbers) {
    std::vector<double> result;
    result.reserve(numbers.size());
    std::ranges::copy_if(numbers, std::back_inserter(result), [](double x) { return !std::isnan(x); });
    return result;
}

Extent extent(std::span<const double> numbers) {
    if (numbers.empty()) return {};
    const auto [smallest, largest] = std::ranges::minmax(numbers);
    return {smallest, largest - smallest};
}

double mean(std::span<const double> numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) / double(numbers.size());
}

Line standard_line_of(std::span<const double> numbers) {
    const auto [smallest, range] = extent(numbers);
    if (range == 0) return {.offset = smallest, .divisor = 1};  // a rounded deviation need not be 0
    const double middle = mean(numbers);
    double squares = 0;
    for (const double x : numbers) squares += (x - middle) * (x - middle);
    const double deviation = std::sqrt(squares / double(numbers.size()));
    // the square of a tiny number is 0, of a huge one infinite: then the range has to do
    return {.offset = middle, .divisor = deviation > 0 && std::isfinite(deviation) ? deviation : range};
}

Line minmax_line_of(std::span<const double> numbers) {
    const auto [smallest, range] = extent(numbers);
    return {.offset = smallest, .divisor = range > 0 ? range : 1};
}

NumericFeature fit(const Column& column, std::span<const Index> rows, Scaling scaling, double divisor) {
    std::vector<double> numbers;
    numbers.reserve(rows.size());
    for (const Index row : rows) {
        const double x = column.numbers[static_cast<std::size_t>(row)] / divisor;
        if (!std::isnan(x)) numbers.push_back(x);
    }
    NumericFeature feature{.name = column.name};
    if (numbers.empty()) return feature;
    const double middle = mean(numbers);
    feature.fill = std::isfinite(middle) ? middle : numbers.front();
    if (scaling == Scaling::standard) feature.line = standard_line_of(numbers);
    if (scaling == Scaling::minmax) feature.line = minmax_line_of(numbers);
    return feature;
}

std::vector<std::string> categories(const Column& column, std::span<const Index> rows) {
    std::vector<bool> seen(column.texts.size());
    for (const Index row : rows) {
        const std::int32_t code = column.codes[static_cast<std::size_t>(row)];
        if (code != Column::no_text) seen[static_cast<std::size_t>(code)] = true;
    }
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < seen.size(); ++i)
        if (seen[i]) texts.push_back(column.texts[i]);
    std::ranges::sort(texts);
    return texts;
}

bool has_no_names(const Table& table) {
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i].name != std::to_string(i + 1)) return false;
    return true;
}

// The column of each name, or nullptr; by their places when the table has no names and just enough columns.
std::vector<const Column*> find_columns(const Table& table, const std::vector<std::string>& names) {
    std::unordered_map<std::string, const Column*> by_name;
    for (const Column& column : table.columns) by_name.emplace(column.name, &column);
    std::vector<const Column*> found;
    for (const std::string& name : names) {
        const auto place = by_name.find(name);
        found.push_back(place == by_name.end() ? nullptr : place->second);
    }
    if (std::ranges::count(found, nullptr) > 0 && table.columns.size() == names.size() && has_no_names(table))
        for (std::size_t i = 0; i < found.size(); ++i) found[i] = &table.columns[i];
    return found;
}

void require_all(const Table& table, const std::vector<const Column*>& found,
                 const std::vector<std::string>& names) {
    std::vector<std::string> lacking, existing;
    for (std::size_t i = 0; i < found.size(); ++i)
        if (found[i] == nullptr) lacking.push_back(fmt::format("\"{}\"", names[i]));
    if (lacking.empty()) return;
    for (const Column& column : table.columns) existing.push_back(column.name);
    constexpr std::size_t most = 10;
    const std::size_t count = lacking.size();
    if (count > most) {
        lacking.resize(most);
        lacking.push_back(fmt::format("{} more", count - most));
    }
    const std::string first =
        names[static_cast<std::size_t>(std::ranges::find(found, nullptr) - found.begin())];
    throw Error(Fault::input, {.place = table.name,
                               .found = fmt::format("there is no column {}", fmt::join(lacking, ", ")),
                               .expected = "every column that the model was trained on",
                               .hint = did_you_mean(first, existing)});
}

void require_rows(const Table& table, std::span<const Index> rows) {
    for (const Index row : rows)
        if (row < 0 || row >= table.rows)
            throw Error(Fault::usage, {.place = table.name,
                                       .found = fmt::format("row {}", row),
                                       .expected = fmt::format("from 0 to below {}", table.rows)});
}

// The examples are the columns of X, the features the columns of the table: in blocks, both stay in the
// cache.
constexpr std::size_t block = 64;

}  // namespace

Line standard_line(std::span<const double> numbers) {
    return standard_line_of(present(numbers));
}

Line minmax_line(std::span<const double> numbers) {
    return minmax_line_of(present(numbers));
}

Index Features::width() const {
    std::size_t width = numeric.size();
    for (const TextFeature& feature : text) width += feature.categories.size();
    return static_cast<Index>(width);
}

std::vector<std::string> Features::names() const {
    std::vector<std::string> names;
    for (const NumericFeature& feature : numeric) names.push_back(feature.name);
    for (const TextFeature& feature : text)
        for (const std::string& category : feature.categories)
            names.push_back(fmt::format("{}={}", feature.name, category));
    return names;
}

std::vector<std::string> Features::sources() const {
    std::vector<std::string> sources;
    for (const NumericFeature& feature : numeric) sources.push_back(feature.name);
    for (const TextFeature& feature : text)
        sources.insert(sources.end(), feature.categories.size(), feature.name);
    return sources;
}

Features fit_features(const Table& table, std::span<const Index> rows, Scaling scaling) {
    require_rows(table, rows);
    for (const Column& column : table.columns) require_fits(table, column);
    Features features{.scaling = scaling, .divisor = table.divisor};
    for (const Column& column : table.columns) {
        if (column.is_text()) {
            features.text.push_back({.name = column.name, .categories = categories(column, rows)});
        } else {
            features.numeric.push_back(fit(column, rows, scaling, table.divisor));
        }
    }
    return features;
}

Index fitted_width(const Table& table, std::span<const Index> rows) {
    std::size_t width = 0;
    for (const Column& column : table.columns)
        width += column.is_text() ? categories(column, rows).size() : 1;
    return static_cast<Index>(width);
}

Encoder::Encoder(const Features& features, const Table& table) : features_(&features), table_(&table) {
    std::vector<std::string> names;
    for (const NumericFeature& feature : features.numeric) names.push_back(feature.name);
    for (const TextFeature& feature : features.text) names.push_back(feature.name);
    found_ = find_columns(table, names);
    require_all(table, found_, names);

    for (std::size_t i = 0; i < found_.size(); ++i) {
        const Column& column = *found_[i];
        const bool text = i >= features.numeric.size();
        require_fits(table, column);
        if (!text) require_numbers(table, column);
        if (text) {
            text_.push_back(text_column(column, features.text[i - features.numeric.size()].categories));
        } else {
            numeric_.push_back(&column);
        }
    }
}

Encoder::TextColumn Encoder::text_column(const Column& column, const std::vector<std::string>& known) {
    TextColumn entry{.column = &column};
    if (!column.is_text()) {  // a category may look like a number, and here all of them do
        entry.converted = std::make_shared<const Column>(as_text(column));
        entry.column = entry.converted.get();
    }
    for (const std::string& word : entry.column->texts) {
        const auto place = std::ranges::lower_bound(known, word);
        entry.places.push_back(place != known.end() && *place == word ? place - known.begin() : -1);
    }
    return entry;
}

std::vector<std::string> Encoder::unused() const {
    std::vector<std::string> names;
    for (const Column& column : table_->columns)
        if (!std::ranges::count(found_, &column)) names.push_back(column.name);
    return names;
}

template <class T>
void Encoder::encode_numbers(View<T> X, std::span<const Index> rows) const {
    const auto divisor = static_cast<T>(features_->divisor);
    for (std::size_t i = 0; i < numeric_.size(); ++i) {
        const NumericFeature& feature = features_->numeric[i];
        const double* numbers = numeric_[i]->numbers.data();
        const auto fill = static_cast<T>(feature.fill), offset = static_cast<T>(feature.line.offset);
        const auto scale = static_cast<T>(1 / feature.line.divisor);
        for (std::size_t j = 0; j < rows.size(); ++j) {
            T x = static_cast<T>(numbers[rows[j]]) / divisor;
            if (std::isnan(x)) x = fill;
            if constexpr (std::is_same_v<T, float>) {
                x = (x - offset) * scale;
            } else {
                x = (x - offset) / feature.line.divisor;
            }
            X(static_cast<Index>(i), static_cast<Index>(j)) = x;
        }
    }
}

template <class T>
void Encoder::encode_text(View<T> X, std::span<const Index> rows) const {
    Index first = static_cast<Index>(numeric_.size());
    for (std::size_t i = 0; i < text_.size(); ++i) {
        const TextColumn& text = text_[i];
        const auto count = static_cast<Index>(features_->text[i].categories.size());
        for (std::size_t j = 0; j < rows.size(); ++j) {
            T* x = X.column(static_cast<Index>(j)) + first;
            std::fill_n(x, count, T(0));
            const std::int32_t code = text.column->codes[static_cast<std::size_t>(rows[j])];
            const Index place = code == Column::no_text ? -1 : text.places[static_cast<std::size_t>(code)];
            if (place >= 0) x[place] = 1;
        }
        first += count;
    }
}

template <class T>
static void scale_example(T* x, Index count) {
    const std::vector<double> numbers(x, x + count);
    const Line line = standard_line_of(numbers);
    for (Index i = 0; i < count; ++i)
        x[i] = static_cast<T>((numbers[static_cast<std::size_t>(i)] - line.offset) / line.divisor);
}

template <class T>
void Encoder::operator()(View<T> X, std::span<const Index> rows) const {
    require_rows(*table_, rows);
    if (X.rows() != features_->width() || X.columns() != static_cast<Index>(rows.size()))
        throw Error(
            Fault::usage,
            {.place = "Encoder",
             .found = fmt::format("a matrix of {} rows and {} columns", X.rows(), X.columns()),
             .expected = fmt::format("{} and {}: a row for each feature, a column for each row of the table",
                                     features_->width(), rows.size())});
    for (std::size_t begin = 0; begin < rows.size(); begin += block) {
        const std::span<const Index> part = rows.subspan(begin, std::min(block, rows.size() - begin));
        const auto first = static_cast<Index>(begin);
        const View<T> to = X.columns({first, first + static_cast<Index>(part.size())});
        encode_numbers(to, part);
        encode_text(to, part);
        if (features_->scaling == Scaling::series)
            for (Index j = 0; j < to.columns(); ++j)
                scale_example(to.column(j), static_cast<Index>(numeric_.size()));
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
