#include <algorithm>
#include <cmath>
#include <limits>

#include "gradus/doctor/doctor.h"
#include "gradus/doctor/measurements.h"
#include "gradus/doctor/neighbours.h"

namespace gradus {
namespace {

constexpr Index most_asked = 10'000;

std::vector<Index> asked_of(Index all) {
    const Index count = std::min(all, most_asked);
    std::vector<Index> chosen;
    for (Index j = 0; j < count; ++j) chosen.push_back(j * all / count);
    return chosen;
}

std::vector<Estimate> ranking(const Answers& answers, View<const double> truth) {
    constexpr Index many = 100;
    std::vector<Estimate> ranked;
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
        ranked.push_back(alone ? Estimate{.value = none}
                               : roc_auc<double>(answers.values.view().rows({c, c + 1}), Y.view()));
    }
    return ranked;
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
    const bool validated = !prepared.validation_X.empty();
    const Task task = model.target.task;
    if (measured.training.examples == 0)
        measured.training =
            evaluate_in_own_units<T>(model, prepared.X, prepared.Y, prepared.truth, prepared.row_weights);
    if (validated && !measured.validation)
        measured.validation =
            evaluate_in_own_units<T>(model, prepared.validation_X, prepared.validation_Y,
                                     prepared.validation_truth, prepared.validation_row_weights);
    if (linear != nullptr) measured.linear = linear->evaluation;
    const Examples<T> judged = validated ? prepared.validation() : prepared.training();
    const std::vector<Index> chosen = asked_of(judged.count());
    const Matrix<double> truth = select(validated ? prepared.validation_truth : prepared.truth, chosen);
    const Batch<T> batch(judged, chosen);
    const Answers network = answers<T>(model, batch.X, batch.Y);
    Answers line;
    if (linear != nullptr) line = answers<T>(linear->model, batch.X, batch.Y);
    const auto classes = static_cast<Index>(model.target.classes.size());
    measured.worth = worth_of(task, network, linear != nullptr ? &line : nullptr, truth,
                              simplest_answer(task, prepared.truth, classes),
                              validated ? Judged::validation : Judged::training);
    if (task == Task::classify) measured.ranked = ranking(network, truth);
    if (!has_learned(measured) && prepared.training().count() >= Worth::fewest)
        measured.neighbours = told_by_neighbours(columns_of(prepared), task);
}

void judge_by_folds(Task task, const Answers& network, const Answers& linear, View<const double> truth,
                    Index classes, Measurements& measured) {
    measured.worth = worth_of(task, network, linear.empty() ? nullptr : &linear, truth,
                              simplest_answer(task, truth, classes), Judged::folds);
    if (task == Task::classify) measured.ranked = ranking(network, truth);
}

template void measure_results(const Model<float>&, const PreparedData<float>&, const LinearBaseline<float>*,
                              Measurements&);
template void measure_results(const Model<double>&, const PreparedData<double>&,
                              const LinearBaseline<double>*, Measurements&);

}  // namespace gradus
