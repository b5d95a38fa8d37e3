#include "gradus/data/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/data/quantile_bins.h"
#include "gradus/data/seen_columns.h"
#include "gradus/data/series.h"

namespace gradus {
namespace {

[[noreturn]] void refuse_range(const Table& table, const Column& column, const std::vector<double>& numbers) {
    const auto [smallest, largest] = std::ranges::minmax(numbers);
    throw Error(Fault::input,
                {.place = say("{}: column {}", table.name, in_quotes(column.name)),
                 .found = say("it holds numbers from {} to {}", text_of(smallest), text_of(largest)),
                 .expected = say("numbers whose distance is a double"),
                 .hint = say("a larger unit, or the logarithm")});
}

// Without those that are missing.
std::vector<double> present_numbers(const Table& table, const Column& column, std::span<const Index> rows) {
    std::vector<double> numbers;
    numbers.reserve(rows.size());
    for (const Index row : rows) {
        const double x = column.numbers[static_cast<std::size_t>(row)] / table.divisor;
        if (!std::isnan(x)) numbers.push_back(x);
    }
    return numbers;
}

// Bins need the distance of the edges, twice.
void fit_bins(const Table& table, const Column& column, const std::vector<double>& numbers,
              NumericFeature& feature) {
    feature.edges = quantile_edges(numbers);
    if (feature.edges.empty()) return;
    const double twice = twice_width(feature.edges.front(), feature.edges.back());
    if (!std::isfinite(twice)) refuse_range(table, column, numbers);
    const auto as_float = [](double x) { return static_cast<float>(x); };
    feature.in_double = feature.in_double || twice > double(std::numeric_limits<float>::max()) ||
                        std::ranges::adjacent_find(feature.edges, {}, as_float) != feature.edges.end();
}

NumericFeature fit(const Table& table, const Column& column, std::span<const Index> rows, Scaling scaling,
                   bool alone) {
    const std::vector<double> numbers = present_numbers(table, column, rows);
    NumericFeature feature{.name = column.name};
    if (const auto* format = std::get_if<NumberFormat>(&column.format);
        format != nullptr && !format->is_plain())
        feature.format = *format;
    feature.in_double = float_merges(numbers);
    if (alone && never_varies(numbers)) {
        feature.fill = numbers.empty() ? 0 : numbers.front();
        feature.line = Line::to_nothing(feature.fill);
        return feature;
    }
    if (numbers.empty()) return feature;
    const double middle = std::accumulate(numbers.begin(), numbers.end(), 0.0) / double(numbers.size());
    feature.fill = std::isfinite(middle) ? middle : numbers.front();
    if (scaling == Scaling::standard) feature.line = standard_line(numbers);
    if (scaling == Scaling::minmax) feature.line = minmax_line(numbers);
    if (feature.line.says_nothing()) refuse_range(table, column, numbers);
    return feature;
}

// The time is scaled even where numbers are not: it is far too large.
DateFeature fit_dates(const Column& column, std::span<const Index> rows, Scaling scaling) {
    std::vector<double> dates;
    for (const Index row : rows) dates.push_back(column.numbers[static_cast<std::size_t>(row)]);
    return fit_date(column.name, dates, std::get<DateFormat>(column.format), scaling == Scaling::minmax);
}

// Columns that go through the arithmetic together are all in double when one is. As they are means here: with
// the mean at 0.
void settle_doubles(Features& features, bool together) {
    const bool any = std::ranges::any_of(features.numeric, &NumericFeature::in_double);
    for (NumericFeature& feature : features.numeric) {
        feature.in_double = feature.in_double || (any && together);
        if (feature.in_double && features.scaling == Scaling::none) feature.line.offset = feature.fill;
    }
}

bool is_there_in_all(const Column& column, std::span<const Index> rows) {
    return std::ranges::none_of(
        rows, [&](Index row) { return column.codes[static_cast<std::size_t>(row)] == Column::no_text; });
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

}  // namespace

Index Features::width() const {
    std::size_t width = numeric.size() + static_cast<std::size_t>(masked_length() + bins());
    for (const DateFeature& feature : dates) width += feature.width();
    for (const TextFeature& feature : text) width += feature.categories.size();
    return static_cast<Index>(width);
}

Index Features::masked_length() const {
    return masked_channels == 0 ? 0 : static_cast<Index>(numeric.size()) / masked_channels;
}

Index Features::bins() const {
    Index bins = 0;
    for (const NumericFeature& feature : numeric) bins += feature.bins();
    return bins;
}

// With as many digits as it takes to tell them apart.
static std::vector<std::string> texts_of(const std::vector<double>& edges) {
    std::vector<std::string> texts(edges.size());
    for (int digits = 3; digits <= 17; ++digits) {
        std::ranges::transform(edges, texts.begin(),
                               [=](double x) { return fmt::format("{:.{}g}", x, digits); });
        if (std::ranges::adjacent_find(texts) == texts.end()) break;
    }
    return texts;
}

std::vector<std::string> Features::names() const {
    std::vector<std::string> names;
    for (const NumericFeature& feature : numeric) names.push_back(feature.name);
    for (Index i = 0; i < masked_length(); ++i) names.push_back(fmt::format("{} is there", i + 1));
    for (const NumericFeature& feature : numeric) {
        const std::vector<std::string> edges = texts_of(feature.edges);
        for (std::size_t i = 1; i < edges.size(); ++i)
            names.push_back(fmt::format("{}: {} to {}", feature.name, edges[i - 1], edges[i]));
    }
    for (const DateFeature& feature : dates) std::ranges::copy(feature.names(), std::back_inserter(names));
    for (const TextFeature& feature : text)
        for (const std::string& category : feature.categories)
            names.push_back(fmt::format("{}={}", feature.name, category));
    return names;
}

std::vector<std::string> Features::sources() const {
    std::vector<std::string> sources;
    for (const NumericFeature& feature : numeric) sources.push_back(feature.name);
    for (Index i = 0; i < masked_length(); ++i) sources.push_back(numeric[static_cast<std::size_t>(i)].name);
    for (const NumericFeature& feature : numeric)
        sources.insert(sources.end(), static_cast<std::size_t>(feature.bins()), feature.name);
    for (const DateFeature& feature : dates) sources.insert(sources.end(), feature.width(), feature.name);
    for (const TextFeature& feature : text)
        sources.insert(sources.end(), feature.categories.size(), feature.name);
    return sources;
}

std::vector<std::string> Features::without_effect() const {
    std::vector<std::string> columns;
    for (const NumericFeature& feature : numeric)
        if (feature.line.says_nothing()) columns.push_back(feature.name);
    for (const DateFeature& feature : dates)
        if (feature.line.says_nothing() && feature.cycles.empty()) columns.push_back(feature.name);
    for (const TextFeature& feature : text)
        if (feature.never_varies || feature.categories.empty()) columns.push_back(feature.name);
    return columns;
}

std::vector<KnownColumn> known_columns(const Features& features) {
    std::vector<KnownColumn> known;
    for (const NumericFeature& feature : features.numeric)
        if (feature.format) known.push_back({.name = feature.name, .format = *feature.format});
    for (const DateFeature& feature : features.dates)
        known.push_back({.name = feature.name, .format = DateFormat{.order = feature.order}});
    for (const TextFeature& feature : features.text) known.push_back({.name = feature.name, .text = true});
    return known;
}

std::vector<KnownColumn> known_columns(const Table& table) {
    std::vector<KnownColumn> known;
    for (const Column& column : table.columns)
        if (column.is_text() || column.format != ColumnFormat{})
            known.push_back({.name = column.name, .text = column.is_text(), .format = column.format});
    return known;
}

std::vector<KnownColumn> known_label(const std::vector<std::string>& names,
                                     const std::vector<std::string>& classes) {
    const bool all_numbers =
        std::ranges::all_of(classes, [](const auto& name) { return number_in(name).has_value(); });
    if (names.size() != 1 || all_numbers) return {};
    return {{.name = names.front(), .text = true}};
}

Features fit_features(const Table& table, std::span<const Index> rows, Scaling scaling, bool as_series,
                      NumberEncoding encoding, std::span<const Table> others) {
    require_rows(table, rows);
    for (const Column& column : table.columns) require_fits(table, column);
    Features features{.scaling = scaling,
                      .divisor = table.divisor,
                      .masked_channels = has_unequal_lengths(table) ? table.channels : 0,
                      .missing_words = table.missing_words,
                      .unnamed = table.unnamed};
    // A place of a series that never varies is still a part of its shape.
    const bool is_shape = scaling == Scaling::none && (as_series || features.masked_channels > 0);
    const bool each_alone = scaling != Scaling::series && !is_shape;
    SeenColumns(table, rows, others).each([&](const Column& column, std::span<const Index> seen) {
        if (column.is_text()) {
            TextFeature feature{.name = column.name, .categories = categories(column, seen)};
            feature.never_varies = feature.categories.size() == 1 && is_there_in_all(column, seen);
            features.text.push_back(std::move(feature));
        } else if (column.is_date()) {
            features.dates.push_back(fit_dates(column, seen, scaling));
        } else {
            features.numeric.push_back(fit(table, column, seen, scaling, each_alone));
            if (encoding == NumberEncoding::ple && each_alone && !as_series)
                fit_bins(table, column, present_numbers(table, column, seen), features.numeric.back());
        }
    });
    settle_doubles(features, as_series || scaling == Scaling::series);
    return features;
}

Index fitted_width(const Table& table, std::span<const Index> rows, NumberEncoding encoding,
                   std::span<const Table> others) {
    const auto of_numbers = [&](const Column& column, std::span<const Index> seen) -> std::size_t {
        if (encoding == NumberEncoding::none) return 1;
        const std::size_t edges = quantile_edges(present_numbers(table, column, seen)).size();
        return std::max<std::size_t>(edges, 1);  // as many as bins and the number itself
    };
    auto width = static_cast<std::size_t>(has_unequal_lengths(table) ? table.length : 0);
    SeenColumns(table, rows, others).each([&](const Column& column, std::span<const Index> seen) {
        width += column.is_text()   ? categories(column, seen).size()
                 : column.is_date() ? fit_dates(column, seen, Scaling::standard).width()
                                    : of_numbers(column, seen);
    });
    return static_cast<Index>(width);
}

}  // namespace gradus
