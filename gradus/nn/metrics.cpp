#include "gradus/nn/metrics.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "gradus/core/error.h"
#include "gradus/core/number.h"
#include "gradus/core/say.h"
#include "gradus/nn/estimates.h"

namespace gradus {

static std::string size_text(Index rows, Index columns) {
    return say("{} rows and {} columns", rows, columns);
}

template <class T>
static void require_same_size(View<const T> A, View<const T> Y) {
    if (A.rows() != Y.rows() || A.columns() != Y.columns())
        throw Error(Fault::usage, {.place = "metrics",
                                   .found = say("Y has {}", size_text(Y.rows(), Y.columns())),
                                   .expected = say("{}, as A has them", size_text(A.rows(), A.columns()))});
    if (A.empty())
        throw Error(Fault::usage, {.place = "metrics",
                                   .found = size_text(A.rows(), A.columns()),
                                   .expected = say("at least one output and one example")});
}

// Class numbers in the place of an output for each class would be taken for a second class.
template <class T>
static void require_probabilities(View<const T> Y) {
    for (Index j = 0; j < Y.columns(); ++j)
        for (Index i = 0; i < Y.rows(); ++i)
            if (!(0 <= Y(i, j) && Y(i, j) <= 1))
                throw Error(Fault::usage,
                            {.place = "metrics",
                             .found = say("Y has the value {} in column {}", to_text(double(Y(i, j))), j + 1),
                             .expected = say("0 or 1 for each class"),
                             .hint = say("class numbers become columns by one_hot")});
}

template <class T>
std::vector<Index> classes_of(View<const T> A) {
    if (A.rows() < 1)
        throw Error(
            Fault::usage,
            {.place = "classes_of", .found = say("outputs of 0 rows"), .expected = say("at least one")});
    std::vector<Index> classes;
    classes.reserve(static_cast<std::size_t>(A.columns()));
    for (Index j = 0; j < A.columns(); ++j) {
        Index largest = A.rows() == 1 ? Index{A(0, j) >= T(0.5)} : 0;
        for (Index i = 1; i < A.rows(); ++i)
            if (A(i, j) > A(largest, j)) largest = i;
        classes.push_back(largest);
    }
    return classes;
}

static void require_class(const char* place, Index number, Index classes) {
    if (0 <= number && number < classes) return;
    throw Error(Fault::usage, {.place = place,
                               .found = say("the class number {}", number),
                               .expected = say("0 to {}, there are {} classes", classes - 1, classes)});
}

template <class T>
Matrix<T> one_hot(std::span<const Index> class_numbers, Index classes) {
    Matrix<T> Y(classes, static_cast<Index>(class_numbers.size()));
    Index j = 0;
    for (const Index number : class_numbers) {
        require_class("one_hot", number, classes);
        Y(number, j++) = 1;
    }
    return Y;
}

Confusion confusion(const std::vector<Index>& truth, const std::vector<Index>& predicted, Index classes) {
    if (truth.size() != predicted.size() || classes < 1)
        throw Error(
            Fault::usage,
            {.place = "confusion",
             .found = say("{} predictions of {} classes", predicted.size(), classes),
             .expected = say("{} predictions, as there are truths, and at least one class", truth.size())});
    const auto n = static_cast<std::size_t>(classes);
    Confusion table(n, std::vector<Index>(n));
    for (std::size_t k = 0; k < truth.size(); ++k) {
        require_class("confusion", truth[k], classes);
        require_class("confusion", predicted[k], classes);
        ++table[static_cast<std::size_t>(truth[k])][static_cast<std::size_t>(predicted[k])];
    }
    return table;
}

std::vector<Mistake> mistakes_of(const Confusion& confusion) {
    std::vector<Mistake> mistakes;
    for (std::size_t i = 0; i < confusion.size(); ++i)
        for (std::size_t j = 0; j < confusion[i].size(); ++j)
            if (i != j && confusion[i][j] > 0)
                mistakes.push_back({static_cast<Index>(i), static_cast<Index>(j), confusion[i][j]});
    std::ranges::stable_sort(mistakes, std::ranges::greater{}, &Mistake::count);
    return mistakes;
}

static void require_square(const Confusion& confusion) {
    if (confusion.empty())
        throw Error(Fault::usage,
                    {.place = "confusion", .found = say("no classes"), .expected = say("at least one")});
    for (const std::vector<Index>& row : confusion)
        if (row.size() != confusion.size())
            throw Error(Fault::usage,
                        {.place = "confusion",
                         .found = say("{} rows, and {} numbers in one of them", confusion.size(), row.size()),
                         .expected = say("a row and a column for each class")});
}

double accuracy(const Confusion& confusion) {
    require_square(confusion);
    Index right = 0, all = 0;
    for (std::size_t i = 0; i < confusion.size(); ++i) {
        right += confusion[i][i];
        for (const Index count : confusion[i]) all += count;
    }
    return all == 0 ? 0 : double(right) / double(all);
}

double macro_f1(const Confusion& confusion) {
    require_square(confusion);
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
// Numbers that are none have no order: whoever sorts by them never ends.
template <class T>
static void require_finite(View<const T> A) {
    for (Index j = 0; j < A.columns(); ++j)
        for (Index i = 0; i < A.rows(); ++i)
            if (!std::isfinite(double(A(i, j))))
                throw Error(Fault::input,
                            {.place = "metrics",
                             .found = say("the output for example {} is {}", j + 1, to_text(double(A(i, j)))),
                             .expected = say("a finite number"),
                             .hint = say("a number in this row is too large, or missing")});
}

template <class T, class F, class G>
static double mean_over_outputs(View<const T> A, View<const T> Y, F f, G g) {
    require_same_size(A, Y);
    double total = 0;
    for (Index i = 0; i < A.rows(); ++i) {
        double sum = 0;
        for (Index j = 0; j < A.columns(); ++j) sum += f(double(A(i, j)) - double(Y(i, j)));
        total += g(sum / double(A.columns()));
    }
    return total / double(A.rows());
}

template <class T>
double root_mean_squared_error(View<const T> A, Same<T> Y) {
    return mean_over_outputs<T>(
        A, Y, [](double e) { return e * e; }, [](double mean) { return std::sqrt(mean); });
}

template <class T>
double mean_absolute_error(View<const T> A, Same<T> Y) {
    return mean_over_outputs<T>(
        A, Y, [](double e) { return std::abs(e); }, [](double mean) { return mean; });
}

template <class T>
double r_squared(View<const T> A, Same<T> Y) {
    require_same_size<T>(A, Y);
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
static void require_weights(View<const T> weights, Index examples) {
    if (weights.empty()) return;
    double sum = 0;
    bool valid = weights.rows() == 1 && weights.columns() == examples;
    for (Index j = 0; valid && j < examples; ++j) {
        valid = weights(0, j) >= 0;
        sum += double(weights(0, j));
    }
    if (!valid || !(sum > 0) || std::isinf(sum))
        throw Error(Fault::usage,
                    {.place = "metrics",
                     .found = say("weights of {}", size_text(weights.rows(), weights.columns())),
                     .expected = say(
                         "1 row and {} columns, a finite weight of at least 0 for each example, not all 0",
                         examples)});
}

template <class T>
void require_measurable(Task task, View<const T> A, View<const T> Y, View<const T> weights) {
    require_same_size<T>(A, Y);
    require_weights<T>(weights, Y.columns());
    require_finite<T>(A);
    if (task == Task::encode)
        throw Error(Fault::usage, {.place = "metrics",
                                   .found = say("the task encode has no truth to compare with"),
                                   .expected = "reconstruction_errors, free_energies"});
    if (task != Task::regress && task != Task::reconstruct) require_probabilities<T>(Y);
}

static void fill(double& value, double& standard_error, const Estimate& estimate) {
    value = estimate.value;
    standard_error = estimate.standard_error;
}

static void fill(Evaluation& e, const ClassMetrics& metrics, const Estimate& calibration) {
    StandardErrors& errors = e.standard_error;
    fill(e.accuracy, errors.accuracy, metrics.accuracy.estimate());
    fill(e.f1, errors.f1, metrics.f1.estimate());
    fill(e.log_loss, errors.log_loss, metrics.log_loss.estimate());
    fill(e.roc_auc, errors.roc_auc, metrics.roc_auc.estimate());
    fill(e.calibration_error, errors.calibration_error, calibration);
}

template <class T>
static void fill_labels(Evaluation& e, View<const T> A, View<const T> Y, View<const T> weights,
                        const Counts& counts, Asked asked) {
    const std::vector<ClassMetrics> metrics = label_metrics<T>(A, Y, counts, asked);
    const ClassMetrics mean = mean_of(metrics);
    Estimate mean_calibration;
    for (Index i = 0; i < Y.rows(); ++i) {
        const View<const T> a = A.rows({i, i + 1}), y = Y.rows({i, i + 1});
        const ClassMetrics& label = metrics[static_cast<std::size_t>(i)];
        const Estimate calibration =
            asked == Asked::everything ? calibration_error<T>(a, y, weights) : label.roc_auc.estimate();
        mean_calibration.value += calibration.value / double(Y.rows());
        mean_calibration.standard_error += calibration.standard_error / double(Y.rows());
        Evaluation& of =
            e.labels.emplace_back(Evaluation{.task = e.task, .examples = e.examples, .weighted = e.weighted});
        of.confusion = confusion(classes_of(y), classes_of(a), 2);
        fill(of, label, calibration);
    }
    fill(e, mean, mean_calibration);
}

template <class T>
Evaluation measure(Task task, View<const T> A, Same<T> Y, Same<T> weights, Asked asked) {
    require_measurable<T>(task, A, Y, weights);
    Evaluation e{.task = task, .examples = Y.columns(), .weighted = !weights.empty()};
    StandardErrors& errors = e.standard_error;
    const Counts counts = counts_of<T>(Y.columns(), weights);
    if (task == Task::regress) {
        const ValueMetrics metrics = value_metrics<T>(A, Y, counts);
        fill(e.rmse, errors.rmse, metrics.rmse.estimate());
        fill(e.mae, errors.mae, metrics.mae.estimate());
        fill(e.r2, errors.r2, metrics.r2.estimate());
        return e;
    }
    if (task == Task::reconstruct) {
        fill(e.reconstruction_error, errors.reconstruction_error,
             squared_error_metric<T>(A, Y, counts).estimate());
        return e;
    }
    if (task == Task::multilabel) {
        fill_labels<T>(e, A, Y, weights, counts, asked);
        return e;
    }
    e.confusion = confusion(classes_of(Y), classes_of(A), std::max<Index>(2, Y.rows()));
    const ClassMetrics metrics = class_metrics<T>(A, Y, counts, asked);
    fill(e, metrics,
         asked == Asked::everything ? calibration_error<T>(A, Y, weights) : metrics.roc_auc.estimate());
    return e;
}

template <class T>
Comparison compare(Task task, View<const T> A, Same<T> B, Same<T> Y, Same<T> weights) {
    require_measurable<T>(task, A, Y, weights);
    require_same_size<T>(B, Y);
    require_finite<T>(B);
    Comparison c{.task = task, .examples = Y.columns()};
    const Counts counts = counts_of<T>(Y.columns(), weights);
    if (task == Task::regress) {
        const ValueMetrics a = value_metrics<T>(A, Y, counts), b = value_metrics<T>(B, Y, counts);
        c.rmse = difference(a.rmse, b.rmse);
        c.mae = difference(a.mae, b.mae);
        c.r2 = difference(a.r2, b.r2);
        return c;
    }
    if (task == Task::reconstruct) {
        c.reconstruction_error =
            difference(squared_error_metric<T>(A, Y, counts), squared_error_metric<T>(B, Y, counts));
        return c;
    }
    const auto metrics = [&](View<const T> outputs) {
        return task == Task::multilabel ? mean_of(label_metrics<T>(outputs, Y, counts, Asked::everything))
                                        : class_metrics<T>(outputs, Y, counts, Asked::everything);
    };
    const ClassMetrics a = metrics(A), b = metrics(B);
    c.accuracy = difference(a.accuracy, b.accuracy);
    c.f1 = difference(a.f1, b.f1);
    c.log_loss = difference(a.log_loss, b.log_loss);
    c.roc_auc = difference(a.roc_auc, b.roc_auc);
    return c;
}

template std::vector<Index> classes_of(View<const float>);
template std::vector<Index> classes_of(View<const double>);
template Matrix<float> one_hot(std::span<const Index>, Index);
template Matrix<double> one_hot(std::span<const Index>, Index);
template double root_mean_squared_error(View<const float>, View<const float>);
template double root_mean_squared_error(View<const double>, View<const double>);
template double mean_absolute_error(View<const float>, View<const float>);
template double mean_absolute_error(View<const double>, View<const double>);
template double r_squared(View<const float>, View<const float>);
template double r_squared(View<const double>, View<const double>);
template Evaluation measure(Task, View<const float>, View<const float>, View<const float>, Asked);
template Comparison compare(Task, View<const float>, View<const float>, View<const float>, View<const float>);
template void require_measurable(Task, View<const float>, View<const float>, View<const float>);
template Evaluation measure(Task, View<const double>, View<const double>, View<const double>, Asked);
template Comparison compare(Task, View<const double>, View<const double>, View<const double>,
                            View<const double>);
template void require_measurable(Task, View<const double>, View<const double>, View<const double>);

}  // namespace gradus
