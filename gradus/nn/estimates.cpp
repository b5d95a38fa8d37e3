#include "gradus/nn/estimates.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gradus {
namespace {

// Influences: how far each example moves a metric away from its value. They are independent, so that the
// square root of the sum of their squares is the standard error.
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

void measure_accuracy(Evaluation& evaluation, const Classified& all) {
    double right = 0;
    for (std::size_t j = 0; j < all.size(); ++j)
        if (all.t(j) == all.p(j)) right += all.counts.of[j];
    evaluation.accuracy = right / all.counts.total;
    std::vector<double> influences;
    for (std::size_t j = 0; j < all.size(); ++j)
        influences.push_back(all.counts.of[j] / all.counts.total *
                             (double(all.t(j) == all.p(j)) - evaluation.accuracy));
    evaluation.standard_error.accuracy = error_of(influences);
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

}  // namespace

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
    measure_accuracy(evaluation, all);
    measure_f1(evaluation, all);
    const Estimate loss = log_loss<T>(A, Y, weights), area = roc_auc<T>(A, Y, weights),
                   calibration = calibration_error<T>(A, Y, weights);
    evaluation.log_loss = loss.value;
    evaluation.roc_auc = area.value;
    evaluation.calibration_error = calibration.value;
    evaluation.standard_error.log_loss = loss.standard_error;
    evaluation.standard_error.roc_auc = area.standard_error;
    evaluation.standard_error.calibration_error = calibration.standard_error;
}

#define GRADUS_INSTANTIATE(T)                                                                \
    template void measure_classes(Evaluation&, View<const T>, View<const T>, View<const T>); \
    template void measure_values(Evaluation&, View<const T>, View<const T>, View<const T>);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
