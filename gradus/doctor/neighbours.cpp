#include "gradus/doctor/neighbours.h"

#include <algorithm>
#include <limits>

namespace gradus {
namespace {

Matrix<double> evenly_spaced(const Matrix<double>& all, Index count) {
    Matrix<double> chosen(all.rows(), count);
    for (Index j = 0; j < count; ++j)
        std::copy_n(all.view().column(j * all.columns() / count), all.rows(), chosen.view().column(j));
    return chosen;
}

double squared_distance(const Matrix<double>& X, Index j, Index k) {
    double sum = 0;
    for (Index i = 0; i < X.rows(); ++i) sum += (X(i, j) - X(i, k)) * (X(i, j) - X(i, k));
    return sum;
}

Index nearest_other(const Matrix<double>& X, Index j) {
    double least = std::numeric_limits<double>::infinity();
    Index nearest = j == 0 ? 1 : 0;
    for (Index k = 0; k < X.columns(); ++k) {
        const double distance = k == j ? least : squared_distance(X, j, k);
        if (distance < least) {
            least = distance;
            nearest = k;
        }
    }
    return nearest;
}

std::vector<Index> class_numbers(const Matrix<double>& row) {
    std::vector<Index> numbers;
    for (Index j = 0; j < row.columns(); ++j) numbers.push_back(static_cast<Index>(row(0, j)));
    return numbers;
}

}  // namespace

Evaluation told_by_neighbours(const Columns& data, Task task) {
    constexpr Index most = 500;
    const Index count = std::min(data.X.columns(), most);
    const Matrix<double> X = evenly_spaced(data.X, count), truth = evenly_spaced(data.truth, count);
    Matrix<double> told(truth.rows(), count);
    for (Index j = 0; j < count; ++j)
        std::copy_n(truth.view().column(nearest_other(X, j)), truth.rows(), told.view().column(j));
    Evaluation evaluation{.task = task, .examples = count};
    if (task == Task::regress) {
        evaluation.r2 = r_squared<double>(told.view(), truth.view());
    } else if (task == Task::multilabel) {
        evaluation = measure<double>(task, told, truth);
    } else {
        const std::vector<Index> classes = class_numbers(truth);
        evaluation.confusion =
            confusion(classes, class_numbers(told), 1 + *std::ranges::max_element(classes));
        evaluation.accuracy = accuracy(evaluation.confusion);
    }
    return evaluation;
}

}  // namespace gradus
