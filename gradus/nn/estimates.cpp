#include "gradus/nn/estimates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace gradus {
namespace {

double error_of(const std::vector<double>& influences) {
    double sum = 0;
    for (const double influence : influences) sum += influence * influence;
    return std::sqrt(sum);
}

// How much each example counts, and all of them.
struct Counts {
    std::vector<double> of;
    double total = 0;
};

template <class T>
Counts counts_of(Index examples, View<const T> weights) {
    Counts counts{.of = std::vector<double>(static_cast<std::size_t>(examples), 1.0)};
    for (Index j = 0; j < examples; ++j) {
        double& count = counts.of[static_cast<std::size_t>(j)];
        if (!weights.empty()) count = double(weights(0, j));
        counts.total += count;
    }
    return counts;
}

struct Classified {
    std::vector<Index> truth, predicted;
    Counts counts;
    std::size_t classes;

    [[nodiscard]] std::size_t size() const { return truth.size(); }
    [[nodiscard]] std::size_t t(std::size_t j) const { return static_cast<std::size_t>(truth[j]); }
    [[nodiscard]] std::size_t p(std::size_t j) const { return static_cast<std::size_t>(predicted[j]); }
};

Influenced influenced_accuracy(const Classified& all) {
    Influenced accuracy;
    for (std::size_t j = 0; j < all.size(); ++j)
        if (all.t(j) == all.p(j)) accuracy.value += all.counts.of[j];
    accuracy.value /= all.counts.total;
    for (std::size_t j = 0; j < all.size(); ++j)
        accuracy.influences.push_back(all.counts.of[j] / all.counts.total *
                                      (double(all.t(j) == all.p(j)) - accuracy.value));
    return accuracy;
}

// Of class 1 alone: 2 TP / ((TP + FN) + (TP + FP)).
Influenced influenced_f1(const Classified& all) {
    double hits = 0, both = 0;
    for (std::size_t j = 0; j < all.size(); ++j) {
        hits += all.counts.of[j] * double(all.t(j) * all.p(j));
        both += all.counts.of[j] * double(all.t(j) + all.p(j));
    }
    Influenced f1{.value = both > 0 ? 2 * hits / both : 0};
    for (std::size_t j = 0; j < all.size(); ++j)
        f1.influences.push_back(
            both > 0 ? all.counts.of[j] / both *
                           (2 * double(all.t(j) * all.p(j)) - f1.value * double(all.t(j) + all.p(j)))
                     : 0);
    return f1;
}

void measure_f1(Evaluation& evaluation, const Classified& all) {
    std::vector<double> hits(all.classes), both(all.classes), f1(all.classes);  // TP; (TP + FN) + (TP + FP)
    for (std::size_t j = 0; j < all.size(); ++j) {
        both[all.t(j)] += all.counts.of[j];
        both[all.p(j)] += all.counts.of[j];
        if (all.t(j) == all.p(j)) hits[all.t(j)] += all.counts.of[j];
    }
    for (std::size_t c = 0; c < all.classes; ++c) {
        if (both[c] > 0) f1[c] = 2 * hits[c] / both[c];
        evaluation.f1 += f1[c] / double(all.classes);
    }
    std::vector<double> influences;
    for (std::size_t j = 0; j < all.size(); ++j) {
        const std::size_t t = all.t(j), p = all.p(j);
        const double moved = t == p ? (2 - 2 * f1[t]) / both[t] : -f1[t] / both[t] - f1[p] / both[p];
        influences.push_back(all.counts.of[j] * moved / double(all.classes));
    }
    evaluation.standard_error.f1 = error_of(influences);
}

// The metrics of one output, and how far each example moves them.
struct OfOutput {
    double rmse = 0, mae = 0, r2 = 0;
    std::vector<double> moved_rmse = {}, moved_mae = {}, moved_r2 = {};
};

template <class T>
OfOutput measure_output(View<const T> A, View<const T> Y, const Counts& counts) {
    std::vector<double> y, error;
    double mean = 0, squares = 0, absolute = 0, variation = 0;
    for (Index j = 0; j < Y.columns(); ++j) {
        y.push_back(double(Y(0, j)));
        error.push_back(double(A(0, j)) - y.back());
    }
    for (std::size_t j = 0; j < y.size(); ++j) mean += counts.of[j] * y[j];
    mean /= counts.total;
    for (std::size_t j = 0; j < y.size(); ++j) {
        squares += counts.of[j] * (error[j] * error[j]);
        absolute += counts.of[j] * std::abs(error[j]);
        variation += counts.of[j] * ((y[j] - mean) * (y[j] - mean));
    }
    // the squares may say that it varies by rounding alone
    const bool has_r2 = variation > 0 && std::ranges::any_of(y, [&](double value) { return value != y[0]; });
    const double unexplained = has_r2 ? squares / variation : 0;
    OfOutput of{.rmse = std::sqrt(squares / counts.total),
                .mae = absolute / counts.total,
                .r2 = has_r2 ? 1 - unexplained : double(squares == 0)};
    for (std::size_t j = 0; j < y.size(); ++j) {
        const double share = counts.of[j] / counts.total, square = error[j] * error[j];
        of.moved_rmse.push_back(of.rmse > 0 ? share * (square - of.rmse * of.rmse) / (2 * of.rmse) : 0);
        of.moved_mae.push_back(share * (std::abs(error[j]) - of.mae));
        of.moved_r2.push_back(
            has_r2 ? -counts.of[j] * (square - unexplained * (y[j] - mean) * (y[j] - mean)) / variation : 0);
    }
    return of;
}

void set(Evaluation& evaluation, double Evaluation::*value, double StandardErrors::*error,
         const Estimate& estimate) {
    evaluation.*value = estimate.value;
    evaluation.standard_error.*error = estimate.standard_error;
}

}  // namespace

Estimate Influenced::estimate() const {
    return {value, std::isnan(value) ? value : error_of(influences)};
}

void MeanInfluenced::add(const Influenced& metric) {
    if (std::isnan(metric.value)) return;
    ++count_;
    sum_.value += metric.value;
    sum_.influences.resize(metric.influences.size());
    for (std::size_t j = 0; j < metric.influences.size(); ++j) sum_.influences[j] += metric.influences[j];
}

Estimate MeanInfluenced::estimate() const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    if (count_ == 0) return {none, none};
    return {sum_.value / count_, error_of(sum_.influences) / count_};
}

template <class T>
void measure_values(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights) {
    const Counts counts = counts_of<T>(Y.columns(), weights);
    OfOutput sum;
    for (Index i = 0; i < Y.rows(); ++i) {
        const OfOutput of = measure_output<T>(A.rows({i, i + 1}), Y.rows({i, i + 1}), counts);
        sum.rmse += of.rmse;
        sum.mae += of.mae;
        sum.r2 += of.r2;
        for (const auto moved : {&OfOutput::moved_rmse, &OfOutput::moved_mae, &OfOutput::moved_r2}) {
            (sum.*moved).resize(counts.of.size());
            for (std::size_t j = 0; j < counts.of.size(); ++j) (sum.*moved)[j] += (of.*moved)[j];
        }
    }
    const auto outputs = double(Y.rows());
    evaluation.rmse = sum.rmse / outputs;
    evaluation.mae = sum.mae / outputs;
    evaluation.r2 = sum.r2 / outputs;
    evaluation.standard_error.rmse = error_of(sum.moved_rmse) / outputs;
    evaluation.standard_error.mae = error_of(sum.moved_mae) / outputs;
    evaluation.standard_error.r2 = error_of(sum.moved_r2) / outputs;
}

template <class T>
void measure_classes(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights) {
    const Index classes = std::max<Index>(2, Y.rows());
    const Classified all{classes_of(Y), classes_of(A), counts_of<T>(Y.columns(), weights),
                         static_cast<std::size_t>(classes)};
    evaluation.confusion = confusion(all.truth, all.predicted, classes);
    set(evaluation, &Evaluation::accuracy, &StandardErrors::accuracy, influenced_accuracy(all).estimate());
    measure_f1(evaluation, all);
    set(evaluation, &Evaluation::log_loss, &StandardErrors::log_loss, log_loss<T>(A, Y, weights));
    set(evaluation, &Evaluation::roc_auc, &StandardErrors::roc_auc, roc_auc<T>(A, Y, weights));
    set(evaluation, &Evaluation::calibration_error, &StandardErrors::calibration_error,
        calibration_error<T>(A, Y, weights));
}

template <class T>
void measure_labels(Evaluation& evaluation, View<const T> A, View<const T> Y, View<const T> weights) {
    MeanInfluenced accuracy, f1, log_loss, area;
    Estimate calibration;
    for (Index i = 0; i < Y.rows(); ++i) {
        const View<const T> a = A.rows({i, i + 1}), y = Y.rows({i, i + 1});
        const Classified all{classes_of(y), classes_of(a), counts_of<T>(Y.columns(), weights), 2};
        Evaluation label{.task = Task::multilabel, .examples = Y.columns()};
        label.confusion = confusion(all.truth, all.predicted, 2);
        const auto take = [&](double Evaluation::*value, double StandardErrors::*error,
                              const Influenced& metric, MeanInfluenced& mean) {
            set(label, value, error, metric.estimate());
            mean.add(metric);
        };
        take(&Evaluation::accuracy, &StandardErrors::accuracy, influenced_accuracy(all), accuracy);
        take(&Evaluation::f1, &StandardErrors::f1, influenced_f1(all), f1);
        take(&Evaluation::log_loss, &StandardErrors::log_loss, influenced_log_loss<T>(a, y, weights),
             log_loss);
        take(&Evaluation::roc_auc, &StandardErrors::roc_auc, influenced_area<T>(a, all.truth, 1, weights),
             area);
        const Estimate error = calibration_error<T>(a, y, weights);
        set(label, &Evaluation::calibration_error, &StandardErrors::calibration_error, error);
        calibration.value += error.value / double(Y.rows());
        calibration.standard_error += error.standard_error / double(Y.rows());
        evaluation.labels.push_back(std::move(label));
    }
    set(evaluation, &Evaluation::accuracy, &StandardErrors::accuracy, accuracy.estimate());
    set(evaluation, &Evaluation::f1, &StandardErrors::f1, f1.estimate());
    set(evaluation, &Evaluation::log_loss, &StandardErrors::log_loss, log_loss.estimate());
    set(evaluation, &Evaluation::roc_auc, &StandardErrors::roc_auc, area.estimate());
    set(evaluation, &Evaluation::calibration_error, &StandardErrors::calibration_error, calibration);
}

#define GRADUS_INSTANTIATE(T)                                                                \
    template void measure_classes(Evaluation&, View<const T>, View<const T>, View<const T>); \
    template void measure_labels(Evaluation&, View<const T>, View<const T>, View<const T>);  \
    template void measure_values(Evaluation&, View<const T>, View<const T>, View<const T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
