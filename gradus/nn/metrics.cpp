#include "gradus/nn/metrics.h"

#include <algorithm>
#include <cmath>

namespace gradus {

template <class T>
std::vector<Index> classes_of(View<const T> A) {
    std::vector<Index> classes;
    classes.reserve(static_cast<std::size_t>(A.columns()));
    for (Index j = 0; j < A.columns(); ++j) {
        const T* a = A.column(j);
        classes.push_back(A.rows() == 1 ? Index{a[0] >= T(0.5)} : std::max_element(a, a + A.rows()) - a);
    }
    return classes;
}

Confusion confusion(const std::vector<Index>& truth, const std::vector<Index>& predicted, Index classes) {
    const auto n = static_cast<std::size_t>(classes);
    Confusion table(n, std::vector<Index>(n));
    for (std::size_t k = 0; k < truth.size(); ++k)
        ++table[static_cast<std::size_t>(truth[k])][static_cast<std::size_t>(predicted[k])];
    return table;
}

double accuracy(const Confusion& confusion) {
    Index right = 0, all = 0;
    for (std::size_t i = 0; i < confusion.size(); ++i) {
        right += confusion[i][i];
        for (const Index count : confusion[i]) all += count;
    }
    return all == 0 ? 0 : double(right) / double(all);
}

double macro_f1(const Confusion& confusion) {
    double sum = 0;
    for (std::size_t i = 0; i < confusion.size(); ++i) {
        Index truth = 0, predicted = 0;  // TP + FN, TP + FP
        for (std::size_t j = 0; j < confusion.size(); ++j) {
            truth += confusion[i][j];
            predicted += confusion[j][i];
        }
        if (truth + predicted > 0) sum += 2 * double(confusion[i][i]) / double(truth + predicted);
    }
    return sum / double(confusion.size());
}

// The mean over outputs of g(the mean over examples of f(a - y)).
template <class T, class F, class G>
static double mean_over_outputs(View<const T> A, View<const T> Y, F f, G g) {
    double total = 0;
    for (Index i = 0; i < A.rows(); ++i) {
        double sum = 0;
        for (Index j = 0; j < A.columns(); ++j) sum += f(double(A(i, j)) - double(Y(i, j)));
        total += g(sum / double(A.columns()));
    }
    return total / double(A.rows());
}

template <class T>
double root_mean_squared_error(View<const T> A, View<const T> Y) {
    return mean_over_outputs(
        A, Y, [](double e) { return e * e; }, [](double mean) { return std::sqrt(mean); });
}

template <class T>
double mean_absolute_error(View<const T> A, View<const T> Y) {
    return mean_over_outputs(
        A, Y, [](double e) { return std::abs(e); }, [](double mean) { return mean; });
}

template <class T>
double r_squared(View<const T> A, View<const T> Y) {
    double sum = 0;
    for (Index i = 0; i < Y.rows(); ++i) {
        double mean = 0, error = 0, variation = 0;
        bool varies = false;  // the squares may say so by rounding alone
        for (Index j = 0; j < Y.columns(); ++j) mean += Y(i, j) / double(Y.columns());
        for (Index j = 0; j < Y.columns(); ++j) {
            const double missed = double(A(i, j)) - double(Y(i, j)), from_mean = Y(i, j) - mean;
            error += missed * missed;
            variation += from_mean * from_mean;
            varies = varies || Y(i, j) != Y(i, 0);
        }
        sum += varies && variation > 0 ? 1 - error / variation : double(error == 0);
    }
    return sum / double(Y.rows());
}

template <class T>
Evaluation measure(Task task, View<const T> A, View<const T> Y) {
    Evaluation evaluation{.task = task, .examples = Y.columns()};
    if (task == Task::classify) {
        evaluation.confusion = confusion(classes_of(Y), classes_of(A), std::max<Index>(2, Y.rows()));
        evaluation.accuracy = accuracy(evaluation.confusion);
        evaluation.f1 = macro_f1(evaluation.confusion);
    } else {
        evaluation.rmse = root_mean_squared_error(A, Y);
        evaluation.mae = mean_absolute_error(A, Y);
        evaluation.r2 = r_squared(A, Y);
    }
    return evaluation;
}

template std::vector<Index> classes_of(View<const float>);
template std::vector<Index> classes_of(View<const double>);
template double root_mean_squared_error(View<const float>, View<const float>);
template double root_mean_squared_error(View<const double>, View<const double>);
template double mean_absolute_error(View<const float>, View<const float>);
template double mean_absolute_error(View<const double>, View<const double>);
template double r_squared(View<const float>, View<const float>);
template double r_squared(View<const double>, View<const double>);
template Evaluation measure(Task, View<const float>, View<const float>);
template Evaluation measure(Task, View<const double>, View<const double>);

}  // namespace gradus
