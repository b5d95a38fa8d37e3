#include "gradus/nn/layers/batch_normalization.h"

#include <algorithm>
#include <array>
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
          count(static_cast<T>(positions * pass.batch())),
          mean(part(pass, 0)),
          scale(part(pass, 1)),
          sum_dY(part(pass, 2)),
          sum_dY_normal(part(pass, 3)),
          gamma(pass.parameters.data()),
          beta(gamma + channels) {}

    // none, when predicting
    T* part(const Pass<T>& pass, Index i) const {
        return pass.shared.data() + (pass.shared.empty() ? 0 : i * channels);
    }

    Index channels, positions;
    T count;
    T *mean, *scale;  // scale = 1 / sqrt(variance + eps)
    T *sum_dY, *sum_dY_normal;
    const T *gamma, *beta;
};

// Channels are taken a few at a time: they lie beside each other, position after position.
constexpr Index few = 64;
template <class F>
void for_each_few(Range channels, F f) {
    for (Index begin = channels.begin; begin < channels.end; begin += few)
        f(Range{begin, std::min(begin + few, channels.end)});
}

// f(i, j) for the positions of the examples in order: channel 0 of the position is number i of example j.
template <class F>
void for_each_position(Range examples, Index positions, Index channels, F f) {
    for (Index j = examples.begin; j < examples.end; ++j)
        for (Index t = 0; t < positions; ++t) f(t * channels, j);
}

// add(sum, c, x, dy) for the channels at all positions of the examples in order, where sum[k][c] goes on with
// sums[k], or begins.
template <std::size_t count, class T, class F>
void take_sums(const Pass<T>& pass, const Shared<T>& s, Range channels, std::array<double*, count> sums,
               F add) {
    double sum[count][few] = {};
    for (std::size_t k = 0; k < count && pass.sums_go_on(); ++k)
        std::copy_n(sums[k] + channels.begin, channels.size(), sum[k]);
    const View<const T>& dY = pass.dY.empty() ? pass.X : pass.dY;
    for_each_position({0, pass.X.columns()}, s.positions, s.channels, [&](Index i, Index j) {
        const T *x = &pass.X(i + channels.begin, j), *dy = &dY(i + channels.begin, j);
        for (Index c = 0; c < channels.size(); ++c) add(sum, c, x[c], dy[c]);
    });
    for (std::size_t k = 0; k < count; ++k) std::copy_n(sum[k], channels.size(), sums[k] + channels.begin);
}

template <class T>
T scale_of(double variance) {
    return static_cast<T>(1 / std::sqrt(variance + eps));
}

// What training uses at once and what it keeps for prediction, of one channel.
template <class T>
void keep(const Shared<T>& s, const Pass<T>& pass, Index channel, double mean, double squares) {
    s.mean[channel] = static_cast<T>(mean);
    s.scale[channel] = scale_of<T>(squares / double(s.count));
    T& running_mean = pass.new_statistics[static_cast<std::size_t>(channel)];
    T& running_variance = pass.new_statistics[static_cast<std::size_t>(s.channels + channel)];
    const double unbiased = squares / std::max(1.0, double(s.count) - 1);
    running_mean = static_cast<T>((1 - momentum) * double(running_mean) + momentum * mean);
    running_variance = static_cast<T>((1 - momentum) * double(running_variance) + momentum * unbiased);
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
            .in_parts = true,
            .statistics = {{.name = "mean", .size = channels},
                           {.name = "variance", .size = channels, .start = 1}},
            .coupling = {.units = channels, .sums = 2 * channels, .forward = 2, .backward = 1},
            .shared = 4 * channels,
            .forward = {{"mean", "mean(X)"},
                        {"variance", "mean((X - mean).^2)"},
                        {"N", "(X - mean) / sqrt(variance + 1e-5)"},
                        {"Y", "gamma .* N + beta"}},
            .backward = {{"dX", "gamma / sqrt(variance + 1e-5) .* (dY - mean(dY) - N .* mean(dY .* N))"},
                         {"dgamma", "rowsum(dY .* N) / m"},
                         {"dbeta", "rowsum(dY) / m"}}};
}

// Round 0 takes the sum of each channel, round 1 that of the squares; then what follows from them is kept.
template <class T>
void BatchNormalization<T>::couple_forward(const Pass<T>& pass, Range units, Index round) const {
    const Shared<T> s(pass);
    double *sums = pass.sums.data(), *squares = sums + s.channels;
    for_each_few(units, [&](Range channels) {
        if (round == 0)
            return take_sums<1>(pass, s, channels, {sums},
                                [](auto& sum, Index c, T x, T /*dy*/) { sum[0][c] += double(x); });
        double mean[few] = {};
        for (Index c = 0; c < channels.size(); ++c) mean[c] = sums[channels.begin + c] / double(s.count);
        if (round == 1)
            return take_sums<1>(pass, s, channels, {squares}, [&](auto& sum, Index c, T x, T /*dy*/) {
                sum[0][c] += (double(x) - mean[c]) * (double(x) - mean[c]);
            });
        for (Index c = 0; c < channels.size(); ++c)
            keep(s, pass, channels.begin + c, mean[c], squares[channels.begin + c]);
    });
}

template <class T>
void BatchNormalization<T>::forward(const Pass<T>& pass, Range examples) const {
    const Shared<T> s(pass);
    for_each_few({0, s.channels}, [&](Range channels) {
        T mean[few], scale[few];
        for (Index c = 0; c < channels.size(); ++c) {
            const Index channel = channels.begin + c;
            mean[c] = pass.training ? s.mean[channel] : pass.statistics[static_cast<std::size_t>(channel)];
            scale[c] = pass.training
                           ? s.scale[channel]
                           : scale_of<T>(pass.statistics[static_cast<std::size_t>(s.channels + channel)]);
        }
        const T *gamma = s.gamma + channels.begin, *beta = s.beta + channels.begin;
        for_each_position(examples, s.positions, s.channels, [&](Index i, Index j) {
            const T* x = &pass.X(i + channels.begin, j);
            T* y = &pass.Y(i + channels.begin, j);
            for (Index c = 0; c < channels.size(); ++c)
                y[c] = gamma[c] * ((x[c] - mean[c]) * scale[c]) + beta[c];
        });
    });
}

// Round 0 takes the sums of dY and of dY .* N; then they are kept.
template <class T>
void BatchNormalization<T>::couple_backward(const Pass<T>& pass, Range units, Index round) const {
    const Shared<T> s(pass);
    double *sums = pass.sums.data(), *sums_normal = sums + s.channels;
    for (Index c = units.begin; c < units.end && round == 1; ++c) {
        s.sum_dY[c] = static_cast<T>(sums[c]);
        s.sum_dY_normal[c] = static_cast<T>(sums_normal[c]);
    }
    if (round == 1) return;
    for_each_few(units, [&](Range channels) {
        const T *mean = s.mean + channels.begin, *scale = s.scale + channels.begin;
        take_sums<2>(pass, s, channels, {sums, sums_normal}, [&](auto& sum, Index c, T x, T dy) {
            sum[0][c] += double(dy);
            sum[1][c] += double(dy) * double((x - mean[c]) * scale[c]);
        });
    });
}

template <class T>
void BatchNormalization<T>::backward_input(const Pass<T>& pass, Range examples) const {
    const Shared<T> s(pass);
    for_each_few({0, s.channels}, [&](Range channels) {
        T factor[few], mean_dY[few], mean_dY_normal[few];
        const T *mean = s.mean + channels.begin, *scale = s.scale + channels.begin;
        for (Index c = 0; c < channels.size(); ++c) {
            factor[c] = s.gamma[channels.begin + c] * scale[c];
            mean_dY[c] = s.sum_dY[channels.begin + c] / s.count;
            mean_dY_normal[c] = s.sum_dY_normal[channels.begin + c] / s.count;
        }
        for_each_position(examples, s.positions, s.channels, [&](Index i, Index j) {
            const T *x = &pass.X(i + channels.begin, j), *dy = &pass.dY(i + channels.begin, j);
            T* dx = &pass.dX(i + channels.begin, j);
            for (Index c = 0; c < channels.size(); ++c)
                dx[c] = factor[c] * (dy[c] - mean_dY[c] - (x[c] - mean[c]) * scale[c] * mean_dY_normal[c]);
        });
    });
}

template <class T>
void BatchNormalization<T>::backward_parameters(const Pass<T>& pass, Range slices) const {
    const Shared<T> s(pass);
    const T m = static_cast<T>(pass.batch());  // the sums are those of the whole batch
    for (Index i = slices.begin; i < slices.end; ++i) {
        const bool is_gamma = i < s.channels;
        pass.gradient[static_cast<std::size_t>(i)] =
            (is_gamma ? s.sum_dY_normal[i] : s.sum_dY[i - s.channels]) / m;
    }
}

template <class T>
std::vector<Intermediate<T>> BatchNormalization<T>::intermediates(const Pass<T>& pass) const {
    const Shared<T> s(pass);
    Matrix<T> mean(s.channels, 1), variance(s.channels, 1), N(pass.X.rows(), pass.X.columns());
    for (Index c = 0; c < s.channels; ++c) {
        mean(c, 0) = s.mean[c];
        variance(c, 0) = static_cast<T>(1 / (double(s.scale[c]) * double(s.scale[c])) - eps);
    }
    for_each_position({0, N.columns()}, s.positions, s.channels, [&](Index i, Index j) {
        for (Index c = 0; c < s.channels; ++c) N(i + c, j) = (pass.X(i + c, j) - s.mean[c]) * s.scale[c];
    });
    return {{"mean", std::move(mean)}, {"variance", std::move(variance)}, {"N", std::move(N)}};
}

template class BatchNormalization<float>;
template class BatchNormalization<double>;

}  // namespace gradus
