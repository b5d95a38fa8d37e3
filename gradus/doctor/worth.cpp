#include "gradus/doctor/worth.h"

#include <algorithm>
#include <cmath>

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

// The mean square of each target around its mean in the training examples.
std::vector<double> squares_of(View<const double> truth, const Simplest& simplest) {
    std::vector<double> squares(at(truth.rows()));
    for (Index i = 0; i < truth.rows(); ++i)
        for (Index j = 0; j < truth.columns(); ++j) {
            const double distance = truth(i, j) - simplest.of[at(i)];
            squares[at(i)] += distance * distance / double(truth.columns());
        }
    return squares;
}

}  // namespace

Paired paired(std::span<const double> differences) {
    double sum = 0, squares = 0;
    for (const double d : differences) {
        sum += d;
        squares += d * d;
    }
    if (!(squares > 0)) return {};
    return {.mean = sum / double(differences.size()), .z = sum / std::sqrt(squares)};
}

Simplest simplest_answer(Task task, View<const double> truth, Index classes) {
    const bool classify = task == Task::classify;
    Simplest simplest{std::vector<double>(at(classify ? classes : truth.rows()))};
    for (Index j = 0; j < truth.columns(); ++j)
        for (Index i = 0; i < truth.rows(); ++i)
            simplest.of[at(classify ? static_cast<Index>(truth(i, j)) : i)] +=
                (classify ? 1 : truth(i, j)) / double(truth.columns());
    return simplest;
}

Worth worth_of(Task task, const Answers& network, const Answers* linear, View<const double> truth,
               const Simplest& simplest, Judged judged) {
    const bool values = task == Task::regress;
    const std::vector<double> squares = values ? squares_of(truth, simplest) : std::vector<double>{};
    const Answer net{task, &network, &simplest}, none{task, nullptr, &simplest},
        line{task, linear, &simplest};
    Worth worth{.judged = judged, .examples = truth.columns()};
    std::vector<double> over_simplest, by_probability, over_linear, linear_over_simplest;
    double with_network = 0, with_none = 0, with_line = 0;
    for (Index j = 0; j < truth.columns(); ++j) {
        const double mine = right(net, truth, j, squares), simple = right(none, truth, j, squares);
        with_network += mine;
        with_none += simple;
        over_simplest.push_back(mine - simple);
        if (!values)
            by_probability.push_back(log_probability(net, truth, j) - log_probability(none, truth, j));
        if (net.undecided(0, j)) ++worth.undecided;
        if (linear == nullptr) continue;
        with_line += right(line, truth, j, squares);
        over_linear.push_back(mine - right(line, truth, j, squares));
        linear_over_simplest.push_back(right(line, truth, j, squares) - simple);
    }
    const double n = double(truth.columns()), offset = values ? 1 : 0;  // R2 = 1 - the mean
    worth.network = offset + with_network / n;
    worth.simplest = offset + with_none / n;
    worth.over_simplest = paired(over_simplest);
    worth.by_probability = values ? worth.over_simplest : paired(by_probability);
    if (linear == nullptr) return worth;
    worth.linear = offset + with_line / n;
    worth.over_linear = paired(over_linear);
    worth.linear_over_simplest = paired(linear_over_simplest);
    return worth;
}

}  // namespace gradus
