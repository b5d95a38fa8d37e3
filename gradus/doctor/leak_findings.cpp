#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "gradus/core/say.h"
#include "gradus/data/shared_table.h"
#include "gradus/doctor/cures.h"
#include "gradus/doctor/findings.h"

namespace gradus::findings {
namespace {

constexpr double leak_exceptions = 0.005, other_exceptions = 0.05;  // of the examples
constexpr double leak_correlation = 0.99999, other_correlation = 0.95;
constexpr double one_value = 0.995;    // of the examples of a class
constexpr double a_real_class = 0.05;  // of all examples, and five
constexpr double by_chance = 6.9;      // n^2 / 2r: all different with a probability below 0.001
constexpr Index fewest_rows = 20;

std::size_t at(Index j) {
    return static_cast<std::size_t>(j);
}

// What a source says about each row that was asked: numbers in an order, or categories without one.
struct Source {
    std::vector<std::string> columns;
    std::vector<double> values = {};
    bool ordered = true;
};

Source of_column(const Column& column, const std::vector<Index>& rows) {
    const Shown shown(column);
    Source source{.columns = {column.name}, .ordered = !column.is_text()};
    for (const Index j : rows)
        source.values.push_back(column.is_text() ? double(column.codes[at(j)]) : column.numbers[at(j)]);
    return source;
}

bool is_zero_or_one(const Column& column, const std::vector<Index>& rows) {
    const Shown shown(column);
    return !column.is_text() && !column.is_date() && std::ranges::all_of(rows, [&](Index j) {
        return column.numbers[at(j)] == 0 || column.numbers[at(j)] == 1;
    });
}

// Neighbouring columns of 0 and 1 of which no row has two that are 1: a one-hot code, a source together. One
// of its columns may have been dropped.
std::vector<Source> sources_of(const Table& table, const std::vector<Index>& rows) {
    std::vector<Source> sources;
    for (std::size_t i = 0; i < table.columns.size();) {
        Source code{.columns = {}, .values = std::vector<double>(rows.size()), .ordered = false};
        std::size_t end = i;
        for (; end < table.columns.size() && is_zero_or_one(table.columns[end], rows); ++end) {
            const Column& column = table.columns[end];
            const Shown shown(column);
            bool fits = true;
            for (std::size_t k = 0; k < rows.size() && fits; ++k)
                fits = column.numbers[at(rows[k])] == 0 || code.values[k] == 0;
            if (!fits) break;
            code.columns.push_back(column.name);
            for (std::size_t k = 0; k < rows.size(); ++k)
                if (column.numbers[at(rows[k])] == 1) code.values[k] = double(code.columns.size());
        }
        if (code.columns.size() >= 2) {
            sources.push_back(std::move(code));
            i = end;
        } else {
            sources.push_back(of_column(table.columns[i++], rows));
        }
    }
    return sources;
}

// The share of the rows that another answer than the source's would suit. Of an order: how often, along it,
// the class changes beyond what so many classes need; equal values of several classes count in full. Of
// categories: who is not of the most frequent class of its category, if each comes five times on average.
double exceptions(const Source& source, const std::vector<Index>& classes) {
    const double n = double(classes.size());
    std::map<double, std::map<Index, Index>> counts;
    Index missing = 0;
    for (std::size_t k = 0; k < classes.size(); ++k) {
        if (std::isnan(source.values[k]))
            ++missing;
        else
            ++counts[source.values[k]][classes[k]];
    }
    Index wrong = missing, changes = 0, before = -1;
    std::map<Index, bool> seen;
    for (const auto& [value, of] : counts) {
        Index all = 0;
        const auto most = std::ranges::max_element(of, {}, [](const auto& pair) { return pair.second; });
        for (const auto& [label, count] : of) {
            all += count;
            seen[label] = true;
        }
        wrong += all - most->second;
        if (before >= 0 && most->first != before) ++changes;
        before = most->first;
    }
    if (source.ordered)
        return double(wrong + std::max<Index>(0, changes - static_cast<Index>(seen.size()) + 1)) / n;
    return double(counts.size()) * 5 > n ? 1 : double(wrong) / n;
}

// Has a class a single value, which no other has? A limit in an honest measurement leaves none.
bool has_class_of_one_value(const Source& source, const std::vector<Index>& classes) {
    std::map<Index, std::map<double, Index>> values;
    for (std::size_t k = 0; k < classes.size(); ++k) ++values[classes[k]][source.values[k]];
    return std::ranges::any_of(values, [&](const auto& of_class) {
        Index all = 0, most = 0;
        for (const auto& [value, count] : of_class.second) {
            all += count;
            most = std::max(most, count);
        }
        return all >= 5 && double(all) >= a_real_class * double(classes.size()) &&
               double(most) >= one_value * double(all);
    });
}

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
    const double n = double(x.size());
    double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
        mean_x += x[k] / n;
        mean_y += y[k] / n;
    }
    for (std::size_t k = 0; k < x.size(); ++k) {
        xx += (x[k] - mean_x) * (x[k] - mean_x);
        yy += (y[k] - mean_y) * (y[k] - mean_y);
        xy += (x[k] - mean_x) * (y[k] - mean_y);
    }
    return xx > 0 && yy > 0 ? std::abs(xy) / std::sqrt(xx * yy) : 0;  // NaN where a value is missing
}

// How far each source is from telling the answer alone, the nearest first.
std::vector<std::pair<double, const Source*>> doubts(const std::vector<Source>& sources, const Case& c,
                                                     const std::vector<Index>& classes) {
    std::vector<std::pair<double, const Source*>> result;
    std::vector<double> truth;
    for (const Index j : c.rows->asked) truth.push_back(c.rows->data->Y(0, j));
    for (const Source& source : sources) {
        double doubt = 1;
        if (!classes.empty())
            doubt = exceptions(source, classes);
        else if (const double r = correlation(source.values, truth); source.ordered && !std::isnan(r))
            doubt = 1 - r;
        result.emplace_back(doubt, &source);
    }
    std::ranges::stable_sort(result, {}, [](const auto& pair) { return pair.first; });
    return result;
}

Finding leak(const std::vector<std::string>& columns, const Recipe& recipe) {
    const std::string names = fmt::format("{}", fmt::join(columns, "\", \""));
    return {
        .sentence =
            columns.size() == 1
                ? say("The column \"{}\" predicts the label alone: is it a copy of the answer?", names)
                : say("The columns \"{}\" together predict the label: are they a copy of the answer?", names),
        .cures = {ignore(recipe, columns)},
        .benefit = Benefit::nothing};
}

}  // namespace

Found leaking_column(const Case& c) {
    const Task task = c.measured.recipe.task;
    if (c.rows == nullptr || !c.rows->has_columns() || task == Task::multilabel || is_unsupervised(task) ||
        static_cast<Index>(c.rows->asked.size()) < fewest_rows)
        return {};
    const bool classify = task == Task::classify;
    std::vector<Index> classes;
    for (const Index j : c.rows->asked)
        if (classify) classes.push_back(static_cast<Index>(c.rows->data->Y(0, j)));
    const std::vector<Source> sources = sources_of(c.rows->data->table, c.rows->asked);
    if (sources.size() < 2) return {};
    const auto all = doubts(sources, c, classes);
    const auto& [mine, source] = all[0];
    const auto& [next, other] = all[1];
    if (mine > (classify ? leak_exceptions : 1 - leak_correlation) ||
        next < (classify ? other_exceptions : 1 - other_correlation))
        return {};
    if (classify && !has_class_of_one_value(*source, classes)) return {};
    Finding finding = leak(source->columns, c.measured.recipe);
    if (c.rows->data->Y.rows() > 1)
        finding.sentence = say("The column \"{}\" predicts \"{}\" alone: is it a copy of the answer?",
                               source->columns[0], c.rows->data->target_names[0]);
    finding.evidence =
        classify ? say("it leaves {:.1f}% of the examples in doubt; the next best, \"{}\", {:.1f}%",
                       100 * mine, other->columns[0], 100 * next)
                 : say("its correlation with the target is {:.5f}; that of the next best, \"{}\", is {:.5f}",
                       1 - mine, other->columns[0], 1 - next);
    return finding;
}

Found identifier(const Case& c) {
    if (c.rows == nullptr || !c.rows->has_columns()) return {};
    const auto& columns = c.rows->data->table.columns;
    const double n = double(c.rows->asked.size());
    if (columns.size() < 2 || n < double(fewest_rows)) return {};
    for (const Column& column : columns) {
        if (column.is_text() || column.is_date()) continue;
        const Shown shown(column);
        std::vector<double> values;
        for (const Index j : c.rows->asked) values.push_back(column.numbers[at(j)]);
        if (!std::ranges::all_of(values, [](double x) { return x == std::floor(x); })) continue;
        std::ranges::sort(values);
        const double range = values.back() - values.front() + 1;
        if (std::ranges::adjacent_find(values) != values.end() || n * n / (2 * range) < by_chance) continue;
        return Finding{
            .sentence = say("\"{}\" is a different whole number in each row: does it only name the rows?",
                            column.name),
            .evidence = say("{} different numbers from {} to {}; drawn by chance, some would be equal",
                            values.size(), text_of(values.front()), text_of(values.back())),
            .cures = {ignore(c.measured.recipe, {column.name})},
            .benefit = Benefit::nothing};
    }
    return {};
}

}  // namespace gradus::findings
