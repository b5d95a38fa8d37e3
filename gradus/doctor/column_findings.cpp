#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "gradus/core/say.h"
#include "gradus/data/shared_table.h"
#include "gradus/doctor/cures.h"
#include "gradus/doctor/findings.h"

namespace gradus::findings {
namespace {

constexpr double large = 10;         // the root mean square of a column
constexpr double unequal = 100;      // the largest of them to the smallest
constexpr double large_target = 30;  // the root mean square of a target
constexpr double far_out = 20;       // robust deviations
constexpr double isolated = 5;       // times as far out as the next
constexpr double few_of_all = 0.01;  // so many outliers at most; more are a part of the data
constexpr Index enough_rows = 20;

// A wrong value misleads wherever it stands.
std::vector<Index> all_of(const Dataset& data) {
    return all_rows_of(data).parts.training;
}

std::vector<double> present(const std::vector<double>& numbers, const std::vector<Index>& rows) {
    std::vector<double> values;
    for (const Index j : rows)
        if (const double x = numbers[static_cast<std::size_t>(j)]; !std::isnan(x)) values.push_back(x);
    return values;
}

struct Spread {
    double mean = 0;
    double deviation = 0;
    [[nodiscard]] double size() const { return std::hypot(mean, deviation); }
};

Spread spread_of(const std::vector<double>& values) {
    Spread spread;
    const double n = double(values.size());
    for (const double x : values) spread.mean += x / n;
    double squares = 0;
    for (const double x : values) squares += (x - spread.mean) * (x - spread.mean);
    spread.deviation = std::sqrt(squares / n);
    return spread;
}

bool varies(const Column& column, const std::vector<Index>& rows) {
    const Shown shown(column);
    const auto at = [](Index j) { return static_cast<std::size_t>(j); };
    for (const Index j : rows) {
        if (column.is_text() && column.codes[at(j)] != column.codes[at(rows[0])]) return true;
        if (column.is_text()) continue;
        const double x = column.numbers[at(j)], first = column.numbers[at(rows[0])];
        if (x != first && !(std::isnan(x) && std::isnan(first))) return true;
    }
    return false;
}

double middle_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

// By the middle and the spread of some of them, which are near those of all. It spares the look at all of
// them.
bool may_lie_far_out(const std::vector<double>& values) {
    constexpr std::size_t most = 10'000;
    const std::size_t step = values.size() / most + 1;
    std::vector<double> some;
    for (std::size_t k = 0; k < values.size(); k += step) some.push_back(values[k]);
    const double middle = middle_of(some);
    for (double& x : some) x = std::abs(x - middle);
    const auto [smallest, largest] = std::ranges::minmax(values);
    return std::max(largest - middle, middle - smallest) > far_out / 2 * middle_of(some);
}

// The rows whose value lies alone and far out, the farthest first.
std::vector<Index> far_rows(const std::vector<double>& numbers, const std::vector<Index>& rows) {
    const std::vector<double> values = present(numbers, rows);
    if (static_cast<Index>(values.size()) < enough_rows || !may_lie_far_out(values)) return {};
    const double middle = middle_of(values);
    std::vector<double> distances;
    for (const double x : values) distances.push_back(std::abs(x - middle));
    const double deviation =
        1.4826 * middle_of(distances);  // of a normal distribution: its standard deviation
    if (!(deviation > 0)) return {};
    std::ranges::sort(distances, std::greater{});
    const auto most = std::max<std::size_t>(2, static_cast<std::size_t>(few_of_all * double(values.size())));
    double limit = 0;
    for (std::size_t k = 0; k < most && k + 1 < distances.size(); ++k)
        if (distances[k] > far_out * deviation &&
            distances[k] > isolated * std::max(distances[k + 1], deviation))
            limit = distances[k];
    std::vector<Index> far;
    for (const Index j : rows)
        if (limit > 0 && std::abs(numbers[static_cast<std::size_t>(j)] - middle) >= limit) far.push_back(j);
    std::ranges::stable_sort(far, std::greater{}, [&](Index j) {
        return std::abs(numbers[static_cast<std::size_t>(j)] - middle);
    });
    return far;
}

Finding outliers(const std::string& name, const std::vector<double>& numbers, const std::vector<Index>& far,
                 const Table& table) {
    constexpr std::size_t few = 3;
    std::vector<std::string> places;
    for (std::size_t k = 0; k < std::min(few, far.size()); ++k)
        places.push_back(
            say("{}: {}", place_of(table, far[k]), text_of(numbers[static_cast<std::size_t>(far[k])])));
    return {
        .sentence = say_count(static_cast<Index>(far.size()), "\"{1}\" has {0} value far from all others.",
                              "\"{1}\" has {0} values far from all others.", name),
        .evidence = say("beyond {} robust deviations: {}{}", far_out,
                        fmt::format("{}", fmt::join(places, ", ")), far.size() > few ? ", ..." : ""),
        .hint = say("look at {}", place_of(table, far[0]))};
}

std::string described(const std::string& name, const Spread& spread) {
    return say("\"{}\" has mean {:.4g} and standard deviation {:.4g}", name, spread.mean, spread.deviation);
}

}  // namespace

Found unscaled_input(const Case& c) {
    const Recipe& recipe = c.measured.recipe;
    if (c.rows == nullptr || recipe.scaling != Scaling::none || !c.rows->has_columns()) return {};
    if (recipe.pretraining.kind != Pretrain::none) return {};  // Bernoulli units want numbers from 0 to 1
    std::vector<std::pair<double, const Column*>> sizes;
    const auto spread = [&](const Column& column) {
        const Shown shown(column);
        return spread_of(present(column.numbers, c.rows->asked));
    };
    for (const Column& column : c.rows->data->table.columns)
        if (!column.is_text() && !column.is_date() && varies(column, c.rows->asked))
            sizes.emplace_back(spread(column).size(), &column);
    if (sizes.empty()) return {};
    const auto [small, great] = std::ranges::minmax(sizes);
    if (!(great.first > large) && !(great.first > unequal * small.first)) return {};
    std::string evidence = described(great.second->name, spread(*great.second));
    if (great.second != small.second)
        evidence += fmt::format(", {}", described(small.second->name, spread(*small.second)));
    return Finding{.sentence = say("The inputs are not scaled."),
                   .evidence = say("{}; expected means near 0 and deviations near 1", evidence),
                   .cures = {scale(Scaling::standard), scale(Scaling::minmax)}};
}

Found constant_inputs(const Case& c) {
    if (c.rows == nullptr || static_cast<Index>(c.rows->asked.size()) < 2) return {};
    const auto& columns = c.rows->data->table.columns;
    if (std::ranges::any_of(columns, [&](const Column& x) { return varies(x, c.rows->asked); })) return {};
    return Finding{.sentence = say("No input varies: there is nothing to learn from."),
                   .evidence = say_count(
                       static_cast<Index>(columns.size()), "{0} column with one value in all {1} rows",
                       "{0} columns with one value each in all {1} rows", c.rows->parts.training.size())};
}

Found outliers_in_target(const Case& c) {
    if (c.rows == nullptr || c.measured.recipe.task != Task::regress) return {};
    const Dataset& data = *c.rows->data;
    for (Index i = 0; i < data.Y.rows(); ++i) {
        std::vector<double> numbers;
        for (Index j = 0; j < data.examples(); ++j) numbers.push_back(data.Y(i, j));
        const std::vector<Index> far = far_rows(numbers, all_of(data));
        if (far.empty()) continue;
        const auto k = static_cast<std::size_t>(i);
        Finding finding =
            outliers(k < data.target_names.size() ? data.target_names[k] : std::to_string(i + 1), numbers,
                     far, data.table);
        finding.cures = {loss(LossKind::mean_absolute), loss(LossKind::huber)};
        finding.benefit = Benefit::typical;
        return finding;
    }
    return {};
}

Found outliers_in_inputs(const Case& c) {
    if (c.rows == nullptr || !c.rows->has_columns()) return {};
    for (const Column& column : c.rows->data->table.columns) {
        if (column.is_text() || column.is_date()) continue;
        const Shown shown(column);
        const std::vector<Index> far = far_rows(column.numbers, all_of(*c.rows->data));
        if (!far.empty()) return outliers(column.name, column.numbers, far, c.rows->data->table);
    }
    return {};
}

Found target_range(const Case& c) {
    const Recipe& recipe = c.measured.recipe;
    if (c.rows == nullptr || recipe.task != Task::regress || recipe.scaling != Scaling::none) return {};
    const Dataset& data = *c.rows->data;
    for (Index i = 0; i < data.Y.rows(); ++i) {
        std::vector<double> values;
        for (const Index j : c.rows->asked) values.push_back(data.Y(i, j));
        const Spread spread = spread_of(values);
        if (!(spread.size() > large_target)) continue;
        const auto k = static_cast<std::size_t>(i);
        return Finding{
            .sentence = say("The target is on a scale that the first outputs are far from."),
            .evidence = say("{}; a network begins with outputs near 1",
                            described(k < data.target_names.size() ? data.target_names[k] : "", spread)),
            .cures = {scale(Scaling::standard)}};
    }
    return {};
}

}  // namespace gradus::findings
