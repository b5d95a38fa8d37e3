#include "gradus/nn/estimates.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace gradus {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

// What rounding leaves of a metric that no example moves is none.
double error_of(const std::vector<double>& influences, double value) {
    double sum = 0;
    for (const double influence : influences) sum += influence * influence;
    const double error = std::sqrt(sum);
    return error <= 4 * std::numeric_limits<double>::epsilon() * std::abs(value) ? 0 : error;
}

struct Classified {
    std::vector<Index> truth, predicted;
    std::size_t classes;

    [[nodiscard]] std::size_t size() const { return truth.size(); }
    [[nodiscard]] std::size_t t(std::size_t j) const { return static_cast<std::size_t>(truth[j]); }
    [[nodiscard]] std::size_t p(std::size_t j) const { return static_cast<std::size_t>(predicted[j]); }
};

Metric accuracy_metric(const Classified& all, const Counts& counts) {
    double right = 0;
    for (std::size_t j = 0; j < all.size(); ++j)
        if (all.t(j) == all.p(j)) right += counts.of[j];
    Metric accuracy{.value = right / counts.total};
    for (std::size_t j = 0; j < all.size(); ++j)
        accuracy.moved.push_back(counts.of[j] / counts.total *
                                 (double(all.t(j) == all.p(j)) - accuracy.value));
    return accuracy;
}

Metric f1_metric(const Classified& all, const Counts& counts) {
    std::vector<double> hits(all.classes), both(all.classes), f1(all.classes);  // TP; (TP + FN) + (TP + FP)
    for (std::size_t j = 0; j < all.size(); ++j) {
        both[all.t(j)] += counts.of[j];
        both[all.p(j)] += counts.of[j];
        if (all.t(j) == all.p(j)) hits[all.t(j)] += counts.of[j];
    }
    Metric mean;
    for (std::size_t c = 0; c < all.classes; ++c) {
        if (both[c] > 0) f1[c] = 2 * hits[c] / both[c];
        mean.value += f1[c] / double(all.classes);
    }
    for (std::size_t j = 0; j < all.size(); ++j) {
        const std::size_t t = all.t(j), p = all.p(j);
        const double moved = counts.of[j] == 0 ? 0  // its class may weigh nothing
                             : t == p          ? (2 - 2 * f1[t]) / both[t]
                                               : -f1[t] / both[t] - f1[p] / both[p];
        mean.moved.push_back(counts.of[j] * moved / double(all.classes));
    }
    return mean;
}

// Of class 1 alone: 2 TP / ((TP + FN) + (TP + FP)).
Metric f1_of_those_who_have_it(const Classified& all, const Counts& counts) {
    double hits = 0, both = 0;
    for (std::size_t j = 0; j < all.size(); ++j) {
        hits += counts.of[j] * double(all.t(j) * all.p(j));
        both += counts.of[j] * double(all.t(j) + all.p(j));
    }
    Metric f1{.value = both > 0 ? 2 * hits / both : 0};
    for (std::size_t j = 0; j < all.size(); ++j) {
        const double moved = 2 * double(all.t(j) * all.p(j)) - f1.value * double(all.t(j) + all.p(j));
        f1.moved.push_back(both > 0 ? counts.of[j] * moved / both : 0);
    }
    return f1;
}

// The metrics of one output.
template <class T>
ValueMetrics output_metrics(View<const T> A, View<const T> Y, const Counts& counts) {
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
    ValueMetrics of{.rmse = {.value = std::sqrt(squares / counts.total)},
                    .mae = {.value = absolute / counts.total},
                    .r2 = {.value = has_r2 ? 1 - unexplained : double(squares == 0)}};
    const double rmse = of.rmse.value;
    for (std::size_t j = 0; j < y.size(); ++j) {
        const double share = counts.of[j] / counts.total, square = error[j] * error[j];
        of.rmse.moved.push_back(rmse > 0 ? share * (square - rmse * rmse) / (2 * rmse) : 0);
        of.mae.moved.push_back(share * (std::abs(error[j]) - of.mae.value));
        of.r2.moved.push_back(
            has_r2 ? -counts.of[j] * (square - unexplained * (y[j] - mean) * (y[j] - mean)) / variation : 0);
    }
    return of;
}

}  // namespace

Estimate Metric::estimate() const {
    return {value, std::isnan(value) ? value : error_of(moved, value)};
}

Estimate difference(const Metric& a, const Metric& b) {
    Metric between{.value = a.value - b.value, .moved = a.moved};
    for (std::size_t j = 0; j < std::min(a.moved.size(), b.moved.size()); ++j) between.moved[j] -= b.moved[j];
    return between.estimate();
}

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

Metric mean_metric(std::vector<double> values, const Counts& counts) {
    Metric mean{.moved = std::move(values)};
    for (std::size_t j = 0; j < mean.moved.size(); ++j)
        mean.value += counts.of[j] / counts.total * mean.moved[j];
    for (std::size_t j = 0; j < mean.moved.size(); ++j)
        mean.moved[j] = counts.of[j] / counts.total * (mean.moved[j] - mean.value);
    return mean;
}

template <class T>
Metric squared_error_metric(View<const T> A, View<const T> Y, const Counts& counts) {
    std::vector<double> errors(static_cast<std::size_t>(Y.columns()));
    for (Index j = 0; j < Y.columns(); ++j)
        for (Index i = 0; i < Y.rows(); ++i) {
            const double error = double(A(i, j)) - double(Y(i, j));
            errors[static_cast<std::size_t>(j)] += error * error / double(Y.rows());
        }
    return mean_metric(std::move(errors), counts);
}

template <class T>
ValueMetrics value_metrics(View<const T> A, View<const T> Y, const Counts& counts) {
    constexpr std::array all{&ValueMetrics::rmse, &ValueMetrics::mae, &ValueMetrics::r2};
    const auto outputs = double(Y.rows());
    ValueMetrics mean;
    for (Index i = 0; i < Y.rows(); ++i) {
        const ValueMetrics of = output_metrics<T>(A.rows({i, i + 1}), Y.rows({i, i + 1}), counts);
        for (const auto metric : all) {
            (mean.*metric).value += (of.*metric).value;
            (mean.*metric).moved.resize(counts.of.size());
            for (std::size_t j = 0; j < counts.of.size(); ++j)
                (mean.*metric).moved[j] += (of.*metric).moved[j];
        }
    }
    for (const auto metric : all) {
        (mean.*metric).value /= outputs;
        for (double& moved : (mean.*metric).moved) moved /= outputs;
    }
    return mean;
}

template <class T>
ClassMetrics class_metrics(View<const T> A, View<const T> Y, const Counts& counts, Asked asked) {
    const Classified all{classes_of(Y), classes_of(A),
                         static_cast<std::size_t>(std::max<Index>(2, Y.rows()))};
    return {.accuracy = accuracy_metric(all, counts),
            .f1 = f1_metric(all, counts),
            .log_loss = asked != Asked::classes ? log_loss_metric<T>(A, Y, counts) : Metric{.value = none},
            .roc_auc = asked == Asked::everything ? roc_auc_metric<T>(A, Y, counts) : Metric{.value = none}};
}

double standard_errors_of_chance(Index examples) {
    constexpr Index many = 60;
    if (examples >= many) return 2;
    constexpr double z = 1.959964, z3 = z * z * z, z5 = z3 * z * z;
    const auto f = double(examples - 1);
    return z + (z3 + z) / (4 * f) + (5 * z5 + 16 * z3 + 3 * z) / (96 * f * f);
}

template <class T>
std::vector<ClassMetrics> label_metrics(View<const T> A, View<const T> Y, const Counts& counts, Asked asked) {
    std::vector<ClassMetrics> labels;
    for (Index i = 0; i < Y.rows(); ++i) {
        const View<const T> a = A.rows({i, i + 1}), y = Y.rows({i, i + 1});
        labels.push_back(class_metrics<T>(a, y, counts, asked));
        labels.back().f1 = f1_of_those_who_have_it({classes_of(y), classes_of(a), 2}, counts);
    }
    return labels;
}

ClassMetrics mean_of(const std::vector<ClassMetrics>& labels) {
    ClassMetrics mean;
    for (const auto metric :
         {&ClassMetrics::accuracy, &ClassMetrics::f1, &ClassMetrics::log_loss, &ClassMetrics::roc_auc}) {
        Metric& sum = mean.*metric;
        double count = 0;
        for (const ClassMetrics& label : labels) {
            const Metric& of = label.*metric;
            if (std::isnan(of.value)) continue;
            ++count;
            sum.value += of.value;
            sum.moved.resize(of.moved.size());
            for (std::size_t j = 0; j < of.moved.size(); ++j) sum.moved[j] += of.moved[j];
        }
        sum.value = count > 0 ? sum.value / count : none;
        for (double& moved : sum.moved) moved /= count;
    }
    return mean;
}

#define GRADUS_INSTANTIATE(T)                                                                             \
    template std::vector<ClassMetrics> label_metrics(View<const T>, View<const T>, const Counts&, Asked); \
    template Counts counts_of(Index, View<const T>);                                                      \
    template ClassMetrics class_metrics(View<const T>, View<const T>, const Counts&, Asked);              \
    template Metric squared_error_metric(View<const T>, View<const T>, const Counts&);                    \
    template ValueMetrics value_metrics(View<const T>, View<const T>, const Counts&);
GRADUS_INSTANTIATE(float)
GRADUS_INSTANTIATE(double)
#undef GRADUS_INSTANTIATE

}  // namespace gradus
