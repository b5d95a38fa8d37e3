#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "gradus/doctor/doctor.h"
#include "gradus/doctor/measurements.h"
#include "gradus/doctor/neighbours.h"
#include "gradus/nn/free_energy.h"
#include "gradus/nn/predictor.h"

namespace gradus {
namespace {

constexpr Index most_asked = 10'000;

std::vector<Index> asked_of(Index all) {
    const Index count = std::min(all, most_asked);
    std::vector<Index> chosen;
    for (Index j = 0; j < count; ++j) chosen.push_back(j * all / count);
    return chosen;
}

std::vector<Ranked> ranking(const Answers& answers, View<const double> truth) {
    constexpr Index many = 100;
    std::vector<Ranked> ranked;
    const Index classes = answers.values.rows();
    for (Index c = 0; c < classes && classes <= many; ++c) {
        Matrix<double> Y(1, truth.columns());
        Index members = 0;
        for (Index j = 0; j < truth.columns(); ++j)
            if (static_cast<Index>(truth(0, j)) == c) {
                Y(0, j) = 1;
                ++members;
            }
        const bool alone = members == 0 || members == truth.columns();
        const double none = std::numeric_limits<double>::quiet_NaN();
        ranked.push_back({.area = alone ? Estimate{.value = none}
                                        : roc_auc<double>(answers.values.view().rows({c, c + 1}), Y.view()),
                          .members = members});
    }
    return ranked;
}

std::span<const double> numbers_of(const Matrix<double>& row) {
    return {row.data(), static_cast<std::size_t>(row.columns())};
}

template <class T>
Columns columns_of(const PreparedData<T>& prepared) {
    const std::vector<Index> chosen = asked_of(prepared.training().count());
    const Batch<T> batch(prepared.training(), chosen);
    Columns columns{.X = Matrix<double>(batch.X.rows(), batch.X.columns()),
                    .truth = select(prepared.truth, chosen)};
    std::copy_n(batch.X.data(), batch.X.rows() * batch.X.columns(), columns.X.data());
    return columns;
}

}  // namespace

template <class T>
void measure_results(const Model<T>& model, const PreparedData<T>& prepared, const LinearBaseline<T>* linear,
                     Measurements& measured) {
    const bool validated = prepared.validates();
    const Task task = model.target.task;
    if (measured.training.examples == 0)
        measured.training =
            evaluate_in_own_units<T>(model, prepared.training(), prepared.truth, prepared.row_weights);
    if (validated && !measured.validation)
        measured.validation = evaluate_in_own_units<T>(
            model, prepared.validation(), prepared.validation_truth, prepared.validation_row_weights);
    if (linear != nullptr) measured.linear = linear->evaluation;
    const Examples<T> judged = validated ? prepared.validation() : prepared.training();
    const std::vector<Index> chosen = asked_of(judged.count());
    const Matrix<double> truth = select(validated ? prepared.validation_truth : prepared.truth, chosen);
    const Batch<T> batch(judged, chosen);
    const Answers network = answers<T>(model, batch.X, batch.Y);
    Answers line;
    if (linear != nullptr) line = answers<T>(linear->model, batch.X, batch.Y);
    const auto classes = static_cast<Index>(model.target.classes.size());
    const Matrix<double>& all_weights = validated ? prepared.validation_row_weights : prepared.row_weights;
    const Matrix<double> weights = all_weights.empty() ? Matrix<double>{} : select(all_weights, chosen);
    measured.worth =
        worth_of(task, network, linear != nullptr ? &line : nullptr, truth,
                 simplest_answer(task, prepared.truth, classes, numbers_of(prepared.row_weights)),
                 validated ? Judged::validation : Judged::training, numbers_of(weights));
    if (task == Task::classify) measured.ranked = ranking(network, truth);
    if (!has_learned(measured) && prepared.training().count() >= Worth::fewest)
        measured.neighbours = told_by_neighbours(columns_of(prepared), task);
}

void judge_by_folds(Task task, const Answers& network, const Answers& linear, View<const double> truth,
                    Index classes, Judged judged, std::span<const double> weights, Measurements& measured) {
    measured.worth = worth_of(task, network, linear.empty() ? nullptr : &linear, truth,
                              simplest_answer(task, truth, classes, weights), judged, weights);
    if (task == Task::classify) measured.ranked = ranking(network, truth);
}

namespace {

// Of each example the mean squared error of its inputs.
template <class T>
std::vector<double> errors_of(const Model<T>& model, View<const T> X) {
    if (model.target.task == Task::encode) return reconstruction_errors<T>(model.machines, X);
    Predictor<T> predict(model.network, 1);
    std::vector<double> errors;
    for (Index j = 0; j < X.columns(); ++j) {
        const View<const T> x = X.columns({j, j + 1}), y = predict(x);
        double sum = 0;
        for (Index i = 0; i < x.rows(); ++i) sum += std::pow(double(x(i, 0)) - double(y(i, 0)), 2);
        errors.push_back(sum / double(x.rows()));
    }
    return errors;
}

// The same of the means.
template <class T>
std::vector<double> errors_of(const std::vector<double>& means, View<const T> X) {
    std::vector<double> errors;
    for (Index j = 0; j < X.columns(); ++j) {
        double sum = 0;
        for (Index i = 0; i < X.rows(); ++i)
            sum += std::pow(double(X(i, j)) - means[static_cast<std::size_t>(i)], 2);
        errors.push_back(sum / double(X.rows()));
    }
    return errors;
}

double average(const std::vector<double>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), 0.0) / double(numbers.size());
}

}  // namespace

template <class T>
void measure_reconstruction(const Model<T>& model, const PreparedData<T>& prepared, Measurements& measured) {
    const View<const T> X = prepared.X;
    std::vector<double> means(static_cast<std::size_t>(X.rows()));
    for (Index j = 0; j < X.columns(); ++j)
        for (Index i = 0; i < X.rows(); ++i)
            means[static_cast<std::size_t>(i)] += double(X(i, j)) / double(X.columns());
    const auto evaluated = [&](View<const T> part, View<const T> truth, View<const double> weights) {
        Evaluation result = evaluate_in_own_units<T>(model, part, truth, {}, weights);
        const double variance = average(errors_of<T>(means, part));
        result.r2 = variance > 0 ? 1 - result.reconstruction_error / variance : 1;
        result.standard_error.r2 = variance > 0 ? result.standard_error.reconstruction_error / variance : 0;
        return result;
    };
    measured.training = evaluated(X, prepared.Y, prepared.row_weights);
    const bool validated = !prepared.validation_X.empty();
    if (validated)
        measured.validation =
            evaluated(prepared.validation_X, prepared.validation_Y, prepared.validation_row_weights);
    const View<const T> judged = validated ? View<const T>(prepared.validation_X) : X;
    const View<const T> some = judged.columns({0, std::min(judged.columns(), most_asked)});
    const std::vector<double> errors = errors_of<T>(model, some), simple = errors_of<T>(means, some);
    std::vector<double> less;
    for (std::size_t j = 0; j < errors.size(); ++j) less.push_back(simple[j] - errors[j]);
    const double of_means = average(simple);
    measured.worth = Worth{.judged = validated ? Judged::validation : Judged::training,
                           .examples = some.columns(),
                           .network = of_means > 0 ? 1 - average(errors) / of_means : 1,
                           .over_simplest = paired(less),
                           .by_probability = paired(less)};
}

template void measure_reconstruction(const Model<float>&, const PreparedData<float>&, Measurements&);
template void measure_reconstruction(const Model<double>&, const PreparedData<double>&, Measurements&);
template void measure_results(const Model<float>&, const PreparedData<float>&, const LinearBaseline<float>*,
                              Measurements&);
template void measure_results(const Model<double>&, const PreparedData<double>&,
                              const LinearBaseline<double>*, Measurements&);

}  // namespace gradus
