#include "gradus/nn/layers/batch_normalization.h"

#include <algorithm>
#include <cmath>

namespace gradus {
namespace {

constexpr double eps = 1e-5;
constexpr double momentum = 0.1;

// The numbers that a pass shares, channel by channel.
template <class T>
struct Shared {
    explicit Shared(const Pass<T>& pass)
        : channels(static_cast<Index>(pass.parameters.size()) / 2),
          positions(pass.X.rows() / channels),
          count(static_cast<T>(positions * pass.X.columns())),
          mean(pass.shared.data()),
          scale(mean + channels),
          sum_dY(scale + channels),
          sum_dY_normal(sum_dY + channels),
          gamma(pass.parameters.data()),
          beta(gamma + channels) {}

    Index channels, positions;
    T count;
    T *mean, *scale;  // scale = 1 / sqrt(variance + eps)
    T *sum_dY, *sum_dY_normal;
    const T *gamma, *beta;
};

// f(number of a channel's element) for the examples in order, position by position.
template <class T, class F>
void for_each_of_channel(View<const T> X, Index channel, Index channels, F f) {
    for (Index j = 0; j < X.columns(); ++j)
        for (Index i = channel; i < X.rows(); i += channels) f(i, j);
}

}  // namespace

template <class T>
LayerPointer<T> BatchNormalization<T>::read(Words& /*words*/) {
    return std::make_shared<BatchNormalization>();
}

template <class T>
LayerPlan BatchNormalization<T>::plan(Shape in) const {
    const Index channels = in.channels;
    return {.out = in,
            .parameters = {{.name = "gamma", .rows = channels, .columns = 1, .weight = false, .start = 1},
                           {.name = "beta", .rows = channels, .columns = 1, .weight = false}},
            .slice = 1,
            .statistics = {{.name = "mean", .size = channels},
                           {.name = "variance", .size = channels, .start = 1}},
            .coupled_units = channels,
            .shared = 4 * channels,
            .forward = {{"N", "(X - mean) / sqrt(variance + eps)"}, {"Y", "gamma .* N + beta"}},
            .backward = {{"dX", "gamma / sqrt(variance + eps) .* (dY - mean(dY) - N .* mean(dY .* N))"},
                         {"dgamma", "rowsum(dY .* N) / m"},
                         {"dbeta", "rowsum(dY) / m"}}};
}

template <class T>
void BatchNormalization<T>::couple_forward(const Pass<T>& pass, Range units) const {
    const Shared<T> s(pass);
    for (Index c = units.begin; c < units.end; ++c) {
        double sum = 0, squares = 0;
        for_each_of_channel(pass.X, c, s.channels, [&](Index i, Index j) { sum += double(pass.X(i, j)); });
        const double mean = sum / double(s.count);
        for_each_of_channel(pass.X, c, s.channels, [&](Index i, Index j) {
            const double difference = double(pass.X(i, j)) - mean;
            squares += difference * difference;
        });
        s.mean[c] = static_cast<T>(mean);
        s.scale[c] = static_cast<T>(1 / std::sqrt(squares / double(s.count) + eps));
        T& running_mean = pass.new_statistics[static_cast<std::size_t>(c)];
        T& running_variance = pass.new_statistics[static_cast<std::size_t>(s.channels + c)];
        const double unbiased = squares / std::max(1.0, double(s.count) - 1);
        running_mean = static_cast<T>((1 - momentum) * double(running_mean) + momentum * mean);
        running_variance = static_cast<T>((1 - momentum) * double(running_variance) + momentum * unbiased);
    }
}

template <class T>
void BatchNormalization<T>::forward(const Pass<T>& pass, Range examples) const {
    const Shared<T> s(pass);
    for (Index c = 0; c < s.channels; ++c) {
        const T mean = pass.training ? s.mean[c] : pass.statistics[static_cast<std::size_t>(c)];
        const T scale =
            pass.training
                ? s.scale[c]
                : static_cast<T>(
                      1 / std::sqrt(double(pass.statistics[static_cast<std::size_t>(s.channels + c)]) + eps));
        for (Index j = examples.begin; j < examples.end; ++j)
            for (Index i = c; i < pass.X.rows(); i += s.channels)
                pass.Y(i, j) = s.gamma[c] * ((pass.X(i, j) - mean) * scale) + s.beta[c];
    }
}

template <class T>
void BatchNormalization<T>::couple_backward(const Pass<T>& pass, Range units) const {
    const Shared<T> s(pass);
    for (Index c = units.begin; c < units.end; ++c) {
        double sum = 0, sum_normal = 0;
        for_each_of_channel(pass.dY, c, s.channels, [&](Index i, Index j) {
            sum += double(pass.dY(i, j));
            sum_normal += double(pass.dY(i, j)) * double((pass.X(i, j) - s.mean[c]) * s.scale[c]);
        });
        s.sum_dY[c] = static_cast<T>(sum);
        s.sum_dY_normal[c] = static_cast<T>(sum_normal);
    }
}

template <class T>
void BatchNormalization<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const Shared<T> s(pass);
    for (Index c = 0; c < s.channels; ++c) {
        const T mean_dY = s.sum_dY[c] / s.count, mean_dY_normal = s.sum_dY_normal[c] / s.count;
        for (Index j = examples.begin; j < examples.end; ++j) {
            for (Index i = c; i < pass.X.rows(); i += s.channels) {
                const T normal = (pass.X(i, j) - s.mean[c]) * s.scale[c];
                pass.dX(i, j) = s.gamma[c] * s.scale[c] * (pass.dY(i, j) - mean_dY - normal * mean_dY_normal);
            }
        }
    }
}

template <class T>
void BatchNormalization<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Shared<T> s(pass);
    const T m = static_cast<T>(pass.X.columns());
    for (Index i = slices.begin; i < slices.end; ++i) {
        const bool is_gamma = i < s.channels;
        pass.gradient[static_cast<std::size_t>(i)] =
            (is_gamma ? s.sum_dY_normal[i] : s.sum_dY[i - s.channels]) / m;
    }
}

template class BatchNormalization<float>;
template class BatchNormalization<double>;

}  // namespace gradus
