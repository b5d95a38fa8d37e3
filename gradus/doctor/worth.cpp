#include "gradus/doctor/worth.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "gradus/core/elementary.h"
#include "gradus/nn/fits.h"

namespace gradus {
namespace {

std::size_t at(Index i) {
    return static_cast<std::size_t>(i);
}

// p = 0.5 but for what rounding of floats leaves.
bool is_undecided(double p) {
    return std::abs(p - 0.5) < 1e-6;
}

// What one of them says to example j: `of` is the probability of a class or label, or a value.
struct Answer {
    Task task;
    const Answers* answers;  // null: the simplest
    const Simplest* simplest;

    [[nodiscard]] double of(Index i, Index j) const {
        return answers != nullptr ? answers->values(i, j) : simplest->of[at(i)];
    }
    [[nodiscard]] Index class_of(Index j) const {
        if (answers != nullptr) return answers->classes[at(j)];
        return std::ranges::max_element(simplest->of) - simplest->of.begin();
    }
    [[nodiscard]] bool undecided(Index i, Index j) const {
        return answers != nullptr && (task == Task::multilabel || answers->values.rows() == 2) &&
               is_undecided(answers->values(i, j));
    }
};

// How right: 1, 0 or in between; of values -(y - a)^2 in units of the mean square of the truth.
double right(const Answer& answer, View<const double> truth, Index j, const std::vector<double>& squares) {
    if (answer.task == Task::classify) {
        if (answer.undecided(0, j)) return 0.5;
        return answer.class_of(j) == static_cast<Index>(truth(0, j)) ? 1 : 0;
    }
    double sum = 0;
    for (Index i = 0; i < truth.rows(); ++i) {
        const double a = answer.of(i, j), y = truth(i, j);
        if (answer.task == Task::regress)
            sum -= squares[at(i)] > 0 ? (y - a) * (y - a) / squares[at(i)] : 0;
        else
            sum += answer.undecided(i, j) ? 0.5 : (a >= 0.5) == (y >= 0.5) ? 1 : 0;
    }
    return sum / double(truth.rows());
}

// -|y - a|, in units of the root of the mean square of the truth.
double nearness(const std::vector<double>& centre, const Answers* answers, View<const double> truth, Index j,
                const std::vector<double>& squares) {
    double sum = 0;
    for (Index i = 0; i < truth.rows(); ++i) {
        const double a = answers != nullptr ? answers->values(i, j) : centre[at(i)];
        if (squares[at(i)] > 0) sum -= std::abs(truth(i, j) - a) / std::sqrt(squares[at(i)]);
    }
    return sum / double(truth.rows());
}

double log_probability(const Answer& answer, View<const double> truth, Index j) {
    constexpr double least = 1e-7;  // of a float beside 1
    if (answer.task == Task::classify)
        return gradus::log(std::max(answer.of(static_cast<Index>(truth(0, j)), j), least));
    double sum = 0;
    for (Index i = 0; i < truth.rows(); ++i) {
        const double p = truth(i, j) >= 0.5 ? answer.of(i, j) : 1 - answer.of(i, j);
        sum += gradus::log(std::max(p, least));
    }
    return sum;
}

// How often each of n examples counts: 1 in the mean.
std::vector<double> counts_of(std::span<const double> weights, Index n) {
    std::vector<double> counts(at(n), 1.0);
    double sum = 0;
    for (const double weight : weights) sum += weight;
    for (std::size_t j = 0; j < weights.size() && sum > 0; ++j) counts[j] = weights[j] / sum * double(n);
    return counts;
}

// The mean square of each target around its mean in the training examples.
std::vector<double> squares_of(View<const double> truth, const Simplest& simplest,
                               const std::vector<double>& counts) {
    std::vector<double> squares(at(truth.rows()));
    for (Index i = 0; i < truth.rows(); ++i)
        for (Index j = 0; j < truth.columns(); ++j) {
            const double distance = truth(i, j) - simplest.of[at(i)];
            squares[at(i)] += counts[at(j)] * distance * distance / double(truth.columns());
        }
    return squares;
}

// Of all ways to change the signs of those from the i-th on, how many bring the sum as far from 0 as `far`?
Index as_far(std::span<const double> d, std::size_t i, double sum, double far) {
    if (i == d.size()) return std::abs(sum) >= far ? 1 : 0;
    return as_far(d, i + 1, sum + d[i], far) + as_far(d, i + 1, sum - d[i], far);
}

double share_of_signs(std::span<const double> differences) {
    constexpr std::size_t few = 20;
    constexpr double rounding = 1 - 1e-9;
    std::vector<double> d;
    double sum = 0;
    for (const double x : differences)
        if (x != 0) d.push_back(x), sum += x;
    if (d.empty() || d.size() >= few) return 1;
    const Index ways = as_far(std::span(d).subspan(1), 0, d[0], std::abs(sum) * rounding);
    return double(ways) / double(Index{1} << (d.size() - 1));
}

// Above it stands half of what counts.
double median_of(View<const double> truth, Index i, const std::vector<double>& counts) {
    std::vector<std::pair<double, double>> values;
    for (Index j = 0; j < truth.columns(); ++j) values.emplace_back(truth(i, j), counts[at(j)]);
    std::ranges::sort(values);
    double below = 0;
    for (const auto& [value, count] : values)
        if (below += count; below > double(truth.columns()) / 2) return value;
    return values.back().first;
}

}  // namespace

Paired paired(std::span<const double> differences) {
    double sum = 0, squares = 0;
    for (const double d : differences) {
        sum += d;
        squares += d * d;
    }
    if (!(squares > 0)) return {};
    return {.mean = sum / double(differences.size()),
            .z = sum / std::sqrt(squares),
            .chance = share_of_signs(differences)};
}

Simplest simplest_answer(Task task, View<const double> truth, Index classes,
                         std::span<const double> weights) {
    const std::vector<double> counts = counts_of(weights, truth.columns());
    const bool classify = task == Task::classify;
    Simplest simplest{std::vector<double>(at(classify ? classes : truth.rows()))};
    for (Index j = 0; j < truth.columns(); ++j)
        for (Index i = 0; i < truth.rows(); ++i)
            simplest.of[at(classify ? static_cast<Index>(truth(i, j)) : i)] +=
                counts[at(j)] * (classify ? 1 : truth(i, j)) / double(truth.columns());
    for (Index i = 0; task == Task::regress && i < truth.rows() && truth.columns() > 0; ++i)
        simplest.medians.push_back(median_of(truth, i, counts));
    return simplest;
}

Worth worth_of(Task task, const Answers& network, const Answers* linear, View<const double> truth,
               const Simplest& simplest, Judged judged, std::span<const double> weights) {
    const bool values = task == Task::regress;
    const std::vector<double> counts = counts_of(weights, truth.columns());
    const std::vector<double> squares = values ? squares_of(truth, simplest, counts) : std::vector<double>{};
    const std::vector<double>& centre = simplest.medians.empty() ? simplest.of : simplest.medians;
    const Answer net{task, &network, &simplest}, none{task, nullptr, &simplest},
        line{task, linear, &simplest};
    Worth worth{.judged = judged, .examples = truth.columns()};
    std::vector<double> over_simplest, by_probability, over_linear, linear_over_simplest;
    double with_network = 0, with_none = 0, with_line = 0;
    for (Index j = 0; j < truth.columns(); ++j) {
        const double count = counts[at(j)];
        const double mine = count * right(net, truth, j, squares),
                     simple = count * right(none, truth, j, squares);
        with_network += mine;
        with_none += simple;
        over_simplest.push_back(mine - simple);
        by_probability.push_back(
            count *
            (values ? nearness({}, &network, truth, j, squares) - nearness(centre, nullptr, truth, j, squares)
                    : log_probability(net, truth, j) - log_probability(none, truth, j)));
        if (net.undecided(0, j)) ++worth.undecided;
        if (linear == nullptr) continue;
        const double linearly = count * right(line, truth, j, squares);
        with_line += linearly;
        over_linear.push_back(mine - linearly);
        linear_over_simplest.push_back(linearly - simple);
    }
    const double n = double(truth.columns()), offset = values ? 1 : 0;  // R2 = 1 - the mean
    worth.network = offset + with_network / n;
    worth.simplest = offset + with_none / n;
    worth.over_simplest = paired(over_simplest);
    worth.by_probability = paired(by_probability);
    if (linear == nullptr) return worth;
    worth.linear = offset + with_line / n;
    worth.over_linear = paired(over_linear);
    worth.linear_over_simplest = paired(linear_over_simplest);
    return worth;
}

}  // namespace gradus
