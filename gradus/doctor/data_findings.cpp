#include "gradus/doctor/data_findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "gradus/core/say.h"
#include "gradus/doctor/cures.h"

namespace gradus {
namespace {

// Inputs should have mean 0 and deviations near 1 (LeCun et al. 1998, "Efficient BackProp", 4.3). How far is
// too far is our choice.
constexpr double large = 10;         // the root mean square of a feature
constexpr double unequal = 100;      // the largest of them to the smallest
constexpr double large_target = 30;  // the root mean square of a target: outputs begin near 1

// A column that sorts the examples by their label with so few exceptions knows it, if no other comes near.
constexpr double leak_exceptions = 0.005, other_exceptions = 0.05;
constexpr double leak_correlation = 0.999, other_correlation = 0.95;
constexpr Index enough_examples = 20;

bool classes(const Recipe& recipe) {
    return recipe.task != Task::regress;
}

struct Spread {
    double mean = 0;
    double deviation = 0;
    [[nodiscard]] double size() const { return std::hypot(mean, deviation); }
};

Spread spread_of(View<const double> row) {
    Spread spread;
    const double n = double(row.columns());
    for (Index j = 0; j < row.columns(); ++j) spread.mean += row(0, j) / n;
    double squares = 0;
    for (Index j = 0; j < row.columns(); ++j)
        squares += (row(0, j) - spread.mean) * (row(0, j) - spread.mean);
    spread.deviation = std::sqrt(squares / n);
    return spread;
}

bool is_constant(View<const double> row) {
    for (Index j = 1; j < row.columns(); ++j)
        if (row(0, j) != row(0, 0)) return false;
    return true;
}

std::string described(const std::string& name, const Spread& spread) {
    return say("\"{}\" has mean {:.4g} and standard deviation {:.4g}", name, spread.mean, spread.deviation);
}

void find_unscaled(const Columns& data, const Recipe& recipe, std::vector<Finding>& findings) {
    if (recipe.scaling != Scaling::none && recipe.scaling != Scaling::series) return;
    if (recipe.pretraining.kind != Pretrain::none) return;  // Bernoulli units want numbers from 0 to 1
    std::vector<std::pair<double, Index>> sizes;
    for (Index i = 0; i < data.X.rows(); ++i) {
        const View<const double> row = data.X.view().rows({i, i + 1});
        if (!is_constant(row)) sizes.emplace_back(spread_of(row).size(), i);
    }
    if (sizes.empty()) return;
    const auto [small, great] = std::ranges::minmax(sizes);
    if (!(great.first > large) && !(great.first > unequal * small.first)) return;
    const auto describe = [&](Index i) {
        return described(data.names[static_cast<std::size_t>(i)], spread_of(data.X.view().rows({i, i + 1})));
    };
    std::string evidence = describe(great.second);
    if (great.second != small.second) evidence += fmt::format(", {}", describe(small.second));
    findings.push_back({.name = "unscaled_input",
                        .weight = 88,
                        .sentence = say("The inputs are not scaled."),
                        .evidence = say("{}; expected means near 0 and deviations near 1", evidence),
                        .cures = {scale(Scaling::standard), scale(Scaling::minmax)}});
}

// When the examples are sorted by this column, how many of them have another label than the one before,
// beyond what so many classes need? As a share of the examples. Equal values count as disagreeing if labels
// do.
double exceptions(View<const double> row, View<const double> truth) {
    std::vector<Index> order(static_cast<std::size_t>(row.columns()));
    std::iota(order.begin(), order.end(), Index{0});
    std::ranges::sort(order, {}, [&](Index j) { return std::pair(row(0, j), truth(0, j)); });
    Index changes = 0;
    std::set<double> classes;
    for (std::size_t k = 0; k < order.size(); ++k) {
        classes.insert(truth(0, order[k]));
        if (k == 0 || truth(0, order[k]) == truth(0, order[k - 1])) continue;
        changes += row(0, order[k]) == row(0, order[k - 1]) ? row.columns() : 1;  // one value, two labels
    }
    return double(changes - static_cast<Index>(classes.size()) + 1) / double(row.columns());
}

double correlation(View<const double> row, View<const double> truth) {
    const Spread x = spread_of(row), y = spread_of(truth);
    double sum = 0;
    for (Index j = 0; j < row.columns(); ++j) sum += (row(0, j) - x.mean) * (truth(0, j) - y.mean);
    const double scale = double(row.columns()) * x.deviation * y.deviation;
    return scale > 0 ? std::abs(sum / scale) : 0;
}

void find_leak(const Columns& data, const Recipe& recipe, std::vector<Finding>& findings) {
    if (recipe.shape.length > 1 || data.X.rows() < 2 || data.X.columns() < enough_examples) return;
    const View<const double> truth = data.truth.view().rows({0, 1});
    if (is_constant(truth)) return;
    std::map<std::string, double> doubt;  // how badly each column predicts, by the best of its numbers
    const std::vector<std::string>& names = data.sources.empty() ? data.names : data.sources;
    for (Index i = 0; i < data.X.rows(); ++i) {
        const View<const double> row = data.X.view().rows({i, i + 1});
        const double mine = classes(recipe) ? exceptions(row, truth) : 1 - correlation(row, truth);
        const auto [place, is_new] = doubt.emplace(names[static_cast<std::size_t>(i)], mine);
        if (!is_new) place->second = std::min(place->second, mine);
    }
    if (doubt.size() < 2) return;
    std::vector<std::pair<double, std::string>> doubts;
    for (const auto& [name, mine] : doubt) doubts.emplace_back(mine, name);
    std::ranges::sort(doubts);
    const double most = classes(recipe) ? leak_exceptions : 1 - leak_correlation;
    const double others = classes(recipe) ? other_exceptions : 1 - other_correlation;
    if (doubts[0].first > most || doubts[1].first < others) return;
    const std::string& name = doubts[0].second;
    findings.push_back(
        {.name = "leaking_column",
         .weight = 62,
         .sentence = say("The column \"{}\" predicts the label alone: is it a copy of the answer?", name),
         .evidence = classes(recipe)
                         ? say("sorted by it, {:.1f}% of the examples follow one of another class; "
                               "by the next best, \"{}\", {:.1f}%",
                               100 * std::max(0.0, doubts[0].first), doubts[1].second,
                               100 * std::min(1.0, doubts[1].first))
                         : say("its correlation with the target is {:.5f}; that of the next best, "
                               "\"{}\", is {:.5f}",
                               1 - doubts[0].first, doubts[1].second, 1 - doubts[1].first),
         .hint = fmt::format("--ignore \"{}\"", name)});
}

void find_target_range(const Columns& data, const Recipe& recipe, std::vector<Finding>& findings) {
    if (classes(recipe)) return;
    for (Index i = 0; i < data.truth.rows(); ++i) {
        const View<const double> row = data.truth.view().rows({i, i + 1});
        std::set<double> values;
        for (Index j = 0; j < row.columns() && values.size() <= 20; ++j) values.insert(row(0, j));
        const bool whole = std::ranges::all_of(values, [](double y) { return y == std::round(y); });
        const Spread spread = spread_of(row);
        const bool one = data.truth.rows() == 1;
        if (whole && values.size() <= 20 && row.columns() >= 5 * static_cast<Index>(values.size())) {
            findings.push_back(
                {.name = "label_range",
                 .weight = 58,
                 .sentence = one ? say("The target looks like classes, but is learned as a quantity.")
                                 : say("Target {} looks like classes, but is learned as a quantity.", i + 1),
                 .evidence = say("its {} values in {} examples are {}", values.size(), row.columns(),
                                 fmt::format("{}", fmt::join(values, ", "))),
                 .hint = "--task classify"});
        } else if (recipe.scaling == Scaling::none && spread.size() > large_target) {
            findings.push_back(
                {.name = "label_range",
                 .weight = 58,
                 .sentence = one ? say("The target is on a scale that the first outputs are far from.")
                                 : say("Target {} is on a scale that the first outputs are far from.", i + 1),
                 .evidence = say("its mean is {:.4g} and its standard deviation {:.4g}; "
                                 "a network begins with outputs near 1",
                                 spread.mean, spread.deviation),
                 .cures = faster(recipe)});
        }
    }
}

void find_constant(const Columns& data, const Recipe& recipe, std::vector<Finding>& findings) {
    if (recipe.shape.length > 1 || data.X.columns() < enough_examples) return;
    std::vector<std::string> names;
    for (Index i = 0; i < data.X.rows(); ++i)
        if (is_constant(data.X.view().rows({i, i + 1})))
            names.push_back(data.names[static_cast<std::size_t>(i)]);
    if (names.empty() || static_cast<Index>(names.size()) * 2 > data.X.rows()) return;  // pixels at a margin
    findings.push_back({.name = "constant_column",
                        .weight = 15,
                        .sentence = names.size() == 1 ? say("The column \"{}\" never varies.", names[0])
                                                      : say("{} columns never vary.", names.size()),
                        .evidence = names.size() == 1
                                        ? say("one value in all {} examples", data.X.columns())
                                        : say("one value in all {} examples: \"{}\"", data.X.columns(),
                                              fmt::format("{}", fmt::join(names, "\", \""))),
                        .hint = fmt::format("--ignore \"{}\"", fmt::join(names, ","))});
}

}  // namespace

std::vector<Finding> data_findings(const Columns& data, const Recipe& recipe) {
    std::vector<Finding> findings;
    find_unscaled(data, recipe, findings);
    find_leak(data, recipe, findings);
    find_target_range(data, recipe, findings);
    find_constant(data, recipe, findings);
    return findings;
}

}  // namespace gradus
