#include "gradus/data/features.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
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

NumericFeature fit(const Table& table, const Column& column, std::span<const Index> rows, Scaling scaling,
                   bool alone) {
    std::vector<double> numbers;
    numbers.reserve(rows.size());
    for (const Index row : rows) {
        const double x = column.numbers[static_cast<std::size_t>(row)] / table.divisor;
        if (!std::isnan(x)) numbers.push_back(x);
    }
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

enum class Kind { numbers, dates, text };

Kind kind_of(const Column& column) {
    return column.is_text() ? Kind::text : column.is_date() ? Kind::dates : Kind::numbers;
}

// Texts behind each other, whose codes are places in one list.
class Texts {
public:
    void add(const Column& from, Index row) {
        const std::int32_t code = from.codes[static_cast<std::size_t>(row)];
        column.codes.push_back(
            code == Column::no_text ? code : place_of(from.texts[static_cast<std::size_t>(code)]));
    }

    Column column;

private:
    std::int32_t place_of(const std::string& text) {
        auto place = places_.find(text);
        if (place == places_.end()) place = places_.find(canonical(text));
        if (place != places_.end()) return place->second;
        const auto added = static_cast<std::int32_t>(column.texts.size());
        column.texts.push_back(text);
        return places_[text] = added;
    }

    std::unordered_map<std::string, std::int32_t> places_;
};

// What features are fitted to: some rows of a table, and all rows of others, column by column.
class SeenRows {
public:
    SeenRows(const Table& table, std::span<const Index> rows, std::span<const Table> others)
        : table_(table), rows_(rows) {
        if (others.empty()) return;
        known_ = fit_features(table, rows, Scaling::none);
        encoders_.reserve(others.size());
        for (const Table& other : others) {
            encoders_.emplace_back(known_, other);
            behind_.push_back(in_order(encoders_.back().columns()));
        }
        all_.resize(rows.size());
        for (const Table& other : others) all_.resize(all_.size() + static_cast<std::size_t>(other.rows));
        std::iota(all_.begin(), all_.end(), Index{0});
    }

    // f(column, the rows of it that are seen), one after the other, for each column of the table.
    template <class F>
    void each(F f) const {
        for (std::size_t i = 0; i < table_.columns.size(); ++i)
            encoders_.empty() ? f(table_.columns[i], rows_) : f(gathered(i), std::span<const Index>(all_));
    }

private:
    // Features have the kinds of columns apart; this is the table's order.
    [[nodiscard]] std::vector<const Column*> in_order(const std::vector<const Column*>& by_kind) const {
        std::vector<const Column*> ordered(by_kind.size());
        auto next = by_kind.begin();
        for (const Kind kind : {Kind::numbers, Kind::dates, Kind::text})
            for (std::size_t i = 0; i < ordered.size(); ++i)
                if (kind_of(table_.columns[i]) == kind) ordered[i] = *next++;
        return ordered;
    }

    [[nodiscard]] Column gathered(std::size_t i) const {
        const Column& first = table_.columns[i];
        Texts texts;
        Column& all = texts.column;
        all.name = first.name;
        all.format = first.format;
        const auto add = [&](const Column& from, Index row) {
            if (first.is_text()) return texts.add(from, row);
            all.numbers.push_back(from.is_text() ? missing : from.numbers[static_cast<std::size_t>(row)]);
        };
        for (const Index row : rows_) add(first, row);
        for (std::size_t k = 0; k < behind_.size(); ++k) {
            const Column& other = *behind_[k][i];
            const std::size_t rows = first.is_text() ? other.codes.size() : other.numbers.size();
            for (std::size_t row = 0; row < rows; ++row) add(other, static_cast<Index>(row));
        }
        return std::move(texts.column);
    }

    const Table& table_;
    std::span<const Index> rows_;
    Features known_;
    std::vector<Encoder> encoders_;
    std::vector<std::vector<const Column*>> behind_;
    std::vector<Index> all_;
};

}  // namespace

Index Features::width() const {
    std::size_t width = numeric.size() + static_cast<std::size_t>(masked_length());
    for (const DateFeature& feature : dates) width += feature.width();
    for (const TextFeature& feature : text) width += feature.categories.size();
    return static_cast<Index>(width);
}

Index Features::masked_length() const {
    return masked_channels == 0 ? 0 : static_cast<Index>(numeric.size()) / masked_channels;
}

std::vector<std::string> Features::names() const {
    std::vector<std::string> names;
    for (const NumericFeature& feature : numeric) names.push_back(feature.name);
    for (Index i = 0; i < masked_length(); ++i) names.push_back(fmt::format("{} is there", i + 1));
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
                      std::span<const Table> others) {
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
    SeenRows(table, rows, others).each([&](const Column& column, std::span<const Index> seen) {
        if (column.is_text()) {
            TextFeature feature{.name = column.name, .categories = categories(column, seen)};
            feature.never_varies = feature.categories.size() == 1 && is_there_in_all(column, seen);
            features.text.push_back(std::move(feature));
        } else if (column.is_date()) {
            features.dates.push_back(fit_dates(column, seen, scaling));
        } else {
            features.numeric.push_back(fit(table, column, seen, scaling, each_alone));
        }
    });
    settle_doubles(features, as_series || scaling == Scaling::series);
    return features;
}

Index fitted_width(const Table& table, std::span<const Index> rows, std::span<const Table> others) {
    auto width = static_cast<std::size_t>(has_unequal_lengths(table) ? table.length : 0);
    SeenRows(table, rows, others).each([&](const Column& column, std::span<const Index> seen) {
        width += column.is_text()   ? categories(column, seen).size()
                 : column.is_date() ? fit_dates(column, seen, Scaling::standard).width()
                                    : 1;
    });
    return static_cast<Index>(width);
}

}  // namespace gradus
